//! `GET /approvals`

use axum::extract::State;
use domain::{
    calendar::TimeOfDay,
    id::{DepartmentId, UserId},
    schedule::instant_of,
    user::User,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{
    many::CompanySnapshot,
    people_lists::ListScope,
    waiting::{Waiting, WaitingEntry, WaitingPosition},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    allowed::{
        ApprovalKind, Owner, approval_of, correction_actions, day_actions, leave_request_actions, swap_actions,
        user_actions,
    },
    answers::{CorrectionAnswer, DayAnswer, LeaveRequestAnswer, PayApprovalAnswer, SwapAnswer, UserAnswer},
    cursor::{CursorSeal, ListName},
    instant::Instant,
    query::Limit,
};

use super::{
    counts::{ApprovalCounts, MAX_COUNTED},
    query_of,
};

/// The page of the approvals list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApprovalsQuery {
    /// The maximum number of items.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of the entries that wait for the caller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Approvals {
    /// The entries, oldest first.
    items: Vec<Approval>,
    /// The counts by kind; on the first page only.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<ApprovalCounts>,
    /// The cursor of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// An entry that waits for the caller's decision.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Approval {
    /// The instant of the request, or the beginning of the day.
    since: Instant,
    /// The id of the person concerned; for a swap, of the person who asks for it.
    user_id: UserId,
    /// The id of the person's department.
    department_id: Option<DepartmentId>,
    /// The kind of entry, and its subject.
    #[serde(flatten)]
    what: ApprovalItem,
}

/// The subject of an entry. Its `allowed_actions` are the actions that the caller may take.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum ApprovalItem {
    /// A leave request that is pending.
    LeaveRequest {
        /// The leave request.
        leave_request: Box<LeaveRequestAnswer>,
    },
    /// A correction that is pending.
    Correction {
        /// The correction, with the day before and after.
        correction: Box<CorrectionAnswer>,
    },
    /// A swap that waits for a manager, or for the caller as the person who is asked.
    Swap {
        /// The swap.
        swap: Box<SwapAnswer>,
    },
    /// A day with a session whose clock-out was guessed; listed until the day is edited.
    DayToReview {
        /// The day with the guessed clock-out.
        day: Box<DayAnswer>,
    },
    /// A day with a clock-in that was accepted and flagged.
    FlaggedClockIn {
        /// The day with the flagged clock-in.
        day: Box<DayAnswer>,
    },
    /// A date with overtime, or work before the shift, that needs approval before it is paid.
    PayApproval {
        /// The time that waits, and earlier decisions about the date.
        pay_approval: Box<PayApprovalAnswer>,
    },
    /// A person who has registered.
    Registration {
        /// The person who has registered.
        user: Box<UserAnswer>,
    },
}

/// List the caller's open approvals
///
/// Lists everything that the caller may decide now, of all kinds, oldest first: leave requests, corrections, swaps, days to
/// review, flagged clock-ins and time that needs approval before it is paid. Admins and managers of everyone also see registrations. Everyone sees the swaps that they are
/// asked for. The caller's own requests, which others decide, aren't listed. For more than 100 departments, the list consists
/// of groups of 100 departments, each with its own order.
///
/// A page may hold fewer items than `limit` and still have a `next_cursor`.
#[utoipa::path(
    get, path = "/approvals", operation_id = "listApprovals", tag = "approvals", params(ApprovalsQuery),
    responses((status = 200, description = "A page of entries that wait for a decision", body = Approvals)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(ApprovalsQuery { limit, cursor }): Query<ApprovalsQuery>,
) -> Result<Answer, Problem> {
    let (now, limit) = (app.now(), limit.get());
    let query = query_of(&caller, now);
    let scope = query.scope.as_ref();
    let filters = (scope.is_some(), scope.and_then(ListScope::departments));
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Approvals, &filters).await?;
    let position = seal.position::<WaitingPosition>(cursor.as_deref())?;
    let is_first = position.is_none();
    let looked_at = if is_first { MAX_COUNTED } else { limit };
    let (company, page) =
        tokio::try_join!(app.store.company_snapshot(&[]), app.store.waiting(&query, position, looked_at))?;
    let deciders = company.deciders;
    let mut waiting: Vec<(ApprovalKind, WaitingEntry)> = Vec::new();
    for entry in page.entries {
        waiting.extend(approval_of(&caller, &entry.what, deciders, now).map(|kind| (kind, entry)));
    }
    let counts = is_first.then(|| ApprovalCounts::new(waiting.iter().map(|(kind, _)| *kind), page.next.is_some()));
    let next = if limit < waiting.len() {
        waiting.truncate(limit);
        waiting.last().map(|(_, last)| last.position.clone())
    } else {
        page.next
    };
    let items = waiting.iter().map(|(kind, entry)| Approval::new(*kind, &entry.what, &caller, &company, now)).collect();
    let next_cursor = seal.next(next)?;
    Answer::ok(&Approvals { items, counts, next_cursor })
}

impl Approval {
    fn new(kind: ApprovalKind, entry: &Waiting, caller: &Caller, company: &CompanySnapshot, now: Timestamp) -> Self {
        let deciders = company.deciders;
        let of =
            |person: &User, since, what| Self { since, user_id: person.id, department_id: person.department_id, what };
        match entry {
            Waiting::LeaveRequest(request, person) => {
                let actions = leave_request_actions(caller, Owner::of(caller, person), request, deciders, now);
                let shown = Box::new(LeaveRequestAnswer::new(request).allowing(actions));
                let since = Instant::new(request.created_at, &request.zone);
                of(person, since, ApprovalItem::LeaveRequest { leave_request: shown })
            }
            Waiting::Correction(correction, person) => {
                let actions = correction_actions(caller, Owner::of(caller, person), correction, deciders);
                let shown = Box::new(CorrectionAnswer::new(correction).allowing(actions));
                let since = Instant::new(correction.created_at, &correction.zone);
                of(person, since, ApprovalItem::Correction { correction: shown })
            }
            Waiting::Swap(swap, asker, other) => {
                let actions = swap_actions(caller, (asker, other), swap, deciders, now);
                let shown = Box::new(SwapAnswer::new(swap, now).allowing(actions));
                of(asker, Instant::new(swap.created_at, &swap.zone), ApprovalItem::Swap { swap: shown })
            }
            Waiting::Day(day, person) => {
                let actions = day_actions(caller, Owner::of(caller, person), day, deciders, now);
                let shown = Box::new(DayAnswer::new(day, now).allowing(actions));
                let what = if kind == ApprovalKind::DayToReview {
                    ApprovalItem::DayToReview { day: shown }
                } else {
                    ApprovalItem::FlaggedClockIn { day: shown }
                };
                of(person, Instant::new(day.begins_at(), day.zone()), what)
            }
            Waiting::PayApproval(record, person) => {
                let zone = person.zone_at(&company.sites, &company.settings.settings.time_zone);
                let shown = Box::new(PayApprovalAnswer::new(person.id, record, zone));
                let since = instant_of(zone, record.date, TimeOfDay::constant::<0, 0>());
                of(person, Instant::new(since, zone), ApprovalItem::PayApproval { pay_approval: shown })
            }
            Waiting::Registration(person) => {
                let zone = person.zone_at(&company.sites, &company.settings.settings.time_zone);
                let actions = user_actions(caller, person, deciders);
                let shown = Box::new(UserAnswer::new(person, zone).allowing(actions));
                of(person, Instant::new(person.created_at, zone), ApprovalItem::Registration { user: shown })
            }
        }
    }
}
