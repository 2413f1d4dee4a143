//! Offboarding: ends the open items of a person who has left (an open session, pending and future leave, pending corrections,
//! swaps) and settles their leave allowance.
//!
//! Disabling an account has two parts. The first part is one transaction, which no item of the person can delay. It disables
//! the profile, ends the sessions and the calendar feed, and blocks punches. After it, nothing can be added (`store`'s
//! `person_guard`). The second part is [`Offboarding::finish`], which ends the rest in as many transactions as it needs.
//! [`profiles`](super::profiles) calls it after the first part, and `jobs` on its event, so that an interrupted run is finished. Each transaction is
//! based on the items that are still open, so repeated and concurrent runs are safe.

mod leave;

use std::time::Duration;

use domain::{
    audit::Actor,
    calendar::Zone,
    correction::{Correction, CorrectionStatus},
    day::{Presence, dates_needed},
    event::{DayFact, Fact, Subject, SwapEnding},
    id::{LeaveRequestId, UserId},
    ports::Entropy,
    swap::Swap,
    user::{User, UserStatus},
};
use jiff::Timestamp;
use store::{
    Commit, CommitError, Condition, Stamp, Store, StoreError, following::FollowSnapshot, leave_grants::Grants,
};

use crate::{
    Ports,
    attendance::{DayUpdate, PresenceUpdate, SignOff, context},
};

/// The maximum number of corrections or swaps that one transaction withdraws. A swap takes two actions.
const MAX_WITHDRAWN: usize = 40;
/// The maximum number of decisions of a transaction: one, and retries after races lost to a manager or another run.
const MAX_DECISIONS: u32 = 10;
/// The maximum delay before a transaction is decided again.
const MAX_DELAY: Duration = Duration::from_millis(60);

/// The second part of disabling an account.
#[derive(Debug)]
pub struct Offboarding<'a> {
    /// The table.
    pub store: &'a Store,
    /// The source of ids.
    pub entropy: &'a dyn Entropy,
    /// The person who has left.
    pub person: UserId,
    /// The actor of the changes.
    pub actor: Actor,
    /// The request that caused the offboarding.
    pub request_id: Option<String>,
    /// The current time.
    pub now: Timestamp,
}

/// Whether more items must be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Something,
    Nothing,
}

impl Offboarding<'_> {
    /// Ends all open items. Does nothing if the person hasn't left, or is back. `zone` is a guess of the person's zone; a right
    /// guess saves a read.
    ///
    /// # Errors
    ///
    /// Other requests keep changing the same items, or the table is unavailable. Items that were ended before the error stay
    /// ended.
    pub async fn finish(&self, zone: &Zone) -> Result<(), CommitError> {
        let Some(requests) = self.close_session(zone).await? else { return Ok(()) };
        for some in requests.chunks(leave::MAX_ENDED) {
            self.repeatedly(|| self.end_leave(some)).await?;
        }
        self.repeatedly(|| self.settle_grants()).await?;
        self.repeatedly(|| self.withdraw_corrections()).await?;
        self.repeatedly(|| self.withdraw_swaps()).await
    }

    /// Repeats a step until it finds no more items, and decides it again after a lost race.
    async fn repeatedly<F, R>(&self, step: F) -> Result<(), CommitError>
    where
        F: Fn() -> R,
        R: Future<Output = Result<Left, CommitError>>,
    {
        let mut lost = 0;
        loop {
            match step().await {
                Ok(Left::Nothing) => return Ok(()),
                Ok(Left::Something) => lost = 0,
                Err(error) => self.after_loss(error, &mut lost).await?,
            }
        }
    }

    /// Waits for a short time after a lost race. Returns other errors, and the error of the last allowed attempt.
    async fn after_loss(&self, error: CommitError, lost: &mut u32) -> Result<(), CommitError> {
        match error {
            CommitError::ConditionFailed(Condition::Version) | CommitError::Store(StoreError::Contended)
                if *lost + 1 < MAX_DECISIONS =>
            {
                *lost += 1;
                self.store.backoff(MAX_DELAY).await;
                Ok(())
            }
            CommitError::ConditionFailed(_) | CommitError::Store(_) => Err(error),
        }
    }

    /// Closes the session that the person left open, at the time at which they left. Returns the leave that was open at that
    /// time, or nothing if the person hasn't left.
    async fn close_session(&self, zone: &Zone) -> Result<Option<Vec<LeaveRequestId>>, CommitError> {
        let mut lost = 0;
        loop {
            let guessed = dates_needed(zone, &Presence::default(), self.now);
            let FollowSnapshot { attendance, book, open_leave } =
                self.store.leaver_snapshot(self.person, guessed, self.now).await?;
            let Some(person) = attendance.person.as_ref().filter(|person| has_left(person)) else { return Ok(None) };
            let planner = attendance.planner(person);
            let ports = Ports { store: self.store, entropy: self.entropy, now: person.updated_at };
            let context = context(&ports, &attendance, &planner);
            let unreadable = |error: domain::day::ClockOutRefusal| StoreError::Unwritable(error.to_string());
            let Some(closed) = context.close_for_leaver().map_err(unreadable)? else {
                return Ok(Some(open_leave.entries().iter().map(|entry| entry.id).collect()));
            };
            let presence = PresenceUpdate::Becomes(&closed.presence);
            let update = DayUpdate {
                person,
                attendance: &attendance,
                book: &book,
                changes: &closed.changes,
                presence,
                sign_off: SignOff::Live,
            };
            match update.commit(self.stamp(), &closed.facts)?.send(self.store).await {
                Ok(()) => lost = 0,
                Err(error) => self.after_loss(error, &mut lost).await?,
            }
        }
    }

    /// Books the difference between the granted allowance and the allowance that is due to a leaver. It runs after open leave
    /// has ended, so that the difference is one entry.
    async fn settle_grants(&self) -> Result<Left, CommitError> {
        let snapshot = self.store.grant_snapshot(self.person).await?;
        let Some(person) = snapshot.person.as_ref().filter(|person| has_left(person)) else { return Ok(Left::Nothing) };
        let today = person.zone_at(&snapshot.sites, &snapshot.settings.settings.time_zone).date_of(self.now);
        let by = (self.actor, self.now);
        let grants =
            Grants::of_changed(self.store, person, &snapshot.settings, &snapshot.leave_types, today, by).await?;
        if grants.facts().is_empty() {
            return Ok(Left::Nothing);
        }
        let mut commit = self.commit(grants.facts().to_vec())?;
        commit.grant_leave(person, &grants, &snapshot.settings)?;
        commit.send(self.store).await?;
        Ok(Left::Nothing)
    }

    async fn withdraw_corrections(&self) -> Result<Left, CommitError> {
        let pending = Some(CorrectionStatus::Pending);
        let page = self.store.corrections_of(self.person, pending, None, MAX_WITHDRAWN).await?;
        let withdrawn: Vec<Correction> = page.corrections.iter().filter_map(|it| it.withdrawn().ok()).collect();
        if withdrawn.is_empty() {
            return Ok(Left::Nothing);
        }
        let fact = |it: &Correction| Fact::Day(DayFact::CorrectionWithdrawn { correction_id: it.id, date: it.date });
        let mut commit = self.commit(withdrawn.iter().map(fact).collect())?;
        withdrawn.iter().try_for_each(|correction| commit.end_correction(correction))?;
        commit.send(self.store).await?;
        Ok(if page.next.is_some() { Left::Something } else { Left::Nothing })
    }

    /// Withdraws the swaps that the person requested, and those that they were asked for.
    async fn withdraw_swaps(&self) -> Result<Left, CommitError> {
        let is_open = |swap: &Swap| swap.awaits(self.now).is_some();
        let page = self.store.swaps_of(self.person, None, MAX_WITHDRAWN, is_open, true).await?;
        let withdrawn: Vec<Swap> = page.swaps.iter().filter_map(|swap| swap.withdrawn(self.now).ok()).collect();
        if withdrawn.is_empty() {
            return Ok(Left::Nothing);
        }
        let facts = withdrawn.iter().map(|swap| swap.ended_fact(SwapEnding::Withdrawn)).collect();
        let mut commit = self.commit(facts)?;
        withdrawn.iter().try_for_each(|swap| commit.end_swap(swap))?;
        commit.send(self.store).await?;
        Ok(if page.next.is_some() { Left::Something } else { Left::Nothing })
    }

    fn stamp(&self) -> Stamp {
        let ports = Ports { store: self.store, entropy: self.entropy, now: self.now };
        ports.stamp(self.actor, self.request_id.as_deref())
    }

    fn commit(&self, facts: Vec<Fact>) -> Result<Commit, StoreError> {
        Commit::new(self.stamp(), Subject::User(self.person), facts)
    }
}

fn has_left(person: &User) -> bool {
    match person.status {
        UserStatus::Disabled => true,
        UserStatus::Pending | UserStatus::Active => false,
    }
}
