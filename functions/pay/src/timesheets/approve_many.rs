//! `POST /pay/periods/{id}/approvals`

use app::pay::{
    periods::CompanyPeriod,
    timesheets::{self, SignedTimesheet, Signing},
};
use axum::extract::{Path, State};
use domain::{
    id::{DepartmentId, UserId},
    pay::TimesheetStatus,
    user::User,
};
use serde::{Deserialize, Serialize};
use store::people_lists::{ListScope, Position};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Problem, RequestId,
    authorization::visible_people_of,
    cursor::{CursorSeal, ListName},
    parameter,
    use_case::execute,
};

/// The number of people whose timesheets one request examines.
const PEOPLE: usize = 50;

/// The people whose submitted timesheets are approved.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub(crate) struct ApproveTimesheets {
    /// Only people of this department; all people whom the caller manages by default.
    department_id: Option<DepartmentId>,
    /// The `next_cursor` of the request before, to approve the timesheets of further people.
    cursor: Option<String>,
}

/// The outcome for each submitted timesheet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovedTimesheets {
    /// The timesheets that were examined.
    results: Vec<ApprovedTimesheet>,
    /// The cursor of the next request; absent after the last people.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The outcome for a submitted timesheet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovedTimesheet {
    /// The person.
    user_id: UserId,
    /// Whether the timesheet is now approved.
    approved: bool,
    /// The code of the problem for which the timesheet wasn't approved; `null` if it was.
    code: Option<Code>,
}

/// Approve many timesheets
///
/// Approves the submitted timesheets of the people whom the caller decides for, or of one department. Each is a transaction of
/// its own. A request examines 50 people; repeat it with `next_cursor` for the others.
#[utoipa::path(
    post,
    path = "/pay/periods/{id}/approvals",
    operation_id = "approveTimesheets",
    tag = "pay",
    params(("id" = String, Path, description = "The id of the pay period", example = "2026-11-01..2026-11-30")),
    request_body = ApproveTimesheets,
    responses(
        (status = 200, description = "The outcomes", body = ApprovedTimesheets),
        (status = 409, description = "`pay_period_not_set`")
    )
)]
pub(crate) async fn approve_many(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
    Body { value, .. }: Body<ApproveTimesheets>,
) -> Result<Answer, Problem> {
    let scope = ListScope::from(visible_people_of(&caller, value.department_id)?);
    let period = CompanyPeriod::named(&app.store, parameter::id(&id)?).await?;
    let filters = (&id, scope.departments());
    let seal = CursorSeal::of_caller(&app, &caller, ListName::TimesheetApprovals, &filters).await?;
    let position: Option<Position> = value.cursor.map(|cursor| seal.open(&cursor)).transpose()?;
    let page = timesheets::page(&app.store, &scope, period.period, position, PEOPLE).await?;
    let submitted = page.timesheets.iter().filter(|(_, timesheet)| timesheet.status == TimesheetStatus::Submitted);
    let approved = |_: &SignedTimesheet, _: u64| Ok(Answer::no_content());
    let signing = Signing::Approve(None);
    let mut results = Vec::new();
    for (User { id, .. }, _) in submitted {
        let request = app.request(&caller, &request_id, None);
        let made = execute(&request, approved, || timesheets::sign(&request, *id, period, &signing)).await;
        let code = made.err().map(|problem| problem.code());
        results.push(ApprovedTimesheet { user_id: *id, approved: code.is_none(), code });
    }
    let next_cursor = page.next.map(|position| seal.seal(&position)).transpose()?;
    Answer::ok(&ApprovedTimesheets { results, next_cursor })
}
