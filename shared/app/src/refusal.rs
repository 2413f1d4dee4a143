//! The refusals of use cases. `web` turns each into a problem.

use domain::{FieldFault, FieldRule};

use crate::{
    Denied, Failed,
    attendance::{CorrectionRefusal, DayRefusal},
    auth::AuthRefusal,
    company::CompanyRefusal,
    kiosk::KioskRefusal,
    leave::LeaveRequestRefusal,
    pay::PayRefusal,
    people::PeopleRefusal,
    photos::PhotoRefusal,
    roster::{DayPlanRefusal, SwapUseRefusal},
    terminals::TerminalRefusal,
    time_account::AccountRefusal,
};

/// The reason why a use case refuses a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The caller may not make the change, or must not learn of the item.
    Denied(Denied),
    /// The key of the request was used with another body.
    RepeatKeyReused,
    /// The item has a version that the client doesn't know.
    OtherVersion {
        /// The current version.
        version: u64,
    },
    /// Values of the request break rules.
    Invalid(Vec<FieldFault>),
    /// A sign-in, or a change of one's own credentials, is refused.
    Auth(AuthRefusal),
    /// A change of the company is refused.
    Company(CompanyRefusal),
    /// A correction is refused.
    Correction(CorrectionRefusal),
    /// A change of a day is refused.
    Day(DayRefusal),
    /// A request of a kiosk is refused.
    Kiosk(KioskRefusal),
    /// A change of a leave request is refused.
    Leave(LeaveRequestRefusal),
    /// A change of a person's account is refused.
    People(PeopleRefusal),
    /// A photo, or a punch without one, is refused.
    Photo(PhotoRefusal),
    /// A change of terminals is refused.
    Terminal(TerminalRefusal),
    /// Taking time from a time account is refused.
    TimeAccount(AccountRefusal),
    /// A change of pay is refused.
    Pay(PayRefusal),
    /// The plan of a date is refused.
    DayPlan(DayPlanRefusal),
    /// A change of a swap is refused.
    Swap(SwapUseRefusal),
    /// The secrets outside of the table can't be read. Trying later may help.
    SecretsUnavailable,
    /// The bucket of photos can't be reached. Trying later may help.
    PhotosUnavailable,
    /// The code broke one of its own rules.
    Defect(&'static str),
}

impl Refusal {
    /// Refuses values that break rules, all of them at once. `faults` are tuples `(is broken, field, rule)`.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if a rule is broken.
    pub fn unless_valid(faults: impl IntoIterator<Item = (bool, &'static str, FieldRule)>) -> Result<(), Self> {
        let broken = FieldFault::broken(faults);
        if broken.is_empty() { Ok(()) } else { Err(Self::Invalid(broken)) }
    }

    /// Combines two results, so that the refusal names the invalid values of both. Invalid values come before any other refusal.
    ///
    /// # Errors
    /// The refusal of either.
    pub fn together<A, B>(one: Result<A, Self>, other: Result<B, Self>) -> Result<(A, B), Self> {
        match (one, other) {
            (Ok(one), Ok(other)) => Ok((one, other)),
            (Err(Self::Invalid(mut one)), Err(Self::Invalid(other))) => {
                one.extend(other);
                Err(Self::Invalid(one))
            }
            (Err(_), Err(invalid @ Self::Invalid(_))) => Err(invalid),
            (Err(refusal), _) | (Ok(_), Err(refusal)) => Err(refusal),
        }
    }

    /// Returns whether the request is refused for its values or the caller's permission, and not for the state of the item.
    pub const fn is_of_the_request(&self) -> bool {
        match self {
            Self::Denied(_) | Self::Invalid(_) => true,
            Self::Day(refusal) => refusal.is_of_the_request(),
            Self::Leave(refusal) => refusal.is_of_the_request(),
            Self::DayPlan(refusal) => refusal.is_of_the_request(),
            Self::RepeatKeyReused
            | Self::OtherVersion { .. }
            | Self::Auth(_)
            | Self::Company(_)
            | Self::Correction(_)
            | Self::Kiosk(_)
            | Self::Pay(_)
            | Self::People(_)
            | Self::Photo(_)
            | Self::Terminal(_)
            | Self::TimeAccount(_)
            | Self::Swap(_)
            | Self::SecretsUnavailable
            | Self::PhotosUnavailable
            | Self::Defect(_) => false,
        }
    }
}

/// Makes the refusals of the parts of the product refusals of any use case, so that a use case returns them with `?`.
macro_rules! refusals {
    ($($part:ident($refusal:ty);)*) => {$(
        impl From<$refusal> for Refusal {
            fn from(refusal: $refusal) -> Self {
                Self::$part(refusal)
            }
        }

        impl From<$refusal> for Failed {
            fn from(refusal: $refusal) -> Self {
                Self::Refused(Refusal::$part(refusal))
            }
        }
    )*};
}

refusals! {
    Denied(Denied);
    Invalid(Vec<FieldFault>);
    Auth(AuthRefusal);
    Company(CompanyRefusal);
    Correction(CorrectionRefusal);
    Day(DayRefusal);
    DayPlan(DayPlanRefusal);
    Kiosk(KioskRefusal);
    Pay(PayRefusal);
    People(PeopleRefusal);
    Photo(PhotoRefusal);
    Swap(SwapUseRefusal);
    Terminal(TerminalRefusal);
    TimeAccount(AccountRefusal);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::PeopleRefusal;

    #[test]
    fn invalid_values_of_two_checks_are_named_together_and_before_conflicts() {
        let invalid = |field| Err::<(), _>(Refusal::Invalid(vec![FieldFault::new(field, FieldRule::Required)]));
        let taken = || Err::<(), _>(Refusal::from(PeopleRefusal::UsernameTaken));
        let refused = |one, other| Refusal::together(one, other).unwrap_err();
        let Refusal::Invalid(both) = refused(invalid("hired_on"), invalid("manages")) else { panic!("not invalid") };
        assert_eq!(both.iter().map(|fault| &*fault.field).collect::<Vec<_>>(), ["hired_on", "manages"]);
        assert_eq!(refused(taken(), invalid("manages")), invalid("manages").unwrap_err());
        assert_eq!(refused(invalid("manages"), taken()), invalid("manages").unwrap_err());
        assert_eq!(refused(taken(), Ok(())), taken().unwrap_err());
        assert_eq!(Refusal::together(Ok::<_, Refusal>(1), Ok::<_, Refusal>(2)), Ok((1, 2)));
    }
}
