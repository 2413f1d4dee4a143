//! The shared parts of use cases that change something: the request, the prepared change, and the reasons for which it fails.
//!
//! An HTTP request saves its answer in the transaction of its change, so that a repeat gets the same answer. That is why these use
//! cases return a [`Prepared`] change: the caller adds the saved answer and sends the commit.

use store::{Commit, CommitError, Condition, RepeatKey, SavedAnswer, Stamp, StoreError, idempotency::Earlier};

use crate::{Caller, Ports, Refusal, authorization};

/// A caller's request for a change.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The ports, at the instant of the request.
    pub ports: Ports<'a>,
    /// The caller.
    pub caller: &'a Caller,
    /// The id of the request, for tracing.
    pub request_id: &'a str,
    /// The key under which the answer is saved for repeats, if the client wants that.
    pub repeat: Option<&'a RepeatKey>,
}

impl Request<'_> {
    /// Returns the stamp of the change.
    pub fn stamp(&self) -> Stamp {
        self.ports.stamp(self.caller.actor(), Some(self.request_id))
    }
}

/// A change that is decided and not committed yet.
#[derive(Debug)]
pub struct Prepared<T> {
    /// The transaction.
    pub commit: Commit,
    /// What the caller receives once the change is committed.
    pub answer: T,
    /// The version of the changed item.
    pub version: u64,
}

/// The result of a use case that may find nothing to change.
#[derive(Debug)]
pub enum Outcome<T> {
    /// The change.
    Changed(Prepared<T>),
    /// The item is already as requested, so that nothing is committed.
    Unchanged {
        /// What the caller receives.
        answer: T,
        /// The version of the item.
        version: u64,
    },
}

impl<T> From<Prepared<T>> for Outcome<T> {
    fn from(prepared: Prepared<T>) -> Self {
        Self::Changed(prepared)
    }
}

/// The reason why an attempt at a change didn't succeed.
#[derive(Debug)]
pub enum Failed {
    /// The change was refused.
    Refused(Refusal),
    /// A condition of the commit failed. Deciding again on the current data may succeed.
    ConditionFailed(Condition),
    /// The same request was answered before.
    Answered(Box<SavedAnswer>),
    /// The table failed.
    Store(StoreError),
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<CommitError> for Failed {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::ConditionFailed(condition) => Self::ConditionFailed(condition),
            CommitError::Store(error) => Self::Store(error),
        }
    }
}

/// Fails with the saved answer if the table has one for the request.
///
/// # Errors
/// The request was answered before, or its key was used with another body.
pub fn ensure_not_replayed(earlier: Earlier) -> Result<(), Failed> {
    match earlier {
        Earlier::Never => Ok(()),
        Earlier::Answered(saved) => Err(Failed::Answered(Box::new(saved))),
        Earlier::OtherBody => Err(Refusal::RepeatKeyReused.into()),
    }
}

/// Checks that the caller's token is still valid, and that the request wasn't answered before, in one read. For use cases that
/// check neither in one of their own reads.
///
/// # Errors
/// The caller's token isn't valid any more, the request was answered before, or its key was used with another body.
pub async fn check_caller(request: &Request<'_>) -> Result<(), Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let (profile, earlier) = ports.store.caller_snapshot(caller.user_id, repeat, ports.now).await?;
    authorization::current_profile(caller, profile.as_ref())?;
    ensure_not_replayed(earlier)
}

/// Checks whether the request was answered before. For use cases that don't check it in one of their own reads.
///
/// # Errors
/// The request was answered before, or its key was used with another body.
pub async fn check_repeat(request: &Request<'_>) -> Result<(), Failed> {
    match request.repeat {
        Some(key) => ensure_not_replayed(request.ports.store.earlier_answer(key, request.ports.now).await?),
        None => Ok(()),
    }
}

/// The versions of an item that the client knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Versions {
    /// Any version.
    Any,
    /// One of these versions.
    OneOf(Vec<u64>),
}

impl Versions {
    /// Returns the versions that a client who may know one wants to change.
    pub fn of(version: Option<u64>) -> Self {
        version.map_or(Self::Any, |version| Self::OneOf(vec![version]))
    }

    /// Refuses a version that the client doesn't know.
    ///
    /// # Errors
    /// [`Refusal::OtherVersion`]
    pub fn check(&self, version: u64) -> Result<(), Refusal> {
        match self {
            Self::OneOf(known) if !known.contains(&version) => Err(Refusal::OtherVersion { version }),
            Self::OneOf(_) | Self::Any => Ok(()),
        }
    }

    /// Checks the version in the documented order: after the permission and the values of the request, and before conflicts with
    /// the state.
    ///
    /// # Errors
    /// [`Refusal::OtherVersion`], or the refusal of the decision.
    pub fn check_after<T>(&self, version: u64, decided: Result<T, Refusal>) -> Result<T, Refusal> {
        match decided {
            Err(refusal) if refusal.is_of_the_request() => Err(refusal),
            decided => {
                self.check(version)?;
                decided
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::day::NothingToExcuse;

    use super::*;
    use crate::{Denied, attendance::DayRefusal};

    #[test]
    fn a_stale_version_comes_after_an_invalid_request_and_before_a_conflict() {
        let stale = Versions::OneOf(vec![2]);
        let refusal = |decided: Result<(), Refusal>| stale.check_after(3, decided).unwrap_err();
        let other_version = Refusal::OtherVersion { version: 3 };
        let conflict = Refusal::Day(DayRefusal::NothingToExcuse(NothingToExcuse));
        let (invalid, denied) = (Refusal::Day(DayRefusal::Violations(Vec::new())), Refusal::Denied(Denied::OwnRecord));
        assert_eq!(refusal(Ok(())), other_version);
        assert_eq!(refusal(Err(conflict)), other_version);
        assert_eq!(refusal(Err(invalid.clone())), invalid);
        assert_eq!(refusal(Err(denied.clone())), denied);
        assert_eq!(Versions::OneOf(vec![2, 3]).check(3), Ok(()));
        assert_eq!(Versions::Any.check(3), Ok(()));
    }
}
