//! Edits: another person states a day's sessions. The edit is validated as a whole before anything changes.
//!
//! An edit must follow these rules in addition to the Day's own invariants:
//! - A clock-in is between 24 hours before and 48 hours after the first instant of the work date. This includes every shift that
//!   begins on the date and the window before it.
//! - A session lasts at most 48 hours, which is the maximum setting for closing a forgotten session.
//! - No time is in the future. Only the last session may be open, only if no other day has an open session, only for an active
//!   person, and not for so long that it counts as forgotten.
//! - No session overlaps a session of another day. Days at most four days apart can overlap ([`dates_edited_with`]).

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Break, Day, DayPolicy, DayStatus, Edit, EditCause, Excuse, NamedCostCenter, Presence, PresenceState, Punch,
    PunchContext, PunchDetails, Punched, Session, Source,
};
use crate::{
    FieldRule, Invalid,
    calendar::WorkDate,
    event::{DayFact, Fact},
    id::{BreakId, PunchId, SessionId, UserId},
    pay::CostCenterCode,
    schedule::{Shift, ShiftId, later, seconds_between},
    settings::{MinutesOfDay, PhotoRule},
    text::Reason,
    user::UserStatus,
};

/// The earliest begin of a session, in seconds before the first instant of its date.
const EARLIEST_BEFORE: i64 = 24 * 3600;
/// The latest begin of a session, in seconds after the first instant of its date.
const LATEST_AFTER: i64 = 48 * 3600;
/// The maximum length of a session, in seconds.
const LONGEST: i64 = 48 * 3600;
/// The maximum number of sessions of a day, and of breaks in all its sessions together.
const MAX_COUNT: usize = 48;
/// The maximum number of different cost centers that an edit names: each takes a condition of the transaction.
const MAX_COST_CENTERS: usize = 20;
/// The maximum distance of days whose sessions can overlap: one session begins a day early, the other begins two days late and
/// lasts two days.
const REACH_DAYS: i32 = 4;

/// The times of a session, as a person states them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionTimes {
    /// The id of an existing session of the day, whose remarks, places and photos are kept; absent for a new session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SessionId>, required = false)]
    pub id: Option<SessionId>,
    /// The clock-in.
    #[schema(value_type = String, format = "date-time", example = "2026-11-02T09:00:00+03:00")]
    pub clock_in: Timestamp,
    /// The clock-out; `null` if the session hasn't ended.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date-time", example = "2026-11-02T18:00:00+03:00")]
    pub clock_out: Option<Timestamp>,
    /// The session's breaks, in order.
    #[serde(default)]
    pub breaks: Vec<BreakTimes>,
    /// The cost centers of the session's work, in order, each from its instant on. Absent: those of an existing session are kept,
    /// and what was named with its clock-in moves with the clock-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = Vec<NamedCostCenter>, max_items = 48)]
    pub cost_centers: Option<Vec<NamedCostCenter>>,
}

/// The times of a break, as a person states them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BreakTimes {
    /// The start of the break.
    #[schema(value_type = String, format = "date-time", example = "2026-11-02T12:00:00+03:00")]
    pub started_at: Timestamp,
    /// The end of the break; `null` if it hasn't ended, which only the last break of an open session allows.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date-time", example = "2026-11-02T12:30:00+03:00")]
    pub ended_at: Option<Timestamp>,
}

/// The author and the reason of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    /// The user who edits.
    pub by: UserId,
    /// Whether the manager edits on their own initiative, or because the person requested a correction.
    pub cause: EditCause,
    /// The reason for the edit.
    pub reason: Reason,
}

/// A rule that an edit breaks, and the path of the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The path of the value: `sessions[1].breaks[0].ended_at`.
    pub path: String,
    /// The broken rule.
    pub rule: Invalid,
}

/// The day has no lateness or absence, or it is already excused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing to excuse")]
pub struct NothingToExcuse;

/// A manager's decision on a day that doesn't change its sessions: an excuse, or the review of flagged clock-ins.
#[derive(Debug, Clone, PartialEq)]
pub struct DayDecision {
    /// The change of the day.
    pub change: super::DayChange,
    /// The fact to announce.
    pub fact: Fact,
}

/// The dates whose days are needed to decide an edit of `date`: the date itself, and all dates with sessions that could overlap.
pub fn dates_edited_with(date: WorkDate) -> Vec<WorkDate> {
    (-REACH_DAYS..=REACH_DAYS).map(|days| date.plus_days(days)).collect()
}

impl Day {
    /// Whether all sessions of the day were imported, so that another import may replace them.
    pub fn has_only_imported_sessions(&self) -> bool {
        self.sessions().iter().all(|session| session.clock_in.source == Source::Import)
    }

    /// The cost centers that sessions of the day name, and that no session of the day named before. They must be active; others may
    /// have become inactive since they were named.
    pub fn newly_named_cost_centers(&self, before: &Self) -> BTreeSet<&CostCenterCode> {
        let named_by = |day: &'_ Self, code: &CostCenterCode| {
            let named = day.sessions().iter().flat_map(|session| &session.cost_centers);
            named.filter_map(|named| named.cost_center.as_ref()).any(|other| other == code)
        };
        let named = self.sessions().iter().flat_map(|session| &session.cost_centers);
        named.filter_map(|named| named.cost_center.as_ref()).filter(|code| !named_by(before, code)).collect()
    }

    /// Whether the day has lateness or an absence that isn't excused.
    pub fn can_be_excused(&self, now: Timestamp) -> bool {
        let figures = self.figures(now);
        let is_amiss = figures.late_seconds > 0 || figures.status == DayStatus::Absent;
        is_amiss && self.excuse().is_none()
    }
}

impl PunchContext<'_> {
    /// Replaces the sessions of a day. The context needs the days of [`dates_edited_with`] and the day of the open session.
    ///
    /// A punch whose time doesn't change is kept unchanged. A punch whose time changes keeps its remark, place and photo, and
    /// gets the source of the edit, which shows that the person didn't punch at that time. The edit keeps the replaced sessions.
    /// If the date is over, the figures follow from the shifts and the policy that the day stored, but breaks are counted by the
    /// current rules.
    pub fn edit(&self, date: WorkDate, sessions: &[SessionTimes], editor: Editor) -> Result<Punched, Vec<Violation>> {
        let day = self.current(date);
        let wanted: Vec<SessionTimes> = sessions.iter().map(SessionTimes::in_whole_seconds).collect();
        self.check(&day, &wanted)?;
        let cause = editor.cause;
        let before = day.sessions().to_vec();
        let made = wanted.iter().map(|times| self.made(&day, times, cause)).collect();
        let (at, by, reason) = (self.at(), editor.by, editor.reason);
        let edit = Edit { at, by, cause, reason, before, breaks_counted_before: None };
        let last_out = day.last_out();
        let day = day.edited(made, edit);
        let presence = self.presence_after_edit(&day, last_out);
        let facts = vec![Fact::Day(DayFact::DayEdited { date, cause })];
        Ok(Punched { presence, date, changes: vec![self.change(day)], facts })
    }

    /// Excuses the lateness or the absence of a day. The seconds stay, but the day no longer counts as late or absent.
    pub fn excuse(&self, date: WorkDate, by: UserId, reason: Reason) -> Result<DayDecision, NothingToExcuse> {
        let day = self.current(date);
        if !day.can_be_excused(self.at()) {
            return Err(NothingToExcuse);
        }
        let day = day.excused(Excuse { at: self.at(), by, reason });
        Ok(DayDecision { change: self.change(day), fact: Fact::Day(DayFact::DayExcused { date }) })
    }

    /// Checks the requested sessions, and returns all rules that they break.
    fn check(&self, day: &Day, wanted: &[SessionTimes]) -> Result<(), Vec<Violation>> {
        let mut misfits = Misfits::default();
        let breaks: usize = wanted.iter().map(|session| session.breaks.len()).sum();
        if wanted.len() > MAX_COUNT || breaks > MAX_COUNT {
            misfits.add("sessions", FieldRule::SessionsAtMost { max: MAX_COUNT as u64 });
            return misfits.into_result();
        }
        if newly_named(day.sessions(), wanted).len() > MAX_COST_CENTERS {
            misfits.add("sessions", FieldRule::CostCentersAtMost { max: MAX_COST_CENTERS as u64 });
        }
        if wanted.is_empty() && day.sessions().is_empty() {
            misfits.add("sessions", FieldRule::NothingToRemove);
        }
        for (index, session) in wanted.iter().enumerate() {
            let path = format!("sessions[{index}]");
            let twice = wanted.iter().take(index).any(|other| session.id.is_some() && other.id == session.id);
            if twice || session.id.is_some_and(|id| day.session(id).is_none()) {
                misfits.add(format!("{path}.id"), FieldRule::SessionOfDay);
            }
            let (earliest, latest) = (later(day.begins_at(), -EARLIEST_BEFORE), later(day.begins_at(), LATEST_AFTER));
            if session.clock_in < earliest || latest < session.clock_in {
                misfits.add(format!("{path}.clock_in"), FieldRule::NearDate);
            }
            if self.at() < session.clock_in {
                misfits.add(format!("{path}.clock_in"), FieldRule::NotInFuture);
            }
            let before = index.checked_sub(1).and_then(|before| wanted.get(before));
            if before.and_then(|before| before.clock_out).is_some_and(|out| session.clock_in < out) {
                misfits.add(format!("{path}.clock_in"), FieldRule::AfterSessionBefore);
            }
            match session.clock_out {
                Some(out) => self.check_out(&path, session.clock_in, out, &mut misfits),
                None => self.check_open(&path, day, session, index + 1 == wanted.len(), &mut misfits),
            }
            self.check_breaks(&path, session, &mut misfits);
            self.check_cost_centers(&path, session, &mut misfits);
            if let Some(other) = self.overlapped(day.date(), session) {
                misfits.add(format!("{path}.clock_in"), FieldRule::OverlapsSessionOf { date: other.to_string() });
            }
        }
        misfits.into_result()
    }

    fn check_out(&self, path: &str, clock_in: Timestamp, out: Timestamp, misfits: &mut Misfits) {
        let path = format!("{path}.clock_out");
        if out < clock_in {
            misfits.add(path, FieldRule::NotBefore { other: "clock_in".to_owned() });
        } else if self.at() < out {
            misfits.add(path, FieldRule::NotInFuture);
        } else if LONGEST < seconds_between(clock_in, out) {
            misfits.add(path, FieldRule::HoursAfterAtMost { hours: LONGEST / 3600, other: "clock_in".to_owned() });
        }
    }

    fn check_open(&self, path: &str, day: &Day, session: &SessionTimes, is_last: bool, misfits: &mut Misfits) {
        let path = format!("{path}.clock_out");
        let elsewhere = self.presence.open().filter(|(date, _)| *date != day.date());
        if !is_last {
            misfits.add(path, FieldRule::OnlyLastOpen);
        } else if let Some((date, _)) = elsewhere {
            misfits.add(path, FieldRule::OtherSessionOpen { date: date.to_string() });
        } else if self.planner.person.status != UserStatus::Active {
            misfits.add(path, FieldRule::OpenOfInactive);
        } else if day.closes_since(session.clock_in) <= self.at() {
            misfits.add(path, FieldRule::OpenTooLong);
        }
    }

    fn check_breaks(&self, path: &str, session: &SessionTimes, misfits: &mut Misfits) {
        let until = session.clock_out.unwrap_or_else(|| self.at());
        let mut from = session.clock_in;
        for (index, pause) in session.breaks.iter().enumerate() {
            let path = format!("{path}.breaks[{index}]");
            if pause.started_at < from || until < pause.started_at {
                misfits.add(format!("{path}.started_at"), FieldRule::BreakStart);
            }
            let is_last = index + 1 == session.breaks.len();
            match pause.ended_at {
                Some(ended_at) if ended_at < pause.started_at || until < ended_at => {
                    misfits.add(format!("{path}.ended_at"), FieldRule::BreakEnd);
                }
                None if session.clock_out.is_some() || !is_last => {
                    misfits.add(format!("{path}.ended_at"), FieldRule::OnlyLastBreakOpen);
                }
                Some(_) | None => {}
            }
            from = pause.ended_at.unwrap_or(pause.started_at);
        }
    }

    fn check_cost_centers(&self, path: &str, session: &SessionTimes, misfits: &mut Misfits) {
        let until = session.clock_out.unwrap_or_else(|| self.at());
        let named = session.cost_centers.iter().flatten();
        if named.clone().count() > MAX_COUNT {
            misfits.add(format!("{path}.cost_centers"), FieldRule::ItemsAtMost { max: MAX_COUNT as u64 });
        }
        let mut before = None;
        for (index, NamedCostCenter { from, .. }) in named.enumerate() {
            if *from < session.clock_in || until < *from || before.is_some_and(|before| *from <= before) {
                misfits.add(format!("{path}.cost_centers[{index}].from"), FieldRule::CostCenterStart);
            }
            before = Some(*from);
        }
    }

    /// The date of another day with a session that this session would overlap.
    fn overlapped(&self, date: WorkDate, session: &SessionTimes) -> Option<WorkDate> {
        let until = session.clock_out.unwrap_or(Timestamp::MAX);
        let overlaps = |other: &Session| {
            let other_until = other.clock_out.as_ref().map_or(Timestamp::MAX, |out| out.at);
            session.clock_in < other_until && other.clock_in.at < until
        };
        let others = self.days.values().filter(|other| other.date() != date);
        others.into_iter().find(|other| other.sessions().iter().any(overlaps)).map(Day::date)
    }

    /// The session after the edit, based on the existing session.
    fn made(&self, day: &Day, times: &SessionTimes, cause: EditCause) -> Session {
        let was = times.id.and_then(|id| day.session(id));
        let source = match cause {
            EditCause::Manager => Source::Manager,
            EditCause::Correction => Source::Correction,
            EditCause::Import => Source::Import,
        };
        let moved = |was: Option<&Punch>, at: Timestamp, grace: MinutesOfDay| match was {
            Some(punch) if punch.at == at => punch.clone(),
            Some(punch) => Punch {
                id: PunchId::generate(self.at(), self.entropy),
                at,
                source,
                // The device's time was evidence for another time.
                device_time: None,
                // Nobody punched the new time at a kiosk.
                kiosk: None,
                ..punch.clone()
            },
            None => {
                let id = PunchId::generate(self.at(), self.entropy);
                PunchDetails::bare(source).into_punch(id, at, PhotoRule::Off, grace)
            }
        };
        let DayPolicy { late_grace_minutes, early_leave_grace_minutes, .. } = *day.policy();
        let clock_in = moved(was.map(|was| &was.clock_in), times.clock_in, late_grace_minutes);
        let clock_out = |at| moved(was.and_then(|was| was.clock_out.as_ref()), at, early_leave_grace_minutes);
        let is_moved = was.is_none_or(|was| was.clock_in.at != clock_in.at);
        let shift_id =
            if is_moved { meant(day.shifts(), day.policy(), clock_in.at) } else { was.and_then(|was| was.shift_id) };
        Session {
            id: was.map_or_else(|| SessionId::generate(self.at(), self.entropy), |was| was.id),
            shift_id,
            clock_in,
            clock_out: times.clock_out.map(clock_out),
            breaks: times.breaks.iter().map(|pause| self.made_break(was, *pause)).collect(),
            // A manager has reviewed the session.
            needs_review: false,
            // A window doesn't apply to a time that a manager enters.
            flagged: was.filter(|_| !is_moved).and_then(|was| was.flagged.clone()),
            cost_centers: times
                .cost_centers
                .clone()
                .unwrap_or_else(|| was.map(|was| was.cost_centers_from(times.clock_in)).unwrap_or_default()),
        }
    }

    /// The break after the edit. An existing break with the same start stays the same break.
    fn made_break(&self, was: Option<&Session>, BreakTimes { started_at, ended_at }: BreakTimes) -> Break {
        let same = was.and_then(|was| was.breaks.iter().find(|pause| pause.started_at == started_at));
        let new = || {
            let id = BreakId::generate(self.at(), self.entropy);
            Break { ended_at, ..Break::begun(id, started_at, None) }
        };
        let kept = |pause: &Break| Break {
            ended_at,
            ended_with_session: pause.ended_with_session && pause.ended_at == ended_at,
            ..pause.clone()
        };
        same.map_or_else(new, kept)
    }

    /// The presence after an edit, which may close, open or move a session. It is written in any case, so that the edit is
    /// ordered with the punches of other days and no sessions can overlap.
    fn presence_after_edit(&self, day: &Day, last_out_before: Option<Timestamp>) -> Presence {
        let holds_open = self.presence.open().is_some_and(|(date, _)| date == day.date());
        if holds_open || day.open_session().is_some() {
            return self.presence.after(day);
        }
        let state = match &self.presence.state {
            PresenceState::Out { since } => {
                let told_by_day = *since == last_out_before;
                let since = if told_by_day { day.last_out() } else { (*since).max(day.last_out()) };
                PresenceState::Out { since }
            }
            open @ (PresenceState::Working { .. } | PresenceState::OnBreak { .. }) => open.clone(),
        };
        Presence { state, version: self.presence.version + 1 }
    }
}

/// The cost centers that the wanted sessions name and no session of the day names yet.
fn newly_named<'a>(sessions: &[Session], wanted: &'a [SessionTimes]) -> BTreeSet<&'a CostCenterCode> {
    let is_known = |code: &CostCenterCode| {
        sessions.iter().flat_map(|session| &session.cost_centers).any(|named| named.cost_center.as_ref() == Some(code))
    };
    let named = wanted.iter().flat_map(|session| session.cost_centers.iter().flatten());
    named.filter_map(|named| named.cost_center.as_ref()).filter(|code| !is_known(code)).collect()
}

/// The shift for a clock-in at that instant: the nearest shift whose window includes it.
fn meant(shifts: &[Shift], policy: &DayPolicy, at: Timestamp) -> Option<ShiftId> {
    let in_window = shifts.iter().filter(|shift| !shift.on_leave && policy.window(shift).holds(at));
    in_window.min_by_key(|shift| seconds_between(shift.start_at, at).abs()).map(|shift| shift.id)
}

impl SessionTimes {
    /// The times of a session.
    pub fn of(session: &Session) -> Self {
        let times = |pause: &Break| BreakTimes { started_at: pause.started_at, ended_at: pause.ended_at };
        Self {
            id: Some(session.id),
            clock_in: session.clock_in.at,
            clock_out: session.clock_out.as_ref().map(|punch| punch.at),
            breaks: session.breaks.iter().map(times).collect(),
            cost_centers: (!session.cost_centers.is_empty()).then(|| session.cost_centers.clone()),
        }
    }

    /// The times in whole seconds, as punches have them, so that figures are in whole seconds too.
    fn in_whole_seconds(&self) -> Self {
        let whole = |at: Timestamp| Timestamp::from_second(at.as_second()).unwrap_or(at);
        let pause = |pause: &BreakTimes| BreakTimes {
            started_at: whole(pause.started_at),
            ended_at: pause.ended_at.map(whole),
        };
        let center = |named: &NamedCostCenter| NamedCostCenter { from: whole(named.from), ..named.clone() };
        Self {
            id: self.id,
            clock_in: whole(self.clock_in),
            clock_out: self.clock_out.map(whole),
            breaks: self.breaks.iter().map(pause).collect(),
            cost_centers: self.cost_centers.as_ref().map(|named| named.iter().map(center).collect()),
        }
    }
}

/// The broken rules found so far.
#[derive(Default)]
struct Misfits(Vec<Violation>);

impl Misfits {
    fn add(&mut self, path: impl Into<String>, rule: FieldRule) {
        self.0.push(Violation { path: path.into(), rule: Invalid::new(rule) });
    }

    fn into_result(self) -> Result<(), Vec<Violation>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}
