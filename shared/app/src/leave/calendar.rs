//! The leave calendar: who is away, as far as the caller may know.

use domain::{
    calendar::DateRange,
    id::DepartmentId,
    leave::request::{LeavePeriod, LeaveStatus},
};
use store::{
    Store, StoreError,
    leave_requests::{Away, LeavePage},
    people_lists::{ListScope, Position},
};

use crate::{
    Caller, Denied,
    authorization::{VisibleBoard, is_self, visible_board},
};

/// The part of the leave calendar that a caller may see.
#[derive(Debug)]
pub struct VisibleCalendar<'a> {
    caller: &'a Caller,
    dates: DateRange,
    scope: ListScope,
    /// Whether the caller is in charge of the people, and not their colleague.
    is_in_charge: bool,
}

/// Leave in the calendar, as far as the caller may know it.
#[derive(Debug)]
pub struct VisibleAway {
    /// The leave.
    pub away: Away,
    /// The periods of the leave in the calendar. Those who may know the type see the periods before and after other leave that
    /// interrupts it. Colleagues see one period for both, because an interruption would tell them of an illness.
    pub periods: Vec<LeavePeriod>,
    /// Whether the caller may know the type and the id of the leave.
    pub is_told_all: bool,
}

impl<'a> VisibleCalendar<'a> {
    /// Returns the part that `caller` may see, of a department or of all.
    ///
    /// # Errors
    /// The caller may not see the department.
    pub fn of(caller: &'a Caller, dates: DateRange, department: Option<DepartmentId>) -> Result<Self, Denied> {
        let visible = visible_board(caller, department)?;
        let is_in_charge = match &visible {
            VisibleBoard::Lines(_) => true,
            VisibleBoard::Presence(_) => false,
        };
        Ok(Self { caller, dates, scope: ListScope::from(visible), is_in_charge })
    }

    /// Returns the people of the calendar.
    pub const fn scope(&self) -> &ListScope {
        &self.scope
    }

    /// Returns a page of the calendar. Pending leave is shown only to the person and to those in charge.
    ///
    /// # Errors
    /// The table refuses a request.
    pub async fn page(
        &self,
        store: &Store,
        position: Option<Position>,
        limit: usize,
    ) -> Result<LeavePage<VisibleAway, Position>, StoreError> {
        let DateRange { from, to } = self.dates;
        let is_told_all = |away: &Away| self.is_in_charge || is_self(self.caller, away.user_id);
        let is_shown = |away: &Away| is_told_all(away) || away.status == LeaveStatus::Approved;
        let LeavePage { items, next } = store.away(&self.scope, from, to, position, limit, is_shown).await?;
        Ok(LeavePage { items: visible(items, self.dates, is_told_all), next })
    }
}

/// Returns leave as it is visible. `is_told_all` says whether the caller may know the type of a leave.
pub(super) fn visible(
    items: Vec<Away>,
    DateRange { from, to }: DateRange,
    is_told_all: impl Fn(&Away) -> bool,
) -> Vec<VisibleAway> {
    let mut visible: Vec<VisibleAway> = Vec::new();
    for away in items {
        if is_told_all(&away) {
            visible.push(VisibleAway { periods: away.periods(from, to), is_told_all: true, away });
            continue;
        }
        let mut period = away.period;
        loop {
            let joined = visible.iter().enumerate().find_map(|(place, earlier)| {
                let is_same = !earlier.is_told_all && earlier.away.user_id == away.user_id;
                Some((place, earlier.periods.first().filter(|_| is_same)?.joined(&period)?))
            });
            let Some((place, both)) = joined else { break };
            visible.remove(place);
            period = both;
        }
        visible.push(VisibleAway { periods: vec![period], is_told_all: false, away });
    }
    visible
}
