//! What happens when someone leaves, in the transaction that disables them (rules.md, "Leavers and movers").

use domain::{
    calendar::WorkDate,
    correction::{Correction, CorrectionStatus},
    day::{DayChange, Presence, PunchContext, dates_needed},
    event::{Fact, SwapEnding},
    leave::request::OpenLeave,
    swap::Swap,
    user::{User, UserStatus},
};
use jiff::Timestamp;
use store::{Commit, StoreError, people_basis::PeopleBasis};
use web::{Failed, Problem};

use super::{edit::Asked, leave::EndedLeave};

/// The most pending corrections that are withdrawn along: more than anybody has, few enough for one transaction. What were
/// left could still be rejected.
const CORRECTIONS: usize = 30;

/// The most open swaps, each of which takes two of the transaction's actions. What were left could not be made any more,
/// because nobody swaps with someone who left, and expires.
const SWAPS: usize = 15;

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
    /// asked for them, leave that is pending or ahead is cancelled.
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
        let pending = app.store.corrections_of(person.id, Some(CorrectionStatus::Pending), None, CORRECTIONS).await?;
        let corrections: Vec<Correction> = pending.corrections.iter().filter_map(|it| it.withdrawn().ok()).collect();
        facts.extend(corrections.iter().map(|it| Fact::CorrectionWithdrawn { correction_id: it.id, date: it.date }));
        let open = app.store.open_swaps_of(person.id, now).await?;
        let swaps: Vec<Swap> = open.iter().filter_map(|swap| swap.withdrawn(now).ok()).take(SWAPS).collect();
        facts.extend(swaps.iter().map(|swap| swap.ended_fact(SwapEnding::Withdrawn)));
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
