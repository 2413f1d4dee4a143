//! Events, as the outbox stores them: one event for each committed change, with one or more facts.

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

/// The version of the event format. It increases when a reader of the old format would misread the new one.
pub const SCHEMA_VERSION: u32 = 1;

/// One committed change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Event {
    /// The unique id, ordered by time. Consumers use it to process each event only once.
    pub id: EventId,
    /// The version of the event format: see [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The time of the commit, by the clock of the function.
    #[schema(value_type = String, format = "date-time")]
    pub at: Timestamp,
    /// The user, device or job that caused the change.
    pub actor: Actor,
    /// The subject of the event. Events of one subject stay in order.
    pub subject: Subject,
    /// The id of the request that caused the event, for tracing.
    #[schema(required = true)]
    pub request_id: Option<String>,
    /// The facts of the change; never empty. A late clock-in is one event with several facts.
    #[schema(min_items = 1)]
    pub facts: Vec<Fact>,
}

/// The subject of an event or audit entry. Its text (`user:<id>`, `settings`) is part of keys and of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// A person and all the person's records.
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
    /// A long-running job.
    Job(JobId),
    /// A scheduled job.
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

/// A single fact of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// The company was set up with its first admin.
    CompanySetUp,
    /// Someone registered and waits for a manager's approval.
    UserRegistered {
        /// Whether the managers are notified later, together with other registrations ([`Fact::RegistrationsPending`]).
        #[serde(default)]
        announced_later: bool,
    },
    /// Several people who registered wait for a manager's approval. Managers receive this at most once an hour.
    RegistrationsPending {
        /// The people.
        people: Vec<PendingRegistration>,
    },
    /// A registration was removed because nobody activated it within 14 days.
    RegistrationExpired,
    /// A manager created an account.
    UserCreated,
    /// An account became active.
    UserActivated,
    /// A profile changed. `fields` names the changed fields.
    UserChanged {
        /// The changed fields, by their names in the API.
        fields: Vec<String>,
    },
    /// An account was disabled.
    UserDisabled,
    /// A person changed their own password, or someone else reset it.
    PasswordChanged,
    /// Someone else gave the person a temporary password.
    PasswordReset {
        /// The role of the person. All admins are notified of the reset of an admin's password.
        role: Role,
    },
    /// Someone enrolled a second factor.
    SecondFactorEnabled,
    /// Someone's second factor was removed, by themselves or by an admin.
    SecondFactorDisabled,
    /// Someone received new recovery codes for their second factor. The earlier codes are void.
    RecoveryCodesReplaced,
    /// Someone's refresh token was used twice, so its token family was revoked.
    RefreshTokenReused,
    /// Someone signed out of one sign-in.
    SignedOut {
        /// The token family of the sign-in.
        family_id: FamilyId,
    },
    /// A person ended all of their sessions.
    SignedOutEverywhere,
    /// The settings changed. `fields` names the changed settings.
    SettingsChanged {
        /// The changed settings.
        fields: Vec<String>,
    },
    /// A department was created.
    DepartmentCreated,
    /// A department changed.
    DepartmentChanged,
    /// A department was removed.
    DepartmentDeleted,
    /// A site was created.
    SiteCreated,
    /// A site changed.
    SiteChanged,
    /// A site was removed.
    SiteDeleted,
    /// A kiosk was created.
    KioskCreated {
        /// The site of the kiosk.
        site_id: SiteId,
    },
    /// A kiosk was revoked.
    KioskRevoked {
        /// The site of the kiosk.
        site_id: SiteId,
    },
    /// The kiosk device renewed its device token.
    KioskTokenRenewed {
        /// The site of the kiosk.
        site_id: SiteId,
    },
    /// So many wrong PINs were entered at a kiosk that it now accepts only one PIN every 30 seconds.
    KioskPinsFailing {
        /// The site of the kiosk.
        site_id: SiteId,
        /// The name of the kiosk.
        name: Name,
    },
    /// A kiosk PIN was changed, by its owner or by a manager.
    PinChanged,
    /// Someone received a badge. The person's earlier badge is void.
    BadgeAssigned,
    /// Someone's badge was revoked.
    BadgeRevoked,
    /// A service token was created.
    ServiceTokenCreated,
    /// A service token was revoked.
    ServiceTokenRevoked,
    /// A holiday was added.
    HolidayAdded {
        /// The id of the holiday.
        id: HolidayId,
        /// The date of the holiday.
        date: WorkDate,
        /// The site of the holiday; absent where the holiday applies to all sites.
        site_id: Option<SiteId>,
    },
    /// A holiday was removed.
    HolidayRemoved {
        /// The id of the holiday.
        id: HolidayId,
        /// The date of the holiday.
        date: WorkDate,
        /// The site of the holiday; absent where the holiday applied to all sites.
        site_id: Option<SiteId>,
    },
    /// Someone clocked in.
    ClockedIn {
        /// The work date that the session counts for.
        date: WorkDate,
        /// The session that began.
        session_id: SessionId,
        /// The instant of the clock-in.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// Someone clocked out.
    ClockedOut {
        /// The work date that the session counts for.
        date: WorkDate,
        /// The session that ended.
        session_id: SessionId,
        /// The instant of the clock-out.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// A break began.
    BreakStarted {
        /// The work date that the session counts for.
        date: WorkDate,
        /// The session that the break interrupts.
        session_id: SessionId,
        /// The break.
        break_id: BreakId,
        /// The instant at which the break began.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// A break ended, on its own or together with its session.
    BreakEnded {
        /// The work date that the session counts for.
        date: WorkDate,
        /// The session that the break interrupted.
        session_id: SessionId,
        /// The break.
        break_id: BreakId,
        /// The instant at which the break ended.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// A clock-in came after the grace period of its shift.
    Late {
        /// The work date.
        date: WorkDate,
        /// The id of the shift.
        shift_id: String,
        /// The lateness in seconds, counted from the start of the shift.
        late_seconds: i64,
    },
    /// A forgotten session was closed automatically.
    AutoClockedOut {
        /// The work date.
        date: WorkDate,
        /// The session that was closed.
        session_id: SessionId,
        /// The instant at which the session ends.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// The sessions of a day were changed.
    DayEdited {
        /// The work date.
        date: WorkDate,
        /// The cause of the change: a manager's edit or an approved correction.
        cause: EditCause,
    },
    /// A clock-in outside the window of every shift, or during leave, was accepted and waits for a manager's review.
    ClockInFlagged {
        /// The work date.
        date: WorkDate,
        /// The session that began.
        session_id: SessionId,
        /// The reason for the flag.
        reason: ClockInFlag,
    },
    /// The flagged clock-ins of a day were acknowledged or rejected.
    ClockInReviewed {
        /// The work date.
        date: WorkDate,
        /// The verdict of the review.
        status: Verdict,
    },
    /// Lateness or absence was excused.
    DayExcused {
        /// The work date.
        date: WorkDate,
    },
    /// Someone requested a correction of one of their own days.
    CorrectionRequested {
        /// The id of the correction.
        correction_id: CorrectionId,
        /// The work date.
        date: WorkDate,
    },
    /// A correction was approved or rejected.
    CorrectionDecided {
        /// The id of the correction.
        correction_id: CorrectionId,
        /// The work date.
        date: WorkDate,
        /// The decision.
        decision: Decision,
    },
    /// A correction was withdrawn by the person who requested it, or because that person left before the decision.
    CorrectionWithdrawn {
        /// The id of the correction.
        correction_id: CorrectionId,
        /// The work date.
        date: WorkDate,
    },
    /// Someone's pattern changed, or a pattern was added.
    PatternChanged {
        /// The first date to which the pattern applies.
        effective_from: WorkDate,
    },
    /// A manager planned a date differently from the pattern.
    DayPlanned {
        /// The planned date.
        date: WorkDate,
    },
    /// A manager removed the plan of a date. The pattern applies to the date again.
    DayPlanRemoved {
        /// The date.
        date: WorkDate,
    },
    /// Someone asked another person to swap shifts, or to take over a shift.
    SwapRequested {
        /// The id of the swap. Its owner is the person who asks.
        swap_id: SwapId,
        /// The person who is asked.
        with_user_id: UserId,
        /// The date of the person who asks.
        my_date: WorkDate,
        /// The date of the person who is asked; absent where that person only takes over a shift.
        their_date: Option<WorkDate>,
    },
    /// The other person accepted a swap. Where a manager must approve it, nothing has changed yet. Otherwise a [`Fact::SwapMade`]
    /// follows in the same event.
    SwapAccepted {
        /// The id of the swap.
        swap_id: SwapId,
        /// The person who accepted.
        with_user_id: UserId,
        /// Whether a manager must approve the swap.
        needs_approval: bool,
    },
    /// A swap took effect: both schedules changed.
    SwapMade {
        /// The id of the swap.
        swap_id: SwapId,
        /// The person who was asked.
        with_user_id: UserId,
        /// The date of the person who asked.
        my_date: WorkDate,
        /// The date of the person who was asked; absent where that person only takes over a shift.
        their_date: Option<WorkDate>,
    },
    /// A swap ended without any change.
    SwapEnded {
        /// The id of the swap.
        swap_id: SwapId,
        /// The person who was asked.
        with_user_id: UserId,
        /// The reason why the swap ended.
        ending: SwapEnding,
    },
    /// Someone created the address of their calendar feed. An earlier address is void.
    CalendarFeedMade,
    /// Someone's calendar feed was revoked.
    CalendarFeedRevoked,
    /// An import of rosters was requested. `jobs` processes it.
    RosterImportRequested {
        /// The id of the import job.
        job_id: JobId,
    },
    /// A report export was requested. `jobs` creates the file.
    ReportExportRequested {
        /// The id of the export job.
        job_id: JobId,
    },
    /// A report export is ready for the person who requested it. `GET /reports/exports/{id}` returns a link to the file.
    ReportExported {
        /// The id of the export job.
        job_id: JobId,
        /// The report, as its route names it.
        report: String,
    },
    /// A report export failed. The event is for the person who requested it.
    ReportExportFailed {
        /// The id of the export job.
        job_id: JobId,
        /// The report, as its route names it; absent where the export job no longer exists.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        report: Option<String>,
        /// The reason, as the export shows it.
        error: String,
    },
    /// The totals of a month were corrected because they weren't the sum of its days.
    MonthTotalsRebuilt {
        /// The first date of the month.
        month: WorkDate,
        /// The department that the totals are stored with.
        department_id: Option<DepartmentId>,
    },
    /// Stored days were updated after a company-wide change (a holiday, a setting, a site) or after leave that was entered late.
    DaysFollowed {
        /// The work dates whose days changed.
        dates: Vec<WorkDate>,
        /// The event that changed them.
        cause: EventId,
    },
    /// Someone's employment was corrected for dates that are over. Stored days, absences and leave follow.
    EmploymentCorrected {
        /// The corrected dates, as spans.
        dates: Vec<Employment>,
    },
    /// A long-running job reached its time limit and continues where it stopped.
    WorkContinues {
        /// The event that requested the job.
        cause: EventId,
    },
    /// A type of leave was created or changed.
    LeaveTypeChanged {
        /// The code of the leave type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
    },
    /// Leave was granted for a leave year.
    LeaveGranted {
        /// The code of the leave type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The calendar year in which the leave year begins.
        year: i16,
        /// The amount, in minutes of a leave day.
        minutes: i64,
    },
    /// Leave was carried over from the year before.
    LeaveCarriedOver {
        /// The code of the leave type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year that receives the leave.
        year: i16,
        /// The amount, in minutes of a leave day; negative for debt.
        minutes: i64,
    },
    /// Someone receives a notice that leave expires unless it is taken.
    LeaveExpiring {
        /// The code of the leave type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year in which the leave expires.
        year: i16,
        /// The amount, in minutes of a leave day.
        minutes: i64,
        /// The last date on which the leave may be taken.
        take_by: WorkDate,
    },
    /// Leave that wasn't taken in time expired.
    LeaveExpired {
        /// The code of the leave type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year in which the leave expired.
        year: i16,
        /// The amount, in minutes of a leave day.
        minutes: i64,
    },
    /// A balance was adjusted, by a manager or by the rules: a corrected grant, a recount or a reversed deduction.
    LeaveAdjusted {
        /// The code of the leave type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year.
        year: i16,
        /// The change, in minutes of a leave day.
        minutes: i64,
        /// The cause of the adjustment.
        cause: LeaveAdjustmentCause,
    },
    /// Someone requested leave.
    LeaveRequested {
        /// The id of the request.
        request_id: LeaveRequestId,
        /// The first date of the leave.
        start_date: WorkDate,
        /// The last date of the leave.
        end_date: WorkDate,
    },
    /// A pending request was changed by the person who made it.
    LeaveRequestChanged {
        /// The id of the request.
        request_id: LeaveRequestId,
        /// The first date of the leave.
        start_date: WorkDate,
        /// The last date of the leave.
        end_date: WorkDate,
    },
    /// A request was approved or rejected. Leave that a manager enters is approved at once.
    LeaveDecided {
        /// The id of the request.
        request_id: LeaveRequestId,
        /// The first date of the leave.
        start_date: WorkDate,
        /// The last date of the leave.
        end_date: WorkDate,
        /// The decision.
        decision: Decision,
    },
    /// Approved leave reaches so far back, or interrupts so much other leave, that `jobs` applies the rest.
    LeaveToApply {
        /// The id of the request.
        request_id: LeaveRequestId,
    },
    /// A request was withdrawn, or approved leave was cancelled or ended early.
    LeaveCancelled {
        /// The id of the request.
        request_id: LeaveRequestId,
        /// The first date of the leave.
        start_date: WorkDate,
        /// The last date of the leave after the change.
        end_date: WorkDate,
    },
    /// Leave was deducted for lateness.
    LateDeducted {
        /// The work date.
        date: WorkDate,
        /// The amount, in minutes of a leave day.
        minutes: i64,
    },
    /// A leave balance fell below the threshold.
    LeaveBalanceLow {
        /// The code of the leave type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year.
        year: i16,
        /// The remaining leave (available and pending), in minutes of a leave day.
        minutes: i64,
    },
    /// Someone didn't arrive for a shift and its grace period is over. Managers receive this through `missing_people`.
    NotArrived {
        /// The work date.
        date: WorkDate,
        /// The id of the shift.
        shift_id: String,
    },
    /// People of a department whom one run found missing. Managers receive this as one notification, which names each person
    /// where they are few. Each of these people also has a `not_arrived` in an event of their own.
    MissingPeople {
        /// The missing people, each with the shift.
        people: Vec<Missing>,
    },
    /// Days of these people wait for a review. Managers receive this once a week.
    DaysToReview {
        /// The people, each with the number of days.
        people: Vec<DaysToReview>,
    },
    /// Every shift of a day was missed.
    Absent {
        /// The work date.
        date: WorkDate,
    },
    /// A run of a scheduled job came near its deadline. The next run does the rest.
    CheckHandedOver {
        /// The scheduled job.
        check: Check,
    },
    /// Someone clocked out before the end of their shift.
    LeftEarly {
        /// The work date.
        date: WorkDate,
        /// The id of the shift.
        shift_id: String,
        /// The number of seconds before the end of the shift.
        early_leave_seconds: i64,
    },
}

/// Someone who hasn't arrived for a shift. As text, `<person>/<shift>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Missing {
    /// The person.
    pub user_id: UserId,
    /// The shift. Its id begins with the work date.
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

/// The days of one person that wait for a manager's review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DaysToReview {
    /// The person.
    pub user_id: UserId,
    /// The number of days.
    pub days: u32,
    /// The work date of the day that has waited longest.
    pub oldest: WorkDate,
}

/// A person who registered and waits for a manager's approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PendingRegistration {
    /// The person.
    pub user_id: UserId,
}

/// How a swap ended without any change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SwapEnding {
    /// The other person declined.
    Declined,
    /// A manager rejected the swap.
    Rejected,
    /// The person who asked withdrew the swap, or left.
    Withdrawn,
    /// The first of its dates began before the swap was decided.
    Expired,
}

/// The cause of an adjustment of a leave balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeaveAdjustmentCause {
    /// A manager adjusted the balance and gave a reason.
    Manager,
    /// The date of hiring changed, and the grant with it.
    HiringDate,
    /// A holiday or the roster changed during leave.
    Recount,
    /// A deduction for lateness was reversed.
    LateDeductionReversed,
    /// Other leave, such as sick leave, interrupted the leave, or no longer interrupts it.
    Interruption,
}
