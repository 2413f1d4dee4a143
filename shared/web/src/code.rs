//! The closed registry of problem codes: what a client may branch on, each with its one status and title.

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

            /// The code as clients see it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// The status it comes with.
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$variant => StatusCode::$status,)*
                }
            }

            /// A short summary that is the same for every occurrence.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)*
                }
            }
        }
    };
}

/// By hand, for the derive doesn't see names that a macro gives to the variants.
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
    Unauthenticated "unauthenticated" UNAUTHORIZED "Sign in first";
    TokenExpired "token_expired" UNAUTHORIZED "The access token has expired";
    InvalidCredentials "invalid_credentials" UNAUTHORIZED "Username or password is wrong";
    InvalidRefreshToken "invalid_refresh_token" UNAUTHORIZED "The refresh token isn't valid";
    RefreshTokenReused "refresh_token_reused" UNAUTHORIZED "The refresh token was used before; sign in again";
    Forbidden "forbidden" FORBIDDEN "Not allowed";
    OwnRecord "own_record" FORBIDDEN "A manager's write is never on oneself";
    OwnRequest "own_request" FORBIDDEN "Nobody decides their own request";
    OriginNotAllowed "origin_not_allowed" FORBIDDEN "Cookies work only for pages of the API's own origin";
    WrongSetupToken "wrong_setup_token" FORBIDDEN "The set-up token is wrong";
    WrongPassword "wrong_password" FORBIDDEN "The current password is wrong";
    AccountPending "account_pending" FORBIDDEN "The account waits for a manager";
    AccountDisabled "account_disabled" FORBIDDEN "The account is disabled";
    NotFound "not_found" NOT_FOUND "There is nothing here";
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "The method isn't supported here";
    AlreadySetUp "already_set_up" CONFLICT "The company is set up already";
    UsernameTaken "username_taken" CONFLICT "Someone has that username";
    EmailTaken "email_taken" CONFLICT "Someone has that e-mail address";
    LastAdmin "last_admin" CONFLICT "The last active admin must stay one";
    DepartmentInUse "department_in_use" CONFLICT "People belong to the department";
    SiteInUse "site_in_use" CONFLICT "People or shifts belong to the site";
    TooManySites "too_many_sites" CONFLICT "The company has as many sites as it can";
    TooManyHolidays "too_many_holidays" CONFLICT "The year has as many holidays as it can";
    HolidayExists "holiday_exists" CONFLICT "That date is a holiday there already";
    LedgerStarted "ledger_started" CONFLICT "The leave ledger has an entry, so the length of a leave day is fixed";
    AlreadyClockedIn "already_clocked_in" CONFLICT "Clocked in already";
    NotClockedIn "not_clocked_in" CONFLICT "Not clocked in";
    OutsideWindow "outside_window" CONFLICT "Outside the time in which the shift may be clocked in to";
    NotScheduled "not_scheduled" CONFLICT "No shift to clock in to";
    OnLeave "on_leave" CONFLICT "On leave";
    AlreadyOnBreak "already_on_break" CONFLICT "On a break already";
    NotOnBreak "not_on_break" CONFLICT "Not on a break";
    NothingToExcuse "nothing_to_excuse" CONFLICT "Neither late nor absent, or excused already";
    NothingToAcknowledge "nothing_to_acknowledge" CONFLICT "No flagged clock-in waits, or all have that status already";
    AlreadyDecided "already_decided" CONFLICT "Decided or withdrawn already";
    RosterChanged "roster_changed" CONFLICT "The shifts aren't those that were offered any more";
    WouldOverlap "would_overlap" CONFLICT "Someone would have two shifts at once";
    TooLittleRest "too_little_rest" CONFLICT "Someone would have too little rest between two shifts";
    DayWorked "day_worked" CONFLICT "The day was worked already";
    NotAcceptedYet "not_accepted_yet" CONFLICT "The other person hasn't answered yet";
    DayChanged "day_changed" CONFLICT "The day has changed since this was asked for";
    InsufficientBalance "insufficient_balance" CONFLICT "There isn't as much leave as is asked for";
    Overlaps "overlaps" CONFLICT "There is other leave on one of these dates";
    TooManyOpenRequests "too_many_open_requests" CONFLICT "As many requests are pending or ahead as can be";
    LeaveOver "leave_over" CONFLICT "All of the leave has been taken";
    IdempotencyInProgress "idempotency_in_progress" CONFLICT "The first of these requests is still running";
    PreconditionFailed "precondition_failed" PRECONDITION_FAILED "It has changed since it was read";
    BodyTooLarge "body_too_large" PAYLOAD_TOO_LARGE "The body is too large";
    ReportTooLarge "report_too_large" PAYLOAD_TOO_LARGE "That is too much for one answer";
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "The body is of another type than what is taken here";
    InvalidValues "invalid_values" UNPROCESSABLE_ENTITY "Some values aren't allowed";
    NoShift "no_shift" UNPROCESSABLE_ENTITY "There is no shift on that date";
    NoWorkingDays "no_working_days" UNPROCESSABLE_ENTITY "Nobody expects the person on any of these dates";
    InThePast "in_the_past" UNPROCESSABLE_ENTITY "Leave of this type doesn't begin so long ago";
    PhotoRequired "photo_required" UNPROCESSABLE_ENTITY "A clock-in needs a photo";
    PhotoInvalid "photo_invalid" UNPROCESSABLE_ENTITY "The photo can't be taken";
    LocationRequired "location_required" UNPROCESSABLE_ENTITY "A clock-in needs the device's coordinates";
    OutsideGeofence "outside_geofence" UNPROCESSABLE_ENTITY "Outside the place of work";
    IdempotencyKeyReused "idempotency_key_reused" UNPROCESSABLE_ENTITY "The Idempotency-Key was used for another body";
    AccountLocked "account_locked" TOO_MANY_REQUESTS "Too many failed attempts";
    Internal "internal" INTERNAL_SERVER_ERROR "Something went wrong on our side";
    Unavailable "unavailable" SERVICE_UNAVAILABLE "Busy; try again";
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
