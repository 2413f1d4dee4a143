//! Records sign-ins and confirmed passwords in the log and the audit: the account, the origin of the request, and what failed.
//!
//! The transaction that creates the session or counts the failure also writes the audit entry. So an attempt that the lock-out
//! refuses costs no write, and an attempt at an unknown name takes as many calls as any other.

use domain::id::UserId;
use store::sign_ins::{AuditedAttempt, SignInClient};
use web::{Code, Problem, RequestId, request_id::Seen};

use crate::{sign_in_client::Client, state::Auth};

/// The purpose of a proof of identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// A new session.
    SignIn,
    /// A sensitive change.
    Confirmation,
    /// A new password.
    PasswordChange,
}

/// Records the outcomes of a request's attempts.
#[derive(Debug)]
pub(crate) struct SignInLog<'a> {
    pub(crate) auth: &'a Auth,
    pub(crate) request_id: &'a RequestId,
    pub(crate) client: &'a Client,
    /// Holds the id of the account once it is known.
    pub(crate) seen: &'a Seen,
    pub(crate) proof: Proof,
}

impl SignInLog<'_> {
    /// Writes the log line with the outcome of an attempt. Returns the outcome.
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

    /// Returns the audit entry of a wrong password.
    pub(crate) fn failed(&self, user_id: UserId) -> AuditedAttempt {
        let (action, problem) = match self.proof {
            Proof::SignIn => ("sign_in_failed", Code::InvalidCredentials),
            Proof::Confirmation => ("password_confirmation_failed", Code::WrongPassword),
            Proof::PasswordChange => ("password_change_failed", Code::WrongPassword),
        };
        AuditedAttempt { user_id, action, client: self.client.0.clone(), problem: Some(problem.as_str()) }
    }

    /// Returns the audit entry of a wrong code after a right password.
    pub(crate) fn failed_by_code(&self, user_id: UserId) -> AuditedAttempt {
        AuditedAttempt { problem: Some(Code::WrongCode.as_str()), ..self.failed(user_id) }
    }

    /// Returns the audit entry of a right password.
    pub(crate) fn succeeded(&self, user_id: UserId) -> AuditedAttempt {
        let action = match self.proof {
            Proof::SignIn => "signed_in",
            Proof::Confirmation => "password_confirmed",
            Proof::PasswordChange => "password_changed",
        };
        AuditedAttempt { user_id, action, client: self.client.0.clone(), problem: None }
    }
}
