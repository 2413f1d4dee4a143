//! Imports of past attendance: the days of each person, decided before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    FieldFault, FieldRule,
    calendar::{TimeOfDay, WorkDate, Zone},
    day::{BreakTimes, SessionTimes},
    id::UserId,
    sheet::{MAX_ERRORS, wrong},
    user::User,
    username::Username,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};

use crate::{Caller, Failed, Ports, authorization};

/// The sessions of a person's day in a sheet.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct DayRows {
    /// The number of the first row.
    pub row: u32,
    /// The sessions, by their clock-ins.
    pub sessions: BTreeMap<TimeOfDay, SessionRows>,
}

/// The rows of a session.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionRows {
    /// The number of the first row.
    pub row: u32,
    /// The time of the clock-out.
    pub clock_out: TimeOfDay,
    /// The number of the row, the beginning and the end of each break.
    pub breaks: Vec<(u32, TimeOfDay, TimeOfDay)>,
}

/// The days of a sheet.
pub type Days = BTreeMap<(Username, WorkDate), DayRows>;

/// The sessions that a person is to have on a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedDay {
    /// The number of the day's first row.
    pub row: u32,
    /// The person.
    pub user_id: UserId,
    /// The work date.
    pub date: WorkDate,
    /// The sessions, in order.
    pub sessions: Vec<SessionTimes>,
}

/// Returns the days of a sheet, in the order of people and dates.
///
/// # Errors
/// A row breaks a rule, or names a person whose days the caller may not edit.
pub async fn entries(ports: &Ports<'_>, caller: &Caller, days: Days) -> Result<Vec<ImportedDay>, Failed> {
    let people = people(ports.store, caller, &days).await?;
    let (wanted, errors) = wanted(days, &people, ports.now);
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let mut entries = Vec::new();
    for (username, days) in wanted {
        let Some((person, _)) = people.get(&username) else { continue };
        let user_id = person.id;
        entries.extend(days.into_iter().map(|(date, (row, sessions))| ImportedDay { row, user_id, date, sessions }));
    }
    Ok(entries)
}

/// The sessions that a person is to have, by date, with the first row of each day.
type WantedDays = BTreeMap<WorkDate, (u32, Vec<SessionTimes>)>;

/// Returns the people whom the sheet names and whose days the caller may edit, with their zones.
async fn people(store: &Store, caller: &Caller, days: &Days) -> Result<BTreeMap<Username, (User, Zone)>, StoreError> {
    let company = store.company_snapshot(&[]).await?;
    let usernames: BTreeSet<Username> = days.keys().map(|(username, _)| username.clone()).collect();
    let holders = store.holders(usernames).await?;
    let people = store.all_users(holders.into_values().collect()).await?;
    let may_edit = |person: &User| authorization::may_edit_days(caller, person, company.deciders).is_ok();
    let zone = |person: &User| person.zone_at(&company.sites, &company.settings.settings.time_zone).clone();
    let people = people.into_iter().filter(may_edit);
    Ok(people.map(|person| (person.username.clone(), (person.clone(), zone(&person)))).collect())
}

/// Returns the sessions of each person and date as instants, and the errors of the rows.
fn wanted(
    days: Days,
    people: &BTreeMap<Username, (User, Zone)>,
    now: Timestamp,
) -> (BTreeMap<Username, WantedDays>, Vec<FieldFault>) {
    let (mut wanted, mut errors): (BTreeMap<Username, WantedDays>, Vec<FieldFault>) = (BTreeMap::new(), Vec::new());
    // The end of each person's session before. It can be on the next date, among the sessions of which another one begins.
    let mut last_outs: BTreeMap<UserId, Timestamp> = BTreeMap::new();
    for ((username, date), DayRows { row, sessions }) in days {
        let Some((person, zone)) = people.get(&username) else {
            errors.push(wrong(row, "username", FieldRule::NotManaged));
            continue;
        };
        let mut times = Vec::new();
        for (clock_in, rows) in sessions {
            let session = session(date, clock_in, &rows, zone, &mut errors);
            if last_outs.get(&person.id).is_some_and(|out| session.clock_in < *out) {
                errors.push(wrong(rows.row, "clock_in", FieldRule::AfterSessionBefore));
            }
            if session.clock_out.is_some_and(|out| now < out) {
                errors.push(wrong(rows.row, "clock_out", FieldRule::NotInFuture));
            }
            last_outs.extend(session.clock_out.map(|out| (person.id, out)));
            times.push(session);
        }
        wanted.entry(username).or_default().insert(date, (row, times));
    }
    errors.truncate(MAX_ERRORS);
    (wanted, errors)
}

/// Returns the instants of a session. Each time of day is on the date of the one before it, or on the next date if it is earlier.
pub fn session(
    date: WorkDate,
    clock_in: TimeOfDay,
    rows: &SessionRows,
    zone: &Zone,
    errors: &mut Vec<FieldFault>,
) -> SessionTimes {
    let after =
        |time: TimeOfDay| if clock_in <= time { instant(date, time, zone) } else { instant(date.next(), time, zone) };
    let begun = instant(date, clock_in, zone);
    let ended = if rows.clock_out == clock_in { instant(date.next(), clock_in, zone) } else { after(rows.clock_out) };
    let mut breaks: Vec<(u32, BreakTimes)> = Vec::new();
    for (row, start, end) in &rows.breaks {
        breaks.push((*row, BreakTimes { started_at: after(*start), ended_at: Some(after(*end)) }));
    }
    breaks.sort_by_key(|(_, pause)| pause.started_at);
    let mut from = begun;
    for (row, pause) in &breaks {
        let ended_at = pause.ended_at.unwrap_or(ended);
        if pause.started_at < from || ended < pause.started_at {
            errors.push(wrong(*row, "break_start", FieldRule::BreakStart));
        }
        if ended_at < pause.started_at || ended < ended_at {
            errors.push(wrong(*row, "break_end", FieldRule::BreakEnd));
        }
        from = ended_at;
    }
    let breaks = breaks.into_iter().map(|(_, pause)| pause).collect();
    SessionTimes { id: None, clock_in: begun, clock_out: Some(ended), breaks, cost_centers: None }
}

fn instant(date: WorkDate, time: TimeOfDay, zone: &Zone) -> Timestamp {
    let local = date.date().to_datetime(time.time());
    local.to_zoned(zone.time_zone().clone()).map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp())
}
