//! Several people of one company, whose changes are committed like the store does.

use jiff::Timestamp;

use crate::{
    calendar::WorkDate,
    day::{Day, DayChange, follow_schedule},
    id::UserId,
    roster::{
        Party, PatternRefusal, PlanRefusal, Proposal, Rescheduled, Rostering, SwapRefusal, Swapping, UnplanRefusal,
    },
    schedule::{
        DayPlan, Pattern, Rhythm, Week,
        tests::company::{Company, Counter, date, reason},
    },
    swap::{Approval, Swap},
};

/// People by their number, each a [`Company`] of one.
pub(super) struct Team {
    pub(super) people: Vec<Company>,
    entropy: Counter,
}

pub(super) fn weekly(from: &str, week: Week) -> Pattern {
    Pattern { effective_from: date(from), rhythm: Rhythm::weekly(week).unwrap() }
}

impl Team {
    pub(super) fn of(people: impl IntoIterator<Item = Company>) -> Self {
        let mut people: Vec<Company> = people.into_iter().collect();
        for (number, company) in (1..).zip(&mut people) {
            company.person.id = UserId::from(ulid::Ulid::from_parts(1, number));
        }
        Self { people, entropy: Counter::default() }
    }

    pub(super) fn set_pattern(
        &mut self,
        who: usize,
        pattern: Pattern,
        now: Timestamp,
    ) -> Result<WorkDate, PatternRefusal> {
        let changed = self.decide(who, now, |rostering| rostering.set_pattern(pattern))?;
        let from = changed.from;
        self.commit(&changed, now);
        Ok(from)
    }

    pub(super) fn plan(&mut self, who: usize, on: WorkDate, plan: DayPlan, now: Timestamp) -> Result<(), PlanRefusal> {
        let changed = self.decide(who, now, |rostering| rostering.plan_day(on, plan, reason()))?;
        self.commit(&changed, now);
        Ok(())
    }

    pub(super) fn unplan(&mut self, who: usize, on: WorkDate, now: Timestamp) -> Result<(), UnplanRefusal> {
        let changed = self.decide(who, now, |rostering| rostering.unplan_day(on))?;
        self.commit(&changed, now);
        Ok(())
    }

    pub(super) fn decide<T>(&self, who: usize, now: Timestamp, act: impl FnOnce(Rostering<'_>) -> T) -> T {
        let company = &self.people[who];
        act(Rostering { planner: &company.planner(), days: &company.days, now })
    }

    fn swapping(&self, asker: usize, other: usize, now: Timestamp) -> Swapping<'_> {
        let party = |who: usize| Party { planner: self.people[who].planner(), days: &self.people[who].days };
        Swapping { asker: party(asker), other: party(other), now }
    }

    pub(super) fn ask(
        &self,
        (asker, my_date): (usize, WorkDate),
        (other, their_date): (usize, Option<WorkDate>),
        now: Timestamp,
    ) -> Result<Swap, SwapRefusal> {
        let proposal = Proposal { my_date, their_date, note: None };
        self.swapping(asker, other, now).ask(proposal, &self.entropy)
    }

    pub(super) fn approval(&self, swap: &Swap, now: Timestamp) -> Approval {
        self.swapping(self.number(swap.from_user_id), self.number(swap.with_user_id), now).approval()
    }

    pub(super) fn make(&mut self, swap: &Swap, now: Timestamp) -> Result<(), SwapRefusal> {
        let (asker, other) = (self.number(swap.from_user_id), self.number(swap.with_user_id));
        let made = self.swapping(asker, other, now).make(swap)?;
        for changed in [&made.asker, &made.other] {
            self.commit(changed, now);
        }
        Ok(())
    }

    /// Asks for a swap and makes it.
    pub(super) fn swap(
        &mut self,
        asker: (usize, &str),
        other: (usize, Option<&str>),
        now: Timestamp,
    ) -> Result<(), SwapRefusal> {
        let swap = self.ask((asker.0, date(asker.1)), (other.0, other.1.map(date)), now)?;
        self.make(&swap, now)
    }

    pub(super) fn number(&self, id: UserId) -> usize {
        self.people.iter().position(|company| company.person.id == id).unwrap()
    }

    fn commit(&mut self, changed: &Rescheduled, now: Timestamp) {
        let who = self.number(changed.user_id);
        let company = &mut self.people[who];
        if let Some(after) = &changed.schedule {
            assert_eq!(after.version, company.schedule.version + 1);
        }
        for (year, after) in &changed.years {
            assert_eq!(after.version, company.years.get(year).map_or(0, |before| before.version) + 1);
        }
        let schedule = changed.schedule_after(&company.schedule).clone();
        company.schedule = serde_json::from_str(&serde_json::to_string(&schedule).unwrap()).unwrap();
        let years = changed.years_after(&company.years);
        company.years = serde_json::from_str(&serde_json::to_string(&years).unwrap()).unwrap();
        for change in follow_schedule(&company.days, &company.planner(), now) {
            company.commit_day(&change);
        }
    }

    /// Stores the day like the scheduled job does.
    pub(super) fn open(&mut self, who: usize, on: &str, now: Timestamp) {
        let company = &mut self.people[who];
        let opened = DayChange::new(None, Day::open(&company.planner(), date(on)), now);
        company.commit_day(&opened);
    }

    /// Returns the shifts of a date, with start and end in UTC.
    pub(super) fn shifts(&self, who: usize, on: &str) -> Vec<String> {
        let shifts = self.people[who].assignment(on).shifts;
        shifts.iter().map(|shift| format!("{} {}", shift.start_at, shift.end_at)).collect()
    }
}
