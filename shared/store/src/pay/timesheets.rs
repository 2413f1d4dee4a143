//! Timesheets: one item with the state of a person's timesheet of a period, and one item with the figures that were signed.
//!
//! The figures of an open timesheet are computed when they are read. With a signature they are stored, so that a closed
//! timesheet stays as it was. A timesheet also pays the differences of earlier dates that have changed since their own
//! timesheets were settled: [`ChangedDates`](super::closing::ChangedDates) lists these dates, and the earlier timesheets tell what was
//! settled for them.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use domain::{
    calendar::{DateRange, WorkDate},
    day::Day,
    event::{Fact, Subject, TimesheetFact},
    id::UserId,
    leave::request::{LeaveStatus, OpenLeave},
    pay::{
        Blocker, CostCenterSeconds, Differences, FiguresHash, PayCode, PayPeriod, PayPeriods, SecondsByCode,
        SettledTimesheets, Timesheet, TimesheetDay, TimesheetFigures, TimesheetStatus, accepts_no_more_punches,
        blockers_of_day,
    },
    user::User,
};
use jiff::Timestamp;

use super::{accounts::AccountRecord, inputs::PayInputs, signed_figures::SignedFigures};
use crate::{
    Commit, RepeatKey, Stamp, Store, StoreError,
    idempotency::Earlier,
    keys::{self, Key},
    read::{KeyRange, Range},
    users::Deciders,
};

/// The number of a person's timesheets that one query reads.
const TIMESHEETS: usize = 400;
/// The number of items that one call reads.
const BATCH: usize = 100;

/// The person, period and caller of a decision about a timesheet.
#[derive(Debug, Clone, Copy)]
pub struct TimesheetQuery<'a> {
    /// The caller; none if a job decides.
    pub caller: Option<UserId>,
    /// The person.
    pub person: UserId,
    /// The period.
    pub period: PayPeriod,
    /// The company's pay periods.
    pub periods: PayPeriods,
    /// The request, if it may be a repeat.
    pub repeat: Option<&'a RepeatKey>,
}

/// A person's timesheet with its present figures, and all items that a decision about it depends on.
#[derive(Debug)]
pub struct TimesheetSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The number of people who can decide for everyone.
    pub deciders: Deciders,
    /// The inputs of the figures, with the person.
    pub inputs: PayInputs,
    /// The state of the timesheet.
    pub timesheet: Timesheet,
    /// The present figures. Of a closed timesheet, the figures of the close.
    pub figures: TimesheetFigures,
    /// The hash of the present figures.
    pub hash: FiguresHash,
    /// Whether the days have changed since they were signed.
    pub has_changed: bool,
    /// The reasons for which the timesheet can't be signed.
    pub blockers: Vec<Blocker>,
    /// The person's time account, if their pay profile of the last date has one.
    pub account: Option<AccountRecord>,
    /// Whether the request has an earlier answer.
    pub earlier: Earlier,
    /// The version of the person's pending and future leave.
    open_leave_version: u64,
    /// The changed dates of earlier periods whose differences the present figures contain.
    settled: BTreeSet<WorkDate>,
}

/// Returns the hash of figures: SHA-256 of their JSON.
fn hash_of(figures: &TimesheetFigures) -> Result<FiguresHash, StoreError> {
    let unwritable = |error: serde_json::Error| StoreError::Unwritable(error.to_string());
    let json = serde_json::to_vec(figures).map_err(unwritable)?;
    let hash = HEXLOWER.encode(digest(&SHA256, &json).as_ref());
    FiguresHash::parse(&hash).map_err(|invalid| StoreError::Unwritable(invalid.to_string()))
}

/// Returns the segments and the seconds by code of each requested date, work and absences.
fn days_of(inputs: &PayInputs) -> Vec<TimesheetDay> {
    let mut days = Vec::new();
    for segmented in inputs.segments() {
        let Some(day) = inputs.days.get(&segmented.date) else { continue };
        let mut seconds: SecondsByCode = segmented.seconds_by_code();
        let absences = inputs.absences(segmented.date);
        for absence in &absences {
            let code = if absence.paid { PayCode::absence_paid() } else { PayCode::absence_unpaid() };
            *seconds.entry(code).or_default() += absence.seconds;
        }
        let figures = day.figures(inputs.now);
        let is_stored = day.version() > 0;
        let scheduled_seconds = if is_stored { figures.scheduled_seconds } else { 0 };
        if !seconds.is_empty() || scheduled_seconds != 0 || figures.worked_seconds != 0 {
            days.push(TimesheetDay {
                date: segmented.date,
                worked_seconds: figures.worked_seconds,
                scheduled_seconds,
                adjustment_seconds: segmented.adjustment_seconds,
                seconds,
                absences,
                cost_centers: segmented
                    .seconds_by_cost_center()
                    .into_iter()
                    .map(|((cost_center, code), seconds)| CostCenterSeconds { cost_center, code, seconds })
                    .collect(),
                segments: segmented.segments,
            });
        }
    }
    days
}

impl Store {
    /// Returns the states of the timesheets of those people, by person. One BatchGetItem for each hundred.
    pub async fn timesheets_of(
        &self,
        users: impl IntoIterator<Item = UserId>,
        period: PayPeriod,
    ) -> Result<BTreeMap<UserId, Timesheet>, StoreError> {
        // A person who is moved while a page of people is read can be on it twice.
        let users: BTreeSet<UserId> = users.into_iter().collect();
        let users: Vec<UserId> = users.into_iter().collect();
        let mut timesheets = BTreeMap::new();
        for some in users.chunks(BATCH) {
            let keys: Vec<Key> = some.iter().map(|user| keys::timesheet(*user, period)).collect();
            let mut items = self.read(keys).await?;
            for user in some {
                let stored: Option<Timesheet> = items.take(&keys::timesheet(*user, period))?;
                timesheets.insert(*user, stored.unwrap_or_else(|| Timesheet::open(*user, period)));
            }
        }
        Ok(timesheets)
    }

    /// Returns a person's stored timesheets from a period on, in order. One Query for each 400.
    pub async fn timesheets_from(&self, user: UserId, from: PayPeriod) -> Result<Vec<Timesheet>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(user),
            range: Range::Between(keys::timesheet(user, from).sk, format!("{}~", keys::TIMESHEET)),
            descending: false,
            limit: TIMESHEETS,
            after: None,
        };
        self.query_all(key_range).await
    }

    /// Reads a person's timesheet with its present figures; none if no person has the id. It takes the calls of
    /// [`Store::pay_inputs`] for the period, one BatchGetItem and one Query of corrections; a closed timesheet takes
    /// one BatchGetItem for its segments. If earlier dates have changed, it takes
    /// one Query and one BatchGetItem of earlier timesheets, and the calls of [`Store::pay_inputs`] for these dates.
    pub async fn timesheet_snapshot(
        &self,
        query: &TimesheetQuery<'_>,
        now: Timestamp,
    ) -> Result<Option<TimesheetSnapshot>, StoreError> {
        let TimesheetQuery { caller, person, period, periods, repeat } = *query;
        let inputs = self.pay_inputs(person, period.first(), period.last(), now).await?;
        let Some(inputs) = inputs else { return Ok(None) };
        let mut wanted = vec![
            keys::timesheet(person, period),
            keys::timesheet_figures(person, period),
            keys::open_leave(person),
            keys::account(person),
            keys::admins(),
        ];
        wanted.extend(caller.filter(|caller| *caller != person).map(keys::profile));
        wanted.extend(repeat.map(RepeatKey::item_key));
        let mut items = self.read(wanted).await?;
        let timesheet: Option<Timesheet> = items.take(&keys::timesheet(person, period))?;
        let timesheet = timesheet.unwrap_or_else(|| Timesheet::open(person, period));
        let signed: Option<SignedFigures> = items.take(&keys::timesheet_figures(person, period))?;
        let open: OpenLeave = items.take(&keys::open_leave(person))?.unwrap_or_default();
        let caller = match caller {
            Some(caller) if caller == person => Some(inputs.person.clone()),
            Some(caller) => items.take(&keys::profile(caller))?,
            None => None,
        };
        let deciders = items.take(&keys::admins())?.unwrap_or_default();
        let earlier = items.earlier(repeat, now)?;
        let has_account = inputs.profiles.on(period.last()).is_some_and(|profile| profile.account);
        let account: Option<AccountRecord> = items.take(&keys::account(person))?;
        let account = account.filter(|_| has_account);

        let days = days_of(&inputs);
        // A signed timesheet keeps the differences that it was signed with: later ones belong to a later timesheet.
        let differences = match &signed {
            Some(signed) if timesheet.status.is_settled() => {
                Differences { changed: signed.figures.changed.clone(), settled: BTreeSet::new() }
            }
            Some(_) | None => self.differences(&inputs, period, periods).await?,
        };
        let Differences { changed, settled } = differences;
        let present = TimesheetFigures { period, days, changed };
        let hash = hash_of(&present)?;
        let has_changed = timesheet.hash.as_ref().is_some_and(|signed| *signed != hash);
        let figures = match signed {
            Some(signed) if timesheet.closed_at.is_some() => self.with_segments(person, signed).await?,
            Some(_) | None => present,
        };
        let blockers = self.blockers_of(&inputs, period, &open).await?;
        Ok(Some(TimesheetSnapshot {
            caller,
            deciders,
            inputs,
            timesheet,
            figures,
            hash,
            has_changed,
            blockers,
            account,
            earlier,
            open_leave_version: open.version,
            settled,
        }))
    }

    /// Returns the differences that an open timesheet of `period` pays for dates of earlier periods.
    async fn differences(
        &self,
        inputs: &PayInputs,
        period: PayPeriod,
        periods: PayPeriods,
    ) -> Result<Differences, StoreError> {
        let person = inputs.person.id;
        let changed = &inputs.changed_dates;
        let Some(first) = changed.dates.first().copied().filter(|first| *first < period.first()) else {
            return Ok(Differences::default());
        };
        // With a threshold of scheduled time, a date moves the overtime of earlier dates, also of the period before.
        let first = inputs.affected_dates(first, first).0;
        // A later timesheet may be signed already, and have settled a part of the differences.
        let mut timesheets = self.timesheets_from(person, periods.of(first)).await?;
        timesheets.retain(|timesheet| timesheet.status.is_settled() && timesheet.period != period);
        let keys: Vec<Key> =
            timesheets.iter().map(|timesheet| keys::timesheet_figures(person, timesheet.period)).collect();
        let mut items = self.read_many(&keys).await?;
        let mut settled = Vec::with_capacity(timesheets.len());
        for (timesheet, key) in timesheets.iter().zip(&keys) {
            let signed: Option<SignedFigures> = items.take(key)?;
            settled.extend(signed.map(|signed| (timesheet.status, signed.figures)));
        }
        let settled = SettledTimesheets::new(periods, settled);
        let compared = settled.compared(period, &changed.dates, |date| {
            let (from, to) = inputs.affected_dates(date, date);
            DateRange { from, to }.each()
        });
        let dates = || compared.values().flatten();
        let Some((from, to)) = dates().min().zip(dates().max()) else { return Ok(Differences::default()) };
        let Some(inputs) = self.pay_inputs(person, *from, *to, inputs.now).await? else {
            return Ok(Differences::default());
        };
        let present = days_of(&inputs).into_iter().map(|day| (day.date, day.seconds)).collect();
        Ok(settled.differences(&compared, &present))
    }

    /// Returns the reasons for which a timesheet can't be signed.
    async fn blockers_of(
        &self,
        inputs: &PayInputs,
        period: PayPeriod,
        open: &OpenLeave,
    ) -> Result<Vec<Blocker>, StoreError> {
        let now = inputs.now;
        let mut blockers = Vec::new();
        let last = inputs.days.get(&period.last());
        if last.is_none_or(|day| !accepts_no_more_punches(day, now)) {
            blockers.push(Blocker::NotOver { date: period.last() });
        }
        if let Some((date, _)) = inputs.attendance.presence.open().filter(|(date, _)| period.contains(*date)) {
            blockers.push(Blocker::OpenSession { date });
        }
        let is_stored = |day: &&Day| day.version() > 0 && period.contains(day.date());
        for day in inputs.days.values().filter(is_stored) {
            let found = blockers_of_day(day, now).into_iter();
            blockers.extend(found.filter(|blocker| !matches!(blocker, Blocker::OpenSession { .. })));
        }
        for segmented in inputs.segments() {
            let seconds: i64 = segmented.waiting.values().sum();
            if seconds > 0 {
                blockers.push(Blocker::OvertimePending { date: segmented.date, seconds });
            }
        }
        let corrections = self.pending_corrections_of(inputs.person.id).await?;
        let of_period = corrections.iter().filter(|correction| period.contains(correction.date));
        blockers.extend(of_period.map(|it| Blocker::CorrectionPending { date: it.date, correction_id: it.id }));
        for entry in open.entries() {
            let (start_date, end_date) = (entry.period.start_date(), entry.period.end_date());
            let is_of_period = start_date <= period.last() && period.first() <= end_date;
            if is_of_period && entry.status == LeaveStatus::Pending {
                blockers.push(Blocker::LeavePending { start_date, end_date, leave_request_id: entry.id });
            }
        }
        Ok(blockers)
    }
}

impl TimesheetSnapshot {
    /// Returns whether the signatures are about other figures than the present ones, so that they are void.
    pub fn is_outdated(&self) -> bool {
        match self.timesheet.status {
            TimesheetStatus::Submitted | TimesheetStatus::Approved => self.has_changed,
            TimesheetStatus::Open | TimesheetStatus::Rejected | TimesheetStatus::Closing | TimesheetStatus::Closed => {
                false
            }
        }
    }

    /// Returns the transaction that removes the signatures, because the figures have changed since.
    ///
    /// # Errors
    ///
    /// A value can't be written.
    pub fn void(&self, stamp: Stamp) -> Result<Commit, StoreError> {
        let Timesheet { user_id, period, .. } = self.timesheet;
        let fact = Fact::Timesheet(TimesheetFact::TimesheetVoided { period });
        let voided = self.timesheet.voided(stamp.at);
        let mut commit = Commit::new(stamp, Subject::User(user_id), vec![fact])?;
        commit.put_timesheet(&voided)?;
        commit.note_changed_dates(user_id, &self.timesheet.delta_dates.iter().copied().collect())?;
        Ok(commit)
    }

    /// Returns the dates of earlier periods whose differences the timesheet pays.
    pub fn delta_dates(&self) -> Vec<WorkDate> {
        self.figures.changed.iter().map(|day| day.date).collect()
    }

    /// Returns the transaction that signs a timesheet which wasn't signed: the state, the figures, the presence and the
    /// differences that the timesheet settles.
    ///
    /// # Errors
    ///
    /// A value can't be written.
    pub fn sign(&self, stamp: Stamp, signed: &Timesheet, fact: Fact) -> Result<Commit, StoreError> {
        let person = &self.inputs.person;
        let mut commit = Commit::new(stamp, Subject::User(person.id), vec![fact])?;
        commit.guard_person(person)?;
        commit.put_timesheet(signed)?;
        commit.put_signed_figures(person.id, &self.figures)?;
        // A punch that was decided before the signature, and commits later, fails on the new version of the presence.
        commit.change_presence(person.id, &self.inputs.attendance.presence.touched())?;
        // Leave that is requested or decided meanwhile can change the figures, or block them.
        commit.check_unchanged(&keys::open_leave(person.id), self.open_leave_version)?;
        let changed_dates = &self.inputs.changed_dates;
        let own = changed_dates.dates.iter().filter(|date| signed.period.contains(**date));
        let settled: BTreeSet<WorkDate> = self.settled.iter().chain(own).copied().collect();
        commit.settle_changed_dates(person.id, changed_dates, &settled)?;
        Ok(commit)
    }
}
