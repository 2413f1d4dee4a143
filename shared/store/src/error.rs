//! Errors of reads and writes of the table.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use domain::pay::PeriodClosed;

/// A read or write that the table didn't execute.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Throttled, timed out or unreachable, after the SDK's own retries. Trying later may help.
    #[error("DynamoDB is unavailable: {0}")]
    Unavailable(String),
    /// Other transactions kept writing the same items. Nothing was written; deciding again may help.
    #[error("other transactions keep being at the same items")]
    Contended,
    /// DynamoDB rejected the call itself (a missing permission, a malformed expression). This is a defect or a
    /// misconfiguration.
    #[error("DynamoDB refused {operation}: {reason}")]
    Refused {
        /// The name of the call.
        operation: &'static str,
        /// DynamoDB's answer.
        reason: String,
    },
    /// An item doesn't have the form that the code expects.
    #[error("the item {key} can't be read: {reason}")]
    Unreadable {
        /// The key of the item.
        key: String,
        /// The reason why the item can't be read.
        reason: String,
    },
    /// The request's session has ended, or its person's rights have changed.
    #[error(transparent)]
    Session(SessionRefusal),
    /// A day can't change, because its pay period is closed.
    #[error(transparent)]
    PeriodClosed(PeriodClosed),
    /// A value can't be written as an item.
    #[error("a value can't be stored: {0}")]
    Unwritable(String),
}

/// The reason why a commit didn't happen. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// A condition didn't hold: another request was first, or an item has changed since the read.
    #[error("the condition {0:?} did not hold")]
    ConditionFailed(Condition),
    /// The table didn't execute the transaction.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A condition of a transaction, by what it protects. If several conditions fail at once, the least in this order is
/// reported, so that a repeated request doesn't fail because of its own first run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// The answer of the same request is already saved.
    Repeat,
    /// The company has been set up.
    FirstSetUp,
    /// A network has reached its number of registrations for the day.
    NetworkRegistrations,
    /// Another person has that username.
    Username,
    /// Another person has that email address.
    Email,
    /// A referenced department doesn't exist any more.
    DepartmentExists,
    /// A referenced site doesn't exist any more.
    SiteExists,
    /// A department still has people.
    DepartmentUnused,
    /// A site still has people or shifts.
    SiteUnused,
    /// A person's pay profile still names the pay rules.
    PayRulesUnused,
    /// The pay rules that a profile names don't exist any more.
    PayRulesExist,
    /// Another person has that personnel number.
    PersonnelNumber,
    /// A cost center doesn't exist or isn't active.
    CostCenter,
    /// The leave ledger has an entry.
    LedgerEmpty,
    /// The last active admin would be lost.
    LastAdmin,
    /// Failed attempts locked the account in the meantime.
    Unlocked,
    /// An uploaded photo was used in the meantime.
    Upload,
    /// Another person has a badge with that number.
    BadgeNumber,
    /// A badge doesn't belong to its person any more.
    Badge,
    /// Another terminal has that serial number.
    Serial,
    /// A kiosk was revoked in the meantime.
    Kiosk,
    /// The person has already punched with that code of a kiosk.
    KioskCode,
    /// The refresh token was used in the meantime.
    RefreshToken,
    /// A link of an e-mail was used or replaced in the meantime.
    AccountLink,
    /// The maximum number of e-mails with links of a day is reached.
    AccountLinks,
    /// A ticket was used in the meantime.
    LiveTicket,
    /// The sign-in of a connection has ended in the meantime.
    SignIn,
    /// A person has no open connections any more.
    Connections,
    /// A person was already notified of an event.
    Notified,
    /// An item has a newer version than the one that was read.
    Version,
}

/// The reason why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionRefusal {
    /// The session has ended, by a sign-out, a new password or its age.
    #[error("the session has ended")]
    Ended,
    /// The account waits for activation.
    #[error("the account isn't active yet")]
    Pending,
    /// The account is disabled.
    #[error("the account is disabled")]
    Disabled,
    /// The person's role, scope or department has changed since the token was issued.
    #[error("the person's rights have changed")]
    RightsChanged,
}

/// Distinguishes temporary errors from permanent ones.
pub(crate) fn classify<E, R>(operation: &'static str, error: SdkError<E, R>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug + 'static,
{
    match &error {
        SdkError::ServiceError(service) => {
            let reason = format!(
                "{}: {}",
                service.err().code().unwrap_or("unknown"),
                service.err().message().unwrap_or("no message")
            );
            match service.err().code() {
                Some(
                    "ProvisionedThroughputExceededException"
                    | "RequestLimitExceeded"
                    | "ThrottlingException"
                    | "InternalServerError"
                    | "ServiceUnavailable"
                    | "TransactionInProgressException"
                    | "TransactionConflictException",
                ) => StoreError::Unavailable(reason),
                Some(_) | None => StoreError::Refused { operation, reason },
            }
        }
        // The call was never sent, or got no answer or an unreadable one: it may be repeated. (The SDK's enum may get more
        // variants, so the wildcard is necessary.)
        SdkError::ConstructionFailure(_)
        | SdkError::TimeoutError(_)
        | SdkError::DispatchFailure(_)
        | SdkError::ResponseError(_)
        | _ => StoreError::Unavailable(format!(
            "{operation}: {}",
            aws_smithy_types::error::display::DisplayErrorContext(&error)
        )),
    }
}
