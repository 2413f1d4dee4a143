//! `GET /leave/balances/{user_id}/ledger`

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::{
    audit::Actor,
    calendar::WorkDate,
    id::LeaveRequestId,
    leave::{Booking, EntryCause, EntryKind, Expiring, LeaveDayLength, LeaveDays, LedgerEntry},
    schedule::LeaveTypeCode,
    text::Reason,
};
use serde::{Deserialize, Serialize};
use store::leave_book::BookQuery;
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query, authorization,
    cursor::{CursorSeal, ListName, Page},
    instant::Instant,
    parameter,
    query::Limit,
};

use super::read::{Year, named, year};

/// The parameters of a ledger list: a leave year, a type and a page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LedgerQuery {
    /// The calendar year in which the leave year begins; the current leave year by default.
    #[serde(default, deserialize_with = "year")]
    #[param(value_type = Option<u32>, minimum = 2000, maximum = 2199, example = 2026)]
    year: Option<Year>,
    /// The code of the leave type; `annual` by default.
    #[serde(rename = "type")]
    #[param(value_type = Option<String>, example = "annual")]
    leave_type: Option<LeaveTypeCode>,
    /// The maximum number of entries, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// An entry of the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryAnswer {
    /// The id of the entry within the person's ledger.
    #[schema(example = "2026-annual-000003")]
    id: String,
    /// The instant of the booking; the current time if the entry isn't booked yet.
    at: Instant,
    /// Whether the entry is booked. Entries that are due appear as they will be booked, so that the ledger always adds up to
    /// the balance.
    booked: bool,
    /// The kind of entry.
    kind: EntryKind,
    /// The number of days that the entry adds; negative if it removes days.
    days: LeaveDays,
    /// The days available after the entry.
    balance_after_days: LeaveDays,
    /// The expiry that a notice announces; `null` for other entries.
    notice: Option<NoticeAnswer>,
    /// The origin of the entry: the id of the leave request, of the session with the late clock-in, or of the
    /// adjustment.
    reference: Option<String>,
    /// The request, such as one for sick leave, that took these days from the request of the entry, or gave them back.
    interrupted_by: Option<LeaveRequestId>,
    /// The note of the entry.
    #[schema(value_type = Option<String>)]
    note: Option<Reason>,
    /// The user or job that caused the entry.
    by: Actor,
}

/// Days of leave that a person was notified will expire.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeAnswer {
    /// `with_year` for leave that can't be carried over into the next leave year, `carried_over` for leave that was carried
    /// over.
    expiring: Expiring,
    /// The number of days that expire.
    #[schema(value_type = f64)]
    days: LeaveDays,
    /// The last date on which these days may be taken.
    take_by: WorkDate,
}

impl NoticeAnswer {
    fn new(cause: &EntryCause, day: LeaveDayLength) -> Option<Self> {
        let EntryCause::ExpiryNotice { expiring, minutes, take_by, .. } = cause else { return None };
        Some(Self { expiring: *expiring, days: day.in_days(*minutes), take_by: *take_by })
    }
}

impl EntryAnswer {
    fn new(entry: &LedgerEntry, booked: bool, day: LeaveDayLength, caller: &Caller) -> Self {
        Self {
            id: format!("{:04}-{}-{:06}", entry.year, entry.leave_type.as_str(), entry.number),
            at: Instant::new(entry.at, &caller.zone),
            booked,
            kind: entry.kind,
            days: entry.in_days(day),
            balance_after_days: day.in_days(entry.balance_after),
            notice: NoticeAnswer::new(&entry.cause, day),
            reference: entry.cause.reference(),
            interrupted_by: entry.cause.interrupted_by(),
            note: entry.note.clone(),
            by: entry.by,
        }
    }
}

/// List the ledger of a balance
///
/// Lists all entries of a person's leave year and type, newest first. Entries are only ever added; the balance is their sum.
/// Entries that are due but not booked yet come first, with `booked` false.
#[utoipa::path(
    get,
    path = "/leave/balances/{user_id}/ledger",
    operation_id = "listLedgerEntries",
    tag = "leave",
    params(("user_id" = String, Path, description = "The id of the person; `me` is the caller"), LedgerQuery),
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
    let snapshot = app.store.balances_snapshot(caller.user_id, user, None, now).await?;
    let person = snapshot.person.as_ref().ok_or_else(Problem::not_found)?;
    authorization::may_see(&caller, person)?;
    let (today, year_param, settings) =
        (snapshot.today_of(person, now), query.year.map(named), &snapshot.settings.settings);
    let years = BookQuery::years_around(today, year_param);
    let stored = app.store.stored_book(&BookQuery { user, years, types: vec![leave_type.clone()] }).await?;
    // Nothing of this book is committed: it only computes the entries that are due.
    let mut book = stored.open(person, settings, Booking { at: now, today, by: Actor::System });
    let year = year_param.unwrap_or_else(|| book.years(&leave_type).of(today).year);
    book.include_year(&leave_type, year);
    let due = book.finish().entries.into_iter().filter(|entry| entry.leave_type == leave_type && entry.year == year);

    let seal = CursorSeal::of_caller(&app, &caller, ListName::LeaveLedger, &(user, year, &leave_type)).await?;
    let before = seal.position::<u32>(query.cursor.as_deref())?;
    let limit = query.limit.get();
    let booked = app.store.ledger(user, year, &leave_type, before, limit).await?;
    let newest = booked.items.first().map(|entry| entry.number);
    // Entries that were due may have been booked since the balances were read.
    let due = due.filter(|entry| {
        before.is_none_or(|before| entry.number < before) && newest.is_none_or(|newest| newest < entry.number)
    });
    let mut entries: Vec<(LedgerEntry, bool)> = due.map(|entry| (entry, false)).collect();
    entries.reverse();
    entries.extend(booked.items.into_iter().map(|entry| (entry, true)));
    let more = booked.more || limit < entries.len();
    entries.truncate(limit);
    let next_cursor = entries.last().filter(|_| more).map(|(entry, _)| seal.seal(&entry.number)).transpose()?;
    let day = LeaveDayLength::of(settings);
    let items = entries.iter().map(|(entry, booked)| EntryAnswer::new(entry, *booked, day, &caller)).collect();
    Ok(Answer::ok(&Page { items, next_cursor })?.into_response())
}
