//! The day itself: what is kept, and how it follows the schedule until its date is over.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    AlertsSent, Break, BreakCounting, DayPolicy, Edit, Excuse, HistoryEntry, HistoryKind, MonthTotals, OfflinePunch,
    Session, Source,
    employment::{Expected, OutsideEmployment},
};
use crate::{
    audit::Actor,
    calendar::{TimeOfDay, WorkDate, Zone},
    id::{DepartmentId, SessionId, UserId},
    schedule::{Assignment, DayKind, DayLeave, Planner, Shift, ShiftId, instant_of},
    user::User,
};

/// One person's work date. Its fields are private, so that only the transitions of this module change it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Day {
    user_id: UserId,
    date: WorkDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    department_id: Option<DepartmentId>,
    zone: Zone,
    kind: DayKind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    shifts: Vec<Shift>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    leave: Option<DayLeave>,
    /// Whether the shifts are those of the pattern or the company's default, with nothing of the date's own (an override, a
    /// swap, a holiday) among them. Left out where not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    as_usual: bool,
    #[serde(deserialize_with = "DayPolicy::stored")]
    policy: DayPolicy,
    /// Where the person isn't employed on the date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outside_employment: Option<OutsideEmployment>,
    /// In order of their clock-ins, not overlapping; only the last may be open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sessions: Vec<Session>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    edits: Vec<Edit>,
    /// The punches that came later than they were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    offline_punches: Vec<OfflinePunch>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    excuse: Option<Excuse>,
    #[serde(default, skip_serializing_if = "AlertsSent::is_empty")]
    told: AlertsSent,
    /// What of this day is in the month's totals. Kept because figures change with time too (a shift comes to be
    /// missed): the next change books the difference to what was booked, whatever the time was.
    #[serde(default, skip_serializing_if = "MonthTotals::is_zero")]
    pub(super) counted: MonthTotals,
    /// Counts the changes; 0: not stored yet.
    pub(super) version: u64,
}

impl Day {
    /// The day as the schedule has it, with nothing done yet.
    pub fn open(planner: &Planner<'_>, date: WorkDate) -> Self {
        let Assignment { date, zone, kind, shifts, leave, holiday, changed_by } = planner.assignment(date);
        Self {
            user_id: planner.person.id,
            date,
            department_id: planner.person.department_id,
            zone,
            kind,
            shifts,
            leave,
            as_usual: holiday.is_none() && changed_by.is_none(),
            policy: DayPolicy::from(planner.settings).or_unknown(planner.has_unknown_plan(date)),
            outside_employment: (!planner.person.employments.hold(date)).then(OutsideEmployment::default),
            sessions: Vec::new(),
            edits: Vec::new(),
            offline_punches: Vec::new(),
            excuse: None,
            told: AlertsSent::default(),
            counted: MonthTotals::default(),
            version: 0,
        }
    }

    /// The day as it follows the schedule, the leave and the policy of now; once its local date is over, it follows the
    /// person's employment alone. What was done stays in any case. A move of department or zone counts from the next date, so once the date began both
    /// stay; leave, overrides and the rest are followed in the zone that the day began in. A change of what is usual (the
    /// company's default shift, a site's zone) counts from the next date, too, where the work of this one has begun.
    #[must_use]
    pub fn refreshed(&self, planner: &Planner<'_>, now: Timestamp) -> Self {
        let has_begun = self.begins_at() <= now;
        if self.is_frozen(now) {
            return self.following_employment(planner);
        }
        let today = if has_begun && *planner.zone() != self.zone {
            let person = User { time_zone: Some(self.zone.clone()), ..planner.person.clone() };
            Self::open(&Planner { person: &person, ..*planner }, self.date)
        } else {
            Self::open(planner, self.date)
        };
        let keeps_its_shifts = self.work_has_begun(now)
            && (self.as_usual && today.as_usual)
            && (self.kind, &self.leave) == (today.kind, &today.leave);
        Self {
            department_id: if has_begun { self.department_id } else { today.department_id },
            zone: today.zone,
            kind: today.kind,
            shifts: if keeps_its_shifts { self.shifts.clone() } else { today.shifts },
            as_usual: today.as_usual,
            leave: today.leave,
            policy: today.policy,
            outside_employment: today.outside_employment.map(|new| self.outside_employment.clone().unwrap_or(new)),
            ..self.clone()
        }
    }

    /// Whether its first shift has begun, or somebody came for it early.
    pub(crate) fn work_has_begun(&self, now: Timestamp) -> bool {
        !self.sessions.is_empty() || self.shifts.first().is_some_and(|shift| shift.start_at <= now)
    }

    /// The day to go on with: the stored one as it follows the schedule, else a new one.
    pub fn current(stored: Option<&Self>, planner: &Planner<'_>, date: WorkDate, now: Timestamp) -> Self {
        stored.map_or_else(|| Self::open(planner, date), |day| day.refreshed(planner, now))
    }

    /// The first instant of its local date.
    pub fn begins_at(&self) -> Timestamp {
        instant_of(&self.zone, self.date, TimeOfDay::constant::<0, 0>())
    }

    /// Whether its local date is over, so that it no longer follows the schedule.
    pub fn is_frozen(&self, now: Timestamp) -> bool {
        instant_of(&self.zone, self.date.next(), TimeOfDay::constant::<0, 0>()) <= now
    }

    /// Whose day it is.
    pub const fn user_id(&self) -> UserId {
        self.user_id
    }

    /// The work date.
    pub const fn date(&self) -> WorkDate {
        self.date
    }

    /// The department that the person belonged to.
    pub const fn department_id(&self) -> Option<DepartmentId> {
        self.department_id
    }

    /// The person's zone.
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// What kind of day it is.
    pub const fn kind(&self) -> DayKind {
        self.kind
    }

    /// What is expected, in order.
    pub fn shifts(&self) -> &[Shift] {
        &self.shifts
    }

    /// The approved leave, as far as it covers anything.
    pub const fn leave(&self) -> Option<&DayLeave> {
        self.leave.as_ref()
    }

    /// The policy it is computed with.
    pub const fn policy(&self) -> &DayPolicy {
        &self.policy
    }

    /// What the day keeps where the person isn't employed on its date.
    pub(super) const fn outside_employment(&self) -> Option<&OutsideEmployment> {
        self.outside_employment.as_ref()
    }

    /// Returns whether the person isn't employed on the date, as far as the day has followed their employments.
    pub const fn is_outside_employment(&self) -> bool {
        self.outside_employment.is_some()
    }

    /// What is expected of the person.
    pub(super) fn expected(&self) -> Expected {
        Expected { kind: self.kind, shifts: self.shifts.clone(), leave: self.leave.clone(), as_usual: self.as_usual }
    }

    /// The day inside or outside the person's employment, with what is expected there.
    #[must_use]
    pub(super) fn employed(self, outside_employment: Option<OutsideEmployment>, expected: Expected) -> Self {
        let Expected { kind, shifts, leave, as_usual } = expected;
        Self { kind, shifts, leave, as_usual, outside_employment, ..self }
    }

    /// What was done, in order.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// Who changed the sessions, in order.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// The punches that came later than they were made, in the order in which they came.
    pub fn offline_punches(&self) -> &[OfflinePunch] {
        &self.offline_punches
    }

    /// Whether lateness or absence was forgiven.
    pub const fn excuse(&self) -> Option<&Excuse> {
        self.excuse.as_ref()
    }

    /// What the clockwork has told already.
    pub const fn told(&self) -> &AlertsSent {
        &self.told
    }

    /// What of this day is in the month's totals.
    pub const fn counted(&self) -> MonthTotals {
        self.counted
    }

    /// Counts the changes; 0: not stored yet.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The session of that id.
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    /// The shift of that id.
    pub fn shift(&self, id: ShiftId) -> Option<&Shift> {
        self.shifts.iter().find(|shift| shift.id == id)
    }

    /// The session that hasn't ended; only the last may.
    pub fn open_session(&self) -> Option<&Session> {
        self.sessions.last().filter(|session| session.is_open())
    }

    pub(super) fn open_session_mut(&mut self) -> Option<&mut Session> {
        self.sessions.last_mut().filter(|session| session.is_open())
    }

    pub(super) fn sessions_mut(&mut self) -> &mut [Session] {
        &mut self.sessions
    }

    /// Begins a session; callers have made sure that none is open.
    pub(super) fn push_session(&mut self, session: Session) {
        self.sessions.push(session);
    }

    /// The day with those sessions, whose punches are the person's own.
    #[must_use]
    pub(super) fn with_sessions(&self, sessions: Vec<Session>) -> Self {
        Self { sessions, ..self.clone() }
    }

    /// The day with punches that came later than they were made.
    #[must_use]
    pub(super) fn with_offline_punches(mut self, came: impl IntoIterator<Item = OfflinePunch>) -> Self {
        self.offline_punches.extend(came);
        self
    }

    /// Replaces the sessions; what they were stays beside them. Breaks are counted by the rules of now from then on.
    #[must_use]
    pub(super) fn edited(self, sessions: Vec<Session>, edit: Edit) -> Self {
        let counted_before = self.policy.break_counting;
        let break_counting = BreakCounting::WholeDay;
        let breaks_counted_before = (counted_before != break_counting).then_some(counted_before);
        let mut edits = self.edits;
        edits.push(Edit { breaks_counted_before, ..edit });
        let outside_employment = self.outside_employment.map(OutsideEmployment::reviewed);
        let policy = DayPolicy { break_counting, ..self.policy };
        // Somebody has looked at all times of the day.
        let offline_punches =
            self.offline_punches.into_iter().map(|punch| OfflinePunch { needs_review: false, ..punch }).collect();
        Self { policy, outside_employment, sessions, edits, offline_punches, ..self }
    }

    /// Expects something else than before: leave may be approved when the day is over.
    #[must_use]
    pub(super) fn expecting(self, kind: DayKind, shifts: Vec<Shift>, leave: Option<DayLeave>) -> Self {
        Self { kind, shifts, leave, ..self }
    }

    /// Forgives lateness or absence.
    #[must_use]
    pub(super) fn excused(self, excuse: Excuse) -> Self {
        Self { excuse: Some(excuse), ..self }
    }

    /// Notes what was told.
    #[must_use]
    pub(super) fn noting(self, told: AlertsSent) -> Self {
        Self { told, ..self }
    }

    /// Whether its figures follow from a rule or a plan that this release doesn't know.
    pub(super) fn follows_unknown_rules(&self) -> bool {
        self.policy.has_unknown || self.kind == DayKind::Unknown
    }

    /// Notes whether the last session waits for a review.
    pub(super) fn mark_last_session(&mut self, needs_review: bool) {
        if let Some(session) = self.sessions.last_mut() {
            session.needs_review = needs_review;
        }
    }

    /// When the last session ended: nothing on this day may begin earlier, even with a clock that was set back.
    pub(super) fn last_out(&self) -> Option<Timestamp> {
        self.sessions.iter().filter_map(|session| session.clock_out.as_ref()).map(|out| out.at).max()
    }

    /// What the day adds to its month as its figures stand at an instant.
    pub fn contribution(&self, as_of: Timestamp) -> MonthTotals {
        use super::{DayStatus, Flag};
        let figures = self.figures(as_of);
        let unexcused = i64::from(self.excuse.is_none());
        MonthTotals {
            worked_seconds: figures.worked_seconds,
            break_seconds: figures.break_seconds,
            scheduled_seconds: figures.scheduled_seconds,
            overtime_seconds: figures.overtime_seconds,
            late_seconds: figures.late_seconds,
            early_leave_seconds: figures.early_leave_seconds,
            days_present: i64::from(figures.status == DayStatus::Present),
            days_absent: unexcused * i64::from(figures.status == DayStatus::Absent),
            days_late: unexcused * i64::from(figures.flags.contains(&Flag::Late)),
            half_days_on_leave: self.leave.as_ref().map_or(0, DayLeave::half_days),
        }
    }

    /// The keys of all photos and thumbnails that punches of the day name, replaced ones too.
    pub fn photo_keys(&self) -> BTreeSet<&str> {
        let versions = self.edits.iter().flat_map(|edit| &edit.before).chain(&self.sessions);
        let punches = versions.flat_map(|session| [Some(&session.clock_in), session.clock_out.as_ref()]);
        let keys = punches.flatten().flat_map(|punch| [&punch.photo_key, &punch.thumbnail_key]);
        keys.filter_map(Option::as_deref).collect()
    }

    /// Whether a punch of the day has a photo.
    pub fn has_photo(&self) -> bool {
        let punches = self.sessions.iter().flat_map(|session| [Some(&session.clock_in), session.clock_out.as_ref()]);
        punches.flatten().any(|punch| punch.photo_key.is_some())
    }

    /// Everything that was done to the day, who, when and why, oldest first: the punches, replaced ones too, and the
    /// edits with what was before and after.
    pub fn history(&self) -> Vec<HistoryEntry> {
        let mut versions: Vec<&[Session]> = self.edits.iter().map(|edit| edit.before.as_slice()).collect();
        versions.push(&self.sessions);
        let mut entries: Vec<HistoryEntry> = Vec::new();
        let edited_at = std::iter::once(None).chain(self.edits.iter().map(|edit| Some(edit.at)));
        for (sessions, edited_at) in versions.iter().zip(edited_at) {
            for entry in sessions.iter().flat_map(|session| self.presses(session)) {
                let made_by_edit = edited_at.is_some_and(|edited_at| entry.at < edited_at) && is_of_break(&entry.what);
                // A session that outlived an edit is seen once for each version.
                if !made_by_edit && !entries.contains(&entry) {
                    entries.push(entry);
                }
            }
        }
        for (edit, after) in self.edits.iter().zip(versions.iter().skip(1)) {
            entries.push(HistoryEntry {
                at: edit.at,
                by: Actor::User { id: edit.by },
                what: HistoryKind::Edited {
                    cause: edit.cause,
                    before: edit.before.clone(),
                    after: after.to_vec(),
                    break_counting: edit.breaks_counted_before.map(|before| (before, self.policy.break_counting)),
                },
                reason: Some(edit.reason.clone()),
            });
        }
        entries.extend(self.excuse.iter().map(|excuse| HistoryEntry {
            at: excuse.at,
            by: Actor::User { id: excuse.by },
            what: HistoryKind::Excused,
            reason: Some(excuse.reason.clone()),
        }));
        entries.sort_by_key(|entry| entry.at);
        entries
    }

    /// What was pressed in a session, and what managers said of its clock-in. Punches that an edit made are told by the
    /// edit.
    fn presses(&self, session: &Session) -> Vec<HistoryEntry> {
        let by = |source: Source| match source {
            Source::Own | Source::Offline | Source::Kiosk | Source::KioskCode | Source::Unknown => {
                Some(Actor::User { id: self.user_id })
            }
            Source::Auto => Some(Actor::System),
            Source::Manager | Source::Correction => None,
        };
        let entry = |at, by, what| HistoryEntry { at, by, what, reason: None };
        let reviews = session.flagged.iter().flat_map(|flagged| &flagged.reviews);
        let session_id = session.id;
        let mut entries = Vec::new();
        if let Some(by) = by(session.clock_in.source) {
            let punch = session.clock_in.clone();
            entries.push(entry(punch.at, by, HistoryKind::ClockIn { session_id, punch }));
        }
        // Whoever made the clock-in, a break is the person's own to begin.
        let own = Actor::User { id: self.user_id };
        for Break { started_at, ended_at, .. } in &session.breaks {
            entries.push(entry(*started_at, own, HistoryKind::BreakStart { session_id, at: *started_at }));
            entries.extend(ended_at.map(|at| entry(at, own, HistoryKind::BreakEnd { session_id, at })));
        }
        entries.extend(reviews.map(|review| HistoryEntry {
            at: review.at,
            by: Actor::User { id: review.by },
            what: HistoryKind::ClockInReviewed { session_id, verdict: review.verdict },
            reason: review.note.clone(),
        }));
        if let Some((punch, by)) = session.clock_out.as_ref().and_then(|out| Some((out.clone(), by(out.source)?))) {
            entries.push(entry(punch.at, by, HistoryKind::ClockOut { session_id, punch }));
        }
        entries
    }
}

/// Whether it tells of a break. Punches say whether an edit made them; of a break it shows where it is newer than an edit
/// that it lies before.
const fn is_of_break(what: &HistoryKind) -> bool {
    match what {
        HistoryKind::BreakStart { .. } | HistoryKind::BreakEnd { .. } => true,
        HistoryKind::ClockIn { .. }
        | HistoryKind::ClockOut { .. }
        | HistoryKind::ClockInReviewed { .. }
        | HistoryKind::Edited { .. }
        | HistoryKind::Excused => false,
    }
}
