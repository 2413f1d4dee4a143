//! Password hashes, and the epochs that end sign-ins. A sign-in is valid only in the epoch in which it was made, so one
//! write ends all sign-ins.
//!
//! The credential and the profile each have an epoch, and both increase together. Signing in and refreshing compare the
//! epoch of the credential. All other requests compare the epoch of the profile, because they read the profile anyway and
//! must not read the hash.

use std::fmt;

use domain::{id::UserId, password::TEMPORARY_PASSWORD_LIFETIME};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, When, number, text},
    item::Item,
    keys::{self, PK},
};

/// The credential that a person signs in with. It is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// The Argon2id hash of the password in PHC form.
    pub password_hash: String,
    /// The epoch of valid sign-ins. Sign-ins of another epoch have ended.
    pub session_epoch: u64,
    /// The instant at which the password was set. Earlier failed attempts were made at another password. Release 0.1.0
    /// didn't store it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_set_at: Option<Timestamp>,
    /// The instant until which a temporary password lets the person sign in to set their own; none for the person's own
    /// password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temporary_until: Option<Timestamp>,
}

/// A new password of a person.
#[derive(Clone)]
pub struct NewCredential {
    /// The Argon2id hash in PHC form.
    password_hash: String,
    set_at: Timestamp,
    temporary_until: Option<Timestamp>,
}

impl NewCredential {
    /// Creates a password that is valid until it is changed.
    pub const fn lasting(password_hash: String, set_at: Timestamp) -> Self {
        Self { password_hash, set_at, temporary_until: None }
    }

    /// Creates a temporary password: for 72 hours, the person can sign in with it to set their own.
    pub fn temporary(password_hash: String, set_at: Timestamp) -> Self {
        Self { password_hash, set_at, temporary_until: Some(temporary_until(set_at)) }
    }
}

impl fmt::Debug for NewCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewCredential").field("temporary_until", &self.temporary_until).finish_non_exhaustive()
    }
}

/// The attribute of [`Credential::password_set_at`].
const PASSWORD_SET_AT: &str = "password_set_at";
/// The attribute of [`Credential::temporary_until`].
const TEMPORARY_UNTIL: &str = "temporary_until";
/// The attribute of [`Credential::password_hash`].
const PASSWORD_HASH: &str = "password_hash";
/// The attribute of [`Credential::session_epoch`] and of the profile's epoch.
pub(crate) const SESSION_EPOCH: &str = "session_epoch";

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("session_epoch", &self.session_epoch).finish_non_exhaustive()
    }
}

impl Store {
    /// Returns the credential that a person signs in with.
    pub async fn credential(&self, user: UserId) -> Result<Option<Credential>, StoreError> {
        self.get(keys::credential(user)).await
    }
}

impl Commit {
    /// Sets a new person's first password.
    pub fn create_credential(&mut self, user: UserId, new: NewCredential) -> Result<(), StoreError> {
        let NewCredential { password_hash, set_at, temporary_until } = new;
        let credential = Credential { password_hash, session_epoch: 1, password_set_at: Some(set_at), temporary_until };
        self.put(Item::new(keys::credential(user), &credential)?, When::Absent, Some(Condition::Version))
    }

    /// Replaces a person's password by a temporary one, and ends all their sign-ins and lock-outs. This is a manager's
    /// reset.
    pub fn reset_password(&mut self, user: UserId, password_hash: String, set_at: Timestamp) -> Result<(), StoreError> {
        let temporary_until = temporary_until(set_at);
        self.begin_profile_epoch(user)?;
        self.update(
            &keys::credential(user),
            Expression::new("SET #password_hash = :new, #set_at = :set_at, #temporary_until = :until ADD #epoch :one")
                .name("#password_hash", PASSWORD_HASH)
                .name("#set_at", PASSWORD_SET_AT)
                .name("#temporary_until", TEMPORARY_UNTIL)
                .name("#epoch", SESSION_EPOCH)
                .value(":new", text(password_hash))
                .value(":set_at", text(set_at.to_string()))
                .value(":until", text(temporary_until.to_string()))
                .value(":one", number(1)),
            Some(there()),
            Some(Condition::Version),
        )
    }

    /// Replaces the password that was checked, and ends all sign-ins of the epoch that was read.
    pub fn change_password(
        &mut self,
        user: UserId,
        before: &Credential,
        password_hash: String,
        set_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.begin_profile_epoch(user)?;
        self.replace_password(user, before, password_hash, set_at)
    }

    /// Replaces the password that was read and ends all refreshes, in a commit that also begins an epoch of the profile.
    pub fn replace_password(
        &mut self,
        user: UserId,
        before: &Credential,
        password_hash: String,
        set_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.update(
            &keys::credential(user),
            Expression::new("SET #password_hash = :new, #set_at = :set_at, #epoch = :next REMOVE #temporary_until")
                .name("#password_hash", PASSWORD_HASH)
                .name("#set_at", PASSWORD_SET_AT)
                .name("#temporary_until", TEMPORARY_UNTIL)
                .name("#epoch", SESSION_EPOCH)
                .value(":new", text(password_hash))
                .value(":set_at", text(set_at.to_string()))
                .value(":next", number(before.session_epoch + 1)),
            Some(unchanged(before)),
            Some(Condition::Version),
        )
    }

    /// Ends all of a person's sign-ins, including access tokens that are already issued.
    pub fn end_sign_ins(&mut self, user: UserId) -> Result<(), StoreError> {
        self.begin_profile_epoch(user)?;
        self.begin_credential_epoch(user)
    }

    /// Ends all of a person's sign-ins for refreshes only.
    pub(crate) fn begin_credential_epoch(&mut self, user: UserId) -> Result<(), StoreError> {
        self.update(
            &keys::credential(user),
            Expression::new("ADD #epoch :one").name("#epoch", SESSION_EPOCH).value(":one", number(1)),
            Some(there()),
            Some(Condition::Version),
        )
    }

    /// Ends all of a person's sign-ins for all requests except refreshes.
    fn begin_profile_epoch(&mut self, user: UserId) -> Result<(), StoreError> {
        let next = Expression::new("ADD #epoch :one").name("#epoch", SESSION_EPOCH).value(":one", number(1));
        self.update(&keys::profile(user), next, Some(there()), Some(Condition::Version))
    }

    /// Adds the condition that the password that was checked is unchanged and that the sign-ins haven't been ended.
    pub fn check_credential(&mut self, user: UserId, read: &Credential) -> Result<(), StoreError> {
        self.check(&keys::credential(user), unchanged(read), Condition::Version)
    }
}

fn temporary_until(set_at: Timestamp) -> Timestamp {
    set_at.saturating_add(TEMPORARY_PASSWORD_LIFETIME).unwrap_or(Timestamp::MAX)
}

fn there() -> Expression {
    Expression::new("attribute_exists(#pk)").name("#pk", PK)
}

fn unchanged(read: &Credential) -> Expression {
    Expression::new("#password_hash = :checked AND #epoch = :epoch")
        .name("#password_hash", PASSWORD_HASH)
        .name("#epoch", SESSION_EPOCH)
        .value(":checked", text(read.password_hash.clone()))
        .value(":epoch", number(read.session_epoch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_never_printed() {
        let credential = Credential {
            password_hash: "$argon2id$secret".to_owned(),
            session_epoch: 3,
            password_set_at: None,
            temporary_until: None,
        };
        assert!(!format!("{credential:?}").contains("argon2id"));
    }
}
