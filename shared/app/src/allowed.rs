//! The actions that a caller may currently take on an item that is decided or changed. The answers come from the functions that
//! the commands themselves call: [`crate::authorization`] and the domain's rules.

use answers::DayAnswer;
pub use answers::actions::{CorrectionAction, DayAction, LeaveRequestAction, SwapAction, TimesheetAction, UserAction};
use domain::{
    audit::Actor,
    correction::Correction,
    day::{Day, Verdict},
    leave::request::{CancelDates, LeaveRequest, MAX_DAYS_BACK},
    pay::TimesheetStatus,
    swap::{Awaited, Swap},
    user::{User, UserStatus},
};
use jiff::Timestamp;
use serde::Serialize;
use store::{users::Deciders, waiting::Waiting};
use utoipa::ToSchema;

use crate::{
    authorization::{
        is_self, may_arrange_leave, may_decide, may_decide_either, may_decide_own, may_edit_days, may_manage, may_plan,
        may_set_badge, may_set_pin, may_still_be_granted, must_be_admin,
    },
    caller::{Caller, CallerKind},
};

/// The kinds of items that wait for a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalKind {
    /// A pending leave request.
    LeaveRequest,
    /// A pending correction.
    Correction,
    /// A swap that waits for a manager, or for the caller as the person who is asked.
    Swap,
    /// A day with a session whose end was estimated, until an edit of the day. Flagged clock-ins of the same day follow after
    /// it.
    DayToReview,
    /// A day with a clock-in that was accepted and flagged, until it is acknowledged or rejected.
    FlaggedClockIn,
    /// A date with time that needs approval before it is paid.
    PayApproval,
    /// A person who has registered.
    Registration,
}

/// The person that an item belongs to, as far as the caller's actions depend on it.
#[derive(Debug, Clone, Copy)]
pub enum Owner<'a> {
    /// The caller. Their profile isn't needed.
    Caller,
    /// Another person.
    Another(&'a User),
}

impl<'a> Owner<'a> {
    /// Returns the owner for a person.
    pub fn of(caller: &Caller, person: &'a User) -> Self {
        if is_self(caller, person.id) { Self::Caller } else { Self::Another(person) }
    }

    /// Returns the owner: the other person whose profile was read, otherwise the caller.
    pub fn read(other: Option<&'a User>) -> Self {
        other.map_or(Self::Caller, Self::Another)
    }

    const fn is_caller(self) -> bool {
        match self {
            Self::Caller => true,
            Self::Another(_) => false,
        }
    }

    fn is_decided_by(self, caller: &Caller, deciders: Deciders) -> bool {
        match self {
            Self::Caller => may_decide_own(caller, deciders).is_ok(),
            Self::Another(person) => may_decide(caller, person, deciders).is_ok(),
        }
    }

    fn can_be_granted(self) -> bool {
        match self {
            // A person who has left has no token.
            Self::Caller => true,
            Self::Another(person) => may_still_be_granted(person).is_ok(),
        }
    }
}

/// Returns the actions that a caller may take on a leave request.
pub fn leave_request_actions(
    caller: &Caller,
    owner: Owner<'_>,
    request: &LeaveRequest,
    deciders: Deciders,
    now: Timestamp,
) -> Vec<LeaveRequestAction> {
    let is_pending = request.must_be_pending().is_ok();
    let may_decide = is_pending && owner.is_decided_by(caller, deciders);
    let cancels = match owner {
        Owner::Caller => true,
        Owner::Another(person) => may_arrange_leave(caller, person, deciders).is_ok(),
    };
    let today = request.zone.date_of(now);
    // Only a manager cancels leave that is over.
    let earliest = (!owner.is_caller()).then(|| today.plus_days(-MAX_DAYS_BACK));
    let by = Actor::User { id: caller.user_id };
    let dates = CancelDates { today, begun_until: today.previous(), earliest };
    let can_end = request.cancelled(by, now, dates).is_ok();
    allowed(
        caller,
        [
            (may_decide && owner.can_be_granted(), LeaveRequestAction::Approve),
            (may_decide, LeaveRequestAction::Reject),
            (owner.is_caller() && is_pending, LeaveRequestAction::Change),
            (cancels && can_end, LeaveRequestAction::Cancel),
        ],
    )
}

/// Returns the actions that a caller may take on a correction.
pub fn correction_actions(
    caller: &Caller,
    owner: Owner<'_>,
    correction: &Correction,
    deciders: Deciders,
) -> Vec<CorrectionAction> {
    let is_pending = correction.must_be_pending().is_ok();
    let may_decide = is_pending && owner.is_decided_by(caller, deciders);
    allowed(
        caller,
        [
            (may_decide && owner.can_be_granted(), CorrectionAction::Approve),
            (may_decide, CorrectionAction::Reject),
            (owner.is_caller() && is_pending, CorrectionAction::Withdraw),
        ],
    )
}

/// Returns the actions that a caller may take on a swap between two people.
pub fn swap_actions(
    caller: &Caller,
    (asker, other): (&User, &User),
    swap: &Swap,
    deciders: Deciders,
    now: Timestamp,
) -> Vec<SwapAction> {
    let awaited = swap.awaits(now);
    let answers = awaited == Some(Awaited::Other) && is_self(caller, other.id);
    let may_decide = awaited == Some(Awaited::Manager) && may_decide_either(caller, asker, other, deciders).is_ok();
    let can_be_made = may_still_be_granted(asker).and_then(|()| may_still_be_granted(other)).is_ok();
    allowed(
        caller,
        [
            (answers && can_be_made, SwapAction::Accept),
            (answers, SwapAction::Decline),
            (may_decide && can_be_made, SwapAction::Approve),
            (may_decide, SwapAction::Reject),
            (is_self(caller, asker.id) && swap.withdrawn(now).is_ok(), SwapAction::Withdraw),
        ],
    )
}

/// Returns the actions that a caller may take on a timesheet. `is_complete` tells whether nothing blocks its signature.
pub fn timesheet_actions(
    caller: &Caller,
    owner: Owner<'_>,
    status: TimesheetStatus,
    is_complete: bool,
    deciders: Deciders,
) -> Vec<TimesheetAction> {
    let (is_open, is_submitted, is_approved) = match status {
        TimesheetStatus::Open | TimesheetStatus::Rejected => (true, false, false),
        TimesheetStatus::Submitted => (false, true, false),
        TimesheetStatus::Approved => (false, false, true),
        TimesheetStatus::Closing | TimesheetStatus::Closed => (false, false, false),
    };
    let may_decide = owner.is_decided_by(caller, deciders);
    allowed(
        caller,
        [
            (owner.is_caller() && is_open && is_complete, TimesheetAction::Submit),
            (may_decide && (is_open || is_submitted) && is_complete, TimesheetAction::Approve),
            (may_decide && (is_submitted || is_approved), TimesheetAction::Reject),
        ],
    )
}

/// Returns the actions that a caller may take on a day.
pub fn day_actions(caller: &Caller, owner: Owner<'_>, day: &Day, deciders: Deciders, now: Timestamp) -> Vec<DayAction> {
    let edits = match owner {
        Owner::Caller => false,
        Owner::Another(person) => may_edit_days(caller, person, deciders).is_ok(),
    };
    allowed(
        caller,
        [
            (edits, DayAction::Edit),
            (edits && day.can_be_excused(now), DayAction::Excuse),
            (edits && day.takes_verdict(Verdict::Acknowledged), DayAction::Acknowledge),
            (edits && day.takes_verdict(Verdict::Rejected), DayAction::Reject),
            (owner.is_caller(), DayAction::RequestCorrection),
        ],
    )
}

/// Returns a day of the caller, with the actions that the caller may take on it.
pub fn own_day(caller: &Caller, day: &Day, as_of: Timestamp) -> DayAnswer {
    // The other deciders don't matter: nobody edits their own day.
    DayAnswer::new(day, as_of).allowing(day_actions(caller, Owner::Caller, day, Deciders::default(), as_of))
}

/// Returns the actions that a caller may take on a person.
pub fn user_actions(caller: &Caller, person: &User, deciders: Deciders) -> Vec<UserAction> {
    let manages = may_manage(caller, person).is_ok();
    let is_here = match person.status {
        UserStatus::Pending | UserStatus::Active => true,
        UserStatus::Disabled => false,
    };
    let edits_days = may_edit_days(caller, person, deciders).is_ok();
    allowed(
        caller,
        [
            (manages, UserAction::Change),
            (manages && must_be_admin(caller).is_ok(), UserAction::ChangeRole),
            (manages && person.status != UserStatus::Active, UserAction::Activate),
            (manages && is_here, UserAction::Disable),
            (manages, UserAction::ResetPassword),
            (may_set_pin(caller, person).is_ok(), UserAction::SetPin),
            (is_here && may_set_badge(caller, person).is_ok(), UserAction::SetBadge),
            (may_plan(caller, person, deciders).is_ok(), UserAction::PlanRoster),
            (edits_days, UserAction::EditDays),
            (
                !is_self(caller, person.id) && may_arrange_leave(caller, person, deciders).is_ok(),
                UserAction::EnterLeave,
            ),
            (edits_days, UserAction::AdjustLeave),
        ],
    )
}

/// Returns the kind of decision that an entry needs from the caller; nothing if another person has to decide.
pub fn approval_of(caller: &Caller, entry: &Waiting, deciders: Deciders, now: Timestamp) -> Option<ApprovalKind> {
    match entry {
        Waiting::LeaveRequest(request, person) => {
            let actions = leave_request_actions(caller, Owner::of(caller, person), request, deciders, now);
            actions.contains(&LeaveRequestAction::Reject).then_some(ApprovalKind::LeaveRequest)
        }
        Waiting::Correction(correction, person) => {
            let actions = correction_actions(caller, Owner::of(caller, person), correction, deciders);
            actions.contains(&CorrectionAction::Reject).then_some(ApprovalKind::Correction)
        }
        Waiting::Swap(swap, asker, other) => {
            let actions = swap_actions(caller, (asker, other), swap, deciders, now);
            let may_decide = actions.contains(&SwapAction::Decline) || actions.contains(&SwapAction::Reject);
            may_decide.then_some(ApprovalKind::Swap)
        }
        Waiting::Day(day, person) => {
            may_edit_days(caller, person, deciders).ok()?;
            let kind =
                if day.has_times_to_confirm() { ApprovalKind::DayToReview } else { ApprovalKind::FlaggedClockIn };
            Some(kind)
        }
        Waiting::PayApproval(_, person) => {
            may_edit_days(caller, person, deciders).ok()?;
            Some(ApprovalKind::PayApproval)
        }
        Waiting::Registration(person) => {
            let actions = user_actions(caller, person, deciders);
            actions.contains(&UserAction::Activate).then_some(ApprovalKind::Registration)
        }
    }
}

/// Returns the allowed actions. The list is empty for a service token, whose permissions follow from its scopes.
fn allowed<A, const N: usize>(caller: &Caller, actions: [(bool, A); N]) -> Vec<A> {
    match caller.kind {
        CallerKind::Person => {}
        CallerKind::ServiceToken(_) => return Vec::new(),
    }
    actions.into_iter().filter_map(|(is_allowed, action)| is_allowed.then_some(action)).collect()
}
