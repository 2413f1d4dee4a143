//! What happened, as the outbox keeps it: one event for each committed change, with one or more facts.

mod received;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::received::Received;
use crate::{
    audit::Actor,
    calendar::WorkDate,
    correction::{CorrectionId, Decision},
    day::{ClockInFlag, EditCause, Verdict},
    employment::Employment,
    id::{
        BreakId, DepartmentId, EventId, FamilyId, HolidayId, JobId, KioskId, LeaveRequestId, ServiceTokenId, SessionId,
        SiteId, SwapId, UserId,
    },
    schedule::{LeaveTypeCode, ShiftId},
    scheduled_jobs::Check,
    text::Name,
    user::Role,
};

/// The version of the event's shape; it grows when a reader of the old shape would misread the new one.
pub const SCHEMA_VERSION: u32 = 1;

/// One committed change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Event {
    /// Consumers are idempotent by it; it is time-ordered.
    pub id: EventId,
    /// See [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// When the change was committed, by the clock of the function.
    #[schema(value_type = String, format = "date-time")]
    pub at: Timestamp,
    /// Who caused it.
    pub actor: Actor,
    /// What it is about; events of one subject stay in order.
    pub subject: Subject,
    /// The request that caused it, for tracing.
    #[schema(required = true)]
    pub request_id: Option<String>,
    /// What happened; never empty. A late clock-in is one event with several facts.
    #[schema(min_items = 1)]
    pub facts: Vec<Fact>,
}

/// What an event or an audit entry is about. Its text (`user:<id>`, `settings`) is part of keys and of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// A person and all that is theirs.
    User(UserId),
    /// The settings.
    Settings,
    /// A department.
    Department(DepartmentId),
    /// A site.
    Site(SiteId),
    /// A kiosk.
    Kiosk(KioskId),
    /// A service token.
    ServiceToken(ServiceTokenId),
    /// The holidays of the company.
    Holidays,
    /// The types of leave of the company.
    LeaveTypes,
    /// A piece of long work.
    Job(JobId),
    /// A piece of the clockwork.
    Check(Check),
}

impl utoipa::PartialSchema for Subject {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("What an event is about; events of one subject stay in order."))
            .pattern(Some(
                "^((user|department|site|kiosk|service-token|job):[0-9A-HJKMNP-TV-Z]{26}|check:[a-z-]+|settings|holidays|leave-types)$",
            ))
            .examples(["user:01JBN2V7Q4W0M3T9K5ZXH8R6CD"])
            .into()
    }
}

impl utoipa::ToSchema for Subject {}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Settings => f.write_str("settings"),
            Self::Department(id) => write!(f, "department:{id}"),
            Self::Site(id) => write!(f, "site:{id}"),
            Self::Kiosk(id) => write!(f, "kiosk:{id}"),
            Self::ServiceToken(id) => write!(f, "service-token:{id}"),
            Self::Holidays => f.write_str("holidays"),
            Self::LeaveTypes => f.write_str("leave-types"),
            Self::Job(id) => write!(f, "job:{id}"),
            Self::Check(check) => write!(f, "check:{check}"),
        }
    }
}

impl std::str::FromStr for Subject {
    type Err = crate::Invalid;

    fn from_str(text: &str) -> Result<Self, crate::Invalid> {
        match text.split_once(':') {
            Some(("user", id)) => id.parse().map(Self::User),
            Some(("department", id)) => id.parse().map(Self::Department),
            Some(("site", id)) => id.parse().map(Self::Site),
            Some(("kiosk", id)) => id.parse().map(Self::Kiosk),
            Some(("service-token", id)) => id.parse().map(Self::ServiceToken),
            Some(("job", id)) => id.parse().map(Self::Job),
            Some(("check", name)) => name.parse().map(Self::Check),
            None if text == "settings" => Ok(Self::Settings),
            None if text == "holidays" => Ok(Self::Holidays),
            None if text == "leave-types" => Ok(Self::LeaveTypes),
            Some(_) | None => Err(crate::Invalid::new(crate::FieldRule::Subject)),
        }
    }
}

impl TryFrom<String> for Subject {
    type Error = crate::Invalid;

    fn try_from(text: String) -> Result<Self, crate::Invalid> {
        text.parse()
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.to_string()
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// The company was set up with its first admin.
    CompanySetUp,
    /// Someone asked for an account and waits for a manager.
    UserRegistered {
        /// Whether the managers are notified later, together with other registrations ([`Fact::RegistrationsPending`]).
        #[serde(default)]
        announced_later: bool,
    },
    /// Several people who registered wait for a manager: what managers are notified of at most once an hour.
    RegistrationsPending {
        /// The people.
        people: Vec<PendingRegistration>,
    },
    /// Nobody activated a registration within 14 days, so it was removed.
    RegistrationExpired,
    /// A manager made an account.
    UserCreated,
    /// An account became active.
    UserActivated,
    /// A profile changed; `fields` names what.
    UserChanged {
        /// The changed fields, by their names in the API.
        fields: Vec<String>,
    },
    /// An account was closed.
    UserDisabled,
    /// Someone's password changed, by themselves or by a reset.
    PasswordChanged,
    /// Somebody else gave the person a temporary password.
    PasswordReset {
        /// The role of the person. All admins are notified of the reset of an admin's password.
        role: Role,
    },
    /// Someone enrolled a second factor.
    SecondFactorEnabled,
    /// Someone's second factor was removed, by themselves or by an admin.
    SecondFactorDisabled,
    /// Someone has new recovery codes for their second factor. The codes before are void.
    RecoveryCodesReplaced,
    /// Someone's refresh token was used twice; its family is revoked.
    RefreshTokenReused,
    /// Someone signed out of one sign-in.
    SignedOut {
        /// Which.
        family_id: FamilyId,
    },
    /// All of someone's sessions ended at their wish.
    SignedOutEverywhere,
    /// The settings changed; `fields` names what.
    SettingsChanged {
        /// The changed settings.
        fields: Vec<String>,
    },
    /// A department was made.
    DepartmentCreated,
    /// A department changed.
    DepartmentChanged,
    /// A department was removed.
    DepartmentDeleted,
    /// A site was made.
    SiteCreated,
    /// A site changed.
    SiteChanged,
    /// A site was removed.
    SiteDeleted,
    /// A kiosk was made.
    KioskCreated {
        /// Where it stands.
        site_id: SiteId,
    },
    /// A kiosk was revoked.
    KioskRevoked {
        /// Where it stood.
        site_id: SiteId,
    },
    /// The device token of a kiosk was renewed by the device.
    KioskTokenRenewed {
        /// The site of the kiosk.
        site_id: SiteId,
    },
    /// So many wrong PINs were entered at a kiosk that it takes one PIN in 30 seconds.
    KioskPinsFailing {
        /// The site of the kiosk.
        site_id: SiteId,
        /// The name of the kiosk.
        name: Name,
    },
    /// Someone's PIN for kiosks changed, by themselves or by a manager.
    PinChanged,
    /// Someone was given a badge; the one that they had before is void.
    BadgeAssigned,
    /// Someone's badge was revoked.
    BadgeRevoked,
    /// A service token was created.
    ServiceTokenCreated,
    /// A service token was revoked.
    ServiceTokenRevoked,
    /// A holiday was added.
    HolidayAdded {
        /// Which.
        id: HolidayId,
        /// When.
        date: WorkDate,
        /// Where; without one everywhere.
        site_id: Option<SiteId>,
    },
    /// A holiday was removed.
    HolidayRemoved {
        /// Which.
        id: HolidayId,
        /// When.
        date: WorkDate,
        /// Where; without one everywhere.
        site_id: Option<SiteId>,
    },
    /// Someone came.
    ClockedIn {
        /// The work date it counts for.
        date: WorkDate,
        /// The session that began.
        session_id: SessionId,
        /// When.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// Someone went.
    ClockedOut {
        /// The work date it counts for.
        date: WorkDate,
        /// The session that ended.
        session_id: SessionId,
        /// When.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// A break began.
    BreakStarted {
        /// The work date it counts for.
        date: WorkDate,
        /// The session it interrupts.
        session_id: SessionId,
        /// The break.
        break_id: BreakId,
        /// When.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// A break ended, by itself or with its session.
    BreakEnded {
        /// The work date it counts for.
        date: WorkDate,
        /// The session it interrupted.
        session_id: SessionId,
        /// The break.
        break_id: BreakId,
        /// When.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// A clock-in after the grace period of its shift.
    Late {
        /// The work date.
        date: WorkDate,
        /// Which shift of the date, by its id.
        shift_id: String,
        /// How late, counted from the start.
        late_seconds: i64,
    },
    /// A session that was forgotten was closed for its owner.
    AutoClockedOut {
        /// The work date.
        date: WorkDate,
        /// The session that was closed.
        session_id: SessionId,
        /// The instant it was closed at.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// The sessions of a day were changed.
    DayEdited {
        /// The work date.
        date: WorkDate,
        /// By a manager's edit, or by a correction that was approved.
        cause: EditCause,
    },
    /// A clock-in outside the window of every shift, or on leave, was taken and waits for a manager.
    ClockInFlagged {
        /// The work date.
        date: WorkDate,
        /// The session that began.
        session_id: SessionId,
        /// Why it is flagged.
        reason: ClockInFlag,
    },
    /// The flagged clock-ins of a day were acknowledged or rejected.
    ClockInReviewed {
        /// The work date.
        date: WorkDate,
        /// How.
        status: Verdict,
    },
    /// Lateness or absence was forgiven.
    DayExcused {
        /// The work date.
        date: WorkDate,
    },
    /// Someone asks for a correction of a day of theirs.
    CorrectionRequested {
        /// Which.
        correction_id: CorrectionId,
        /// The work date.
        date: WorkDate,
    },
    /// A correction was approved or rejected.
    CorrectionDecided {
        /// Which.
        correction_id: CorrectionId,
        /// The work date.
        date: WorkDate,
        /// How.
        decision: Decision,
    },
    /// Someone doesn't want their correction any more, or left before it was decided.
    CorrectionWithdrawn {
        /// Which.
        correction_id: CorrectionId,
        /// The work date.
        date: WorkDate,
    },
    /// Someone's pattern changed, or one was added.
    PatternChanged {
        /// The first date on which it holds.
        effective_from: WorkDate,
    },
    /// A manager planned a date otherwise than the pattern.
    DayPlanned {
        /// Which date.
        date: WorkDate,
    },
    /// A manager took such a plan back.
    DayPlanRemoved {
        /// Which date.
        date: WorkDate,
    },
    /// Someone asks another to swap shifts, or to take theirs.
    SwapRequested {
        /// Which swap; its owner asks.
        swap_id: SwapId,
        /// Whom.
        with_user_id: UserId,
        /// The asker's date.
        my_date: WorkDate,
        /// The other's date; none: "take my shift".
        their_date: Option<WorkDate>,
    },
    /// The other said yes. Where a manager must approve nothing has changed yet; else a [`Fact::SwapMade`] follows in the
    /// same event.
    SwapAccepted {
        /// Which swap.
        swap_id: SwapId,
        /// Who said yes.
        with_user_id: UserId,
        /// Whether a manager must approve.
        needs_approval: bool,
    },
    /// Both schedules changed.
    SwapMade {
        /// Which swap.
        swap_id: SwapId,
        /// Who swapped with the asker.
        with_user_id: UserId,
        /// The asker's date.
        my_date: WorkDate,
        /// The other's date.
        their_date: Option<WorkDate>,
    },
    /// A swap ended without any change.
    SwapEnded {
        /// Which swap.
        swap_id: SwapId,
        /// Who was asked.
        with_user_id: UserId,
        /// Why.
        ending: SwapEnding,
    },
    /// Someone made the address of their calendar feed; an earlier one is void.
    CalendarFeedMade,
    /// Someone's calendar feed was revoked.
    CalendarFeedRevoked,
    /// Rosters are to be imported by `jobs`.
    RosterImportRequested {
        /// The work.
        job_id: JobId,
    },
    /// A report is to be made as a file by `jobs`.
    ReportExportRequested {
        /// The work.
        job_id: JobId,
    },
    /// A report is there as a file, for who asked for it. `GET /reports/exports/{id}` answers a link to the file.
    ReportExported {
        /// The work.
        job_id: JobId,
        /// Which report, as its route names it.
        report: String,
    },
    /// A report couldn't be made as a file, for the person who asked for it.
    ReportExportFailed {
        /// The work.
        job_id: JobId,
        /// The report, as its route names it; absent where the order itself is gone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        report: Option<String>,
        /// The reason, as the export shows it.
        error: String,
    },
    /// Totals of a month that weren't the sum of their days were put right.
    MonthTotalsRebuilt {
        /// The first date of the month.
        month: WorkDate,
        /// The department they stand with.
        department_id: Option<DepartmentId>,
    },
    /// Stored days follow a change of the whole company's (a holiday, a setting, a site), or leave that was entered late.
    DaysFollowed {
        /// The work dates that come out otherwise.
        dates: Vec<WorkDate>,
        /// The event that changed them.
        cause: EventId,
    },
    /// A person turns out to have been employed, or not, on dates that are over: stored days, absences and leave follow.
    EmploymentCorrected {
        /// The dates, as spans.
        dates: Vec<Employment>,
    },
    /// Long work has come to the end of its time and goes on where it stopped.
    WorkContinues {
        /// The event that asked for the work.
        cause: EventId,
    },
    /// A type of leave was made or changed.
    LeaveTypeChanged {
        /// Which.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
    },
    /// Leave was granted for a leave year.
    LeaveGranted {
        /// Of which type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The calendar year in which the leave year begins.
        year: i16,
        /// How much, in minutes of a leave day.
        minutes: i64,
    },
    /// Leave was carried over from the year before.
    LeaveCarriedOver {
        /// Of which type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year that gets it.
        year: i16,
        /// How much, in minutes of a leave day; debt is negative.
        minutes: i64,
    },
    /// Someone is told that leave expires unless it is taken.
    LeaveExpiring {
        /// Of which type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year that loses it.
        year: i16,
        /// How much, in minutes of a leave day.
        minutes: i64,
        /// The last date on which it may be taken.
        take_by: WorkDate,
    },
    /// Leave that was not taken in time is gone.
    LeaveExpired {
        /// Of which type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year that loses it.
        year: i16,
        /// How much, in minutes of a leave day.
        minutes: i64,
    },
    /// A manager changed a balance, or the rules did: a grant corrected, a recount, a deduction taken back.
    LeaveAdjusted {
        /// Of which type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year.
        year: i16,
        /// By how much, in minutes of a leave day.
        minutes: i64,
        /// Why.
        cause: LeaveAdjustmentCause,
    },
    /// Someone asks for leave.
    LeaveRequested {
        /// Which request.
        request_id: LeaveRequestId,
        /// Its first date.
        start_date: WorkDate,
        /// Its last date.
        end_date: WorkDate,
    },
    /// A pending request was changed by who asks.
    LeaveRequestChanged {
        /// Which request.
        request_id: LeaveRequestId,
        /// Its first date.
        start_date: WorkDate,
        /// Its last date.
        end_date: WorkDate,
    },
    /// A request was approved or rejected; what a manager enters is approved at once.
    LeaveDecided {
        /// Which request.
        request_id: LeaveRequestId,
        /// Its first date.
        start_date: WorkDate,
        /// Its last date.
        end_date: WorkDate,
        /// How.
        decision: Decision,
    },
    /// Approved leave reaches so far back, or interrupts so much other leave, that `jobs` applies the rest of it.
    LeaveToApply {
        /// Which request.
        request_id: LeaveRequestId,
    },
    /// A request was withdrawn, or approved leave was cancelled or ended early.
    LeaveCancelled {
        /// Which request.
        request_id: LeaveRequestId,
        /// Its first date.
        start_date: WorkDate,
        /// Its last date, now.
        end_date: WorkDate,
    },
    /// Lateness cost leave.
    LateDeducted {
        /// The work date.
        date: WorkDate,
        /// How much, in minutes of a leave day.
        minutes: i64,
    },
    /// A leave balance fell below the mark.
    LeaveBalanceLow {
        /// Of which type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year.
        year: i16,
        /// What is left (available and pending), in minutes of a leave day.
        minutes: i64,
    },
    /// Nobody came for a shift though its grace period is over. Told to those in charge by `missing_people`.
    NotArrived {
        /// The work date.
        date: WorkDate,
        /// Which shift of the date, by its id.
        shift_id: String,
    },
    /// Who of a department's people one look found missing: what those in charge are told at once, person by person
    /// where they are few. Each of them has a `not_arrived` in an event of their own.
    MissingPeople {
        /// Who, and from which shift.
        people: Vec<Missing>,
    },
    /// Days of these people wait for those in charge of them: what those in charge are told once a week.
    DaysToReview {
        /// Whose days, and how many.
        people: Vec<DaysToReview>,
    },
    /// Every shift of a day was missed.
    Absent {
        /// The work date.
        date: WorkDate,
    },
    /// A run of the clockwork came near its deadline: the rest is for the next.
    CheckHandedOver {
        /// Which.
        check: Check,
    },
    /// Someone went before their shift's end.
    LeftEarly {
        /// The work date.
        date: WorkDate,
        /// Which shift of the date, by its id.
        shift_id: String,
        /// How much before.
        early_leave_seconds: i64,
    },
}

/// Someone who hasn't come to a shift. As text, `<person>/<shift>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Missing {
    /// Who.
    pub user_id: UserId,
    /// Which shift; its id begins with the work date.
    pub shift_id: ShiftId,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.user_id, self.shift_id)
    }
}

impl std::str::FromStr for Missing {
    type Err = crate::Invalid;

    fn from_str(text: &str) -> Result<Self, crate::Invalid> {
        let (user, shift) = text.split_once('/').ok_or_else(|| crate::Invalid::new(crate::FieldRule::ShiftId))?;
        Ok(Self { user_id: user.parse()?, shift_id: shift.parse()? })
    }
}

/// Someone's days that wait for a manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DaysToReview {
    /// Whose.
    pub user_id: UserId,
    /// How many days.
    pub days: u32,
    /// The work date of the one that has waited longest.
    pub oldest: WorkDate,
}

/// Someone who registered and waits for a manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PendingRegistration {
    /// The person.
    pub user_id: UserId,
}

/// How a swap ended without any change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SwapEnding {
    /// The other said no.
    Declined,
    /// A manager said no.
    Rejected,
    /// The asker doesn't want it any more, or left.
    Withdrawn,
    /// The first of its dates began.
    Expired,
}

/// Why a leave balance was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeaveAdjustmentCause {
    /// A manager gave a reason.
    Manager,
    /// The date of hiring changed, and the grant with it.
    HiringDate,
    /// A holiday or the roster changed under leave.
    Recount,
    /// A deduction for lateness was taken back.
    LateDeductionReversed,
    /// Other leave, such as sick leave, came over leave, or no longer does.
    Interruption,
}
