//! Password hashes, and the epochs that end sign-ins: a sign-in counts only in the epoch in which it was made, so that one
//! write ends all of them.
//!
//! The credential and the profile have an epoch each, which move on together. Signing in and refreshing compare the
//! credential's; every other request the profile's, because it reads the profile anyway and has no business with the hash.

use std::fmt;

use domain::id::UserId;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Guard, Store, StoreError,
    commit::{Expression, When, number, text},
    item::Item,
    keys::{self, PK},
};

/// What someone signs in with. Never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// The Argon2id hash of the password in PHC form.
    pub password_hash: String,
    /// Sign-ins of another epoch have ended.
    pub session_epoch: u64,
}

/// The attribute of [`Credential::password_hash`].
const PASSWORD_HASH: &str = "password_hash";
/// The attribute of [`Credential::session_epoch`], and of the profile's epoch.
pub(crate) const SESSION_EPOCH: &str = "session_epoch";

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("session_epoch", &self.session_epoch).finish_non_exhaustive()
    }
}

impl Store {
    /// What someone signs in with.
    pub async fn credential(&self, user: UserId) -> Result<Option<Credential>, StoreError> {
        self.get(keys::credential(user)).await
    }
}

impl Commit {
    /// Gives a new person their first password.
    pub fn create_credential(&mut self, user: UserId, password_hash: String) -> Result<(), StoreError> {
        let credential = Credential { password_hash, session_epoch: 1 };
        self.put(Item::new(keys::credential(user), &credential)?, When::Absent, Some(Guard::Version))
    }

    /// Replaces someone's password, whatever it was, and ends all their sign-ins: a manager's reset.
    pub fn reset_password(&mut self, user: UserId, password_hash: String) -> Result<(), StoreError> {
        self.begin_profile_epoch(user)?;
        self.update(
            &keys::credential(user),
            Expression::new("SET #password_hash = :new ADD #epoch :one")
                .name("#password_hash", PASSWORD_HASH)
                .name("#epoch", SESSION_EPOCH)
                .value(":new", text(password_hash))
                .value(":one", number(1)),
            Some(there()),
            Some(Guard::Version),
        )
    }

    /// Replaces the password that was checked, and ends all sign-ins of the epoch that was read.
    pub fn change_password(
        &mut self,
        user: UserId,
        before: &Credential,
        password_hash: String,
    ) -> Result<(), StoreError> {
        self.begin_profile_epoch(user)?;
        self.update(
            &keys::credential(user),
            Expression::new("SET #password_hash = :new, #epoch = :next")
                .name("#password_hash", PASSWORD_HASH)
                .name("#epoch", SESSION_EPOCH)
                .value(":new", text(password_hash))
                .value(":next", number(before.session_epoch + 1)),
            Some(unchanged(before)),
            Some(Guard::Version),
        )
    }

    /// Ends all of someone's sign-ins, with the access tokens that are out already.
    pub fn end_sign_ins(&mut self, user: UserId) -> Result<(), StoreError> {
        self.begin_profile_epoch(user)?;
        self.begin_credential_epoch(user)
    }

    /// Ends all of someone's sign-ins for refreshes alone.
    pub(crate) fn begin_credential_epoch(&mut self, user: UserId) -> Result<(), StoreError> {
        self.update(
            &keys::credential(user),
            Expression::new("ADD #epoch :one").name("#epoch", SESSION_EPOCH).value(":one", number(1)),
            Some(there()),
            Some(Guard::Version),
        )
    }

    /// Ends all of someone's sign-ins for everything but refreshes.
    fn begin_profile_epoch(&mut self, user: UserId) -> Result<(), StoreError> {
        let next = Expression::new("ADD #epoch :one").name("#epoch", SESSION_EPOCH).value(":one", number(1));
        self.update(&keys::profile(user), next, Some(there()), Some(Guard::Version))
    }

    /// Goes on only while the password that was checked is still the password, and nobody has ended the sign-ins.
    pub fn check_credential(&mut self, user: UserId, read: &Credential) -> Result<(), StoreError> {
        self.check(&keys::credential(user), unchanged(read), Guard::Version)
    }
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
        let credential = Credential { password_hash: "$argon2id$secret".to_owned(), session_epoch: 3 };
        assert!(!format!("{credential:?}").contains("argon2id"));
    }
}
