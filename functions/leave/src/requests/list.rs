//! `GET /leave/requests`

use axum::extract::State;
use domain::{
    calendar::WorkDate,
    id::{DepartmentId, LeaveRequestId},
    leave::request::{LeaveRequest, LeaveStatus},
    user::User,
};
use serde::Deserialize;
use store::{leave_requests::LeaveFilter, people_lists::Position};
use web::{
    Answer, App, Caller, Problem, Query,
    allowed::{Owner, deciders_for, leave_request_actions},
    answers::LeaveRequestAnswer,
    authorization::{is_self, may_decide_own, may_see},
    cursor::{CursorSeal, ListName, Page},
    date_range::in_order,
    query::Limit,
    whose_list::WhoseList,
};

/// The filters and the page of a list of leave requests.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListLeaveRequests {
    /// Only requests with this status.
    status: Option<LeaveStatus>,
    /// Only requests of this person; `me` is the caller. Without it, a manager's list has the requests of everyone whom they
    /// manage.
    user_id: Option<String>,
    /// Only requests of the people of this department; for its managers.
    department_id: Option<DepartmentId>,
    /// Only requests that end on this date or later.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<WorkDate>,
    /// Only requests that begin on this date or earlier.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    to: Option<WorkDate>,
    /// The maximum number of items.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List leave requests
///
/// A person's requests are listed newest first. A manager's list is ordered by department, pending requests first. With
/// `status=pending`, a manager's list leaves out their own requests, which others decide. A page of a manager's list may hold
/// fewer items than `limit` and still have a `next_cursor`.
#[utoipa::path(
    get,
    path = "/leave/requests",
    operation_id = "listLeaveRequests",
    tag = "leave",
    params(ListLeaveRequests),
    responses((status = 200, description = "A page of requests", body = Page<LeaveRequestAnswer>))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListLeaveRequests>,
) -> Result<Answer, Problem> {
    let ListLeaveRequests { status, user_id, department_id, from, to, limit, cursor } = query;
    if let Some((from, to)) = from.zip(to) {
        in_order(from, to)?;
    }
    let whose = WhoseList::of_query(&app, &caller, user_id.as_deref(), department_id).await?;
    let filter = LeaveFilter { status, from, to };
    // A cursor is valid only for the list of the same person or department, so the list is part of its context.
    let filters = (whose.cursor_filter(), status, from, to);
    let seal = CursorSeal::of_caller(&app, &caller, ListName::LeaveRequests, &filters).await?;
    let (now, deciders) = (app.now(), deciders_for(&app, &caller).await?);
    let shown = |request: &LeaveRequest, owner: Owner<'_>| {
        let actions = leave_request_actions(&caller, owner, request, deciders, now);
        LeaveRequestAnswer::new(request).allowing(actions)
    };
    let (items, next_cursor) = match whose {
        WhoseList::Person(person, other) => {
            let before = seal.position::<LeaveRequestId>(cursor.as_deref())?;
            let page = app.store.leave_requests_of(person, filter, before, limit.get()).await?;
            let owner = Owner::read(other.as_deref());
            let items: Vec<_> = page.items.iter().map(|request| shown(request, owner)).collect();
            (items, seal.next(page.next)?)
        }
        WhoseList::InCharge(scope) => {
            let position = seal.position::<Position>(cursor.as_deref())?;
            let offers_own = status != Some(LeaveStatus::Pending) || may_decide_own(&caller, deciders).is_ok();
            let visible =
                |person: &User| may_see(&caller, person).is_ok() && (offers_own || !is_self(&caller, person.id));
            let page = app.store.leave_requests(&scope, filter, position, limit.get(), visible).await?;
            let items = page.items.iter().map(|(request, person)| shown(request, Owner::of(&caller, person))).collect();
            (items, seal.next(page.next)?)
        }
    };
    Answer::ok(&Page { items, next_cursor })
}
