//! Previews of leave requests: their effects, without writing anything.

use domain::{
    audit::Actor,
    calendar::DateRange,
    id::{LeaveRequestId, UserId},
    leave::{
        LeaveDayLength,
        request::{Asker, Extent, LeaveDraft, LeavePeriod, LeavePreview, LeaveStatus, Previewed},
    },
    user::User,
};
use store::{StoreError, leave_requests::Away, leave_snapshot::LeaveSnapshot, people_lists::ListScope};

use super::calendar::{VisibleAway, visible};
use super::requests::{
    LeaveRequestRefusal, asker, check_reach, own_request, person_of, query_of, snapshot, snapshot_to_change,
};
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
    pub away: Vec<VisibleAway>,
}

/// Returns the effects of a request for leave, which the caller makes or enters for another person.
///
/// # Errors
/// The caller may not enter leave for the person, or the request has no effects to show: its type or its dates are impossible.
pub async fn preview(request: &Request<'_>, person: UserId, draft: &LeaveDraft) -> Result<PreviewedRequest, Failed> {
    check_reach(&draft.period, request)?;
    let snapshot = snapshot(request, &query_of(request, person, draft)).await?;
    let asker = asker(request, person_of(&snapshot)?, &snapshot, &draft.period)?;
    let id = LeaveRequestId::generate(person, request.ports.now, request.ports.entropy);
    previewed(request, &snapshot, Previewed::New(id, asker), draft).await
}

/// Returns the effects of a change of one of the caller's own pending requests.
///
/// # Errors
/// The request is another person's or doesn't exist, or the change has no effects to show: its type or its dates are impossible.
pub async fn preview_change(
    request: &Request<'_>,
    id: LeaveRequestId,
    draft: &LeaveDraft,
) -> Result<PreviewedRequest, Failed> {
    let before = own_request(request, id).await?;
    let snapshot = snapshot_to_change(request, &before, draft).await?;
    previewed(request, &snapshot, Previewed::Change(&before), draft).await
}

async fn previewed(
    request: &Request<'_>,
    snapshot: &LeaveSnapshot,
    change: Previewed<'_>,
    draft: &LeaveDraft,
) -> Result<PreviewedRequest, Failed> {
    let Request { ports, caller, .. } = *request;
    let user = person_of(snapshot)?;
    let planner = snapshot.attendance.planner(user);
    let context = snapshot.context(&planner, Actor::User { id: caller.user_id }, ports.now);
    let (id, is_in_charge) = match change {
        Previewed::New(id, Asker::Person) => (id, false),
        Previewed::New(id, Asker::Manager(_)) => (id, true),
        Previewed::Change(before) => (before.id, false),
    };
    let refused = |refusal| LeaveRequestRefusal::of(refusal, planner.settings);
    let preview = context.preview(change, draft.clone()).map_err(refused)?;
    let away = colleagues_away(request, user, &draft.period, is_in_charge).await?;
    let of_time_off = || {
        let extent = Extent::from(draft.period);
        check_time_off(snapshot, &planner, &draft.leave_type, id, extent).err().map(Refusal::from)
    };
    let refusal = preview.refusal.clone().map(refused).or_else(of_time_off);
    Ok(PreviewedRequest { preview, refusal, day: LeaveDayLength::of(planner.settings), away })
}

/// Returns the other people of the person's department who are away; empty if the person has no department.
async fn colleagues_away(
    request: &Request<'_>,
    person: &User,
    period: &LeavePeriod,
    is_in_charge: bool,
) -> Result<Vec<VisibleAway>, StoreError> {
    let Some(department) = person.department_id else { return Ok(Vec::new()) };
    let shown = |away: &Away| away.user_id != person.id && (is_in_charge || away.status == LeaveStatus::Approved);
    let scope = ListScope::Departments([department].into());
    let (from, to) = (period.start_date(), period.end_date());
    let away = request.ports.store.away(&scope, from, to, None, MAX_AWAY, shown).await?.items;
    Ok(visible(away, DateRange { from, to }, |_| is_in_charge))
}
