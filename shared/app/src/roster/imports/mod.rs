//! Imports of rosters: the steps of an import, decided before anything is written. There is a step for each person.

mod check;
mod step;

use std::collections::{BTreeMap, BTreeSet};

use answers::ImportAnswer;
use domain::{
    calendar::{Weekday, WorkDate},
    id::{JobId, UserId},
    job::ImportKind,
    roster::years_in_reach,
    settings::ShiftTimes,
    site::Site,
    text::Reason,
    username::Username,
};
use store::{Store, StoreError, rescheduling::ScheduleQuery, sites::MAX_SITES};

use self::check::{Known, SiteNames, checked};
pub use self::step::{Step, Wanted};
use crate::{
    Failed, Prepared, Request, authorization,
    imports::{self, NewImport},
    use_case::ensure_not_replayed,
};

/// A sheet with valid values.
#[derive(Debug, PartialEq)]
pub struct RosterSheet {
    /// The rows, in the order of the sheet.
    pub rows: Vec<Row>,
}

/// A row of a sheet.
#[derive(Debug, PartialEq)]
pub struct Row {
    /// The number of the row, as spreadsheet programs count.
    pub number: u32,
    /// The person.
    pub person: Named,
    /// The time to which the row applies.
    pub slot: Slot,
    /// The shift; `None` for a day off.
    pub shift: Option<RowShift>,
    /// The reason of a deviation on a single date.
    pub reason: Option<Reason>,
}

/// The person of a row, by username or id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// The username.
    Username(Username),
    /// The id.
    Id(UserId),
}

/// The time to which a row applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// Every such weekday from a date on.
    Weekly {
        /// The date.
        effective_from: WorkDate,
        /// The weekday.
        weekday: Weekday,
    },
    /// A single date.
    Date(WorkDate),
}

/// The shift of a row.
#[derive(Debug, PartialEq)]
pub struct RowShift {
    /// The times of the shift.
    pub times: ShiftTimes,
    /// The id or name of a site.
    pub site: Option<String>,
}

/// Checks a sheet, stores its steps, and prepares the job that applies them. `sha256` is the hash of the sheet.
///
/// # Errors
/// A row breaks a rule, or names a person whose roster the caller may not plan.
pub async fn start(request: &Request<'_>, sheet: &RosterSheet, sha256: &str) -> Result<Prepared<ImportAnswer>, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let (store, now) = (ports.store, ports.now);
    let query = ScheduleQuery { caller: caller.user_id, people: &[], dates: &[], repeat };
    let snapshot = store.schedule_snapshot(&query, now).await?;
    ensure_not_replayed(snapshot.earlier.clone())?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let mut known = Known {
        caller,
        deciders: snapshot.deciders,
        settings: &snapshot.settings.settings,
        sites: &snapshot.sites.book,
        holidays: &snapshot.holidays,
        site_names: site_names(store, sheet).await?,
        usernames: store.holders(usernames(sheet)).await?,
        rosters: BTreeMap::new(),
        now,
    };
    let ids = known.ids_of(sheet).map_err(|fault| vec![fault])?;
    let rosters = store.rosters_of(store.all_users(ids).await?, years_in_reach(now)).await?;
    known.rosters = rosters.into_iter().map(|line| (line.person.id, line)).collect();
    let steps = checked(sheet, &known)?;
    let id = JobId::generate(now, ports.entropy);
    let new = NewImport { id, import: ImportKind::Roster, sha256 };
    imports::start(request, new, &steps, steps.len(), 0).await
}

/// Returns the usernames of a sheet.
fn usernames(sheet: &RosterSheet) -> BTreeSet<Username> {
    let username = |named: &Named| match named {
        Named::Username(username) => Some(username.clone()),
        Named::Id(_) => None,
    };
    sheet.rows.iter().filter_map(|row| username(&row.person)).collect()
}

/// Reads the sites by name, if a row names a site.
async fn site_names(store: &Store, sheet: &RosterSheet) -> Result<SiteNames, StoreError> {
    if sheet.rows.iter().all(|row| row.shift.as_ref().is_none_or(|shift| shift.site.is_none())) {
        return Ok(SiteNames::default());
    }
    let sites = store.sites(None, MAX_SITES).await?;
    let named = |site: Site| (site.name, site.id);
    Ok(sites.items.into_iter().map(|record| named(record.into())).collect())
}
