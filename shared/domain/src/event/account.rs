//! Facts about people's accounts: profiles, credentials and sign-ins.

use serde::{Deserialize, Serialize};

use crate::{
    employment::Employment,
    id::{FamilyId, UserId},
    user::Role,
};

/// Facts about people's accounts: profiles, credentials and sign-ins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AccountFact {
    /// Someone registered and waits for a manager's approval.
    UserRegistered {
        /// Whether the managers are notified later, together with other registrations (`registrations_pending`).
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
    /// A kiosk PIN was changed, by its owner or by a manager.
    PinChanged,
    /// Someone received a badge. The person's earlier badge is void.
    BadgeAssigned,
    /// Someone's badge was revoked.
    BadgeRevoked,
    /// A number in terminals was assigned to someone.
    TerminalNumberAssigned,
    /// Someone's employment was corrected for dates that are over. Stored days, absences and leave follow.
    EmploymentCorrected {
        /// The corrected dates, as spans.
        dates: Vec<Employment>,
    },
}

/// A person who registered and waits for a manager's approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PendingRegistration {
    /// The person.
    pub user_id: UserId,
}
