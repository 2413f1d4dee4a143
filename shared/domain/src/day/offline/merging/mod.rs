//! Merges offline punches with recorded punches, as if they had been received in time.
//!
//! The recorded punches are taken out and put back in their order. Each offline punch goes between them by the transition of a
//! punch made in time. Recorded punches never change: of a run of offline punches between two recorded ones, only those are
//! accepted after which the next recorded punch still fits. For example, a late clock-in and a late clock-out make a session
//! before the one that a kiosk recorded. A late clock-in alone would overlap that session, so it waits.
//!
//! Ends that nobody punched (forgotten clock-outs) are computed again if the punches of their session changed.
//!
//! This file adds the punches in their order and decides which of them are accepted. `trial` tries one offline punch, `known`
//! finds the punches that count already, and `replay` puts recorded punches back.

mod known;
mod replay;
mod trial;

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use self::{
    known::{Known, known_of},
    trial::{TrialResult, Tried},
};
use super::{
    ClockCheck, OfflinePunch, WaitReason,
    batch::{Merged, OfflineAction, OfflineBatch, OfflineRow, OpenDayMissing, RowOutcome},
    timeline::{RecordedPunch, recorded_punches},
};
use crate::{
    calendar::WorkDate,
    day::{
        Day, PunchAction, PunchContext,
        punching::{is_forgotten, may_be_forgotten},
    },
    event::Fact,
    id::SessionId,
    schedule::seconds_between,
};

impl PunchContext<'_> {
    /// Decides the punches of a batch. The context needs the day of the open session, and all stored days from the date before
    /// the first punch that can be accepted until tomorrow. Its `now` is the instant at which the batch was received.
    ///
    /// # Errors
    ///
    /// The day of the open session wasn't read.
    pub fn merge_offline(&self, batch: &OfflineBatch<'_>) -> Result<Merged, OpenDayMissing> {
        if let Some((date, _)) = self.presence.open()
            && !self.days.contains_key(&date)
        {
            return Err(OpenDayMissing { date });
        }
        let mut order: Vec<(usize, &OfflineRow)> = batch.rows.iter().enumerate().collect();
        order.sort_by_key(|(place, row)| (row.occurred_at, *place));
        let mut merging = Merging::new(self, batch);
        for (place, row) in order {
            merging.add(place, row);
        }
        Ok(merging.finish())
    }
}

struct Merging<'a, 'c> {
    context: &'a PunchContext<'c>,
    batch: &'a OfflineBatch<'a>,
    /// The stored days, updated to the current schedule.
    recorded: BTreeMap<WorkDate, Day>,
    known: Vec<Known>,
    /// The days with the punches up to now in the order of time.
    days: BTreeMap<WorkDate, Day>,
    /// The recorded punches that come later.
    later: VecDeque<RecordedPunch>,
    /// The punches tried since the last recorded punch.
    tried: Vec<Tried<'a>>,
    /// The number of `tried` punches that are accepted because the next recorded punch fits after them.
    staying: usize,
    /// The days with the accepted punches.
    staying_days: BTreeMap<WorkDate, Day>,
    /// The session that was open after the last recorded punch.
    open_before: Option<SessionId>,
    outcomes: Vec<(usize, RowOutcome)>,
    actions: Vec<(usize, PunchAction)>,
    punches: Vec<(WorkDate, OfflinePunch)>,
    facts: Vec<Fact>,
}

impl<'a, 'c> Merging<'a, 'c> {
    fn new(context: &'a PunchContext<'c>, batch: &'a OfflineBatch<'a>) -> Self {
        let refreshed = |day: &Day| day.refreshed(context.planner, context.decided_at());
        let recorded: BTreeMap<WorkDate, Day> =
            context.days.iter().map(|(date, day)| (*date, refreshed(day))).collect();
        let mut merging = Self {
            context,
            batch,
            known: recorded.values().flat_map(known_of).collect(),
            later: recorded_punches(&recorded),
            days: recorded.iter().map(|(date, day)| (*date, day.with_sessions(Vec::new()))).collect(),
            recorded,
            tried: Vec::new(),
            staying: 0,
            staying_days: BTreeMap::new(),
            open_before: None,
            outcomes: Vec::new(),
            actions: Vec::new(),
            punches: Vec::new(),
            facts: Vec::new(),
        };
        merging.begin_run();
        merging
    }

    /// Adds the next punch in the order of time.
    fn add(&mut self, place: usize, row: &'a OfflineRow) {
        let at = self.instant(row);
        let action = match row.action {
            OfflineAction::Named(action) => action,
            OfflineAction::Next => {
                self.put_back_until(at);
                self.next_action(at)
            }
        };
        self.actions.push((place, action));
        if row.action == OfflineAction::Next
            && let Some(outcome) = self.repeated(at)
        {
            self.outcomes.push((place, outcome));
            return;
        }
        // A punch that counts already doesn't wait, however late it is sent again.
        if let Some(date) = self.came_before(action, at) {
            self.outcomes.push((place, RowOutcome::Recorded { date, at }));
            return;
        }
        if let Some(reason) = self.hold(row) {
            let date = self.context.planner.zone().date_of(at);
            let outcome = self.recorded_as_same(action, at).unwrap_or(RowOutcome::Waits { date, reason });
            self.outcomes.push((place, outcome));
            return;
        }
        self.put_back_until(at);
        let result = self.attempt(row, action, at);
        let fits = match &result {
            TrialResult::Fits { .. } => true,
            TrialResult::Refused { .. } => false,
        };
        self.tried.push(Tried { place, row, action, at, result });
        if fits && self.next_fits() {
            self.staying = self.tried.len();
            self.staying_days = self.days.clone();
        }
    }

    /// Puts the recorded punches up to an instant back.
    fn put_back_until(&mut self, at: Timestamp) {
        if self.later.front().is_some_and(|recorded| recorded.at <= at) {
            self.end_run();
            while let Some(recorded) = self.later.pop_front_if(|recorded| recorded.at <= at) {
                self.put_back(recorded);
            }
            self.begin_run();
        }
    }

    /// The action that follows from the punches up to now. A session that counts as forgotten by then is over.
    fn next_action(&self, at: Timestamp) -> PunchAction {
        match self.open_day().and_then(|day| Some((day, day.open_session()?))) {
            None => PunchAction::In,
            Some((day, session)) if is_forgotten(day, session, at) => PunchAction::In,
            Some((_, session)) if session.open_break().is_some() => PunchAction::BreakEnd,
            Some(_) => PunchAction::Out,
        }
    }

    fn finish(mut self) -> Merged {
        self.end_run();
        while let Some(recorded) = self.later.pop_front() {
            self.put_back(recorded);
        }
        let now = self.context.decided_at();
        self.restore_end(now);
        if let Some(day) = self.open_day()
            && day.open_session().is_some_and(|session| is_forgotten(day, session, now))
        {
            self.close_open_session(now);
        }
        let mut changes = Vec::new();
        for (date, day) in &self.days {
            let before = self.recorded.get(date);
            let is_changed =
                before.map_or_else(|| !day.sessions().is_empty(), |before| before.sessions() != day.sessions());
            if is_changed {
                let came = self.punches.iter().filter(|(of, _)| of == date).map(|(_, punch)| punch.clone());
                let after = before.unwrap_or(day).with_sessions(day.sessions().to_vec()).with_offline_punches(came);
                changes.push(self.context.change(after));
            }
        }
        let presence = (!changes.is_empty()).then(|| self.presence());
        self.outcomes.sort_by_key(|(place, _)| *place);
        let outcomes = self.outcomes.into_iter().map(|(_, outcome)| outcome).collect();
        self.actions.sort_by_key(|(place, _)| *place);
        let actions = self.actions.into_iter().map(|(_, action)| action).collect();
        Merged { changes, presence, facts: self.facts, outcomes, actions }
    }

    /// The instant to record, which is never later than now.
    fn instant(&self, row: &OfflineRow) -> Timestamp {
        whole_seconds(row.occurred_at.min(self.context.decided_at()))
    }

    /// The reason why the punch waits regardless of the recorded punches.
    fn hold(&self, row: &OfflineRow) -> Option<WaitReason> {
        let accepted = 3600 * self.context.planner.settings.offline.accept_hours.as_i64();
        let skew = self.context.planner.settings.offline.max_skew_seconds.as_i64();
        let is_in_time = self.batch.sends_at_once && self.age(row) <= skew;
        let is_late = !is_in_time && (accepted == 0 || accepted < self.age(row));
        let is_moved = match row.clock {
            ClockCheck::Moved => true,
            ClockCheck::Confirmed | ClockCheck::Unconfirmed => false,
        };
        row.hold.or(is_late.then_some(WaitReason::TooLate)).or(is_moved.then_some(WaitReason::ClockMoved))
    }

    /// The delay of the punch in seconds.
    fn age(&self, row: &OfflineRow) -> i64 {
        seconds_between(self.instant(row), self.context.decided_at())
    }

    fn begin_run(&mut self) {
        self.open_before = self.open_day().and_then(Day::open_session).map(|session| session.id);
        self.staying = 0;
        self.staying_days = self.days.clone();
    }

    /// Accepts the punches of the run after which the next recorded punch fits. The others are already recorded, or wait.
    fn end_run(&mut self) {
        self.days = std::mem::take(&mut self.staying_days);
        let mut others = Vec::new();
        for (index, Tried { place, row, action, at: _, result }) in
            std::mem::take(&mut self.tried).into_iter().enumerate()
        {
            match result {
                TrialResult::Fits { date, at, session_id, facts } if index < self.staying => {
                    self.take(place, (row, action), (date, at, session_id));
                    self.facts.extend(facts);
                }
                TrialResult::Fits { date, at, .. } => others.push((place, action, date, at, self.contradiction())),
                TrialResult::Refused { date, at, reason } => others.push((place, action, date, at, reason)),
            }
        }
        for (place, action, date, at, reason) in others {
            let outcome = self.recorded_near(action, at).unwrap_or(RowOutcome::Waits { date, reason });
            self.outcomes.push((place, outcome));
        }
    }

    fn take(
        &mut self,
        place: usize,
        (row, action): (&OfflineRow, PunchAction),
        (date, at, session_id): (WorkDate, Timestamp, SessionId),
    ) {
        let review_after = 3600 * self.context.planner.settings.offline.review_after_hours.as_i64();
        let punch = OfflinePunch {
            client_id: row.client_id.clone(),
            device_id: row.device_id.clone(),
            action,
            session_id,
            occurred_at: row.occurred_at,
            received_at: self.context.decided_at(),
            time_confirmed: match row.clock {
                ClockCheck::Confirmed => true,
                ClockCheck::Unconfirmed | ClockCheck::Moved => false,
            },
            needs_review: review_after < self.age(row),
        };
        self.punches.push((date, punch));
        self.known.push(Known { action, at, date });
        self.outcomes.push((place, RowOutcome::Taken { date, at }));
    }

    /// Whether the next recorded punch still fits.
    fn next_fits(&self) -> bool {
        let Some(next) = self.later.front() else { return true };
        let open = self.open_day().and_then(|day| Some((day, day.open_session()?)));
        let is_on_break = open.is_some_and(|(_, session)| session.open_break().is_some());
        match next.action() {
            // A session that was recorded without an end before the next one was forgotten.
            PunchAction::In => open.is_none_or(|(day, session)| {
                self.open_before == Some(session.id)
                    || is_forgotten(day, session, next.at)
                    || may_be_forgotten(day, session, next.at)
            }),
            PunchAction::Out => open.is_some(),
            PunchAction::BreakStart => open.is_some() && !is_on_break,
            PunchAction::BreakEnd => is_on_break,
        }
    }

    /// The reason why the next recorded punch contradicts an offline punch.
    fn contradiction(&self) -> WaitReason {
        match self.later.front().map(RecordedPunch::action) {
            Some(PunchAction::In) | None => WaitReason::AlreadyClockedIn,
            Some(PunchAction::Out) => WaitReason::NotClockedIn,
            Some(PunchAction::BreakStart) => WaitReason::AlreadyOnBreak,
            Some(PunchAction::BreakEnd) => WaitReason::NotOnBreak,
        }
    }
}

fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
