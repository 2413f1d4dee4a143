//! What the log and the audit keep of sign-ins and of confirmed passwords: whose account, from where, and what failed.
//!
//! The audit's entry is written by the transaction that makes the session or counts the failure. So an attempt that the lock-out
//! refuses costs no write, and one at a name that nobody has as many calls as any other.

use domain::id::UserId;
use store::sign_ins::{AuditedAttempt, SignInClient};
use web::{Code, Problem, RequestId, request_id::Seen};

use crate::{sign_in_client::Client, state::Auth};

/// What somebody proves themselves for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// A new session.
    SignIn,
    /// A sensitive change.
    Confirmation,
    /// A new password.
    PasswordChange,
}

/// Keeps how the attempts of a request end.
#[derive(Debug)]
pub(crate) struct SignInLog<'a> {
    pub(crate) auth: &'a Auth,
    pub(crate) request_id: &'a RequestId,
    pub(crate) client: &'a Client,
    /// Holds whose account it is, once that is known.
    pub(crate) seen: &'a Seen,
    pub(crate) proof: Proof,
}

impl SignInLog<'_> {
    /// Writes the log line of how the attempt ended. Returns the outcome.
    pub(crate) fn record<T>(&self, outcome: Result<T, Problem>) -> Result<T, Problem> {
        let SignInClient { device, ip_address } = &self.client.0;
        tracing::info!(
            caller = self.seen.caller_id().map(tracing::field::display),
            proof = ?self.proof,
            problem = outcome.as_ref().err().map(|problem| problem.code().as_str()),
            ip_address = ip_address.as_deref(),
            device = device.as_deref(),
            request_id = self.request_id.as_str(),
            "sign-in"
        );
        outcome
    }

    /// The audit's entry of a wrong password.
    pub(crate) fn failed(&self, user_id: UserId) -> AuditedAttempt {
        let (action, problem) = match self.proof {
            Proof::SignIn => ("sign_in_failed", Code::InvalidCredentials),
            Proof::Confirmation => ("password_confirmation_failed", Code::WrongPassword),
            Proof::PasswordChange => ("password_change_failed", Code::WrongPassword),
        };
        AuditedAttempt { user_id, action, client: self.client.0.clone(), problem: Some(problem.as_str()) }
    }

    /// The audit's entry of a wrong code after a right password.
    pub(crate) fn failed_by_code(&self, user_id: UserId) -> AuditedAttempt {
        AuditedAttempt { problem: Some(Code::WrongCode.as_str()), ..self.failed(user_id) }
    }

    /// The audit's entry of a right password.
    pub(crate) fn succeeded(&self, user_id: UserId) -> AuditedAttempt {
        let action = match self.proof {
            Proof::SignIn => "signed_in",
            Proof::Confirmation => "password_confirmed",
            Proof::PasswordChange => "password_changed",
        };
        AuditedAttempt { user_id, action, client: self.client.0.clone(), problem: None }
    }
}
