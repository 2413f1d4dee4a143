//! Proofs of identity, and their entries in the audit.
//!
//! The transaction that creates the session or counts the failure also writes the audit entry. So an attempt that the lock-out
//! refuses costs no write, and an attempt at an unknown name takes as many calls as any other.

use domain::id::UserId;
use store::sign_ins::{AuditedAttempt, SignInClient};

/// The purpose of a proof of identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A new session.
    SignIn,
    /// A sensitive change.
    Confirmation,
    /// A new password.
    PasswordChange,
}

impl Proof {
    /// Returns the audit entry of a wrong password.
    pub fn failed(self, user_id: UserId, client: &SignInClient) -> AuditedAttempt {
        let (action, problem) = match self {
            Self::SignIn => ("sign_in_failed", "invalid_credentials"),
            Self::Confirmation => ("password_confirmation_failed", "wrong_password"),
            Self::PasswordChange => ("password_change_failed", "wrong_password"),
        };
        AuditedAttempt { user_id, action, client: client.clone(), problem: Some(problem) }
    }

    /// Returns the audit entry of a wrong code after a right password.
    pub fn failed_by_code(self, user_id: UserId, client: &SignInClient) -> AuditedAttempt {
        AuditedAttempt { problem: Some("wrong_code"), ..self.failed(user_id, client) }
    }

    /// Returns the audit entry of a right password.
    pub fn succeeded(self, user_id: UserId, client: &SignInClient) -> AuditedAttempt {
        let action = match self {
            Self::SignIn => "signed_in",
            Self::Confirmation => "password_confirmed",
            Self::PasswordChange => "password_changed",
        };
        AuditedAttempt { user_id, action, client: client.clone(), problem: None }
    }
}
