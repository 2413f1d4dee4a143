//! Keys of items that belong to the company as a whole.

use domain::{
    id::{DepartmentId, EventId, JobId, KioskId, PayRulesId, ServiceTokenId, SiteId, UserId, WebhookId},
    pay::{CostCenterCode, PayPeriod},
    terminal::TerminalNumber,
};

use super::{Key, PROFILE, department_part};

/// The partition of items that belong to the company as a whole.
pub const ORG: &str = "ORG";

/// The settings.
pub fn settings() -> Key {
    Key::new(ORG, "SETTINGS")
}

/// The branding: apart from the settings, so that punches don't read the logo.
pub fn branding() -> Key {
    Key::new(ORG, "BRANDING")
}

/// The subscription of a calendar of holidays.
pub fn holiday_subscription() -> Key {
    Key::new(ORG, "HOLIDAYSUBSCRIPTION")
}

/// The number of copies of the company context.
pub const COMPANY_CONTEXTS: u8 = 16;

/// One copy of the company context; each has a separate partition key.
pub fn company_context(copy: u8) -> Key {
    Key::new(format!("COMPANY#{copy:02}"), "CONTEXT")
}

/// The item that is created when the company is set up. It counts the active admins.
pub fn admins() -> Key {
    Key::new(ORG, "ADMINS")
}

/// The number of people who wait for activation, and the instant at which managers were last notified of one.
pub fn registration_queue() -> Key {
    Key::new(ORG, "REGISTRATIONS")
}

/// The active admins and managers of everyone.
pub fn managers() -> Key {
    Key::new(ORG, "MANAGERS")
}

/// The number of items over which the managers of departments are distributed.
const MANAGER_SHARDS: u128 = 16;

/// The active managers of a department, together with those of some other departments. A change of one manager's 50
/// departments writes each item once, so it fits into a transaction.
pub fn managers_of(department: DepartmentId) -> Key {
    Key::new(format!("MANAGERS#{:02}", department.ulid().random() % MANAGER_SHARDS), "MANAGERS")
}

/// The public signing keys and the cursor key. They have a separate partition because IAM can restrict access by partition:
/// only `auth` may write there (`KeyLimits` in template.yaml).
pub fn published_keys() -> Key {
    Key::new("KEYS", "PUBLISHED")
}

/// The item in which releases up to 0.1.0 published the keys.
pub(crate) fn published_keys_of_old() -> Key {
    Key::new(ORG, "KEYS")
}

/// The item that exists once the company's leave ledger has an entry.
pub fn ledger_started() -> Key {
    Key::new(ORG, "LEDGER")
}

/// The leave types that differ from the built-in types.
pub fn leave_types() -> Key {
    Key::new(ORG, "LEAVETYPES")
}

/// The pay codes that differ from the built-in codes.
pub fn pay_codes() -> Key {
    Key::new(ORG, "PAYCODES")
}

/// The pay rules of a group of people, with all versions.
pub fn pay_rules(id: PayRulesId) -> Key {
    Key::new(ORG, format!("{PAY_RULES}{id}"))
}

/// The prefix of the sort keys of pay rules.
pub const PAY_RULES: &str = "PAYRULES#";

/// One cost center or project.
pub fn cost_center(code: &CostCenterCode) -> Key {
    Key::new(ORG, format!("{COST_CENTER}{}", code.as_str()))
}

/// The prefix of the sort keys of cost centers.
pub const COST_CENTER: &str = "COSTCENTER#";

/// The number of closes and reopenings of pay periods, so that the pay periods can't change at the same time.
pub fn pay_period_work() -> Key {
    Key::new(ORG, "PAYPERIODWORK")
}

/// A pay period that is closed or was closed.
pub fn pay_period(period: PayPeriod) -> Key {
    Key::new(ORG, format!("{PAY_PERIOD}{period}"))
}

/// The prefix of the sort keys of pay periods, which sort by the first date.
pub const PAY_PERIOD: &str = "PAYPERIOD#";
/// The chat of a department.
pub fn chat(department: DepartmentId) -> Key {
    Key::new(ORG, format!("CHAT#{department}"))
}

/// The list of the departments that have chats.
pub fn chats() -> Key {
    Key::new(ORG, "CHATS")
}

/// A pay run.
pub fn pay_run(id: JobId) -> Key {
    Key::new(ORG, format!("{PAY_RUN}{id}"))
}

/// The prefix of the sort keys of pay runs, which sort by the time of their requests.
pub const PAY_RUN: &str = "PAYRUN#";

/// The run of a pay period that is under way.
pub fn pay_runs_of(period: PayPeriod) -> Key {
    Key::new(ORG, format!("PAYRUNS#{period}"))
}

/// A person's lines of a pay run.
pub fn pay_run_part(id: JobId, user: UserId) -> Key {
    Key::new(pay_run_partition(id), format!("LINES#{user}"))
}

/// The partition of the lines of a pay run.
pub fn pay_run_partition(id: JobId) -> String {
    format!("PAYRUN#{id}")
}

/// A template of payroll files.
pub fn pay_template(name: &str) -> Key {
    Key::new(ORG, format!("{PAY_TEMPLATE}{name}"))
}

/// The prefix of the sort keys of templates.
pub const PAY_TEMPLATE: &str = "PAYTEMPLATE#";

/// One department.
pub fn department(id: DepartmentId) -> Key {
    Key::new(ORG, format!("{DEPARTMENT}{id}"))
}

/// A deleted department, which past days and months still name.
pub fn former_department(id: DepartmentId) -> Key {
    Key::new(ORG, format!("{FORMER_DEPARTMENT}{id}"))
}

/// The prefix of the sort keys of former departments.
pub const FORMER_DEPARTMENT: &str = "FORMERDEPT#";

/// The prefix of the sort keys of departments.
pub const DEPARTMENT: &str = "DEPT#";

/// One site.
pub fn site(id: SiteId) -> Key {
    Key::new(ORG, format!("{SITE}{id}"))
}

/// A deleted site, which past days still name.
pub fn former_site(id: SiteId) -> Key {
    Key::new(ORG, format!("{FORMER_SITE}{id}"))
}

/// The prefix of the sort keys of former sites.
const FORMER_SITE: &str = "FORMERSITE#";

/// The prefix of the sort keys of sites.
pub const SITE: &str = "SITE#";

/// Returns whether an item has the name of a person, department, site or service token.
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

/// The prefix of the sort keys of kiosks.
pub const KIOSK: &str = "KIOSK#";

/// The partition of all terminals.
pub const TERMINALS: &str = "TERMINALS";

/// One terminal.
pub fn terminal(id: KioskId) -> Key {
    Key::new(TERMINALS, id.to_string())
}

/// What a terminal's requests have shown.
pub fn terminal_state(id: KioskId) -> Key {
    Key::new(terminal_partition(id), "STATE")
}

/// The partition of a terminal's state and of the commands for it.
pub fn terminal_partition(id: KioskId) -> String {
    format!("TERMINAL#{id}")
}

/// The prefix of the sort keys of commands for a terminal.
pub const TERMINAL_COMMAND: &str = "COMMAND#";

/// A command that a terminal hasn't carried out yet. Ids sort by time.
pub fn terminal_command(terminal: KioskId, id: &str) -> Key {
    Key::new(terminal_partition(terminal), format!("{TERMINAL_COMMAND}{id}"))
}

/// The partition of numbers that terminals have sent and nobody has.
pub const UNKNOWN_NUMBERS: &str = "UNKNOWNNUMBERS";

/// The punches of a number that nobody has.
pub fn unknown_number(number: &TerminalNumber) -> Key {
    Key::new(UNKNOWN_NUMBERS, number.as_str())
}

/// One service token.
pub fn service_token(id: ServiceTokenId) -> Key {
    Key::new(ORG, format!("{SERVICE_TOKEN}{id}"))
}

/// The prefix of the sort keys of service tokens.
pub const SERVICE_TOKEN: &str = "SERVICETOKEN#";

/// A revoked service token, which the audit still names.
pub fn former_service_token(id: ServiceTokenId) -> Key {
    Key::new(ORG, format!("FORMERSERVICETOKEN#{id}"))
}

/// Zone and place of every site, in one item for readers of many sites.
pub fn site_book() -> Key {
    Key::new(ORG, "SITES")
}

/// The partition of digests that haven't been sent yet.
pub const DIGESTS: &str = "DIGESTS";

/// The digest of a department's people.
pub fn digest(department: Option<DepartmentId>) -> Key {
    Key::new(DIGESTS, department_part(department))
}

/// The zones that people have set for themselves.
pub fn zones() -> Key {
    Key::new(ORG, "ZONES")
}

/// All holidays of a year.
pub fn holidays(year: i16) -> Key {
    Key::new(ORG, format!("HOLIDAYS#{year:04}"))
}

/// The partition of all webhooks.
pub const WEBHOOKS: &str = "WEBHOOKS";

/// One webhook.
pub fn webhook(id: WebhookId) -> Key {
    Key::new(WEBHOOKS, id.to_string())
}

/// The state of a webhook's receiver.
pub fn webhook_health(id: WebhookId) -> Key {
    Key::new(deliveries_partition(id), "HEALTH")
}

/// The partition of a webhook's deliveries.
pub fn deliveries_partition(id: WebhookId) -> String {
    format!("WEBHOOK#{id}")
}

/// The delivery of an event to a webhook.
pub fn delivery(id: WebhookId, event: EventId) -> Key {
    Key::new(deliveries_partition(id), format!("{DELIVERY}{event}"))
}

/// The prefix of the sort keys of deliveries.
pub const DELIVERY: &str = "DELIVERY#";
