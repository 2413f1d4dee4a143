//! Writes sign-ins and confirmed passwords to the log: the account, the origin of the request, and what failed. The audit has
//! them too ([`app::auth::proof`]).

use app::auth::proof::Proof;
use store::sign_ins::SignInClient;
use web::{Problem, RequestId, request_id::Seen};

use crate::sign_in_client::Client;

/// Records the outcomes of a request's attempts.
#[derive(Debug)]
pub(crate) struct SignInLog<'a> {
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
}
