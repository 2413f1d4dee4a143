//! The people and dates of a preview, which computes stored days again under a change without writing anything.

use domain::{FieldFault, FieldRule, calendar::WorkDate, export::PreviewedDays, id::DepartmentId, user::User};
use store::{Store, people_lists::ListScope};

use crate::{Caller, Failed, Refusal, authorization::visible_people_of};

/// The maximum number of dates of a preview.
const MAX_DATES: i32 = 31;

/// The maximum number of dates of a preview that a job makes: a leap year.
const MAX_EXPORTED_DATES: i32 = 366;

/// The maximum number of people of a preview.
const MAX_PEOPLE: usize = 100;

/// The people and dates of a preview. The limits keep a preview within the time of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreviewScope {
    /// The first date.
    pub from: WorkDate,
    /// The last date.
    pub to: WorkDate,
    /// The department; none for all people.
    pub department: Option<DepartmentId>,
    max_people: usize,
}

impl PreviewScope {
    /// Creates a scope of at most 31 dates.
    ///
    /// # Errors
    /// The dates are more, or in the wrong order.
    pub fn new(from: WorkDate, to: WorkDate, department: Option<DepartmentId>) -> Result<Self, Refusal> {
        ensure_dates(from, to, MAX_DATES)?;
        Ok(Self { from, to, department, max_people: MAX_PEOPLE })
    }

    /// Returns the people and dates of a preview that a job makes: any number of people, and at most 366 dates.
    ///
    /// # Errors
    /// The dates are more, or in the wrong order, or the department isn't the caller's.
    pub fn exported(
        caller: &Caller,
        (from, to): (WorkDate, WorkDate),
        department_id: Option<DepartmentId>,
    ) -> Result<PreviewedDays, Refusal> {
        ensure_dates(from, to, MAX_EXPORTED_DATES)?;
        visible_people_of(caller, department_id)?;
        Ok(PreviewedDays { from, to, department_id })
    }

    /// Returns the people and dates as a job stores them.
    pub const fn days(self) -> PreviewedDays {
        PreviewedDays { from: self.from, to: self.to, department_id: self.department }
    }

    /// Returns the scope with another maximum number of people, for work that is cheaper than a preview.
    #[must_use]
    pub const fn with_max_people(self, max_people: usize) -> Self {
        Self { max_people, ..self }
    }

    /// Returns all dates, in order.
    pub fn dates(self) -> Vec<WorkDate> {
        (0..=self.to.days_since(self.from)).map(|days| self.from.plus_days(days)).collect()
    }

    /// Returns the people whom the caller manages, by department and name, at most the maximum number.
    ///
    /// # Errors
    /// The people are more, or the department isn't the caller's.
    pub async fn people(self, store: &Store, caller: &Caller) -> Result<Vec<User>, Failed> {
        let scope = ListScope::from(visible_people_of(caller, self.department)?);
        let is_employed = |person: &User| self.dates().into_iter().any(|date| person.is_employed_on(date));
        let mut people = Vec::new();
        let mut position = None;
        loop {
            let page = store.people(&scope, position, self.max_people + 1 - people.len(), is_employed, true).await?;
            people.extend(page.people);
            if self.max_people < people.len() {
                let rule = FieldRule::DepartmentAtMost { max: self.max_people as u64 };
                return Err(vec![FieldFault::new("department_id", rule)].into());
            }
            match page.next {
                Some(next) => position = Some(next),
                None => return Ok(people),
            }
        }
    }
}

/// Checks that the dates are in order and not too many.
fn ensure_dates(from: WorkDate, to: WorkDate, max: i32) -> Result<(), Refusal> {
    let other = || "from".to_owned();
    Refusal::unless_valid([
        (to < from, "to", FieldRule::NotBefore { other: other() }),
        (to.days_since(from) >= max, "to", FieldRule::RangeAtMost { days: i64::from(max), other: other() }),
    ])
}
