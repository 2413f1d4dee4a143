//! `GET /pay/accounts/{user_id}/ledger`

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::{
    calendar::WorkDate,
    id::UserId,
    pay::{AccountCause, PayCode},
    text::Reason,
};
use serde::{Deserialize, Serialize};
use store::pay::accounts::StoredEntry;
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    cursor::{CursorSeal, ListName, Page},
    instant::Instant,
    person::visible_person,
    query::Limit,
};

/// The page of a ledger.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LedgerQuery {
    /// The maximum number of entries, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The kind of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AccountEntryKind)]
pub(crate) enum KindAnswer {
    /// The time of a work date: worked time and paid absence, minus the target.
    Day,
    /// Leave of the type `time_off`.
    TimeOff,
    /// A manager's adjustment.
    Adjustment,
    /// Time that is paid out.
    Payout,
    /// Time that expired at a settlement.
    Expiry,
    /// Time above the maximum that was cut or paid.
    Cap,
    /// The time that multipliers of pay codes add to the worked time of a date.
    Credit,
}

/// An entry of a time account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountEntry)]
pub(crate) struct EntryAnswer {
    /// The id within the person's ledger.
    #[schema(example = "2026-11-02#1-day#000000")]
    id: String,
    /// The date to which the entry applies.
    date: WorkDate,
    /// The kind of entry.
    kind: KindAnswer,
    /// The seconds that the entry adds; negative if it takes time.
    seconds: i64,
    /// The number of the booking of the date, from 0; `null` for entries that aren't bookings of a date.
    revision: Option<u32>,
    /// The pay code under which the time is paid; `null` if it isn't paid.
    code: Option<PayCode>,
    /// The manager who made the entry; `null` for entries of scheduled jobs.
    added_by: Option<UserId>,
    /// The reason of an adjustment.
    #[schema(value_type = Option<String>)]
    reason: Option<Reason>,
    /// The instant of the booking.
    at: Instant,
}

impl EntryAnswer {
    fn new(stored: StoredEntry, caller: &Caller) -> Self {
        let StoredEntry { id, entry } = stored;
        let (kind, revision, code, added_by, reason) = match entry.cause {
            AccountCause::Day { revision } => (KindAnswer::Day, Some(revision), None, None, None),
            AccountCause::TimeOff { revision } => (KindAnswer::TimeOff, Some(revision), None, None, None),
            AccountCause::Adjustment { by, reason } => (KindAnswer::Adjustment, None, None, Some(by), Some(reason)),
            AccountCause::Payout { by, code } => (KindAnswer::Payout, None, Some(code), Some(by), None),
            AccountCause::Expiry => (KindAnswer::Expiry, None, None, None, None),
            AccountCause::Cap { code } => (KindAnswer::Cap, None, code, None, None),
            AccountCause::Credit { revision } => (KindAnswer::Credit, Some(revision), None, None, None),
        };
        let at = Instant::new(entry.at, &caller.zone);
        Self { id, date: entry.date, kind, seconds: entry.seconds, revision, code, added_by, reason, at }
    }
}

/// List the ledger of a time account
///
/// Lists all entries of a person's time account, latest date first. Entries are only ever added; the balance is their sum.
#[utoipa::path(
    get,
    path = "/pay/accounts/{user_id}/ledger",
    operation_id = "listTimeAccountEntries",
    tag = "pay",
    params(("user_id" = String, Path, description = "The id of the person; `me` is the caller"), LedgerQuery),
    responses((status = 200, description = "A page of entries", body = Page<EntryAnswer>))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    Query(query): Query<LedgerQuery>,
) -> Result<Response, Problem> {
    let user = visible_person(&app, &caller, &user).await?;
    let seal = CursorSeal::of_caller(&app, &caller, ListName::TimeAccountLedger, &user).await?;
    let before = query.cursor.map(|cursor| seal.open::<String>(&cursor)).transpose()?;
    let page = app.store.account_ledger(user, before.as_deref(), query.limit.get()).await?;
    let next_cursor = page.items.last().filter(|_| page.more).map(|last| seal.seal(&last.id)).transpose()?;
    let items = page.items.into_iter().map(|entry| EntryAnswer::new(entry, &caller)).collect();
    Ok(Answer::ok(&Page { items, next_cursor })?.into_response())
}
