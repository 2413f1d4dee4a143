//! Failed attempts at a password or a PIN: counted for people and for names that nobody has alike, so that being locked out
//! tells nobody which names exist.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use domain::{audit::Actor, id::UserId};
use jiff::Timestamp;
use store::{
    CommitError,
    sign_ins::{AuditedAttempt, ReadAttempts},
};

use crate::{App, Code, Detail, Problem, RequestId};

/// Whose attempts are counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted(String);

impl Counted {
    /// Attempts at a person's password, under whichever of their names.
    pub fn of_person(user: UserId) -> Self {
        Self::hashed(&format!("user:{user}"))
    }

    /// Attempts under a name that nobody has.
    pub fn of_name(name: &str) -> Self {
        Self::hashed(&format!("name:{}", name.trim().to_lowercase()))
    }

    /// Attempts at a person's PIN. Apart from those at their password: a device at the door, where everyone can see it,
    /// locks nobody out of what they sign in to elsewhere.
    pub fn of_person_at_kiosks(user: UserId) -> Self {
        Self::hashed(&format!("pin:user:{user}"))
    }

    /// Attempts at a PIN under a name that nobody has.
    pub fn of_name_at_kiosks(name: &str) -> Self {
        Self::hashed(&format!("pin:name:{}", name.trim().to_lowercase()))
    }

    fn hashed(text: &str) -> Self {
        Self(HEXLOWER.encode(digest(&SHA256, text.as_bytes()).as_ref()))
    }

    /// The hash that the table knows them by.
    pub fn hash(&self) -> &str {
        &self.0
    }
}

/// Refuses to look at a secret at all after too many wrong ones.
pub fn refuse_if_locked(read: &ReadAttempts, now: Timestamp) -> Result<(), Problem> {
    match read.attempts.locked_until(now) {
        None => Ok(()),
        Some(until) => {
            // Rounded up: a client that comes back after exactly so many seconds is let in.
            let seconds = until.duration_since(now).as_millis().unsigned_abs().div_ceil(1000);
            let minutes = u64::try_from(seconds.div_ceil(60)).unwrap_or(u64::MAX);
            let problem = Problem::new(Code::AccountLocked).detail(Detail::TryAgainLater { minutes });
            Err(problem.retry_after(u32::try_from(seconds).unwrap_or(u32::MAX)))
        }
    }
}

/// Counts a wrong one, and audits it where somebody has the account. Those that came in beside each other are counted one after the other; the ones that find the
/// account locked by then are told so, because they might as well have come later.
pub async fn count_failure(
    app: &App,
    request_id: &RequestId,
    actor: Actor,
    counted: &Counted,
    mut read: ReadAttempts,
    audited: Option<&AuditedAttempt>,
    now: Timestamp,
) -> Result<(), Problem> {
    // Each lost race is somebody else's failure, and five of those lock: it ends by itself unless a right password
    // comes between.
    for _ in 0..8 {
        match app.store.count_failure(app.stamp_by(actor, request_id, now), counted.hash(), &read, audited).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Lost(_)) => {
                read = app.store.attempts(counted.hash()).await?;
                refuse_if_locked(&read, now)?;
            }
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(Problem::new(Code::Unavailable).retry_after(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_name_are_counted_together() {
        assert_eq!(Counted::of_name(" Nobody "), Counted::of_name("nobody"));
        assert_ne!(Counted::of_name("nobody"), Counted::of_name("somebody"));
        assert_ne!(Counted::of_name("nobody"), Counted::of_name_at_kiosks("nobody"));
    }

    #[test]
    fn a_locked_account_says_when_to_come_back() {
        let start: Timestamp = "2026-11-02T08:00:00Z".parse().unwrap();
        let mut read = ReadAttempts::default();
        for _ in 0..5 {
            assert!(refuse_if_locked(&read, start).is_ok());
            read.attempts = read.attempts.and_one_more(start);
        }
        let later = start + jiff::SignedDuration::from_millis(60_001);
        let problem = refuse_if_locked(&read, later).unwrap_err();
        assert_eq!(
            problem,
            Problem::new(Code::AccountLocked).detail(Detail::TryAgainLater { minutes: 14 }).retry_after(840)
        );
        assert!(refuse_if_locked(&read, start + jiff::SignedDuration::from_mins(15)).is_ok());
    }
}
