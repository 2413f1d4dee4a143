//! The daily record: its stored data, and how it follows the schedule until its date is over.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    AlertsSent, Break, BreakCounting, DayAccount, DayPolicy, Edit, Excuse, HistoryEntry, HistoryKind, MonthTotals,
    OfflinePunch, Session, Source,
    employment::{Expected, OutsideEmployment},
};
use crate::{
    audit::Actor,
    calendar::{TimeOfDay, WorkDate, Zone},
    id::{DepartmentId, SessionId, UserId},
    schedule::{Assignment, DayKind, DayLeave, Planner, Shift, ShiftId, instant_of},
};

/// One person's work date. The fields are private, so that only the transitions of this module change them.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use domain::{
///     day::{Day, DayStatus},
///     schedule::{Planner, Schedule, SiteBook},
///     settings::Settings,
///     user::User,
/// };
///
/// # let maria: User = serde_json::from_value(serde_json::json!({
/// #     "id": "01JBN2V7Q4W0M3T9K5ZXH8R6CD", "username": "maria", "email": null, "full_name": "Maria Lopez",
/// #     "authority": {"role": "employee"}, "status": "active", "department_id": null, "site_id": null, "time_zone": null,
/// #     "hired_on": "2020-01-01", "tracks_attendance": true, "annual_leave_days": null, "version": 1,
/// #     "created_at": "2026-01-01T08:00:00Z", "updated_at": "2026-01-01T08:00:00Z",
/// # }))?;
/// let (settings, sites) = (Settings::default(), SiteBook::default());
/// let (schedule, years) = (Schedule::default(), BTreeMap::new());
/// let planner = Planner {
///     person: &maria, settings: &settings, sites: &sites, schedule: &schedule, years: &years, holidays: &[],
/// };
/// // Maria has no pattern, so the company's default shift applies: on Monday, not on Saturday.
/// let monday = Day::open(&planner, "2026-11-02".parse()?);
/// assert_eq!(monday.figures("2026-11-02T00:00:00Z".parse()?).status, DayStatus::Expected);
/// let saturday = Day::open(&planner, "2026-11-07".parse()?);
/// assert_eq!(saturday.figures("2026-11-07T00:00:00Z".parse()?).status, DayStatus::Off);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// Whether the shifts are those of the pattern or the company's default, without a change for this date (an override, a swap,
    /// a holiday). Omitted if false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    as_usual: bool,
    #[serde(deserialize_with = "DayPolicy::stored")]
    policy: DayPolicy,
    /// Present if the person isn't employed on the date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outside_employment: Option<OutsideEmployment>,
    /// The sessions in order of their clock-ins, not overlapping. Only the last may be open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sessions: Vec<Session>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    edits: Vec<Edit>,
    /// The punches that were received later than they were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    offline_punches: Vec<OfflinePunch>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    excuse: Option<Excuse>,
    #[serde(default, skip_serializing_if = "AlertsSent::is_empty")]
    told: AlertsSent,
    /// The part of the month's totals that comes from this day. It is stored because figures also change with time (a shift
    /// becomes missed). The next change books the difference to this value, at whatever time it happens.
    #[serde(default, skip_serializing_if = "MonthTotals::is_zero")]
    pub(super) counted: MonthTotals,
    /// What the person's time account has booked for the day; absent until the date is over, and for people without an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<DayAccount>,
    /// The version: 0 before the day is stored, plus 1 with each change.
    pub(super) version: u64,
}

impl Day {
    /// The day according to the schedule, before any punch.
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
            account: None,
            version: 0,
        }
    }

    /// The day, updated to the current schedule, leave and policy. Once its local date is over, it follows only the person's
    /// employment. Sessions never change. A change of department or zone applies from the next date, so once the date has begun
    /// both stay; leave, overrides and the rest are followed in the zone in which the day began. A change of the company's
    /// default schedule, of a pattern or of a site's zone also applies from the next date if work on this date has begun.
    #[must_use]
    pub fn refreshed(&self, planner: &Planner<'_>, now: Timestamp) -> Self {
        let has_begun = self.begins_at() <= now;
        if self.is_frozen(now) {
            return self.following_employment(planner);
        }
        let today = self.by_schedule_at(planner, now, |planner| Self::open(planner, self.date));
        let keeps_its_shifts = self.work_has_begun(now)
            && (self.kind, &self.leave) == (today.kind, &today.leave)
            && ((self.as_usual && today.as_usual) || self.differs_by_zones(&today));
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

    /// Returns whether another computation of the day has the same planned shifts at other instants: a site has got another zone.
    fn differs_by_zones(&self, other: &Self) -> bool {
        // The id of a shift has its planned start.
        let planned = |shift: &Shift| {
            let seconds = shift.end_at.as_second() - shift.start_at.as_second();
            (shift.id, shift.site_id, shift.break_seconds, shift.on_leave, seconds)
        };
        let is_at_a_site = |shift: &Shift| shift.site_id.is_some();
        self.shifts.len() == other.shifts.len()
            && self.shifts.iter().all(is_at_a_site)
            && self.shifts.iter().all(|shift| other.shifts.iter().any(|other| planned(other) == planned(shift)))
    }

    /// Whether the day's first shift has begun, or the person clocked in early.
    pub(crate) fn work_has_begun(&self, now: Timestamp) -> bool {
        !self.sessions.is_empty() || self.shifts.first().is_some_and(|shift| shift.start_at <= now)
    }

    /// The stored day, updated to the schedule, or a new day if none is stored.
    pub fn current(stored: Option<&Self>, planner: &Planner<'_>, date: WorkDate, now: Timestamp) -> Self {
        stored.map_or_else(|| Self::open(planner, date), |day| day.refreshed(planner, now))
    }

    /// The first instant of the day's local date.
    pub fn begins_at(&self) -> Timestamp {
        instant_of(&self.zone, self.date, TimeOfDay::constant::<0, 0>())
    }

    /// Whether the day's local date is over, so that the day no longer follows the schedule.
    pub fn is_frozen(&self, now: Timestamp) -> bool {
        instant_of(&self.zone, self.date.next(), TimeOfDay::constant::<0, 0>()) <= now
    }

    /// The person to whom the day belongs.
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

    /// The day's time zone.
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The kind of day.
    pub const fn kind(&self) -> DayKind {
        self.kind
    }

    /// The expected shifts, in order.
    pub fn shifts(&self) -> &[Shift] {
        &self.shifts
    }

    /// The start of the first shift that isn't on leave.
    pub fn first_expected_start(&self) -> Option<Timestamp> {
        self.shifts.iter().filter(|shift| !shift.on_leave).map(|shift| shift.start_at).min()
    }

    /// The approved leave, if it covers any time.
    pub const fn leave(&self) -> Option<&DayLeave> {
        self.leave.as_ref()
    }

    /// The policy by which the day's figures are computed.
    pub const fn policy(&self) -> &DayPolicy {
        &self.policy
    }

    /// The data that the day stores if the person isn't employed on its date.
    pub(super) const fn outside_employment(&self) -> Option<&OutsideEmployment> {
        self.outside_employment.as_ref()
    }

    /// Returns whether the person isn't employed on the date, according to the employments that the day has followed.
    pub const fn is_outside_employment(&self) -> bool {
        self.outside_employment.is_some()
    }

    /// The shifts, the kind and the leave of the day.
    pub(super) fn expected(&self) -> Expected {
        Expected { kind: self.kind, shifts: self.shifts.clone(), leave: self.leave.clone(), as_usual: self.as_usual }
    }

    /// The day inside or outside the person's employment, with the shifts, kind and leave that apply there.
    #[must_use]
    pub(super) fn employed(self, outside_employment: Option<OutsideEmployment>, expected: Expected) -> Self {
        let Expected { kind, shifts, leave, as_usual } = expected;
        Self { kind, shifts, leave, as_usual, outside_employment, ..self }
    }

    /// The sessions, in order.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// The edits of the sessions, in order.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// The punches that were received later than they were made, in the order in which they were received.
    pub fn offline_punches(&self) -> &[OfflinePunch] {
        &self.offline_punches
    }

    /// The excuse, if a manager excused lateness or absence.
    pub const fn excuse(&self) -> Option<&Excuse> {
        self.excuse.as_ref()
    }

    /// The alerts that scheduled jobs have already sent.
    pub const fn told(&self) -> &AlertsSent {
        &self.told
    }

    /// The part of the month's totals that comes from this day.
    pub const fn counted(&self) -> MonthTotals {
        self.counted
    }

    /// What the person's time account has booked for the day.
    pub const fn account(&self) -> Option<&DayAccount> {
        self.account.as_ref()
    }

    /// The version: 0 before the day is stored, plus 1 with each change.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The session with that id.
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    /// The shift with that id.
    pub fn shift(&self, id: ShiftId) -> Option<&Shift> {
        self.shifts.iter().find(|shift| shift.id == id)
    }

    /// The session that hasn't ended. Only the last can be open.
    pub fn open_session(&self) -> Option<&Session> {
        self.sessions.last().filter(|session| session.is_open())
    }

    pub(super) fn open_session_mut(&mut self) -> Option<&mut Session> {
        self.sessions.last_mut().filter(|session| session.is_open())
    }

    pub(super) fn sessions_mut(&mut self) -> &mut [Session] {
        &mut self.sessions
    }

    /// Adds a session. Callers ensure that no session is open.
    pub(super) fn push_session(&mut self, session: Session) {
        self.sessions.push(session);
    }

    /// The day with those sessions, whose punches are the person's own.
    #[must_use]
    pub(super) fn with_sessions(&self, sessions: Vec<Session>) -> Self {
        Self { sessions, ..self.clone() }
    }

    /// The day with another policy, for a change that is tried.
    #[must_use]
    pub(super) fn with_policy(&self, policy: DayPolicy) -> Self {
        Self { policy, ..self.clone() }
    }

    /// The day with further punches that were received later than they were made.
    #[must_use]
    pub(super) fn with_offline_punches(mut self, came: impl IntoIterator<Item = OfflinePunch>) -> Self {
        self.offline_punches.extend(came);
        self
    }

    /// Replaces the sessions. The edit keeps the previous sessions. From then on breaks are counted by the current rules.
    #[must_use]
    pub(super) fn edited(self, sessions: Vec<Session>, edit: Edit) -> Self {
        let counted_before = self.policy.break_counting;
        let break_counting = BreakCounting::WholeDay;
        let breaks_counted_before = (counted_before != break_counting).then_some(counted_before);
        let mut edits = self.edits;
        edits.push(Edit { breaks_counted_before, ..edit });
        let outside_employment = self.outside_employment.map(OutsideEmployment::reviewed);
        let policy = DayPolicy { break_counting, ..self.policy };
        // A manager has reviewed all times of the day.
        let offline_punches =
            self.offline_punches.into_iter().map(|punch| OfflinePunch { needs_review: false, ..punch }).collect();
        Self { policy, outside_employment, sessions, edits, offline_punches, ..self }
    }

    /// Changes the shifts, kind and leave of the day, because leave may be approved when the day is over.
    #[must_use]
    pub(super) fn expecting(self, kind: DayKind, shifts: Vec<Shift>, leave: Option<DayLeave>) -> Self {
        Self { kind, shifts, leave, ..self }
    }

    /// Excuses lateness or absence.
    #[must_use]
    pub(super) fn excused(self, excuse: Excuse) -> Self {
        Self { excuse: Some(excuse), ..self }
    }

    /// Stores which alerts were sent.
    #[must_use]
    pub(super) fn noting(self, told: AlertsSent) -> Self {
        Self { told, ..self }
    }

    /// Whether the day's figures depend on a rule or a plan that this release doesn't know.
    pub(super) fn follows_unknown_rules(&self) -> bool {
        self.policy.has_unknown || self.kind == DayKind::Unknown
    }

    /// Sets whether the last session waits for a review.
    pub(super) fn mark_last_session(&mut self, needs_review: bool) {
        if let Some(session) = self.sessions.last_mut() {
            session.needs_review = needs_review;
        }
    }

    /// The end of the last session. Nothing on this day may begin earlier, even if a clock was set back.
    pub(super) fn last_out(&self) -> Option<Timestamp> {
        self.sessions.iter().filter_map(|session| session.clock_out.as_ref()).map(|out| out.at).max()
    }

    /// The day's contribution to its month, as its figures are at an instant.
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

    /// The keys of all photos and thumbnails of the day's punches, including replaced punches.
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

    /// The history of the day, oldest first: all punches, including replaced ones, and the edits with the sessions before and
    /// after. Each entry has its author, instant and reason.
    pub fn history(&self) -> Vec<HistoryEntry> {
        let mut versions: Vec<&[Session]> = self.edits.iter().map(|edit| edit.before.as_slice()).collect();
        versions.push(&self.sessions);
        let mut entries: Vec<HistoryEntry> = Vec::new();
        let edited_at = std::iter::once(None).chain(self.edits.iter().map(|edit| Some(edit.at)));
        for (sessions, edited_at) in versions.iter().zip(edited_at) {
            for entry in sessions.iter().flat_map(|session| self.presses(session)) {
                let made_by_edit = edited_at.is_some_and(|edited_at| entry.at < edited_at) && is_of_break(&entry.what);
                // A session that an edit keeps occurs once in each version.
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

    /// The history entries of a session: its punches, and the reviews of its clock-in. Punches that an edit made are part of the
    /// edit's entry.
    fn presses(&self, session: &Session) -> Vec<HistoryEntry> {
        let by = |source: Source| match source {
            Source::Own | Source::Offline | Source::Kiosk | Source::KioskCode | Source::Unknown => {
                Some(Actor::User { id: self.user_id })
            }
            Source::Auto => Some(Actor::System),
            Source::Manager | Source::Correction | Source::Import => None,
        };
        let entry = |at, by, what| HistoryEntry { at, by, what, reason: None };
        let reviews = session.flagged.iter().flat_map(|flagged| &flagged.reviews);
        let session_id = session.id;
        let mut entries = Vec::new();
        if let Some(by) = by(session.clock_in.source) {
            let punch = session.clock_in.clone();
            entries.push(entry(punch.at, by, HistoryKind::ClockIn { session_id, punch }));
        }
        // The person began the break, even if someone else made the clock-in.
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

/// Whether the entry is about a break. The source of a punch shows whether an edit made it, but a break has no source.
/// Therefore a break that lies before the edit of its version counts as made by that edit.
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
