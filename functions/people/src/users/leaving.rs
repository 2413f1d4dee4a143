//! What happens when someone leaves, in the transaction that disables them (docs/rules.md#joining-leaving-and-moving).

use domain::{
    calendar::WorkDate,
    correction::{Correction, CorrectionStatus},
    day::{DayChange, Presence, PunchContext, dates_needed},
    event::{Fact, Subject, SwapEnding},
    leave::request::OpenLeave,
    swap::Swap,
    user::{User, UserStatus},
};
use jiff::Timestamp;
use store::{Commit, Stamp, StoreError, people_basis::PeopleBasis};
use web::{Failed, Problem};

use super::{edit::Asked, leave::EndedLeave};

/// How many pending corrections are withdrawn in the transaction that disables someone, beside all else that it holds; what
/// is beyond is withdrawn before, in transactions of its own.
const CORRECTIONS_AT_LAST: usize = 8;

/// How many open swaps are, each of which takes two actions.
const SWAPS_AT_LAST: usize = 6;

/// How many of either are withdrawn at once before.
const AT_ONCE: usize = 40;

/// The profile of someone who leaves: disabled, and expected on no day after today.
pub(super) fn left(person: &User, today: WorkDate) -> User {
    let last = person.left_on.map_or(today, |planned| planned.min(today));
    User { status: UserStatus::Disabled, left_on: Some(last), ..person.clone() }
}

/// What a leaver leaves open, as it will be once they have left: all of it ends in the one transaction.
#[derive(Debug)]
pub(super) struct Leaving {
    /// What happens besides the account's being disabled.
    pub(super) facts: Vec<Fact>,
    days: Vec<DayChange>,
    presence: Presence,
    corrections: Vec<Correction>,
    swaps: Vec<Swap>,
    leave: Option<EndedLeave>,
    open_leave: OpenLeave,
}

impl Leaving {
    /// Reads and decides it: an open session is closed now, pending corrections and open swaps are withdrawn, whoever
    /// asked for them, leave that is pending or ahead is cancelled. More of it than the one transaction holds, whatever else
    /// that holds, is ended before.
    pub(super) async fn of(
        asked: &Asked<'_>,
        person: &User,
        people: &PeopleBasis,
        now: Timestamp,
    ) -> Result<Self, Failed> {
        let (app, zone) = (asked.app, people.zone());
        let today = people.today_of(person, now);
        let leave = EndedLeave::of(asked, person, &people.open_leave, today, now).await?;
        let dates = dates_needed(zone, &Presence::default(), now);
        let basis = app.store.basis_around(person.id, dates, None, now).await?;
        let planner = basis.planner(person);
        let context = PunchContext {
            planner: &planner,
            presence: &basis.presence,
            days: &basis.days,
            now,
            entropy: &*app.entropy,
        };
        let closed = context.close_for_leaver().map_err(Problem::internal)?;
        let (mut facts, days, presence) = closed.map_or_else(
            || {
                // Written even where nothing is open: a punch that was decided before, and commits after, loses on it.
                let presence = Presence { version: basis.presence.version + 1, ..basis.presence.clone() };
                (Vec::new(), Vec::new(), presence)
            },
            |punched| (punched.facts, punched.changes, punched.presence),
        );
        let corrections = last_corrections(asked, person, now).await?;
        facts.extend(corrections.iter().map(correction_fact));
        let swaps = last_swaps(asked, person, now).await?;
        facts.extend(swaps.iter().map(swap_fact));
        facts.extend(leave.iter().flat_map(|leave| leave.facts().iter().cloned()));
        // Written even where nothing is open: leave that was asked for before, and commits after, loses on it.
        let open_leave = people.open_leave.with([], today);
        Ok(Self { facts, days, presence, corrections, swaps, leave, open_leave })
    }

    /// All that ends along with the account. History is kept.
    pub(super) fn commit(&self, commit: &mut Commit, person: &User) -> Result<(), StoreError> {
        if let Some(leave) = &self.leave {
            leave.commit(commit, person, &self.days, &self.presence)?;
        } else {
            commit.change_days(person, &self.days)?;
            commit.change_presence(person.id, &self.presence)?;
            commit.put_open_leave(person.id, &self.open_leave)?;
        }
        self.corrections.iter().try_for_each(|correction| commit.put_correction(correction))?;
        self.swaps.iter().try_for_each(|swap| commit.put_swap(swap))?;
        commit.end_feed(person.id)?;
        commit.end_sign_ins(person.id)
    }
}

/// The pending corrections that are withdrawn with the account's end, withdrawn; those beyond are withdrawn now.
async fn last_corrections(asked: &Asked<'_>, person: &User, now: Timestamp) -> Result<Vec<Correction>, Failed> {
    let store = &asked.app.store;
    loop {
        let limit = CORRECTIONS_AT_LAST + AT_ONCE;
        let pending = store.corrections_of(person.id, Some(CorrectionStatus::Pending), None, limit).await?;
        let mut withdrawn: Vec<Correction> = pending.corrections.iter().filter_map(|it| it.withdrawn().ok()).collect();
        if withdrawn.len() <= CORRECTIONS_AT_LAST {
            return Ok(withdrawn);
        }
        withdrawn.truncate((withdrawn.len() - CORRECTIONS_AT_LAST).min(AT_ONCE));
        let facts = withdrawn.iter().map(correction_fact).collect();
        let mut commit = Commit::new(stamp(asked, now), Subject::User(person.id), facts)?;
        withdrawn.iter().try_for_each(|correction| commit.put_correction(correction))?;
        commit.send(store).await?;
    }
}

/// The open swaps that are withdrawn with the account's end, withdrawn; those beyond are withdrawn now.
async fn last_swaps(asked: &Asked<'_>, person: &User, now: Timestamp) -> Result<Vec<Swap>, Failed> {
    let store = &asked.app.store;
    let open = store.open_swaps_of(person.id, now).await?;
    let mut withdrawn: Vec<Swap> = open.iter().filter_map(|swap| swap.withdrawn(now).ok()).collect();
    let before = withdrawn.split_off(SWAPS_AT_LAST.min(withdrawn.len()));
    for some in before.chunks(AT_ONCE) {
        let mut commit =
            Commit::new(stamp(asked, now), Subject::User(person.id), some.iter().map(swap_fact).collect())?;
        some.iter().try_for_each(|swap| commit.put_swap(swap))?;
        commit.send(store).await?;
    }
    Ok(withdrawn)
}

fn stamp(asked: &Asked<'_>, now: Timestamp) -> Stamp {
    asked.app.stamp(asked.caller, asked.request_id, now)
}

fn correction_fact(withdrawn: &Correction) -> Fact {
    Fact::CorrectionWithdrawn { correction_id: withdrawn.id, date: withdrawn.date }
}

fn swap_fact(withdrawn: &Swap) -> Fact {
    withdrawn.ended_fact(SwapEnding::Withdrawn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::users::edit::tests::maria;

    #[test]
    fn a_leaver_is_expected_until_today_at_the_latest() {
        let date = |text: &str| text.parse::<WorkDate>().unwrap();
        let today = date("2026-11-02");
        let left_on = |planned: Option<&str>| {
            left(&User { left_on: planned.map(date), ..maria() }, today).left_on.map(|date| date.to_string())
        };
        assert_eq!(left_on(None).unwrap(), "2026-11-02");
        assert_eq!(left_on(Some("2026-10-31")).unwrap(), "2026-10-31");
        assert_eq!(left_on(Some("2026-12-31")).unwrap(), "2026-11-02");
        assert_eq!(left(&maria(), today).status, UserStatus::Disabled);
    }
}
