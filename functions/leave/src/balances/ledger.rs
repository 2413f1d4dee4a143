//! `GET /leave/balances/{user_id}/ledger`

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::{
    audit::Actor,
    id::LeaveRequestId,
    leave::{EntryKind, LeaveDayLength, LeaveDays, LeaveYear, LedgerEntry},
    schedule::LeaveTypeCode,
    text::Reason,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query, authorization,
    cursor::{CursorSeal, Page},
    instant::Instant,
    parameter,
    query::Limit,
};

use super::read::{Year, named, year};

/// Which ledger, and which page of it.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LedgerQuery {
    /// The calendar year in which the leave year begins; that of today's leave year where it isn't given.
    #[serde(default, deserialize_with = "year")]
    #[param(value_type = Option<u32>, minimum = 2000, maximum = 2199, example = 2026)]
    year: Option<Year>,
    /// The type of leave; `annual` where it isn't given.
    #[serde(rename = "type")]
    #[param(value_type = Option<String>, example = "annual")]
    leave_type: Option<LeaveTypeCode>,
    /// The most entries of a page, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// Where to go on, from the page before.
    cursor: Option<String>,
}

/// A line of the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryAnswer {
    /// Names it.
    #[schema(example = "2026-annual-000003")]
    id: String,
    /// When it was booked.
    at: Instant,
    kind: EntryKind,
    /// What it adds to what is available; what takes from it is negative.
    days: LeaveDays,
    /// What was available after it.
    balance_after_days: LeaveDays,
    /// What is behind it: the id of the leave request, of the session whose clock-in was late, of the adjustment.
    reference: Option<String>,
    /// The request, such as one for sick leave, that took these days of the one behind the entry, or gave them back.
    interrupted_by: Option<LeaveRequestId>,
    /// What was said with it.
    #[schema(value_type = Option<String>)]
    note: Option<Reason>,
    /// Who caused it.
    by: Actor,
}

impl EntryAnswer {
    fn new(entry: &LedgerEntry, day: LeaveDayLength, caller: &Caller) -> Self {
        Self {
            id: format!("{:04}-{}-{:06}", entry.year, entry.leave_type.as_str(), entry.number),
            at: Instant::new(entry.at, &caller.zone),
            kind: entry.kind,
            days: day.in_days(entry.minutes),
            balance_after_days: day.in_days(entry.balance_after),
            reference: entry.cause.reference(),
            interrupted_by: entry.cause.interrupted_by(),
            note: entry.note.clone(),
            by: entry.by,
        }
    }
}

/// Ledger of a balance
///
/// Every entry of a person's leave year and type, newest first. Entries are only ever added; the balance is their sum.
#[utoipa::path(
    get,
    path = "/leave/balances/{user_id}/ledger",
    operation_id = "listLedgerEntries",
    tag = "leave",
    params(("user_id" = String, Path, description = "A person's id, or `me`"), LedgerQuery),
    responses((status = 200, description = "A page of entries", body = Page<EntryAnswer>))
)]
pub(crate) async fn ledger(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    Query(query): Query<LedgerQuery>,
) -> Result<Response, Problem> {
    let now = app.now();
    let user = parameter::user(&user, &caller)?;
    let leave_type = query.leave_type.unwrap_or_else(LeaveTypeCode::annual);
    let (person, settings) = app.store.user_and_settings(user).await?;
    authorization::may_see(&caller, person.as_ref().ok_or_else(Problem::not_found)?)?;
    let current = || LeaveYear::of(caller.zone.date_of(now), settings.leave_year_start).year;
    let year = query.year.map_or_else(current, named);
    let asker = caller.user_id.to_string();
    let context = ["ledger", &asker, &user.to_string(), &year.to_string(), leave_type.as_str()];
    let seal = CursorSeal::new(&app.tokens.cursor_key().await?, &context);
    let before = query.cursor.map(|cursor| seal.open::<u32>(&cursor)).transpose()?;
    let page = app.store.ledger(user, year, &leave_type, before, query.limit.get()).await?;
    let next_cursor = page.items.last().filter(|_| page.more).map(|entry| seal.seal(&entry.number)).transpose()?;
    let day = LeaveDayLength::of(&settings);
    let items = page.items.iter().map(|entry| EntryAnswer::new(entry, day, &caller)).collect();
    Ok(Answer::ok(&Page { items, next_cursor })?.into_response())
}
