//! Failed attempts at a password or a PIN. They are counted both for people and for names that nobody has, so that a lock-out
//! doesn't reveal which names exist.
//!
//! Attempts at a password are counted by the name and the origin of the attempts, so that strangers lock out only themselves
//! (`docs/adr/0025-lock-outs-by-name-and-network.md`).

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use domain::{
    audit::Actor,
    calendar::Zone,
    id::{FamilyId, UserId},
    lock_out::{Admission, MAX_DAILY_FAILURES},
};
use jiff::Timestamp;
use store::{
    CommitError, StoreError,
    sign_ins::{AttemptKeys, AuditedAttempt, ReadAttempts},
};

use super::AuthRefusal;
use crate::{Failed, Ports};

/// The origin of attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A network from which the person hasn't signed in before.
    Network(String),
    /// A device on which the person has signed in before. The device has its own limit.
    KnownDevice(String),
    /// A session of the person.
    Session(FamilyId),
}

/// The subject whose attempts are counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted(AttemptKeys);

impl Counted {
    /// Returns the counter of attempts at a person's password, under any of the person's names.
    pub fn of_person(user: UserId, origin: &Origin, now: Timestamp) -> Self {
        Self::at(&of_user(user), origin, now)
    }

    /// Returns the counter of attempts under a name that nobody has.
    pub fn of_name(name: &str, origin: &Origin, now: Timestamp) -> Self {
        Self::at(&format!("name:{}", name.trim().to_lowercase()), origin, now)
    }

    /// Returns the counter of attempts at a person's PIN, at all kiosks together. It is separate from the counter of the
    /// password: a kiosk is accessible to everyone, and attempts there must not lock people out of their other sign-ins.
    pub fn of_person_at_kiosks(user: UserId) -> Self {
        Self::of_pin(&format!("pin:user:{user}"))
    }

    /// Returns the counter of attempts at a PIN under a name that nobody has.
    pub fn of_name_at_kiosks(name: &str) -> Self {
        Self::of_pin(&format!("pin:name:{}", name.trim().to_lowercase()))
    }

    fn of_pin(what: &str) -> Self {
        Self(AttemptKeys { attempts: hashed(what), day: None })
    }

    fn at(what: &str, origin: &Origin, now: Timestamp) -> Self {
        Self(match origin {
            Origin::Network(network) => {
                AttemptKeys { attempts: hashed(&format!("{what}|network:{network}")), day: Some(day(what, now)) }
            }
            Origin::KnownDevice(device) => {
                AttemptKeys { attempts: hashed(&format!("{what}|device:{device}")), day: None }
            }
            Origin::Session(family) => AttemptKeys { attempts: hashed(&format!("{what}|session:{family}")), day: None },
        })
    }

    /// Returns the keys of the counters in the table.
    pub const fn keys(&self) -> &AttemptKeys {
        &self.0
    }
}

/// Returns the key under which the table counts today's failed attempts from networks at a person's password.
pub fn failures_of_today(user: UserId, now: Timestamp) -> String {
    day(&of_user(user), now)
}

fn of_user(user: UserId) -> String {
    format!("user:{user}")
}

fn day(what: &str, now: Timestamp) -> String {
    hashed(&format!("{what}|day:{}", Zone::UTC.date_of(now)))
}

/// Returns the name under which the table counts something, so that its keys don't show the name itself.
pub(crate) fn hashed(text: &str) -> String {
    HEXLOWER.encode(digest(&SHA256, text.as_bytes()).as_ref())
}

/// Refuses an attempt without checking the secret, after too many failed ones.
///
/// # Errors
/// [`AuthRefusal::Locked`]
pub async fn refuse_if_locked(
    ports: &Ports<'_>,
    request_id: &str,
    counted: &Counted,
    read: &ReadAttempts,
) -> Result<(), Failed> {
    match admission(counted, read, ports.now) {
        Admission::Open => Ok(()),
        Admission::Locked { until } => Err(locked(until, ports.now).into()),
        Admission::MustWait { until } => {
            let stamp = ports.stamp(Actor::System, Some(request_id));
            match ports.store.begin_wait(stamp, counted.keys(), read).await {
                // Another request from the same origin started the wait.
                Ok(()) | Err(CommitError::ConditionFailed(_)) => Err(locked(until, ports.now).into()),
                Err(CommitError::Store(error)) => Err(error.into()),
            }
        }
    }
}

fn admission(counted: &Counted, read: &ReadAttempts, now: Timestamp) -> Admission {
    let is_slow = counted.keys().day.is_some() && read.failed_today >= MAX_DAILY_FAILURES;
    read.attempts.admission(is_slow, now)
}

fn locked(until: Timestamp, now: Timestamp) -> AuthRefusal {
    // Rounded up: a client that returns after exactly this number of seconds is accepted.
    let seconds = until.duration_since(now).as_millis().unsigned_abs().div_ceil(1000);
    AuthRefusal::Locked { seconds: u32::try_from(seconds).unwrap_or(u32::MAX) }
}

/// Counts a failed attempt, and audits it if the account exists. Concurrent failures are counted one after the other. If one of
/// them finds that the account is locked by then, it gets the lock's refusal, as a later attempt would.
///
/// # Errors
/// [`AuthRefusal`]
pub async fn count_failure(
    ports: &Ports<'_>,
    request_id: &str,
    actor: Actor,
    counted: &Counted,
    mut read: ReadAttempts,
    audited: Option<&AuditedAttempt>,
) -> Result<(), Failed> {
    // Each lost race is another failed attempt, and five failed attempts lock the account. So the loop ends, unless a correct
    // password comes between them.
    for _ in 0..8 {
        let stamp = ports.stamp(actor, Some(request_id));
        match ports.store.count_failure(stamp, counted.keys(), &read, audited).await {
            Ok(()) => return Ok(()),
            Err(CommitError::ConditionFailed(_) | CommitError::Store(StoreError::Contended)) => {
                read = ports.store.attempts(counted.keys()).await?.since(read.secret_set_at);
                refuse_if_locked(ports, request_id, counted, &read).await?;
            }
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(AuthRefusal::ManyFailures.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Timestamp {
        "2026-11-02T08:00:00Z".parse().unwrap()
    }

    fn network(address: &str) -> Origin {
        Origin::Network(address.to_owned())
    }

    #[test]
    fn spellings_of_a_name_are_counted_together() {
        let of_name = |name: &str| Counted::of_name(name, &network("192.0.2.1"), start());
        assert_eq!(of_name(" Nobody "), of_name("nobody"));
        assert_ne!(of_name("nobody"), of_name("somebody"));
        assert_ne!(of_name("nobody"), Counted::of_name_at_kiosks("nobody"));
    }

    #[test]
    fn attempts_are_counted_by_where_they_come_from() {
        let user = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let of = |origin: &Origin| Counted::of_person(user, origin, start());
        let (one, other) = (of(&network("192.0.2.1")), of(&network("192.0.2.2")));
        assert_ne!(one.keys().attempts, other.keys().attempts);
        assert_eq!(one.keys().day, other.keys().day);
        assert_eq!(one.keys().day, Some(failures_of_today(user, start())));
        let device = of(&Origin::KnownDevice("192.0.2.1".to_owned()));
        assert_ne!(one.keys().attempts, device.keys().attempts);
        assert_eq!(device.keys().day, None, "strangers don't lock a known device");
    }

    #[test]
    fn a_locked_account_names_the_seconds_until_the_next_attempt() {
        let counted = Counted::of_name("nobody", &network("192.0.2.1"), start());
        let mut read = ReadAttempts::default();
        for _ in 0..5 {
            assert_eq!(admission(&counted, &read, start()), Admission::Open);
            read.attempts = read.attempts.and_one_more(start());
        }
        let later = start() + jiff::SignedDuration::from_millis(60_001);
        let Admission::Locked { until } = admission(&counted, &read, later) else { panic!("{read:?}") };
        assert_eq!(locked(until, later), AuthRefusal::Locked { seconds: 840 });
        assert_eq!(admission(&counted, &read, start() + jiff::SignedDuration::from_mins(15)), Admission::Open);
    }

    #[test]
    fn after_100_failures_a_day_only_unknown_devices_must_wait() {
        let read = |failed_today| {
            let mut read = ReadAttempts::default();
            read.failed_today = failed_today;
            read
        };
        let from_network = Counted::of_name("ada", &network("192.0.2.1"), start());
        let from_device = Counted::of_name("ada", &Origin::KnownDevice("1".to_owned()), start());
        assert_eq!(admission(&from_network, &read(99), start()), Admission::Open);
        let until = start() + jiff::SignedDuration::from_hours(1);
        assert_eq!(admission(&from_network, &read(100), start()), Admission::MustWait { until });
        assert_eq!(admission(&from_device, &read(100), start()), Admission::Open);
    }
}
