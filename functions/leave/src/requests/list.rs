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
    cursor::{CursorSeal, Page},
    date_range::in_order,
    query::Limit,
    whose_list::WhoseList,
};

/// Which requests.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListLeaveRequests {
    /// Those of this status.
    status: Option<LeaveStatus>,
    /// Those of this person; `me` is the caller. Without it a manager's list is that of everyone in their charge.
    user_id: Option<String>,
    /// Those of the people of this department, for who manages it.
    department_id: Option<DepartmentId>,
    /// Those that reach to this date or beyond it.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<WorkDate>,
    /// Those that begin on this date or before it.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    to: Option<WorkDate>,
    /// The maximum number of items.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Leave requests
///
/// A person's newest first; a manager's list department by department, those that wait for a decision first. With
/// `status=pending` a manager's list leaves out their own, which others decide. A page of the latter may hold fewer than asked for and still have a `next_cursor`.
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
    let whose = WhoseList::asked(&app, &caller, user_id.as_deref(), department_id).await?;
    let filter = LeaveFilter { status, from, to };
    // Whose list it is belongs to what a cursor is good for.
    let key = app.tokens.cursor_key().await?;
    let context = ["leave requests", &caller.user_id.to_string(), &whose.cursor_context(), &format!("{filter:?}")];
    let seal = CursorSeal::new(&key, &context);
    let (now, deciders) = (app.now(), deciders_for(&app, &caller).await?);
    let shown = |request: &LeaveRequest, owner: Owner<'_>| {
        let actions = leave_request_actions(&caller, owner, request, deciders, now);
        LeaveRequestAnswer::new(request).allowing(actions)
    };
    let (items, next_cursor) = match whose {
        WhoseList::Person(person, other) => {
            let before = cursor.map(|cursor| seal.open::<LeaveRequestId>(&cursor)).transpose()?;
            let page = app.store.leave_requests_of(person, filter, before, limit.get()).await?;
            let owner = Owner::read(other.as_deref());
            let items: Vec<_> = page.items.iter().map(|request| shown(request, owner)).collect();
            (items, page.next.map(|id| seal.seal(&id)).transpose()?)
        }
        WhoseList::InCharge(walk) => {
            let position = cursor.map(|cursor| seal.open::<Position>(&cursor)).transpose()?;
            let offers_own = status != Some(LeaveStatus::Pending) || may_decide_own(&caller, deciders).is_ok();
            let visible =
                |person: &User| may_see(&caller, person).is_ok() && (offers_own || !is_self(&caller, person.id));
            let page = app.store.leave_requests(&walk, filter, position, limit.get(), visible).await?;
            let items = page.items.iter().map(|(request, person)| shown(request, Owner::of(&caller, person))).collect();
            (items, page.next.map(|position| seal.seal(&position)).transpose()?)
        }
    };
    Answer::ok(&Page { items, next_cursor })
}
