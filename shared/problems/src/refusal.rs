//! The problems of the refusals of use cases.

use answers::{BlockedTimesheets, pay_approval::CodeMismatch};
use app::{
    Denied, Refusal,
    attendance::{CorrectionRefusal, DayRefusal},
    auth::{AuthRefusal, sign_in::Restriction},
    company::CompanyRefusal,
    kiosk::KioskRefusal,
    leave::{LeaveRequestRefusal, requests::MAX_DAYS_AHEAD},
    pay::PayRefusal,
    people::PeopleRefusal,
    photos::PhotoRefusal,
    roster::{DayPlanRefusal, SwapUseRefusal},
    terminals::TerminalRefusal,
    time_account::AccountRefusal,
};
use domain::{
    FieldFault, FieldRule,
    calendar::WorkDate,
    correction::{AlreadyDecided, CorrectionStatus, DayChangedSince},
    day::Violation,
    leave::{
        LeaveDayLength, NotEnough,
        request::{LeaveRefusal, LeaveStatus, NotPending, NotThere},
    },
    pay::{Blocker, TimesheetRefusal},
    roster::{HORIZON_DAYS, SwapRefusal, TooLittleRest},
    swap::{SwapStatus, Untimely},
};

use crate::{Code, Detail, Problem, problem::FieldError};

/// The maximum number of people that the text of a problem names.
const MAX_NAMED: usize = 20;

impl From<app::Failed> for Problem {
    /// Returns the problem of a use case that only reads, so that it can't lose a race and has no saved answer.
    fn from(failed: app::Failed) -> Self {
        match failed {
            app::Failed::Refused(refusal) => refusal.into(),
            app::Failed::ConditionFailed(condition) => condition.into(),
            app::Failed::Answered(_) => Self::internal("a request that only reads was answered before"),
            app::Failed::Store(error) => error.into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Denied(denied) => denied.into(),
            Refusal::RepeatKeyReused => Self::new(Code::IdempotencyKeyReused),
            Refusal::OtherVersion { version } => {
                Self::new(Code::PreconditionFailed).detail(Detail::VersionIs { version })
            }
            Refusal::Invalid(faults) => {
                let error = |fault: FieldFault| FieldError::new(fault.field, fault.rule);
                Self::invalid_values(faults.into_iter().map(error).collect())
            }
            Refusal::Auth(refusal) => of_auth(refusal),
            Refusal::Company(refusal) => of_company(refusal),
            Refusal::Correction(refusal) => of_correction(refusal),
            Refusal::Day(refusal) => of_day(refusal),
            Refusal::Kiosk(refusal) => of_kiosk(refusal),
            Refusal::Leave(refusal) => of_leave_request(refusal),
            Refusal::People(refusal) => of_people(refusal),
            Refusal::Photo(refusal) => of_photo(refusal),
            Refusal::Terminal(refusal) => of_terminal(refusal),
            Refusal::TimeAccount(refusal) => of_time_account(refusal),
            Refusal::Pay(refusal) => of_pay(refusal),
            Refusal::DayPlan(refusal) => of_day_plan(refusal),
            Refusal::Swap(refusal) => of_swap(refusal),
            Refusal::SecretsUnavailable | Refusal::PhotosUnavailable => Self::new(Code::Unavailable).retry_after(1),
            Refusal::Defect(defect) => Self::internal(defect),
        }
    }
}

impl From<CodeMismatch> for Problem {
    fn from(CodeMismatch { rule }: CodeMismatch) -> Self {
        Self::invalid("code", rule)
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        let forbidden = |detail| Self::new(Code::Forbidden).detail(detail);
        match denied {
            Denied::NotFound => Self::not_found(),
            Denied::Forbidden => Self::new(Code::Forbidden),
            Denied::AdminOnly => forbidden(Detail::AdminOnly),
            Denied::ManagerOnly => forbidden(Detail::ManagerOnly),
            Denied::AdminsManageManagers => forbidden(Detail::AdminsManageManagers),
            Denied::OtherDepartment => forbidden(Detail::OtherDepartment),
            Denied::OnlyAskedAnswers => forbidden(Detail::OnlyAskedAnswers),
            Denied::OnlyOwnCorrection => forbidden(Detail::OnlyOwnCorrection),
            Denied::OnlyOwnRequest => forbidden(Detail::OnlyOwnRequest),
            Denied::OwnRecord => Self::new(Code::OwnRecord),
            Denied::OwnRequest => Self::new(Code::OwnRequest),
            Denied::ConfirmationRequired => Self::new(Code::ConfirmationRequired).detail(Detail::ConfirmPassword),
            Denied::PersonHasLeft => Self::new(Code::AlreadyDecided).detail(Detail::PersonHasLeft),
            Denied::Unauthenticated => Self::unauthenticated(),
            Denied::RoleChanged => Self::new(Code::TokenExpired).detail(Detail::RoleChanged),
            Denied::Session(refusal) => refusal.into(),
        }
    }
}

impl From<Restriction> for Problem {
    fn from(restriction: Restriction) -> Self {
        match restriction {
            Restriction::PasswordChange => Self::new(Code::PasswordChangeRequired).detail(Detail::SetNewPassword),
            Restriction::MfaEnrolment => Self::new(Code::MfaEnrolmentRequired).detail(Detail::EnrolSecondFactor),
        }
    }
}

impl From<FieldFault> for Problem {
    fn from(fault: FieldFault) -> Self {
        Self::invalid(fault.field, fault.rule)
    }
}

fn of_auth(refusal: AuthRefusal) -> Problem {
    match refusal {
        AuthRefusal::Locked { seconds } => {
            let minutes = u64::from(seconds.div_ceil(60));
            Problem::new(Code::AccountLocked).detail(Detail::TryAgainLater { minutes }).retry_after(seconds)
        }
        AuthRefusal::ManyFailures => Problem::new(Code::Unavailable).retry_after(1),
        AuthRefusal::WrongPassword => Problem::new(Code::WrongPassword),
        AuthRefusal::WrongCode => Problem::new(Code::WrongCode),
        AuthRefusal::WrongCredentials => Problem::new(Code::InvalidCredentials).detail(Detail::UsernameOrPassword),
        AuthRefusal::CodeRequired => Problem::new(Code::MfaRequired).detail(Detail::SendCode),
        AuthRefusal::SecondFactorEnabled => Problem::new(Code::MfaAlreadyEnabled),
        AuthRefusal::EnrolmentNotBegun => Problem::new(Code::MfaNotStarted),
        AuthRefusal::NoSecondFactor => Problem::new(Code::MfaNotEnabled),
        AuthRefusal::RefreshTokenInvalid => Problem::new(Code::InvalidRefreshToken),
        AuthRefusal::RefreshTokenReused => Problem::new(Code::RefreshTokenReused).detail(Detail::SessionRevoked),
        AuthRefusal::TemporaryPasswordExpired => {
            Problem::new(Code::TemporaryPasswordExpired).detail(Detail::AskForNewPassword)
        }
        AuthRefusal::LinkInvalid => Problem::new(Code::LinkInvalid).detail(Detail::AskForNewLink),
        AuthRefusal::RegistrationsFull => Problem::new(Code::RegistrationsFull).retry_after(60 * 60),
        AuthRefusal::TooManyRegistrations { seconds } => Problem::new(Code::TooManyRegistrations).retry_after(seconds),
    }
}

fn of_company(refusal: CompanyRefusal) -> Problem {
    match refusal {
        CompanyRefusal::DepartmentInUse => Problem::new(Code::DepartmentInUse),
        CompanyRefusal::SiteInUse => Problem::new(Code::SiteInUse),
        CompanyRefusal::TooManySites => Problem::new(Code::TooManySites),
        CompanyRefusal::HolidayExists => Problem::new(Code::HolidayExists),
        CompanyRefusal::TooManyHolidays => Problem::new(Code::TooManyHolidays),
        CompanyRefusal::LedgerStarted => Problem::new(Code::LedgerStarted),
        CompanyRefusal::PayPeriodInUse => Problem::new(Code::PayPeriodInUse).detail(Detail::ReopenPeriods),
    }
}

fn of_kiosk(refusal: KioskRefusal) -> Problem {
    match refusal {
        KioskRefusal::TokenInvalid => Problem::new(Code::Unauthenticated).detail(Detail::DeviceToken),
        KioskRefusal::TokenExpired => Problem::new(Code::Unauthenticated).detail(Detail::DeviceTokenExpired),
        KioskRefusal::UnknownBadge => Problem::new(Code::InvalidCredentials).detail(Detail::UnknownBadge),
        KioskRefusal::WrongPin => Problem::new(Code::InvalidCredentials).detail(Detail::UsernameOrPin),
        KioskRefusal::Throttled { seconds } => {
            let problem = Problem::new(Code::KioskThrottled).detail(Detail::KioskWait { seconds });
            problem.retry_after(u32::try_from(seconds).unwrap_or(u32::MAX))
        }
        KioskRefusal::ShowsNoNames => Problem::new(Code::Forbidden).detail(Detail::KioskShowsNoNames),
    }
}

fn of_people(refusal: PeopleRefusal) -> Problem {
    match refusal {
        PeopleRefusal::UsernameTaken => Problem::new(Code::UsernameTaken),
        PeopleRefusal::EmailTaken => Problem::new(Code::EmailTaken),
        PeopleRefusal::EmailOff => Problem::new(Code::EmailOff).detail(Detail::SetUpEmail),
        PeopleRefusal::NoEmailAddress => Problem::new(Code::NoEmailAddress),
        PeopleRefusal::InvitationUsed => Problem::new(Code::InvitationUsed),
        PeopleRefusal::BadgeTaken => Problem::new(Code::BadgeTaken).detail(Detail::RevokeOtherBadge),
        PeopleRefusal::PersonnelNumberTaken => Problem::new(Code::PersonnelNumberTaken),
        PeopleRefusal::RegistrationDecided => Problem::new(Code::AlreadyDecided),
    }
}

fn of_photo(refusal: PhotoRefusal) -> Problem {
    let detail = match refusal {
        PhotoRefusal::Required => return Problem::new(Code::PhotoRequired),
        PhotoRefusal::Off => Detail::PhotosOff,
        PhotoRefusal::UploadUnusable => Detail::UploadUnusable,
        PhotoRefusal::NothingUploaded => Detail::NothingUploaded,
        PhotoRefusal::Unverified(refusal) => match refusal {
            photo::PhotoRefusal::NoPhoto => Detail::PhotoFormat,
            photo::PhotoRefusal::OtherType { declared, found } => Detail::PhotoOtherType {
                declared: declared.content_type().to_owned(),
                found: found.content_type().to_owned(),
            },
            photo::PhotoRefusal::Truncated => Detail::PhotoTruncated,
            photo::PhotoRefusal::TooManyPixels { width, height } => Detail::PhotoPixels { width, height },
            photo::PhotoRefusal::Animated => Detail::PhotoAnimated,
            photo::PhotoRefusal::Damaged(_) => Detail::PhotoDamaged,
        },
    };
    Problem::new(Code::PhotoInvalid).detail(detail)
}

fn of_terminal(refusal: TerminalRefusal) -> Problem {
    match refusal {
        TerminalRefusal::TooMany => Problem::new(Code::TooManyTerminals),
        TerminalRefusal::NumberTaken => Problem::new(Code::TerminalNumberTaken),
    }
}

fn of_day(refusal: DayRefusal) -> Problem {
    match refusal {
        DayRefusal::Violations(violations) => {
            let error = |it: Violation| FieldError::new(it.path, it.rule);
            Problem::invalid_values(violations.into_iter().map(error).collect())
        }
        DayRefusal::NothingToReview(_) => Problem::new(Code::NothingToAcknowledge),
        DayRefusal::NothingToExcuse(_) => Problem::new(Code::NothingToExcuse),
        DayRefusal::NoEstimatedEnd => already_decided(Detail::NoGuessedEnd),
    }
}

fn of_correction(refusal: CorrectionRefusal) -> Problem {
    match refusal {
        CorrectionRefusal::AlreadyDecided(AlreadyDecided(status)) => match status {
            CorrectionStatus::Pending => Problem::internal("a pending correction is undecided"),
            CorrectionStatus::Approved => already_decided(Detail::WasApproved),
            CorrectionStatus::Rejected => already_decided(Detail::WasRejected),
            CorrectionStatus::Withdrawn => already_decided(Detail::WasWithdrawn),
        },
        CorrectionRefusal::DayChanged(DayChangedSince { now, then }) => {
            Problem::new(Code::DayChanged).detail(Detail::DayVersions { now, then })
        }
        CorrectionRefusal::Impossible(violations) => {
            let rules: Vec<String> = violations.iter().map(|it| format!("{} {}", it.path, it.rule)).collect();
            Problem::new(Code::DayChanged).detail(Detail::CorrectionImpossible { rules: rules.join("; ") })
        }
    }
}

fn of_leave_request(refusal: LeaveRequestRefusal) -> Problem {
    match refusal {
        LeaveRequestRefusal::Rule(refusal, leave_day) => of_leave(refusal, leave_day),
        LeaveRequestRefusal::TooLongAgo { earliest } => in_the_past(earliest),
        LeaveRequestRefusal::TooFarAhead => {
            Problem::invalid("start_date", FieldRule::DaysAheadAtMost { days: i64::from(MAX_DAYS_AHEAD) })
        }
    }
}

fn of_time_account(refusal: AccountRefusal) -> Problem {
    match refusal {
        AccountRefusal::NoAccount => Problem::new(Code::NoTimeAccount),
        AccountRefusal::TooLow { left, asked } => {
            let detail = Detail::TimeAccountLeft { available: in_hours(left), asked: in_hours(asked) };
            Problem::new(Code::TimeAccountTooLow).detail(detail)
        }
    }
}

/// Returns seconds as hours and minutes, without the rest of a minute: `-7:30`.
fn in_hours(seconds: i64) -> String {
    let minutes = seconds.unsigned_abs() / 60;
    let sign = if seconds < 0 { "-" } else { "" };
    format!("{sign}{}:{:02}", minutes / 60, minutes % 60)
}

fn of_leave(refusal: LeaveRefusal, leave_day: LeaveDayLength) -> Problem {
    match refusal {
        LeaveRefusal::UnknownType => Problem::invalid("type", FieldRule::NotALeaveType),
        LeaveRefusal::WholeDaysOnly(field) => Problem::invalid(field, FieldRule::WholeDaysOnly),
        LeaveRefusal::InThePast(earliest) => in_the_past(earliest),
        LeaveRefusal::NoWorkingDays => Problem::new(Code::NoWorkingDays).detail(Detail::NotExpectedThen),
        LeaveRefusal::Overlaps(date) => {
            Problem::new(Code::Overlaps).detail(Detail::OtherLeaveOn { date: date.to_string() })
        }
        LeaveRefusal::TooManyOpen => Problem::new(Code::TooManyOpenRequests),
        LeaveRefusal::DayWorked(date) => {
            Problem::new(Code::DayWorked).detail(Detail::WorkedOn { date: date.to_string() })
        }
        LeaveRefusal::NotEnough(NotEnough { year, available, asked }) => {
            let detail = Detail::BalanceTooLow {
                from: year.from.to_string(),
                to: year.to.to_string(),
                available: leave_day.amount(available),
                asked: leave_day.cost_amount(asked),
            };
            Problem::new(Code::InsufficientBalance).detail(detail)
        }
        LeaveRefusal::NotPending(NotPending(status)) | LeaveRefusal::NotThere(NotThere::Ended(status)) => {
            match status {
                LeaveStatus::Pending => Problem::internal("a pending request is undecided"),
                LeaveStatus::Approved => already_decided(Detail::WasApproved),
                LeaveStatus::Rejected => already_decided(Detail::WasRejected),
                LeaveStatus::Cancelled => already_decided(Detail::WasCancelled),
            }
        }
        LeaveRefusal::NotThere(NotThere::Over) => Problem::new(Code::LeaveOver),
        LeaveRefusal::NotThere(NotThere::LastDay) => Problem::new(Code::LeaveOver).detail(Detail::LeaveLastDay),
    }
}

fn of_pay(refusal: PayRefusal) -> Problem {
    match refusal {
        PayRefusal::NothingWaits => Problem::new(Code::AlreadyDecided),
        PayRefusal::NoPayPeriods => Problem::new(Code::PayPeriodNotSet).detail(Detail::SetPayPeriod),
        PayRefusal::PeriodNotOver => Problem::new(Code::PeriodNotOver),
        PayRefusal::PeriodClosed => Problem::new(Code::PeriodClosed),
        PayRefusal::PeriodNotClosed => Problem::new(Code::PeriodNotClosed),
        PayRefusal::LaterPeriodClosed(later) => {
            let (from, to) = (later.first().to_string(), later.last().to_string());
            Problem::new(Code::LaterPeriodClosed).detail(Detail::ReopenLaterFirst { from, to })
        }
        PayRefusal::TimesheetsNotApproved(timesheets) => of_blocked_period(timesheets),
        PayRefusal::TimesheetBlocked(blockers) => {
            let reasons: Vec<String> = blockers.iter().map(reason).collect();
            let detail = Detail::TimesheetBlockedBy { reasons: reasons.join(", ") };
            Problem::new(Code::TimesheetBlocked).detail(detail).blockers(blockers)
        }
        PayRefusal::Timesheet(refusal) => match refusal {
            TimesheetRefusal::Already(_) => Problem::new(Code::AlreadyDecided),
            TimesheetRefusal::NotSubmitted | TimesheetRefusal::NotApproved => Problem::new(Code::TimesheetNotSubmitted),
            TimesheetRefusal::FiguresChanged => Problem::new(Code::TimesheetChanged).detail(Detail::ReviewFigures),
        },
        PayRefusal::RunUnderWay => Problem::new(Code::PayRunUnderWay),
        PayRefusal::RunNotDone => Problem::new(Code::PayRunNotDone),
        PayRefusal::TooManyRules => Problem::new(Code::TooManyPayRules),
        PayRefusal::RulesInUse => Problem::new(Code::PayRulesInUse),
        PayRefusal::TooManyTemplates => Problem::new(Code::TooManyPayTemplates),
    }
}

/// Returns the problem of a pay period whose timesheets aren't approved. Its text names the first people.
fn of_blocked_period(timesheets: BlockedTimesheets) -> Problem {
    let BlockedTimesheets { count, people } = &timesheets;
    let named: Vec<String> =
        people.iter().take(MAX_NAMED).map(|it| format!("{} ({})", it.user_name, it.status.name())).collect();
    let more = count.saturating_sub(named.len() as u64);
    let detail = Detail::PeriodBlockedBy { people: named.join(", "), more };
    Problem::new(Code::PeriodBlocked).detail(detail).blocked_timesheets(timesheets)
}

/// Returns a blocker as its kind and date.
fn reason(blocker: &Blocker) -> String {
    match blocker {
        Blocker::NotOver { date } => format!("not_over {date}"),
        Blocker::OpenSession { date } => format!("open_session {date}"),
        Blocker::NeedsReview { date } => format!("needs_review {date}"),
        Blocker::MissingPunches { date } => format!("missing_punches {date}"),
        Blocker::OvertimePending { date, .. } => format!("overtime_pending {date}"),
        Blocker::CorrectionPending { date, .. } => format!("correction_pending {date}"),
        Blocker::LeavePending { start_date, .. } => format!("leave_pending {start_date}"),
    }
}

fn of_day_plan(refusal: DayPlanRefusal) -> Problem {
    match refusal {
        DayPlanRefusal::DayWorked => Problem::new(Code::DayWorked).detail(Detail::UseCorrection),
        DayPlanRefusal::NotPlanned => Problem::not_found().detail(Detail::NotPlanned),
    }
}

fn of_swap(refusal: SwapUseRefusal) -> Problem {
    match refusal {
        SwapUseRefusal::Untimely(untimely) => of_untimely_step(untimely),
        SwapUseRefusal::Impossible(refusal) => of_impossible_swap(refusal),
        SwapUseRefusal::NotRequestable { refusal, my_date } => of_swap_request(refusal, my_date),
        SwapUseRefusal::OtherNotActive => Problem::invalid("with_user_id", FieldRule::NotEmployed),
    }
}

/// Returns the problem of a step that the state of a swap doesn't allow.
fn of_untimely_step(untimely: Untimely) -> Problem {
    match untimely {
        Untimely::AlreadyDecided(status) => match status {
            SwapStatus::Accepted | SwapStatus::Approved => already_decided(Detail::WasMade),
            SwapStatus::Declined => already_decided(Detail::WasDeclined),
            SwapStatus::Rejected => already_decided(Detail::WasRejected),
            SwapStatus::Withdrawn => already_decided(Detail::WasWithdrawn),
            SwapStatus::Expired => already_decided(Detail::HasBegun),
            SwapStatus::Pending => Problem::internal("a pending swap is undecided"),
        },
        Untimely::AlreadyAccepted => already_decided(Detail::WaitsForManager),
        Untimely::NotAcceptedYet => Problem::new(Code::NotAcceptedYet),
        Untimely::NotExpiredYet => Problem::internal(untimely),
    }
}

/// Returns the problem of a swap that can't be requested. A date that can't be swapped is named by its field.
fn of_swap_request(refusal: SwapRefusal, my_date: WorkDate) -> Problem {
    let field = |date: WorkDate| if date == my_date { "my_date" } else { "their_date" };
    match refusal {
        SwapRefusal::Begun(date) => Problem::invalid(field(date), FieldRule::NotBegun),
        SwapRefusal::TooFarAhead(date) => {
            Problem::invalid(field(date), FieldRule::DaysAheadAtMost { days: i64::from(HORIZON_DAYS) })
        }
        SwapRefusal::NotEmployed { date, .. } => {
            Problem::invalid("with_user_id", FieldRule::EmployedOn { date: date.to_string() })
        }
        SwapRefusal::NoShift { .. }
        | SwapRefusal::OnLeave(_)
        | SwapRefusal::DayWorked(_)
        | SwapRefusal::RosterChanged
        | SwapRefusal::WouldOverlap(_)
        | SwapRefusal::TooLittleRest(_) => of_impossible_swap(refusal),
    }
}

/// Returns the problem of a swap that can't be made.
fn of_impossible_swap(refusal: SwapRefusal) -> Problem {
    let (code, detail) = match refusal {
        SwapRefusal::NoShift { date, .. } => (Code::NoShift, Detail::SwapNoShift { date: date.to_string() }),
        SwapRefusal::OnLeave(date) => (Code::OnLeave, Detail::SwapOnLeave { date: date.to_string() }),
        SwapRefusal::DayWorked(date) => (Code::DayWorked, Detail::SwapDayWorked { date: date.to_string() }),
        SwapRefusal::WouldOverlap(clash) => (Code::WouldOverlap, Detail::SwapOverlap { shifts: clash.both() }),
        SwapRefusal::TooLittleRest(TooLittleRest { earlier, later, minutes, wanted }) => {
            (Code::TooLittleRest, Detail::SwapRest { minutes, earlier, later, required: wanted })
        }
        SwapRefusal::Begun(date) => (Code::RosterChanged, Detail::SwapBegun { date: date.to_string() }),
        SwapRefusal::TooFarAhead(date) => {
            (Code::RosterChanged, Detail::SwapTooFarAhead { date: date.to_string(), days: HORIZON_DAYS.unsigned_abs() })
        }
        SwapRefusal::NotEmployed { date, .. } => {
            (Code::RosterChanged, Detail::SwapNotEmployed { date: date.to_string() })
        }
        SwapRefusal::RosterChanged => return Problem::new(Code::RosterChanged),
    };
    Problem::new(code).detail(detail)
}

fn in_the_past(earliest: WorkDate) -> Problem {
    Problem::new(Code::InThePast).detail(Detail::LeaveStartsFrom { date: earliest.to_string() })
}

fn already_decided(detail: Detail) -> Problem {
    Problem::new(Code::AlreadyDecided).detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_account_says_when_to_come_back() {
        assert_eq!(
            Problem::from(Refusal::from(AuthRefusal::Locked { seconds: 840 })),
            Problem::new(Code::AccountLocked).detail(Detail::TryAgainLater { minutes: 14 }).retry_after(840)
        );
    }
}
