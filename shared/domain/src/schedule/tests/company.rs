//! A test company with one person, whose punches are committed as the store commits them.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

use jiff::Timestamp;

use crate::{
    bounded::Bounded,
    calendar::{Weekday, WorkDate, Zone},
    day::{
        BreakEndRefusal, BreakStartRefusal, ClockInRefusal, ClockOutRefusal, ClockStatus, Day, DayChange, EditCause,
        Editor, Figures, MonthTotals, NothingToExcuse, NothingToReview, Presence, PunchContext, PunchDetails, Punched,
        SessionTimes, Source, Verdict, Violation, dates_edited_with, dates_needed,
    },
    employment::Employments,
    holiday::{Half, Holiday},
    id::{LeaveRequestId, SiteId, UserId},
    ports::Entropy,
    schedule::{
        Assignment, DayLeave, DayPlan, LeaveRef, LeaveTypeCode, Pattern, PatternShift, PlanCause, PlannedDay, Planner,
        Rhythm, Schedule, ScheduleYear, SiteBook, Week,
    },
    settings::{Settings, ShiftTimes},
    site::Site,
    user::{Authority, User, UserStatus},
};

/// Generates different ids by counting up, the same in every run.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Entropy for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        let next = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        bytes.fill(0);
        let tail = bytes.len() - next.len();
        bytes[tail..].copy_from_slice(&next);
    }
}

#[derive(Debug)]
pub(crate) struct Company {
    pub(crate) person: User,
    pub(crate) settings: Settings,
    pub(crate) sites: SiteBook,
    pub(crate) schedule: Schedule,
    pub(crate) years: BTreeMap<i16, ScheduleYear>,
    pub(crate) holidays: Vec<Holiday>,
    pub(crate) presence: Presence,
    pub(crate) days: BTreeMap<WorkDate, Day>,
    /// The sum of the deltas of every committed change.
    pub(crate) totals: MonthTotals,
    /// The sum of the entries that every committed change adds to the time account, by date.
    pub(crate) ledger: BTreeMap<WorkDate, i64>,
    entropy: Counter,
}

pub(crate) fn date(text: &str) -> WorkDate {
    text.parse().unwrap()
}

pub(crate) fn times(start: &str, end: &str, break_minutes: u32) -> ShiftTimes {
    ShiftTimes::new(start.parse().unwrap(), end.parse().unwrap(), Bounded::new(break_minutes).unwrap()).unwrap()
}

pub(crate) fn shift(start: &str, end: &str, break_minutes: u32) -> PatternShift {
    PatternShift { times: times(start, end, break_minutes), site_id: None }
}

/// A week with the same shifts on each of these weekdays and with Sunday off.
pub(crate) fn week(weekdays: &[Weekday], shifts: &[PatternShift]) -> Week {
    Week {
        weekly_offs: vec![Weekday::Sunday].try_into().unwrap(),
        shifts: weekdays.iter().map(|weekday| (*weekday, shifts.to_vec())).collect(),
    }
}

pub(crate) const MONDAY_TO_SATURDAY: [Weekday; 6] =
    [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday, Weekday::Saturday];

pub(crate) fn annual_leave() -> LeaveRef {
    LeaveRef {
        request_id: "0000000001000000000000000100000000010000000000000001".parse::<LeaveRequestId>().unwrap(),
        leave_type: LeaveTypeCode::parse("annual").unwrap(),
    }
}

pub(crate) fn site_id(number: u128) -> SiteId {
    SiteId::from(ulid::Ulid::from_parts(1, number))
}

pub(crate) fn manager() -> UserId {
    UserId::from(ulid::Ulid::from_parts(1, 9))
}

pub(crate) fn reason() -> crate::text::Reason {
    crate::text::Reason::parse("The terminal was out of order").unwrap()
}

impl Company {
    /// A company with default settings (09:00-18:00 with a break of one hour, Saturday and Sunday off) in that zone.
    pub(crate) fn in_zone(zone: &str) -> Self {
        Self {
            person: User {
                id: UserId::from(ulid::Ulid::from_parts(1, 7)),
                username: crate::username::Username::parse("maria").unwrap(),
                email: None,
                email_verified_at: None,
                full_name: crate::text::Name::parse("Maria").unwrap(),
                authority: Authority::Employee,
                status: UserStatus::Active,
                department_id: None,
                site_id: None,
                earlier_sites: crate::earlier::Earlier::default(),
                time_zone: None,
                language: None,
                employments: Employments::always(),
                tracks_attendance: true,
                annual_leave_days: None,
                session_epoch: 0,
                version: 1,
                created_at: Timestamp::UNIX_EPOCH,
                updated_at: Timestamp::UNIX_EPOCH,
            },
            settings: Settings { time_zone: Zone::parse(zone).unwrap(), ..Settings::default() },
            sites: SiteBook::default(),
            schedule: Schedule::default(),
            years: BTreeMap::new(),
            holidays: Vec::new(),
            presence: Presence::default(),
            days: BTreeMap::new(),
            totals: MonthTotals::default(),
            ledger: BTreeMap::new(),
            entropy: Counter::default(),
        }
    }

    /// A company in UTC, with these shifts from Monday to Saturday.
    pub(crate) fn with_shifts(shifts: &[PatternShift]) -> Self {
        Self::in_zone("UTC").pattern("2020-01-01", week(&MONDAY_TO_SATURDAY, shifts))
    }

    /// Changes the settings as a JSON document says.
    pub(crate) fn settings(mut self, document: &str) -> Self {
        let mut merged = serde_json::to_value(&self.settings).unwrap();
        let changes: serde_json::Map<_, _> = serde_json::from_str(document).unwrap();
        for (name, value) in changes {
            merged[name] = value;
        }
        self.settings = serde_json::from_value(merged).unwrap();
        self
    }

    pub(crate) fn pattern(mut self, from: &str, week: Week) -> Self {
        let pattern = Pattern { effective_from: date(from), rhythm: Rhythm::weekly(week).unwrap() };
        self.schedule = self.schedule.with_pattern(pattern).unwrap();
        self
    }

    fn year(&mut self, day: WorkDate) -> &mut ScheduleYear {
        self.years.entry(day.year()).or_default()
    }

    pub(crate) fn planned(mut self, on: &str, plan: DayPlan) -> Self {
        let day = PlannedDay { plan, cause: PlanCause::Override { reason: None }, version: 1, replaced_swap: None };
        self.year(date(on)).days.insert(date(on), day);
        self
    }

    pub(crate) fn leave(mut self, on: &str, half: Option<Half>) -> Self {
        let leave = half.map_or_else(|| DayLeave::full(annual_leave()), |half| DayLeave::half(half, annual_leave()));
        self.year(date(on)).leave.insert(date(on), leave);
        self
    }

    pub(crate) fn holiday(mut self, on: &str, site: Option<SiteId>, half_day: Option<Half>) -> Self {
        self.holidays.push(Holiday {
            id: ulid::Ulid::from_parts(1, 3).into(),
            date: date(on),
            name: crate::text::Name::parse("Republic Day").unwrap(),
            site_id: site,
            half_day,
        });
        self
    }

    pub(crate) fn site(mut self, id: SiteId, zone: &str) -> Self {
        self.sites.enter(&Site {
            id,
            name: crate::text::Name::parse("Plant").unwrap(),
            time_zone: Zone::parse(zone).unwrap(),
            place: None,
            region: None,
            version: 1,
        });
        self
    }

    pub(crate) fn planner(&self) -> Planner<'_> {
        Planner {
            person: &self.person,
            settings: &self.settings,
            sites: &self.sites,
            schedule: &self.schedule,
            years: &self.years,
            holidays: &self.holidays,
        }
    }

    pub(crate) fn assignment(&self, on: &str) -> Assignment {
        self.planner().assignment(date(on))
    }

    /// The instant of `2026-11-02 09:20` on the person's wall clock, or of an instant with `Z`.
    pub(crate) fn at(&self, wall: &str) -> Timestamp {
        if wall.ends_with('Z') {
            return wall.parse().unwrap();
        }
        let civil: jiff::civil::DateTime = wall.parse().unwrap();
        self.planner().zone().time_zone().to_timestamp(civil).unwrap()
    }

    pub(crate) fn punch<T>(&self, now: Timestamp, act: impl FnOnce(PunchContext<'_>) -> T) -> T {
        let planner = self.planner();
        // The context contains only the days that a caller would have read.
        let needed = dates_needed(planner.zone(), &self.presence, now);
        let days = needed.iter().filter_map(|date| Some((*date, self.days.get(date)?.clone()))).collect();
        act(PunchContext {
            planner: &planner,
            presence: &self.presence,
            days: &days,
            now,
            punched_at: None,
            entropy: &self.entropy,
        })
    }

    /// Calls `act` with all stored days.
    pub(crate) fn with_all_days<T>(&self, now: Timestamp, act: impl FnOnce(PunchContext<'_>) -> T) -> T {
        let planner = self.planner();
        let (presence, days) = (&self.presence, &self.days);
        act(PunchContext { planner: &planner, presence, days, now, punched_at: None, entropy: &self.entropy })
    }

    pub(crate) fn commit(&mut self, punched: Punched) -> Punched {
        assert_eq!(punched.presence.version, self.presence.version + 1);
        assert!(!punched.facts.is_empty());
        self.presence = punched.presence.clone();
        for change in &punched.changes {
            self.commit_day(change);
        }
        punched
    }

    pub(crate) fn commit_day(&mut self, change: &DayChange) {
        let date = change.after().date();
        assert_eq!(self.days.get(&date), change.before(), "a change starts from what is stored");
        self.totals += change.month_deltas().iter().map(|delta| delta.totals).sum();
        for entry in change.account_entries() {
            *self.ledger.entry(entry.date).or_default() += entry.seconds;
        }
        // The stored value is read back as it was written.
        let stored = serde_json::from_str(&serde_json::to_string(change.after()).unwrap()).unwrap();
        assert_eq!(&stored, change.after());
        self.days.insert(date, stored);
    }

    /// A manager's edit.
    pub(crate) fn edit_at(
        &mut self,
        now: Timestamp,
        on: WorkDate,
        sessions: &[SessionTimes],
    ) -> Result<Punched, Vec<Violation>> {
        let editor = Editor { by: manager(), cause: EditCause::Manager, reason: reason() };
        let punched = self.decided_at(now, on, |context| context.edit(on, sessions, editor))?;
        Ok(self.commit(punched))
    }

    /// A manager's excuse.
    pub(crate) fn excuse_at(&mut self, now: Timestamp, on: WorkDate) -> Result<(), NothingToExcuse> {
        let excused = self.decided_at(now, on, |context| context.excuse(on, manager(), reason()))?;
        self.commit_day(&excused.change);
        Ok(())
    }

    /// A manager's review of flagged clock-ins.
    pub(crate) fn review_at(&mut self, now: Timestamp, on: WorkDate, verdict: Verdict) -> Result<(), NothingToReview> {
        let decided = self.decided_at(now, on, |context| context.review(on, manager(), verdict, Some(&reason())))?;
        self.commit_day(&decided.change);
        Ok(())
    }

    fn decided_at<T>(&self, now: Timestamp, on: WorkDate, act: impl FnOnce(PunchContext<'_>) -> T) -> T {
        let planner = self.planner();
        let open = self.presence.open().map(|(date, _)| date);
        let needed = dates_edited_with(on).into_iter().chain(open);
        let days = needed.filter_map(|date| Some((date, self.days.get(&date)?.clone()))).collect();
        act(PunchContext {
            planner: &planner,
            presence: &self.presence,
            days: &days,
            now,
            punched_at: None,
            entropy: &self.entropy,
        })
    }

    pub(crate) fn clock_in_at(&mut self, now: Timestamp) -> Result<Punched, ClockInRefusal> {
        let punched = self.punch(now, |context| context.clock_in(PunchDetails::bare(Source::Own)))?;
        Ok(self.commit(punched))
    }

    pub(crate) fn clock_out_at(&mut self, now: Timestamp) -> Result<Punched, ClockOutRefusal> {
        let punched = self.punch(now, |context| context.clock_out(PunchDetails::bare(Source::Own)))?;
        Ok(self.commit(punched))
    }

    pub(crate) fn start_break_at(&mut self, now: Timestamp) -> Result<Punched, BreakStartRefusal> {
        let punched = self.punch(now, |context| context.start_break(None))?;
        Ok(self.commit(punched))
    }

    pub(crate) fn end_break_at(&mut self, now: Timestamp) -> Result<Punched, BreakEndRefusal> {
        let punched = self.punch(now, |context| context.end_break())?;
        Ok(self.commit(punched))
    }

    pub(crate) fn clock_in(&mut self, wall: &str) -> Result<Punched, ClockInRefusal> {
        self.clock_in_at(self.at(wall))
    }

    pub(crate) fn clock_out(&mut self, wall: &str) -> Result<Punched, ClockOutRefusal> {
        self.clock_out_at(self.at(wall))
    }

    /// Clocks in and out, and returns the work date.
    pub(crate) fn session(&mut self, from: &str, until: &str) -> WorkDate {
        let date = self.clock_in(from).unwrap().date;
        self.clock_out(until).unwrap();
        date
    }

    /// Switches the cost center of the open session.
    pub(crate) fn switch(&mut self, wall: &str, cost_center: Option<&str>) {
        let code = cost_center.map(|code| code.to_owned().try_into().unwrap());
        let punched = self.punch(self.at(wall), |context| context.switch_cost_center(code.clone())).unwrap();
        self.commit(punched);
    }

    /// Starts and ends a break.
    pub(crate) fn pause(&mut self, from: &str, until: &str) {
        self.start_break_at(self.at(from)).unwrap();
        self.end_break_at(self.at(until)).unwrap();
    }

    pub(crate) fn status(&self, wall: &str) -> ClockStatus {
        self.punch(self.at(wall), |context| context.status()).unwrap()
    }

    pub(crate) fn figures(&self, on: &str, as_of: &str) -> Figures {
        let as_of = self.at(as_of);
        Day::current(self.days.get(&date(on)), &self.planner(), date(on), as_of).figures(as_of)
    }
}
