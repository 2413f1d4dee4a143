//! The closed registry of problem codes, which clients can branch on. Each code has one status and one title.

use http::StatusCode;
use serde::Serialize;

macro_rules! codes {
    ($($variant:ident $code:literal $status:ident $title:literal;)*) => {
        /// A stable code of a problem. The list only grows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum Code {
            $(
                #[doc = $title]
                #[serde(rename = $code)]
                $variant,
            )*
        }

        impl Code {
            /// All codes, for the documentation and its test.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Returns the code as clients see it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// Returns the status of the code.
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$variant => StatusCode::$status,)*
                }
            }

            /// Returns a short summary that is the same for every occurrence.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)*
                }
            }
        }
    };
}

/// Implemented by hand, because the derive doesn't see variant names that a macro creates.
impl utoipa::PartialSchema for Code {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("A stable code of a problem. The list only grows."))
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())))
            .into()
    }
}

impl utoipa::ToSchema for Code {}

codes! {
    MalformedRequest "malformed_request" BAD_REQUEST "The request can't be read";
    InvalidCursor "invalid_cursor" BAD_REQUEST "The cursor doesn't belong to this list";
    Unauthenticated "unauthenticated" UNAUTHORIZED "A valid token is required";
    TokenExpired "token_expired" UNAUTHORIZED "The access token has expired";
    InvalidCredentials "invalid_credentials" UNAUTHORIZED "The credentials are wrong";
    InvalidRefreshToken "invalid_refresh_token" UNAUTHORIZED "The refresh token isn't valid";
    RefreshTokenReused "refresh_token_reused" UNAUTHORIZED "The refresh token was already used";
    Forbidden "forbidden" FORBIDDEN "You aren't allowed to do this";
    ScopeRequired "scope_required" FORBIDDEN "The service token doesn't have the scope for this";
    OwnRecord "own_record" FORBIDDEN "Managers can't change their own records";
    OwnRequest "own_request" FORBIDDEN "You can't decide your own request";
    OriginNotAllowed "origin_not_allowed" FORBIDDEN "Cookies work only for pages of the API's own origin";
    WrongSetupToken "wrong_setup_token" FORBIDDEN "The set-up token is wrong";
    ConfirmationRequired "confirmation_required" FORBIDDEN "Confirm your password to make this change";
    WrongPassword "wrong_password" FORBIDDEN "The current password is wrong";
    WrongCode "wrong_code" FORBIDDEN "The code is wrong or was already used";
    MfaRequired "mfa_required" FORBIDDEN "A code of the second factor is required";
    MfaEnrolmentRequired "mfa_enrolment_required" FORBIDDEN "Set up a second factor first";
    PasswordChangeRequired "password_change_required" FORBIDDEN "Set a new password first";
    TemporaryPasswordExpired "temporary_password_expired" FORBIDDEN "The temporary password has expired";
    LinkInvalid "link_invalid" FORBIDDEN "The link has expired or was already used";
    AccountPending "account_pending" FORBIDDEN "The account isn't active yet";
    AccountDisabled "account_disabled" FORBIDDEN "The account is disabled";
    NotFound "not_found" NOT_FOUND "Not found";
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "The path doesn't support this method";
    AlreadySetUp "already_set_up" CONFLICT "The company is already set up";
    UsernameTaken "username_taken" CONFLICT "The username is already in use";
    EmailTaken "email_taken" CONFLICT "The e-mail address is already in use";
    NoEmailAddress "no_email_address" CONFLICT "The person has no e-mail address";
    EmailOff "email_off" CONFLICT "E-mail isn't set up";
    InvitationUsed "invitation_used" CONFLICT "The person has already set a password";
    BadgeTaken "badge_taken" CONFLICT "The badge belongs to another person";
    MfaAlreadyEnabled "mfa_already_enabled" CONFLICT "There is already a second factor";
    MfaNotEnabled "mfa_not_enabled" CONFLICT "There is no second factor";
    MfaNotStarted "mfa_not_started" CONFLICT "The enrolment of a second factor hasn't started";
    LastAdmin "last_admin" CONFLICT "The last active administrator can't be demoted or disabled";
    DepartmentInUse "department_in_use" CONFLICT "The department still has people";
    SiteInUse "site_in_use" CONFLICT "The site still has people or shifts";
    TooManySites "too_many_sites" CONFLICT "The company already has the maximum number of sites";
    PayRulesInUse "pay_rules_in_use" CONFLICT "The pay rules are still used by people's pay profiles";
    TooManyPayTemplates "too_many_pay_templates" CONFLICT "The company already has the maximum number of templates";
    TooManyPayRules "too_many_pay_rules" CONFLICT "The company already has the maximum number of pay rules";
    PersonnelNumberTaken "personnel_number_taken" CONFLICT "The personnel number belongs to another person";
    SerialTaken "serial_taken" CONFLICT "The serial number belongs to another terminal";
    TerminalNumberTaken "terminal_number_taken" CONFLICT "The number belongs to another person";
    TooManyTerminals "too_many_terminals" CONFLICT "The company already has the maximum number of terminals";
    TooManyHolidays "too_many_holidays" CONFLICT "The year already has the maximum number of holidays";
    HolidayExists "holiday_exists" CONFLICT "There is already a holiday on this date";
    LedgerStarted "ledger_started" CONFLICT "The length of a leave day can't change after the first entry in the leave ledger";
    AlreadyClockedIn "already_clocked_in" CONFLICT "Already clocked in";
    NotClockedIn "not_clocked_in" CONFLICT "Not clocked in";
    OutsideWindow "outside_window" CONFLICT "Outside the clock-in window of the shift";
    NotScheduled "not_scheduled" CONFLICT "There is no shift to clock in to";
    OnLeave "on_leave" CONFLICT "The person is on leave";
    AlreadyOnBreak "already_on_break" CONFLICT "Already on a break";
    NotOnBreak "not_on_break" CONFLICT "Not on a break";
    KioskCodeUsed "kiosk_code_used" CONFLICT "The code was already used";
    NothingToExcuse "nothing_to_excuse" CONFLICT "There is no lateness or absence to excuse";
    NothingToAcknowledge "nothing_to_acknowledge" CONFLICT "There is no flagged clock-in to acknowledge or reject";
    AlreadyDecided "already_decided" CONFLICT "Already decided or withdrawn";
    RosterChanged "roster_changed" CONFLICT "The shifts have changed since the swap was requested";
    WouldOverlap "would_overlap" CONFLICT "Two shifts of one person would overlap";
    TooLittleRest "too_little_rest" CONFLICT "The rest between two shifts would be too short";
    DayWorked "day_worked" CONFLICT "Work has already been recorded for this day";
    NotAcceptedYet "not_accepted_yet" CONFLICT "The other person hasn't accepted the swap yet";
    DayChanged "day_changed" CONFLICT "The day has changed since the correction was requested";
    InsufficientBalance "insufficient_balance" CONFLICT "The leave balance is too low";
    NoTimeAccount "no_time_account" CONFLICT "The person has no time account";
    TimeAccountTooLow "time_account_too_low" CONFLICT "The time account is too low";
    Overlaps "overlaps" CONFLICT "The dates overlap with other leave";
    TooManyOpenRequests "too_many_open_requests" CONFLICT "Too many leave requests are pending or upcoming";
    LeaveOver "leave_over" CONFLICT "The leave is already over";
    PeriodClosed "period_closed" CONFLICT "The pay period is closed";
    PeriodBlocked "period_blocked" CONFLICT "Some timesheets aren't approved";
    PeriodNotOver "period_not_over" CONFLICT "The pay period isn't over yet";
    PeriodNotClosed "period_not_closed" CONFLICT "The pay period isn't closed";
    PayRunUnderWay "pay_run_under_way" CONFLICT "Another pay run of the period is under way";
    PayRunNotDone "pay_run_not_done" CONFLICT "The pay run isn't done";
    PayRunFileTooLarge "pay_run_file_too_large" CONFLICT "The file is too large for an answer";
    LaterPeriodClosed "later_period_closed" CONFLICT "A later pay period is closed";
    PayPeriodNotSet "pay_period_not_set" CONFLICT "The company has no pay periods";
    PayPeriodInUse "pay_period_in_use" CONFLICT "The pay periods can't change after a period was closed";
    TimesheetBlocked "timesheet_blocked" CONFLICT "The timesheet isn't complete";
    TimesheetChanged "timesheet_changed" CONFLICT "The figures have changed since they were signed or read";
    TimesheetNotSubmitted "timesheet_not_submitted" CONFLICT "The timesheet isn't submitted";
    IdempotencyInProgress "idempotency_in_progress" CONFLICT "The first request with this Idempotency-Key is still running";
    PreconditionFailed "precondition_failed" PRECONDITION_FAILED "The resource has changed since it was read";
    BodyTooLarge "body_too_large" PAYLOAD_TOO_LARGE "The body is too large";
    ReportTooLarge "report_too_large" PAYLOAD_TOO_LARGE "The report is too large for one answer";
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "The content type of the body isn't supported";
    InvalidValues "invalid_values" UNPROCESSABLE_ENTITY "Some values are invalid";
    TooManyRows "too_many_rows" UNPROCESSABLE_ENTITY "The report has too many rows for a workbook";
    NoShift "no_shift" UNPROCESSABLE_ENTITY "There is no shift on that date";
    NoWorkingDays "no_working_days" UNPROCESSABLE_ENTITY "There are no working days on these dates";
    InThePast "in_the_past" UNPROCESSABLE_ENTITY "The leave starts too far in the past";
    PhotoRequired "photo_required" UNPROCESSABLE_ENTITY "A photo is required to clock in";
    PhotoInvalid "photo_invalid" UNPROCESSABLE_ENTITY "The photo wasn't accepted";
    KioskCodeInvalid "kiosk_code_invalid" UNPROCESSABLE_ENTITY "The code of the kiosk isn't valid";
    LocationRequired "location_required" UNPROCESSABLE_ENTITY "A location is required to clock in";
    OutsideGeofence "outside_geofence" UNPROCESSABLE_ENTITY "Too far from the place of work";
    IdempotencyKeyReused "idempotency_key_reused" UNPROCESSABLE_ENTITY "The Idempotency-Key was already used with another body";
    RateLimited "rate_limited" TOO_MANY_REQUESTS "Too many requests with this service token";
    AccountLocked "account_locked" TOO_MANY_REQUESTS "Too many failed attempts";
    KioskThrottled "kiosk_throttled" TOO_MANY_REQUESTS "Too many wrong PINs at this kiosk";
    RegistrationsFull "registrations_full" TOO_MANY_REQUESTS "Too many registrations are waiting for approval";
    TooManyEmails "too_many_emails" TOO_MANY_REQUESTS "Too many e-mails were requested today";
    TooManyRegistrations "too_many_registrations" TOO_MANY_REQUESTS "Too many registrations from this network today";
    Internal "internal" INTERNAL_SERVER_ERROR "Something went wrong on our side";
    Unavailable "unavailable" SERVICE_UNAVAILABLE "The service is busy; try again";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_snake_case_and_stands_once() {
        let mut seen = std::collections::BTreeSet::new();
        for code in Code::ALL {
            assert!(code.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{}", code.as_str());
            assert!(seen.insert(code.as_str()), "{} twice", code.as_str());
        }
    }
}
