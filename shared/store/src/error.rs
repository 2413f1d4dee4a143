//! What can go wrong between us and the table.

use crate::session_check::SessionRefusal;

/// A read or write that the table didn't carry out.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Throttled, timed out or unreachable, after the SDK's own retries. Trying later may help.
    #[error("DynamoDB is unavailable: {0}")]
    Unavailable(String),
    /// Other transactions kept being at the same items. Nothing was written; deciding again may help.
    #[error("other transactions keep being at the same items")]
    Contended,
    /// DynamoDB refused the call itself (a missing permission, a malformed expression): a defect or a misconfiguration.
    #[error("DynamoDB refused {operation}: {reason}")]
    Refused {
        /// Which call.
        operation: &'static str,
        /// What it answered.
        reason: String,
    },
    /// An item isn't what the code that reads it expects.
    #[error("the item {key} can't be read: {reason}")]
    Unreadable {
        /// Its key.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The request's session has ended, or its person's rights have changed.
    #[error(transparent)]
    Session(SessionRefusal),
    /// A value can't be written as an item.
    #[error("a value can't be stored: {0}")]
    Unwritable(String),
}

/// Why a commit didn't happen. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// A condition didn't hold: somebody else was first, or what was read has changed.
    #[error("the condition {0:?} did not hold")]
    Lost(Guard),
    /// The table didn't carry it out.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A condition of a transaction, by what it protects. When several fail at once, the least in this order is reported:
/// a request that is itself a repeat isn't blamed for what its first run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guard {
    /// The answer of this very request is saved already.
    Repeat,
    /// The company has been set up.
    FirstSetUp,
    /// A network has had its registrations of the day.
    NetworkRegistrations,
    /// Someone has that username.
    Username,
    /// Someone has that e-mail address.
    Email,
    /// A department that was referred to is gone.
    DepartmentExists,
    /// A site that was referred to is gone.
    SiteExists,
    /// A department still has people.
    DepartmentUnused,
    /// A site still has people or shifts.
    SiteUnused,
    /// The leave ledger has an entry.
    LedgerEmpty,
    /// The last active admin would be lost.
    LastAdmin,
    /// The account was locked by failed attempts meanwhile.
    Unlocked,
    /// An uploaded photo was used meanwhile.
    Upload,
    /// Someone has a badge of that number.
    BadgeNumber,
    /// A badge isn't its person's any more.
    Badge,
    /// A kiosk was revoked meanwhile.
    Kiosk,
    /// The person has punched with that code of a kiosk already.
    KioskCode,
    /// The refresh token was used meanwhile.
    RefreshToken,
    /// A ticket was used meanwhile.
    LiveTicket,
    /// The sign-in that a connection belongs to has ended meanwhile.
    SignIn,
    /// A person has no connections any more.
    Connections,
    /// A person was told of an event already.
    Told,
    /// Something read has a newer version.
    Version,
}
