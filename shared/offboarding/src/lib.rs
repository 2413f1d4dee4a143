//! Ends what someone who left has left open (an open session, leave that is pending or ahead, pending corrections, swaps) and
//! settles what they were granted.
//!
//! Disabling an account takes two parts. The first is one transaction that nothing of the person's own can hold off: it
//! disables the profile, ends sign-ins and calendar feed, and shuts out punches. From then on nothing can be added
//! (`store`'s `person_guard`). The second part is [`Offboarding::finish`], which ends the rest in as many transactions
//! as that takes. `people` calls it after the first part, and `jobs` on its event, so that a run that died is finished. Each
//! transaction goes by what is still open, so that it doesn't matter how often the work is begun again, or by whom.

mod leave;

use std::time::Duration;

use app::{
    Ports,
    attendance::{DayUpdate, PresenceUpdate, context},
};
use domain::{
    audit::Actor,
    calendar::Zone,
    correction::{Correction, CorrectionStatus},
    day::{Presence, dates_needed},
    event::{Fact, Subject, SwapEnding},
    id::{LeaveRequestId, UserId},
    ports::Entropy,
    swap::Swap,
    user::{User, UserStatus},
};
use jiff::Timestamp;
use store::{Commit, CommitError, Guard, Stamp, Store, StoreError, following::FollowSnapshot, leave_grants::Grants};

/// How many corrections or swaps are withdrawn in one transaction: a swap takes two actions.
const MAX_WITHDRAWN: usize = 40;
/// How often a transaction is decided: once, and again after losing a race against a manager or another run.
const MAX_DECISIONS: u32 = 10;
/// The longest pause before it is decided again.
const MAX_DELAY: Duration = Duration::from_millis(60);

/// The second part of disabling someone.
#[derive(Debug)]
pub struct Offboarding<'a> {
    /// The table.
    pub store: &'a Store,
    /// Where ids come from.
    pub entropy: &'a dyn Entropy,
    /// Who has left.
    pub person: UserId,
    /// Who ends it.
    pub actor: Actor,
    /// The request that asked for it.
    pub request_id: Option<String>,
    /// The present instant.
    pub now: Timestamp,
}

/// Whether there is more to be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Something,
    Nothing,
}

impl Offboarding<'_> {
    /// Ends all that is open. Does nothing where the person hasn't left, or is back. `zone` is a guess of the person's
    /// zone: a right one saves a read.
    ///
    /// # Errors
    ///
    /// Others keep changing the same things, or the table doesn't answer. What was ended by then stays so.
    pub async fn finish(&self, zone: &Zone) -> Result<(), CommitError> {
        let Some(requests) = self.close_session(zone).await? else { return Ok(()) };
        for some in requests.chunks(leave::MAX_ENDED) {
            self.repeatedly(|| self.end_leave(some)).await?;
        }
        self.repeatedly(|| self.settle_grants()).await?;
        self.repeatedly(|| self.withdraw_corrections()).await?;
        self.repeatedly(|| self.withdraw_swaps()).await
    }

    /// Carries a step out until it finds nothing any more, deciding again after a lost race.
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

    /// Waits a moment after a lost race; other errors, and the last of many lost races, are passed on.
    async fn after_loss(&self, error: CommitError, lost: &mut u32) -> Result<(), CommitError> {
        match error {
            CommitError::ConditionFailed(Guard::Version) | CommitError::Store(StoreError::Contended)
                if *lost + 1 < MAX_DECISIONS =>
            {
                *lost += 1;
                self.store.backoff(MAX_DELAY).await;
                Ok(())
            }
            CommitError::ConditionFailed(_) | CommitError::Store(_) => Err(error),
        }
    }

    /// Closes the session that the person left open, at the moment at which they left. Returns the leave that they had open
    /// then; nothing where they haven't left.
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
            let update = DayUpdate { person, attendance: &attendance, book: &book, changes: &closed.changes, presence };
            match update.commit(self.stamp(), &closed.facts)?.send(self.store).await {
                Ok(()) => lost = 0,
                Err(error) => self.after_loss(error, &mut lost).await?,
            }
        }
    }

    /// Books the difference between what the person was granted and what is due to a leaver. It runs after open leave has ended,
    /// so that the difference is one entry.
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
        let fact = |it: &Correction| Fact::CorrectionWithdrawn { correction_id: it.id, date: it.date };
        let mut commit = self.commit(withdrawn.iter().map(fact).collect())?;
        withdrawn.iter().try_for_each(|correction| commit.end_correction(correction))?;
        commit.send(self.store).await?;
        Ok(if page.next.is_some() { Left::Something } else { Left::Nothing })
    }

    /// Withdraws the swaps that the person asked for, and those that they are asked.
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
