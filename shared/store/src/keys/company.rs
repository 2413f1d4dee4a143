//! What belongs to the company as a whole.

use domain::id::{DepartmentId, KioskId, ServiceTokenId, SiteId};

use super::{Key, PROFILE, department_part};

/// The partition of what belongs to the company as a whole.
pub const ORG: &str = "ORG";

/// The settings.
pub fn settings() -> Key {
    Key::new(ORG, "SETTINGS")
}

/// How many copies of the company context there are.
pub const COMPANY_CONTEXTS: u8 = 16;

/// One copy of the company context; each has a partition key of its own.
pub fn company_context(copy: u8) -> Key {
    Key::new(format!("COMPANY#{copy:02}"), "CONTEXT")
}

/// Written once, when the company is set up; it counts the active admins.
pub fn admins() -> Key {
    Key::new(ORG, "ADMINS")
}

/// How many people wait to be activated, and when managers were last notified of one.
pub fn registration_queue() -> Key {
    Key::new(ORG, "REGISTRATIONS")
}

/// The active admins and managers of everyone.
pub fn managers() -> Key {
    Key::new(ORG, "MANAGERS")
}

/// Over how many items the managers of departments are spread.
const MANAGER_SHARDS: u128 = 16;

/// The active managers of a department, with those of some other departments. A change of one manager's 50 departments
/// touches each item once, so it fits into a transaction.
pub fn managers_of(department: DepartmentId) -> Key {
    Key::new(format!("MANAGERS#{:02}", department.ulid().random() % MANAGER_SHARDS), "MANAGERS")
}

/// The public signing keys and the cursor key. They have a partition of their own, because IAM tells partitions apart: only
/// `auth` may write there (`KeyLimits` in template.yaml).
pub fn published_keys() -> Key {
    Key::new("KEYS", "PUBLISHED")
}

/// Where releases up to 0.1.0 published the keys.
pub(crate) fn published_keys_of_old() -> Key {
    Key::new(ORG, "KEYS")
}

/// Stands once the leave ledger of the company has an entry.
pub fn ledger_started() -> Key {
    Key::new(ORG, "LEDGER")
}

/// The types of leave that differ from those built in.
pub fn leave_types() -> Key {
    Key::new(ORG, "LEAVETYPES")
}

/// One department.
pub fn department(id: DepartmentId) -> Key {
    Key::new(ORG, format!("{DEPARTMENT}{id}"))
}

/// A department that was deleted: days and months of the past still name it.
pub fn former_department(id: DepartmentId) -> Key {
    Key::new(ORG, format!("{FORMER_DEPARTMENT}{id}"))
}

/// What the sort keys of former departments begin with.
pub const FORMER_DEPARTMENT: &str = "FORMERDEPT#";

/// What the sort keys of departments begin with.
pub const DEPARTMENT: &str = "DEPT#";

/// One site.
pub fn site(id: SiteId) -> Key {
    Key::new(ORG, format!("{SITE}{id}"))
}

/// A site that was deleted: days of the past still name it.
pub fn former_site(id: SiteId) -> Key {
    Key::new(ORG, format!("{FORMER_SITE}{id}"))
}

/// What the sort keys of former sites begin with.
const FORMER_SITE: &str = "FORMERSITE#";

/// What the sort keys of sites begin with.
pub const SITE: &str = "SITE#";

/// Whether an item has the name of a person, department, site or service token.
pub(crate) fn has_name(key: &Key) -> bool {
    if key.pk != ORG {
        return key.sk == PROFILE;
    }
    [DEPARTMENT, SITE, SERVICE_TOKEN].iter().any(|beginning| key.sk.starts_with(beginning))
}

/// One kiosk.
pub fn kiosk(id: KioskId) -> Key {
    Key::new(ORG, format!("{KIOSK}{id}"))
}

/// What the sort keys of kiosks begin with.
pub const KIOSK: &str = "KIOSK#";

/// One service token.
pub fn service_token(id: ServiceTokenId) -> Key {
    Key::new(ORG, format!("{SERVICE_TOKEN}{id}"))
}

/// What the sort keys of service tokens begin with.
pub const SERVICE_TOKEN: &str = "SERVICETOKEN#";

/// A service token that was revoked: the audit still names it.
pub fn former_service_token(id: ServiceTokenId) -> Key {
    Key::new(ORG, format!("FORMERSERVICETOKEN#{id}"))
}

/// Zone and place of every site, small enough to be read with each punch.
pub fn site_book() -> Key {
    Key::new(ORG, "SITES")
}

/// The partition of digests that haven't gone out yet.
pub const DIGESTS: &str = "DIGESTS";

/// What is to be told of a department's people.
pub fn digest(department: Option<DepartmentId>) -> Key {
    Key::new(DIGESTS, department_part(department))
}

/// The zones that people have of their own.
pub fn zones() -> Key {
    Key::new(ORG, "ZONES")
}

/// All holidays of a year.
pub fn holidays(year: i16) -> Key {
    Key::new(ORG, format!("HOLIDAYS#{year:04}"))
}
