//! Computes a person's employments after a change of their profile.

use super::Employments;
use crate::{
    FieldFault, FieldRule,
    calendar::WorkDate,
    patch_field::PatchField,
    user::{User, UserStatus},
};

/// The employment fields of a change: the whole list, or the dates of the latest employment.
#[derive(Debug, Clone, Default)]
pub struct EmploymentUpdate {
    /// All employments, if the change replaces them.
    pub employments: Option<Employments>,
    /// The first date of the latest employment.
    pub hired_on: PatchField<WorkDate>,
    /// The last date of the latest employment.
    pub left_on: PatchField<WorkDate>,
}

impl EmploymentUpdate {
    /// Returns the update of a whole profile: dates that it leaves out are reset. Two dates that the account needs are kept:
    /// the beginning of an employment that isn't the first, and the end of a disabled account's employment.
    pub fn of_replacement(
        employments: Option<Employments>,
        hired_on: Option<WorkDate>,
        left_on: Option<WorkDate>,
        status: UserStatus,
        before: &User,
    ) -> Self {
        let is_first = before.employments.spans().len() <= 1;
        let reset = |resets: bool| if resets && employments.is_none() { PatchField::Null } else { PatchField::Absent };
        let is_disabled = match status {
            UserStatus::Disabled => true,
            UserStatus::Pending | UserStatus::Active => false,
        };
        let (no_beginning, no_end) = (reset(is_first), reset(!is_disabled));
        Self {
            employments,
            hired_on: hired_on.map_or(no_beginning, PatchField::Value),
            left_on: left_on.map_or(no_end, PatchField::Value),
        }
    }

    /// Returns the employments of a new account: as given, or from today on by default.
    pub fn of_newcomer(
        employments: Option<&Employments>,
        hired_on: Option<WorkDate>,
        today: WorkDate,
    ) -> Result<Employments, FieldFault> {
        match employments {
            Some(employments) => {
                let update = Self {
                    employments: Some(employments.clone()),
                    hired_on: hired_on.map_or(PatchField::Absent, PatchField::Value),
                    left_on: PatchField::Absent,
                };
                must_not_be_empty(update.agreed(employments)?)
            }
            None => Ok(Employments::since(hired_on.unwrap_or(today))),
        }
    }

    /// Returns the person's employments after the change, for their new status. `today` is the person's date.
    pub fn decide(&self, before: &User, status: UserStatus, today: WorkDate) -> Result<Employments, FieldFault> {
        match (before.status, status) {
            (UserStatus::Pending, UserStatus::Active) => must_not_be_empty(self.begun(before, today)?),
            (UserStatus::Disabled, UserStatus::Active) => must_not_be_empty(self.resumed(before, today)?),
            (UserStatus::Active, UserStatus::Active) => {
                let corrected = self.corrected(before)?;
                if corrected == before.employments { Ok(corrected) } else { must_not_be_empty(corrected) }
            }
            (UserStatus::Pending, UserStatus::Disabled) => {
                let corrected = self.corrected(before)?;
                // Profiles of 0.1.0 have no dates before they are activated; that doesn't mean employment without a beginning.
                let has_begun = corrected.spans().iter().any(|span| span.from().is_some());
                Ok(if has_begun { corrected.ended(today) } else { Employments::NONE })
            }
            (UserStatus::Active, UserStatus::Disabled) => Ok(self.corrected(before)?.ended(today)),
            (UserStatus::Disabled, UserStatus::Disabled) => {
                let corrected = self.corrected(before)?;
                let has_no_end = corrected.latest().is_some_and(|latest| latest.until().is_none());
                if has_no_end && corrected != before.employments {
                    let field = if self.employments.is_some() { "employments" } else { "left_on" };
                    return Err(FieldFault::new(field, FieldRule::EndsWhileDisabled));
                }
                Ok(corrected)
            }
            (UserStatus::Pending | UserStatus::Active | UserStatus::Disabled, UserStatus::Pending) => {
                self.corrected(before)
            }
        }
    }

    /// Returns the first employment of a person whose account is activated: from the known date, or from today on by default.
    fn begun(&self, before: &User, today: WorkDate) -> Result<Employments, FieldFault> {
        if let Some(employments) = &self.employments {
            return self.agreed(employments);
        }
        let planned = &before.employments;
        let from = self.hired_on.as_ref().copied().or(planned.hired_on()).unwrap_or(today);
        let until = self.left_on.or(planned.left_on().filter(|last| today.max(from) <= *last));
        self.with_latest(planned, Some(from), until)
    }

    /// Returns the employments of a person who comes back: earlier employments are kept, and a new one begins today or on the
    /// given date.
    fn resumed(&self, before: &User, today: WorkDate) -> Result<Employments, FieldFault> {
        if let Some(employments) = &self.employments {
            return self.agreed(employments);
        }
        let earlier = &before.employments;
        // A client that sends back the whole profile repeats the dates of the earlier employment; these don't count as given.
        let said = |given: &PatchField<WorkDate>, shown: Option<WorkDate>| {
            given.as_ref().copied().filter(|given| Some(*given) != shown)
        };
        let (hired_on, left_on) = (earlier.hired_on(), earlier.left_on());
        let from = said(&self.hired_on, hired_on);
        if let Some((_, last)) = from.zip(left_on).filter(|(from, last)| from <= last) {
            return Err(FieldFault::new("hired_on", FieldRule::AfterEarlierEmploymentEnd { last: last.to_string() }));
        }
        let from = from.unwrap_or(today);
        let until = said(&self.left_on, left_on);
        if until.is_some_and(|until| until < from) {
            return Err(FieldFault::new("left_on", FieldRule::NotBefore { other: "hired_on".to_owned() }));
        }
        earlier.resumed(from, until).map_err(|invalid| FieldFault::new("employments", invalid))
    }

    /// Returns the employments of a person whose employment neither begins nor resumes.
    fn corrected(&self, before: &User) -> Result<Employments, FieldFault> {
        if let Some(employments) = &self.employments {
            return self.agreed(employments);
        }
        let known = &before.employments;
        let dates = (self.hired_on.or(known.hired_on()), self.left_on.or(known.left_on()));
        if dates == (known.hired_on(), known.left_on()) {
            return Ok(known.clone());
        }
        self.with_latest(known, dates.0, dates.1)
    }

    /// Returns the whole list if the two dates agree with it.
    fn agreed(&self, employments: &Employments) -> Result<Employments, FieldFault> {
        let differs = |given: PatchField<WorkDate>, shown: Option<WorkDate>| given.or(shown) != shown;
        if differs(self.hired_on, employments.hired_on()) {
            return Err(FieldFault::new("hired_on", FieldRule::LatestEmploymentStart));
        }
        if differs(self.left_on, employments.left_on()) {
            return Err(FieldFault::new("left_on", FieldRule::LatestEmploymentEnd));
        }
        Ok(employments.clone())
    }

    /// Returns `known` with other dates of the latest employment.
    fn with_latest(
        &self,
        known: &Employments,
        from: Option<WorkDate>,
        until: Option<WorkDate>,
    ) -> Result<Employments, FieldFault> {
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            return Err(match self.left_on {
                PatchField::Value(_) => {
                    FieldFault::new("left_on", FieldRule::NotBefore { other: "hired_on".to_owned() })
                }
                PatchField::Absent | PatchField::Null => {
                    FieldFault::new("hired_on", FieldRule::NotAfter { other: "left_on".to_owned() })
                }
            });
        }
        known.with_latest(from, until).map_err(|_| FieldFault::new("hired_on", FieldRule::AfterEarlierEmployment))
    }
}

fn must_not_be_empty(employments: Employments) -> Result<Employments, FieldFault> {
    if employments.spans().is_empty() {
        return Err(FieldFault::new("employments", FieldRule::EmployedWhileActive));
    }
    Ok(employments)
}
