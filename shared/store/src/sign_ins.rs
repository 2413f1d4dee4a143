//! Sign-ins: one item for each, holding the hash of the refresh token it has come to, and the failed attempts that lock.

use domain::{
    email::Email,
    id::{FamilyId, UserId},
    lock_out::FailedAttempts,
    schedule::SiteBook,
    settings::Settings,
    user::User,
    username::Username,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, CommitError, Guard, Stamp, Store, StoreError,
    commit::{Expression, When, number, text},
    credentials::Credential,
    item::Item,
    keys::{self, EXPIRES_AT, PK, VERSION},
    settings::VersionedSettings,
    sites::VersionedSiteBook,
    users::Holder,
};

/// A sign-in of a person. Its refresh tokens follow each other; only the last one's hash is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Whose.
    pub user_id: UserId,
    /// Which: the family of all its refresh tokens.
    pub family: FamilyId,
    /// SHA-256 of the secret of the refresh token that is good now, in hex.
    pub token_hash: String,
    /// The epoch of the person's credential in which it was made; in another one it has ended.
    pub epoch: u64,
    /// When it was made.
    pub signed_in_at: Timestamp,
    /// When its token was last renewed.
    pub refreshed_at: Timestamp,
    /// When it ends unless it is renewed, in seconds since 1970.
    pub expires_at: i64,
}

/// The attribute of [`SignIn::token_hash`].
const TOKEN_HASH: &str = "token_hash";
/// The attribute of [`SignIn::epoch`].
const EPOCH: &str = "epoch";
/// The attribute of [`SignIn::refreshed_at`].
const REFRESHED_AT: &str = "refreshed_at";

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("family", &self.family).field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

/// Failed attempts as they were read, with the version that they had.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAttempts {
    /// The attempts.
    #[serde(flatten)]
    pub attempts: FailedAttempts,
    /// Counts the changes, from 1; 0: nothing is kept.
    version: u64,
}

/// All that signing in, renewing and changing a password decide on.
#[derive(Debug)]
pub struct Account {
    /// The profile.
    pub user: Option<User>,
    /// What they sign in with.
    pub credential: Option<Credential>,
    /// The sign-in that was asked for.
    pub sign_in: Option<SignIn>,
    /// The failed attempts that were asked for.
    pub attempts: ReadAttempts,
    /// The company's settings.
    pub settings: Settings,
    /// Zone and place of every site.
    pub sites: SiteBook,
}

impl Store {
    /// Whose that username is.
    pub async fn holder_of_username(&self, username: &Username) -> Result<Option<UserId>, StoreError> {
        let holder: Option<Holder> = self.get(keys::unique_username(username.as_str())).await?;
        Ok(holder.map(|holder| holder.user_id))
    }

    /// Whose that address is.
    pub async fn holder_of_email(&self, email: &Email) -> Result<Option<UserId>, StoreError> {
        let holder: Option<Holder> = self.get(keys::unique_email(email.as_str())).await?;
        Ok(holder.map(|holder| holder.user_id))
    }

    /// Reads what is known of a person, of one of their sign-ins, and of failed attempts, in one call.
    pub async fn account(
        &self,
        user: UserId,
        family: Option<FamilyId>,
        attempts: Option<&str>,
    ) -> Result<Account, StoreError> {
        let profile = keys::profile(user);
        let credential = keys::credential(user);
        let session = family.map(|family| keys::session(user, family));
        let attempts = attempts.map(keys::failed_sign_ins);
        let (settings, sites) = (keys::settings(), keys::site_book());
        let always = [&profile, &credential, &settings, &sites].into_iter().cloned();
        let mut items = self.read(always.chain(session.clone()).chain(attempts.clone())).await?;
        Ok(Account {
            user: items.take(&profile)?,
            credential: items.take(&credential)?,
            sign_in: session.map(|key| items.take(&key)).transpose()?.flatten(),
            attempts: attempts.map(|key| items.take(&key)).transpose()?.flatten().unwrap_or_default(),
            settings: items.take::<VersionedSettings>(&settings)?.unwrap_or_default().settings,
            sites: items.take::<VersionedSiteBook>(&sites)?.unwrap_or_default().book,
        })
    }

    /// Failed attempts as they are now.
    pub async fn attempts(&self, name_hash: &str) -> Result<ReadAttempts, StoreError> {
        Ok(self.get(keys::failed_sign_ins(name_hash)).await?.unwrap_or_default())
    }

    /// Counts a failed attempt. Lost when others changed the count since it was read ([`Guard::Unlocked`]).
    pub async fn count_failure(&self, stamp: Stamp, name_hash: &str, read: &ReadAttempts) -> Result<(), CommitError> {
        let attempts = read.attempts.and_one_more(stamp.at);
        let forgotten_at = attempts.forgotten_at().unwrap_or(stamp.at);
        let next = ReadAttempts { attempts, version: read.version + 1 };
        let item = Item::new(keys::failed_sign_ins(name_hash), &next)?.expires_at(forgotten_at);
        let mut commit = Commit::silent(stamp);
        commit.put(item, When::Version(read.version), Some(Guard::Unlocked))?;
        commit.send(self).await
    }
}

impl Commit {
    /// Adds a new sign-in.
    pub fn create_sign_in(&mut self, sign_in: &SignIn) -> Result<(), StoreError> {
        let item = Item::new(keys::session(sign_in.user_id, sign_in.family), sign_in)?;
        self.put(item, When::Absent, Some(Guard::Version))
    }

    /// Renews a sign-in: the token that was shown gives way to the next one, if nobody has used it meanwhile.
    pub fn renew_sign_in(&mut self, before: &SignIn, after: &SignIn) -> Result<(), StoreError> {
        self.update(
            &keys::session(after.user_id, after.family),
            Expression::new("SET #token_hash = :next, #refreshed_at = :now, #expires_at = :expires_at")
                .name("#token_hash", TOKEN_HASH)
                .name("#refreshed_at", REFRESHED_AT)
                .name("#expires_at", EXPIRES_AT)
                .value(":next", text(&after.token_hash))
                .value(":now", text(after.refreshed_at.to_string()))
                .value(":expires_at", number(after.expires_at)),
            Some(shown(&before.token_hash)),
            Some(Guard::RefreshToken),
        )
    }

    /// Carries a sign-in over into the epoch that ends all others.
    pub fn keep_sign_in(&mut self, sign_in: &SignIn, epoch: u64) -> Result<(), StoreError> {
        self.update(
            &keys::session(sign_in.user_id, sign_in.family),
            Expression::new("SET #epoch = :next").name("#epoch", EPOCH).value(":next", number(epoch)),
            Some(Expression::new("#epoch = :read").value(":read", number(sign_in.epoch))),
            Some(Guard::Version),
        )
    }

    /// Ends a sign-in whose token, used or not, was shown again.
    pub fn revoke_sign_in(&mut self, user: UserId, family: FamilyId) -> Result<(), StoreError> {
        let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.delete(&keys::session(user, family), Some(there), Some(Guard::RefreshToken))
    }

    /// Ends the sign-in that the token belongs to, if it is still its token.
    pub fn sign_out(&mut self, user: UserId, family: FamilyId, token_hash: &str) -> Result<(), StoreError> {
        self.delete(&keys::session(user, family), Some(shown(token_hash)), Some(Guard::RefreshToken))
    }

    /// Forgets the failed attempts that were read, if there were no more since: a parallel guess that was one too many
    /// locks this one out too, however right it is.
    pub fn forget_failures(&mut self, name_hash: &str, read: &ReadAttempts) -> Result<(), StoreError> {
        let key = keys::failed_sign_ins(name_hash);
        if read.version == 0 {
            let absent = Expression::new("attribute_not_exists(#pk)").name("#pk", PK);
            self.check(&key, absent, Guard::Unlocked)
        } else {
            let same =
                Expression::new("#version = :read").name("#version", VERSION).value(":read", number(read.version));
            self.delete(&key, Some(same), Some(Guard::Unlocked))
        }
    }
}

/// Holds while the token with that hash is the sign-in's token.
fn shown(token_hash: &str) -> Expression {
    Expression::new("#token_hash = :shown").name("#token_hash", TOKEN_HASH).value(":shown", text(token_hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_printed_without_its_token() {
        let sign_in = SignIn {
            user_id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            family: "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap(),
            token_hash: "c0ffee".to_owned(),
            epoch: 1,
            signed_in_at: Timestamp::UNIX_EPOCH,
            refreshed_at: Timestamp::UNIX_EPOCH,
            expires_at: 0,
        };
        assert!(!format!("{sign_in:?}").contains("c0ffee"));
    }
}
