//! Problems (RFC 9457): the form of all error responses.

use std::borrow::Cow;

use answers::BlockedTimesheets;
use domain::{
    FieldFault, FieldRule,
    language::Language,
    pay::{Blocker, PeriodClosed},
};
use serde::Serialize;
use serde_json::{Map, Value};
use store::{CommitError, Condition, StoreError, session_check::SessionRefusal};
use texts::ProblemPart;

use crate::{Code, Detail};

/// An error in a form that the client may see. Internal causes only go to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    code: Code,
    /// Boxed, because problems are returned by value.
    detail: Option<Box<Detail>>,
    errors: Vec<FieldError>,
    blocked: Option<Box<Blocked>>,
    pub(crate) retry_after: Option<u32>,
    pub(crate) allow: Option<String>,
}

/// The items that must be settled before a timesheet is signed or a pay period is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Blocked {
    /// The blockers of one timesheet.
    Timesheet(Vec<Blocker>),
    /// The timesheets of a pay period that aren't approved.
    Period(BlockedTimesheets),
}

/// A value that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The path of the value: `location.latitude`, `shifts[0].end`, or a parameter's name.
    pub path: String,
    /// The rule.
    pub rule: FieldRule,
}

impl FieldError {
    /// Returns the error of the value at a path.
    pub fn new(path: impl Into<String>, rule: impl Into<FieldRule>) -> Self {
        Self { path: path.into(), rule: rule.into() }
    }
}

impl From<FieldError> for FieldFault {
    fn from(FieldError { path, rule }: FieldError) -> Self {
        Self::new(path, rule)
    }
}

/// A value that breaks a rule, as a problem shows it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = FieldError)]
pub struct FieldErrorBody {
    /// The path of the value: `location.latitude`, `shifts[0].end`, or a parameter's name. Empty for the body as a whole.
    #[schema(example = "location.latitude")]
    path: String,
    /// The rule that the value breaks, as the predicate of a sentence about it.
    #[schema(example = "must be a number from -90 to 90")]
    message: String,
}

impl FieldErrorBody {
    /// Returns the error in the given language, otherwise in English.
    fn new(error: FieldError, language: Language) -> Self {
        let message = translated(ProblemPart::Rule, &error.rule, language);
        Self { path: error.path, message: message.unwrap_or_else(|| error.rule.to_string()) }
    }
}

/// Returns the translation of a message of a closed list. The serialized message contains its name and its arguments. Returns
/// nothing for English.
fn translated(part: ProblemPart, message: &impl Serialize, language: Language) -> Option<String> {
    if language == Language::En {
        return None;
    }
    let Ok(Value::Object(mut arguments)) = serde_json::to_value(message) else { return None };
    let tag = match part {
        ProblemPart::Title => return None,
        ProblemPart::Rule => "rule",
        ProblemPart::Detail => "detail",
    };
    let name = arguments.remove(tag)?;
    texts::problem(part, name.as_str()?, &arguments, language)
}

/// The body of a problem, as RFC 9457 defines it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A URI that identifies the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:rollcall:problem:not_found")]
    kind: String,
    /// The meaning of the code, in the language of `Accept-Language`.
    title: Cow<'static, str>,
    /// The HTTP status.
    status: u16,
    /// The explanation of this occurrence, and what to do; absent if the title is sufficient.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    detail: Option<String>,
    /// The code of the problem, which a client can branch on.
    code: Code,
    /// The id of the request; quote it when you report a problem.
    request_id: String,
    /// The invalid values, with 422.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldErrorBody>,
    /// The items that must be settled before the timesheet can be signed, with `timesheet_blocked`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blockers: Vec<Blocker>,
    /// The timesheets that aren't approved, with `period_blocked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = BlockedTimesheets, required = false)]
    blocked_timesheets: Option<BlockedTimesheets>,
}

/// The body of an error response of API Gateway itself: request too large (413), throttled (429) or function unreachable (503).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct GatewayMessage {
    /// The error, in API Gateway's words.
    #[schema(example = "Too Many Requests")]
    message: String,
}

impl Problem {
    /// Creates a problem with a code.
    pub const fn new(code: Code) -> Self {
        Self { code, detail: None, errors: Vec::new(), blocked: None, retry_after: None, allow: None }
    }

    /// Creates the problem of one value that breaks a rule.
    pub fn invalid(path: impl Into<String>, rule: impl Into<FieldRule>) -> Self {
        Self::invalid_values(vec![FieldError::new(path, rule)])
    }

    /// Creates the problem of several values that break rules.
    pub fn invalid_values(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(Code::InvalidValues) }
    }

    /// Creates the problem of all broken rules. `faults` are tuples `(is broken, path, rule)`.
    pub fn of_faults(faults: impl IntoIterator<Item = (bool, &'static str, FieldRule)>) -> Self {
        let broken = faults.into_iter().filter(|(is_broken, ..)| *is_broken);
        Self::invalid_values(broken.map(|(_, path, rule)| FieldError::new(path, rule)).collect())
    }

    /// Refuses values that break rules, all of them at once. `faults` are tuples `(is broken, path, rule)`.
    pub fn unless_valid(faults: impl IntoIterator<Item = (bool, &'static str, FieldRule)>) -> Result<(), Self> {
        let problem = Self::of_faults(faults);
        if problem.errors.is_empty() { Ok(()) } else { Err(problem) }
    }

    /// Combines two results, so that the problem names the invalid values of both. Invalid values come before any other
    /// problem.
    pub fn together<A, B>(one: Result<A, Self>, other: Result<B, Self>) -> Result<(A, B), Self> {
        match (one, other) {
            (Ok(one), Ok(other)) => Ok((one, other)),
            (Err(problem), Ok(_)) | (Ok(_), Err(problem)) => Err(problem),
            (Err(mut one), Err(other)) if one.code == other.code => {
                one.errors.extend(other.errors);
                Err(one)
            }
            (Err(one), Err(other)) => Err(if other.code == Code::InvalidValues { other } else { one }),
        }
    }

    /// Creates the problem of a caller who isn't signed in, or whose sign-in has ended.
    pub fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated).detail(Detail::SendAccessToken)
    }

    /// Creates the problem of an item that doesn't exist, or that the caller may not know of.
    pub const fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    /// Sets the explanation of this occurrence.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Detail>) -> Self {
        self.detail = Some(Box::new(detail.into()));
        self
    }

    /// Sets the blockers of the timesheet that can't be signed.
    #[must_use]
    pub fn blockers(mut self, blockers: Vec<Blocker>) -> Self {
        self.blocked = Some(Box::new(Blocked::Timesheet(blockers)));
        self
    }

    /// Sets the timesheets that aren't approved.
    #[must_use]
    pub fn blocked_timesheets(mut self, timesheets: BlockedTimesheets) -> Self {
        self.blocked = Some(Box::new(Blocked::Period(timesheets)));
        self
    }

    /// Sets the number of seconds after which the client may try again.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Sets the allowed methods (RFC 9110, 405).
    #[must_use]
    pub fn allow(mut self, methods: impl Into<String>) -> Self {
        self.allow = Some(methods.into());
        self
    }

    /// Returns the code of the problem.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Returns the problem in English, for the failures that a job lists.
    pub fn explanation(&self) -> String {
        if let Some(detail) = &self.detail {
            return detail.to_string();
        }
        let broken = |error: &FieldError| {
            if error.path.is_empty() { error.rule.to_string() } else { format!("{} {}", error.path, error.rule) }
        };
        let broken: Vec<String> = self.errors.iter().map(broken).collect();
        if broken.is_empty() { self.code.title().to_owned() } else { broken.join("; ") }
    }

    /// Creates the problem of a defect or a misconfiguration. The cause goes to the log, not to the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(Code::Internal)
    }

    /// Returns the body with the id of a request, in a language. A text without a translation is in English.
    pub fn body(self, request_id: &str, language: Language) -> ProblemBody {
        let title = texts::problem(ProblemPart::Title, self.code.as_str(), &Map::new(), language);
        let detail = |detail: Box<Detail>| {
            translated(ProblemPart::Detail, &*detail, language).unwrap_or_else(|| detail.to_string())
        };
        let (blockers, blocked_timesheets) = match self.blocked.map(|blocked| *blocked) {
            Some(Blocked::Timesheet(blockers)) => (blockers, None),
            Some(Blocked::Period(timesheets)) => (Vec::new(), Some(timesheets)),
            None => (Vec::new(), None),
        };
        ProblemBody {
            kind: format!("urn:rollcall:problem:{}", self.code.as_str()),
            title: title.map_or(Cow::Borrowed(self.code.title()), Cow::Owned),
            status: self.code.status().as_u16(),
            detail: self.detail.map(detail),
            code: self.code,
            request_id: request_id.to_owned(),
            errors: self.errors.into_iter().map(|error| FieldErrorBody::new(error, language)).collect(),
            blockers,
            blocked_timesheets,
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(reason) => {
                tracing::warn!(%reason, "the table is unavailable");
                Self::new(Code::Unavailable).retry_after(1)
            }
            StoreError::Contended => Condition::Version.into(),
            StoreError::Session(refusal) => refusal.into(),
            StoreError::PeriodClosed(closed) => closed.into(),
            StoreError::Refused { .. } | StoreError::Unreadable { .. } | StoreError::Unwritable(_) => {
                Self::internal(error)
            }
        }
    }
}

impl From<PeriodClosed> for Problem {
    fn from(PeriodClosed { period, is_closing }: PeriodClosed) -> Self {
        let (from, to) = (period.first().to_string(), period.last().to_string());
        let detail =
            if is_closing { Detail::PeriodIsClosing { from, to } } else { Detail::PeriodIsClosed { from, to } };
        Self::new(Code::PeriodClosed).detail(detail)
    }
}

impl From<SessionRefusal> for Problem {
    fn from(refusal: SessionRefusal) -> Self {
        match refusal {
            SessionRefusal::Ended => Self::new(Code::Unauthenticated).detail(Detail::SessionRevoked),
            SessionRefusal::Pending => Self::new(Code::AccountPending).detail(Detail::ManagerActivates),
            SessionRefusal::Disabled => Self::new(Code::AccountDisabled).detail(Detail::AskAdmin),
            SessionRefusal::RightsChanged => Self::new(Code::TokenExpired).detail(Detail::RoleChanged),
        }
    }
}

impl From<Condition> for Problem {
    /// Returns the problem of a failed condition after the retries.
    fn from(condition: Condition) -> Self {
        match condition {
            Condition::Repeat => Self::new(Code::IdempotencyInProgress).retry_after(1),
            Condition::FirstSetUp => Self::new(Code::AlreadySetUp),
            Condition::NetworkRegistrations => Self::new(Code::TooManyRegistrations).retry_after(24 * 60 * 60),
            Condition::Username => Self::new(Code::UsernameTaken),
            Condition::Email => Self::new(Code::EmailTaken),
            Condition::DepartmentExists => Self::invalid("department_id", FieldRule::NotADepartment),
            Condition::SiteExists => Self::invalid("site_id", FieldRule::NotASite),
            Condition::DepartmentUnused => Self::new(Code::DepartmentInUse),
            Condition::SiteUnused => Self::new(Code::SiteInUse),
            Condition::PayRulesUnused => Self::new(Code::PayRulesInUse),
            Condition::PayRulesExist => Self::invalid("rules_id", FieldRule::NotPayRules),
            Condition::CostCenter => Self::invalid("cost_center", FieldRule::NotACostCenter),
            Condition::PersonnelNumber => Self::new(Code::PersonnelNumberTaken),
            Condition::LedgerEmpty => Self::new(Code::LedgerStarted),
            Condition::LastAdmin => Self::new(Code::LastAdmin),
            Condition::Unlocked => Self::new(Code::AccountLocked).retry_after(15 * 60),
            Condition::Upload => Self::new(Code::PhotoInvalid).detail(Detail::UploadUnusable),
            Condition::BadgeNumber => Self::new(Code::BadgeTaken).detail(Detail::RevokeOtherBadge),
            Condition::Serial => Self::new(Code::SerialTaken),
            Condition::Badge => Self::new(Code::InvalidCredentials).detail(Detail::UnknownBadge),
            Condition::Kiosk => Self::new(Code::KioskCodeInvalid).detail(Detail::ScanCodeAgain),
            Condition::KioskCode => Self::new(Code::KioskCodeUsed).detail(Detail::WaitForNextCode),
            Condition::RefreshToken => Self::new(Code::InvalidRefreshToken),
            Condition::AccountLink => Self::new(Code::LinkInvalid).detail(Detail::AskForNewLink),
            Condition::AccountLinks => Self::new(Code::TooManyEmails).retry_after(24 * 60 * 60),
            Condition::LiveTicket | Condition::SignIn => Self::unauthenticated(),
            Condition::Notified | Condition::Connections | Condition::Version => {
                Self::new(Code::Unavailable).detail(Detail::BusyWithOthers).retry_after(1)
            }
        }
    }
}

impl From<CommitError> for Problem {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::ConditionFailed(condition) => condition.into(),
            CommitError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_explained_by_its_detail_its_values_or_its_title() {
        assert_eq!(Problem::new(Code::UsernameTaken).explanation(), Code::UsernameTaken.title());
        let invalid = Problem::invalid("site_id", FieldRule::NotASite);
        assert_eq!(invalid.explanation(), format!("site_id {}", FieldRule::NotASite));
        let detailed = Problem::new(Code::EmailOff).detail(Detail::SetUpEmail);
        assert_eq!(detailed.explanation(), Detail::SetUpEmail.to_string());
    }
}
