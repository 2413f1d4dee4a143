//! A sign-in: the session that it begins.

use domain::id::{FamilyId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A session of a person, from a sign-in to its end. Each refresh starts the next generation of its tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// The person.
    pub user_id: UserId,
    /// The session: the family of all its refresh tokens.
    pub family: FamilyId,
    /// SHA-256 of the last refresh token that release 0.1.0 issued, in hex. It is empty in sessions that began later.
    #[serde(default)]
    pub token_hash: String,
    /// The number of refreshes of the session, which is the number of its current refresh token.
    #[serde(default)]
    pub generation: u64,
    /// The epoch of the person's credential at the sign-in. If the credential has another epoch, the session has ended.
    pub epoch: u64,
    /// The epoch of the person's profile at the sign-in ([`session_epoch`](domain::user::User::session_epoch)). If the profile has another epoch, the
    /// session has ended. Each request compares it ([`crate::session_check`]) without reading the credential.
    #[serde(default)]
    pub user_epoch: u64,
    /// The instant of the sign-in.
    pub signed_in_at: Timestamp,
    /// The instant of the last refresh.
    pub refreshed_at: Timestamp,
    /// The end of the session unless it is refreshed, in seconds since 1970.
    pub expires_at: i64,
    /// The device and the network address of the sign-in.
    #[serde(default)]
    pub client: SignInClient,
}

/// The origin of a sign-in, as the request states it. The person can see it; no decision depends on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInClient {
    /// The `User-Agent` header, at most 300 characters.
    #[serde(default)]
    pub device: Option<String>,
    /// The IP address that API Gateway saw.
    #[serde(default)]
    pub ip_address: Option<String>,
}

impl SignIn {
    /// Creates a session that begins at `at` and ends at `expires_at` (seconds since 1970) unless it is refreshed.
    pub fn new(user_id: UserId, family: FamilyId, epoch: u64, at: Timestamp, expires_at: i64) -> Self {
        Self {
            user_id,
            family,
            token_hash: String::new(),
            generation: 0,
            epoch,
            user_epoch: 0,
            signed_in_at: at,
            refreshed_at: at,
            expires_at,
            client: SignInClient::default(),
        }
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("family", &self.family).field("epoch", &self.epoch).finish_non_exhaustive()
    }
}
