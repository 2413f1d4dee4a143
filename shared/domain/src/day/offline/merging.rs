//! Merges offline punches with recorded punches, as if they had been received in time.
//!
//! The recorded punches are taken out and put back in their order. Each offline punch goes between them by the transition of a
//! punch made in time. Recorded punches never change: of a run of offline punches between two recorded ones, only those are
//! accepted after which the next recorded punch still fits. For example, a late clock-in and a late clock-out make a session
//! before the one that a kiosk recorded. A late clock-in alone would overlap that session, so it waits.
//!
//! Ends that nobody punched (forgotten clock-outs) are computed again if the punches of their session changed.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::{
    ClockCheck, OfflinePunch, WaitReason,
    batch::{Merged, OfflineAction, OfflineBatch, OfflineRow, OpenDayMissing, RowOutcome},
    timeline::{RecordedAction, RecordedPunch, recorded_clock_out, recorded_punches},
};
use crate::{
    calendar::WorkDate,
    day::{
        BreakEndRefusal, BreakStartRefusal, ClockInRefusal, ClockOutRefusal, Day, Presence, PresenceState, PunchAction,
        PunchContext, PunchRefusal, Session, Source,
        punching::{close_forgotten, is_forgotten, may_be_forgotten},
    },
    event::{Fact, PunchFact},
    id::SessionId,
    schedule::seconds_between,
    settings::PhotoRule,
};

/// The seconds within which a punch without an action is the one before it once more.
const REPEAT_SECONDS: i64 = 60;

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

/// A punch that already counts.
struct Known {
    action: PunchAction,
    at: Timestamp,
    date: WorkDate,
}

/// A punch that was tried between two recorded punches.
struct Tried<'a> {
    place: usize,
    row: &'a OfflineRow,
    action: PunchAction,
    at: Timestamp,
    result: TrialResult,
}

enum TrialResult {
    /// The punch fits at its time.
    Fits { date: WorkDate, at: Timestamp, session_id: SessionId, facts: Vec<Fact> },
    /// The punch doesn't fit.
    Refused { date: WorkDate, at: Timestamp, reason: WaitReason },
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
        if let Some(reason) = self.hold(row) {
            let date = self.context.planner.zone().date_of(at);
            self.outcomes.push((place, RowOutcome::Waits { date, reason }));
            return;
        }
        if let Some(date) = self.came_before(action, at) {
            self.outcomes.push((place, RowOutcome::Recorded { date, at }));
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

    /// The outcome of a punch without an action that is the person's punch before it once more: people hold a finger twice.
    fn repeated(&self, at: Timestamp) -> Option<RowOutcome> {
        let zone = self.context.planner.zone();
        let counted = self.known.iter().map(|known| (known.at, known.date));
        let tried = self.tried.iter().map(|tried| match &tried.result {
            TrialResult::Fits { date, .. } => (tried.at, *date),
            TrialResult::Refused { .. } => (tried.at, zone.date_of(tried.at)),
        });
        let (before, date) =
            counted.chain(tried).filter(|(before, _)| *before <= at).max_by_key(|(before, _)| *before)?;
        (seconds_between(before, at) < REPEAT_SECONDS).then_some(RowOutcome::Recorded { date, at: before })
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

    /// The day of the same offline punch, if it was received before.
    fn came_before(&self, action: PunchAction, at: Timestamp) -> Option<WorkDate> {
        let is_same = |punch: &OfflinePunch| (punch.action, whole_seconds(punch.occurred_at)) == (action, at);
        self.recorded.values().find(|day| day.offline_punches().iter().any(is_same)).map(Day::date)
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

    /// Tries a punch on the days in their current state.
    fn attempt(&mut self, row: &OfflineRow, action: PunchAction, at: Timestamp) -> TrialResult {
        let open = self.open_day().and_then(|day| Some((day.date(), day.open_session()?.clone())));
        let local_date = self.context.planner.zone().date_of(at);
        let refused = |date: WorkDate, reason| TrialResult::Refused { date, at, reason };
        if let Some((date, session)) = &open
            && action == PunchAction::In
            && self.days.get(date).is_some_and(|day| is_forgotten(day, session, at))
        {
            // The session was closed by then, according to the record.
            self.restore_end(at);
        }
        let presence = self.presence();
        let context = PunchContext {
            presence: &presence,
            days: &self.days,
            punched_at: Some(at),
            planner: self.context.planner,
            now: self.context.now,
            entropy: self.context.entropy,
        };
        let punched = match context.punch(action, row.details.clone()) {
            Ok(punched) => punched,
            Err(refusal) => return refused(open.map_or(local_date, |(date, _)| date), reason_of(&refusal)),
        };
        let date = punched.date;
        if self.recorded.get(&date).is_some_and(|day| day.edits().iter().any(|edit| at <= edit.at)) {
            return refused(date, WaitReason::DayEdited);
        }
        let needs_photo = action == PunchAction::In && self.context.planner.settings.photo == PhotoRule::Required;
        if needs_photo && row.details.photo.is_none() {
            return refused(date, WaitReason::PhotoRequired);
        }
        let begun = punched.day().and_then(|day| day.sessions().last()).map(|session| session.id);
        let Some(session_id) = open.map(|(_, session)| session.id).filter(|_| action != PunchAction::In).or(begun)
        else {
            return refused(date, WaitReason::NotClockedIn);
        };
        for change in punched.changes {
            self.days.insert(change.after().date(), change.after().clone());
        }
        let facts = punched.facts.into_iter().filter(|fact| !self.is_stale(fact)).collect();
        TrialResult::Fits { date, at, session_id, facts }
    }

    /// Whether the fact is outdated: lateness for a shift that is over.
    fn is_stale(&self, fact: &Fact) -> bool {
        let Fact::Punch(PunchFact::Late { date, shift_id, .. }) = fact else { return false };
        let shifts = self.days.get(date).map_or(&[][..], Day::shifts);
        let shift = shifts.iter().find(|shift| shift.id.to_string() == *shift_id);
        shift.is_some_and(|shift| shift.end_at <= self.context.decided_at())
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
            device_id: self.batch.device_id.clone(),
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

    /// The outcome of a punch that already counts, if there is one with that action near that instant.
    fn recorded_near(&self, action: PunchAction, at: Timestamp) -> Option<RowOutcome> {
        let skew = self.context.planner.settings.offline.max_skew_seconds.as_i64();
        let apart = |known: &&Known| seconds_between(known.at, at).abs();
        let near =
            self.known.iter().filter(|known| known.action == action && apart(known) <= skew).min_by_key(apart)?;
        Some(RowOutcome::Recorded { date: near.date, at: near.at })
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

    /// Puts a recorded punch back.
    fn put_back(&mut self, recorded: RecordedPunch) {
        match recorded.action {
            RecordedAction::In(date, session) => {
                if self.open_day().is_some() {
                    self.close_open_session(recorded.at);
                }
                if let Some(day) = self.days.get_mut(&date) {
                    day.push_session(*session);
                }
            }
            RecordedAction::Out(punch) => {
                if let Some(session) = self.open_session_mut() {
                    session.close(*punch);
                }
            }
            RecordedAction::BreakStart(pause) => {
                if let Some(session) = self.open_session_mut() {
                    session.breaks.push(pause);
                }
            }
            RecordedAction::BreakEnd => {
                if let Some(pause) = self.open_session_mut().and_then(|session| session.breaks.last_mut()) {
                    pause.ended_at = Some(recorded.at);
                }
            }
        }
    }

    /// Ends the open session, which nobody closed, at the recorded end, otherwise as forgotten by `by`.
    fn close_open_session(&mut self, by: Timestamp) {
        self.restore_end(by);
        let entropy = self.context.entropy;
        let open = self.days.values_mut().find(|day| day.open_session().is_some());
        let facts = open.map(|day| close_forgotten(day, by, entropy)).unwrap_or_default();
        self.facts.extend(facts);
    }

    /// Gives the open session the end before `by` that Rollcall recorded for it, if the session's punches are the same as then.
    fn restore_end(&mut self, by: Timestamp) {
        let recorded: Option<Session> = self.open_day().and_then(Day::open_session).and_then(|session| {
            let recorded = self.recorded.values().find_map(|day| day.session(session.id))?;
            let out = recorded.clock_out.as_ref().filter(|out| out.source == Source::Auto && out.at <= by)?;
            let mut closed = session.clone();
            closed.close(out.clone());
            (closed.breaks == recorded.breaks && closed.clock_in == recorded.clock_in).then(|| recorded.clone())
        });
        if let Some(recorded) = recorded
            && let Some(session) = self.open_session_mut()
        {
            *session = recorded;
        }
    }

    fn open_day(&self) -> Option<&Day> {
        self.days.values().find(|day| day.open_session().is_some())
    }

    fn open_session_mut(&mut self) -> Option<&mut Session> {
        self.days.values_mut().find_map(Day::open_session_mut)
    }

    /// The person's presence according to the punches so far.
    fn presence(&self) -> Presence {
        if let Some(day) = self.open_day() {
            return self.context.presence.after(day);
        }
        let last_out = self.days.values().filter_map(Day::last_out).max();
        let before = match self.context.presence.state {
            PresenceState::Out { since } => since,
            PresenceState::Working { .. } | PresenceState::OnBreak { .. } => None,
        };
        Presence {
            state: PresenceState::Out { since: last_out.max(before) },
            version: self.context.presence.version + 1,
        }
    }
}

fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// The punches of a day. If Rollcall closed a session, its end isn't a punch.
fn known_of(day: &Day) -> Vec<Known> {
    let mut known = Vec::new();
    let mut add = |action, at| known.push(Known { action, at, date: day.date() });
    for session in day.sessions() {
        add(PunchAction::In, session.clock_in.at);
        for pause in &session.breaks {
            add(PunchAction::BreakStart, pause.started_at);
            if let Some(ended_at) = pause.ended_at.filter(|_| !pause.ended_with_session) {
                add(PunchAction::BreakEnd, ended_at);
            }
        }
        if let Some(out) = recorded_clock_out(session) {
            add(PunchAction::Out, out.at);
        }
    }
    known
}

/// The reason why a late punch waits if the same punch in time would have been refused.
const fn reason_of(refusal: &PunchRefusal) -> WaitReason {
    match refusal {
        PunchRefusal::ClockIn(refusal) => match refusal {
            ClockInRefusal::AlreadyClockedIn | ClockInRefusal::DayNotLoaded { .. } => WaitReason::AlreadyClockedIn,
            ClockInRefusal::OutsideWindow { .. } => WaitReason::OutsideWindow,
            ClockInRefusal::NotScheduled => WaitReason::NotScheduled,
            ClockInRefusal::OnLeave => WaitReason::OnLeave,
            ClockInRefusal::LocationRequired => WaitReason::LocationRequired,
            ClockInRefusal::OutsideGeofence { .. } => WaitReason::OutsideGeofence,
        },
        PunchRefusal::ClockOut(ClockOutRefusal::NotClockedIn | ClockOutRefusal::DayNotLoaded { .. })
        | PunchRefusal::BreakStart(BreakStartRefusal::NotClockedIn | BreakStartRefusal::DayNotLoaded { .. }) => {
            WaitReason::NotClockedIn
        }
        PunchRefusal::BreakStart(BreakStartRefusal::AlreadyOnBreak) => WaitReason::AlreadyOnBreak,
        PunchRefusal::BreakEnd(BreakEndRefusal::NotOnBreak | BreakEndRefusal::DayNotLoaded { .. }) => {
            WaitReason::NotOnBreak
        }
    }
}
