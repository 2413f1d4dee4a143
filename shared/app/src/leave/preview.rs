//! Previews of leave requests: their effects, without writing anything.

use domain::{
    audit::Actor,
    id::{LeaveRequestId, UserId},
    leave::{
        LeaveDayLength,
        request::{Asker, Extent, LeaveDraft, LeavePeriod, LeavePreview, LeaveStatus},
    },
    user::User,
};
use store::{StoreError, leave_requests::Away, people_lists::ListScope};

use super::requests::{LeaveRequestRefusal, asker, check_reach, person_of, query_of, snapshot};
use crate::{Failed, Refusal, Request, time_account::check_time_off};

/// The maximum number of colleagues who are shown as away.
const MAX_AWAY: usize = 100;

/// The effects that a leave request would have.
#[derive(Debug)]
pub struct PreviewedRequest {
    /// The dates, the balances and the refusal of the rules of leave.
    pub preview: LeavePreview,
    /// The refusal of the request, if it would be refused.
    pub refusal: Option<Refusal>,
    /// The length of a leave day, in which amounts are shown.
    pub day: LeaveDayLength,
    /// The other people of the person's department who are away, at most 100. Employees see approved leave only.
    pub away: Vec<Away>,
    /// Whether the caller is in charge of the person, so that all details of colleagues' leave are shown.
    pub is_in_charge: bool,
}

/// Returns the effects of a request for leave, which the caller makes or enters for another person.
///
/// # Errors
/// The caller may not enter leave for the person, or the request has no effects to show: its type or its dates are impossible.
pub async fn preview(request: &Request<'_>, person: UserId, draft: &LeaveDraft) -> Result<PreviewedRequest, Failed> {
    let Request { ports, caller, .. } = *request;
    let (period, leave_type) = (draft.period, draft.leave_type.clone());
    check_reach(&period, request)?;
    let snapshot = snapshot(request, &query_of(request, person, draft)).await?;
    let user = person_of(&snapshot)?;
    let asker = asker(request, user, &snapshot, &period)?;
    let planner = snapshot.attendance.planner(user);
    let context = snapshot.context(&planner, Actor::User { id: caller.user_id }, ports.now);
    let id = LeaveRequestId::generate(person, ports.now, ports.entropy);
    let is_in_charge = match asker {
        Asker::Person => false,
        Asker::Manager(_) => true,
    };
    let refused = |refusal| LeaveRequestRefusal::of(refusal, planner.settings);
    let preview = context.preview(id, draft.clone(), asker).map_err(refused)?;
    let away = colleagues_away(request, user, &period, is_in_charge).await?;
    let refusal = match preview.refusal.clone() {
        Some(refusal) => Some(refused(refusal)),
        None => check_time_off(&snapshot, &planner, &leave_type, id, Extent::from(period)).err().map(Refusal::from),
    };
    Ok(PreviewedRequest { preview, refusal, day: LeaveDayLength::of(planner.settings), away, is_in_charge })
}

/// Returns the other people of the person's department who are away; empty if the person has no department.
async fn colleagues_away(
    request: &Request<'_>,
    person: &User,
    period: &LeavePeriod,
    is_in_charge: bool,
) -> Result<Vec<Away>, StoreError> {
    let Some(department) = person.department_id else { return Ok(Vec::new()) };
    let shown = |away: &Away| away.user_id != person.id && (is_in_charge || away.status == LeaveStatus::Approved);
    let scope = ListScope::Departments([department].into());
    let (from, to) = (period.start_date(), period.end_date());
    Ok(request.ports.store.away(&scope, from, to, None, MAX_AWAY, shown).await?.items)
}
