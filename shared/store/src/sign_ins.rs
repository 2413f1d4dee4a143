//! Sign-ins: one item for each, with the state of its refresh tokens, and the failed attempts that lock accounts.

use domain::{
    email::Email,
    event::Subject,
    id::{FamilyId, UserId},
    lock_out::FailedAttempts,
    schedule::SiteBook,
    settings::Settings,
    user::User,
    username::Username,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::sign_in::{SignIn, SignInClient};
use crate::{
    Commit, CommitError, Condition, Stamp, Store, StoreError,
    commit::{Expression, When, number, text},
    credentials::Credential,
    item::Item,
    keys::{self, EXPIRES_AT, Key, PK, VERSION},
    read::{Items, KeyRange, Range},
    second_factors::SecondFactor,
    users::Holder,
};

/// A sign-in, or another proof of identity, as the audit records it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditedAttempt {
    /// The owner of the account.
    #[serde(skip)]
    pub user_id: UserId,
    /// The action of the audit entry.
    #[serde(skip)]
    pub action: &'static str,
    /// The origin of the attempt.
    #[serde(flatten)]
    pub client: SignInClient,
    /// The code of the problem with which the attempt was rejected; absent for a success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<&'static str>,
}

/// The maximum number of sessions that [`Store::sign_ins`] returns.
pub const MAX_LISTED_SIGN_INS: usize = 100;

/// The attribute of [`SignIn::generation`].
const GENERATION: &str = "generation";
/// The attribute of [`SignIn::epoch`].
const EPOCH: &str = "epoch";
/// The attribute of [`SignIn::user_epoch`].
const USER_EPOCH: &str = "user_epoch";
/// The attribute of [`SignIn::refreshed_at`].
const REFRESHED_AT: &str = "refreshed_at";

/// Failed attempts as they were read, with their version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAttempts {
    /// The attempts.
    #[serde(flatten)]
    pub attempts: FailedAttempts,
    /// The number of changes, from 1; 0 means that no attempts are stored.
    version: u64,
    /// The number of attempts at the name that failed today from unknown devices; 0 if they aren't counted.
    #[serde(skip)]
    pub failed_today: u64,
    /// The instant at which the secret was set, if [`ReadAttempts::since`] got it.
    #[serde(skip)]
    pub secret_set_at: Option<Timestamp>,
}

impl ReadAttempts {
    /// Returns the attempts at the secret that was set at that instant. Earlier attempts were made at another secret.
    #[must_use]
    pub fn since(self, secret_set_at: Option<Timestamp>) -> Self {
        Self { attempts: self.attempts.since(secret_set_at), secret_set_at, ..self }
    }
}

/// The keys under which failed attempts are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptKeys {
    /// The device or network, together with the name that was tried.
    pub attempts: String,
    /// The day, together with the name that was tried; none if attempts of a day aren't counted.
    pub day: Option<String>,
}

/// The failures at a name in a day.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct FailuresOfDay {
    #[serde(default)]
    count: u64,
}

/// The attribute of [`FailuresOfDay::count`].
const COUNT: &str = "count";
/// The time for which the failures of a day are kept, in seconds: two days.
const DAY_KEPT_SECONDS: i64 = 2 * 24 * 60 * 60;

/// The items that signing in, refreshing and changing a password depend on.
#[derive(Debug)]
pub struct Account {
    /// The profile.
    pub user: Option<User>,
    /// The credential that the person signs in with.
    pub credential: Option<Credential>,
    /// The requested sign-in.
    pub sign_in: Option<SignIn>,
    /// The requested failed attempts.
    pub attempts: ReadAttempts,
    /// The person's second factor, enabled or not yet.
    pub second_factor: Option<SecondFactor>,
    /// The company's settings.
    pub settings: Settings,
    /// Zone and place of every site.
    pub sites: SiteBook,
}

impl Store {
    /// Returns the owner of a username.
    pub async fn holder_of_username(&self, username: &Username) -> Result<Option<UserId>, StoreError> {
        let holder: Option<Holder> = self.get(keys::unique_username(username.as_str())).await?;
        Ok(holder.map(|holder| holder.user_id))
    }

    /// Returns the owner of an email address.
    pub async fn holder_of_email(&self, email: &Email) -> Result<Option<UserId>, StoreError> {
        let holder: Option<Holder> = self.get(keys::unique_email(email.as_str())).await?;
        Ok(holder.map(|holder| holder.user_id))
    }

    /// Reads a person's account, one of their sign-ins, and failed attempts, in one call.
    pub async fn account(
        &self,
        user: UserId,
        family: Option<FamilyId>,
        attempts: Option<&AttemptKeys>,
    ) -> Result<Account, StoreError> {
        let profile = keys::profile(user);
        let credential = keys::credential(user);
        let session = family.map(|family| keys::session(user, family));
        let second_factor = keys::second_factor(user);
        let context = self.random_context();
        let always = [&profile, &credential, &second_factor, &context].into_iter().cloned();
        let of_attempts = attempts.into_iter().flat_map(AttemptKeys::items);
        let mut items = self.read(always.chain(session.clone()).chain(of_attempts)).await?;
        let company = self.take_context_or_parts(&mut items, &context, []).await?;
        let user: Option<User> = items.take(&profile)?;
        // For a person with their own zone, the site isn't needed.
        let site = user.as_ref().filter(|user| user.time_zone.is_none()).and_then(|user| user.site_id);
        let sites = self.read_sites(site).await?.book;
        Ok(Account {
            user,
            credential: items.take(&credential)?,
            sign_in: session.map(|key| items.take(&key)).transpose()?.flatten(),
            attempts: attempts.map(|keys| items.take_attempts(keys)).transpose()?.unwrap_or_default(),
            second_factor: items.take(&second_factor)?,
            settings: company.settings.settings,
            sites,
        })
    }

    /// Returns the person's most recent sessions, newest first, at most [`MAX_LISTED_SIGN_INS`]. They include sessions that
    /// ended other than by a sign-out.
    pub async fn sign_ins(&self, user: UserId) -> Result<Vec<SignIn>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(user),
            range: Range::Prefix(keys::SESSION.to_owned()),
            descending: true,
            limit: MAX_LISTED_SIGN_INS,
            after: None,
        };
        Ok(self.query(key_range).await?.items)
    }

    /// Returns the present failed attempts.
    pub async fn attempts(&self, keys: &AttemptKeys) -> Result<ReadAttempts, StoreError> {
        self.read(keys.items()).await?.take_attempts(keys)
    }

    /// Counts a failed attempt, and writes it into the audit if the account exists. Fails if other requests changed the
    /// count since the read ([`Condition::Unlocked`]).
    pub async fn count_failure(
        &self,
        stamp: Stamp,
        keys: &AttemptKeys,
        read: &ReadAttempts,
        audited: Option<&AuditedAttempt>,
    ) -> Result<(), CommitError> {
        let mut commit = Commit::without_event(stamp.clone());
        commit.change_attempts(keys, read, read.attempts.and_one_more(stamp.at))?;
        if let Some(day) = &keys.day {
            commit.update(
                &keys::failed_sign_ins(day),
                Expression::new("ADD #count :one SET #expires_at = :expires_at")
                    .name("#count", COUNT)
                    .name("#expires_at", EXPIRES_AT)
                    .value(":one", number(1))
                    .value(":expires_at", number(stamp.at.as_second() + DAY_KEPT_SECONDS)),
                None,
                None,
            )?;
        }
        if let Some(attempt) = audited {
            commit.audit_attempt(attempt)?;
        }
        commit.send(self).await
    }

    /// Records that a device must wait before its next attempt. Fails like [`Store::count_failure`].
    pub async fn begin_wait(&self, stamp: Stamp, keys: &AttemptKeys, read: &ReadAttempts) -> Result<(), CommitError> {
        let waiting = read.attempts.waiting(stamp.at);
        let mut commit = Commit::without_event(stamp);
        commit.change_attempts(keys, read, waiting)?;
        commit.send(self).await
    }
}

impl Commit {
    /// Adds a new sign-in.
    pub fn create_sign_in(&mut self, sign_in: &SignIn) -> Result<(), StoreError> {
        let item = Item::new(keys::session(sign_in.user_id, sign_in.family), sign_in)?;
        self.put(item, When::Absent, Some(Condition::Version))
    }

    /// Refreshes a session: starts the next generation of its tokens, on condition that no other request has done so since
    /// `before` was read.
    pub fn renew_sign_in(&mut self, before: &SignIn, after: &SignIn) -> Result<(), StoreError> {
        self.update(
            &keys::session(after.user_id, after.family),
            Expression::new("SET #generation = :next, #refreshed_at = :now, #expires_at = :expires_at")
                .name("#generation", GENERATION)
                .name("#refreshed_at", REFRESHED_AT)
                .name("#expires_at", EXPIRES_AT)
                .value(":next", number(after.generation))
                .value(":now", text(after.refreshed_at.to_string()))
                .value(":expires_at", number(after.expires_at)),
            Some(of_generation(before.generation)),
            Some(Condition::RefreshToken),
        )
    }

    /// Keeps a sign-in of `user` valid when all others end: moves it to the next epochs of the credential and the profile.
    pub fn keep_sign_in(&mut self, sign_in: &SignIn, user: &User) -> Result<(), StoreError> {
        self.update(
            &keys::session(sign_in.user_id, sign_in.family),
            Expression::new("SET #epoch = :next, #user_epoch = :next_of_user")
                .name("#epoch", EPOCH)
                .name("#user_epoch", USER_EPOCH)
                .value(":next", number(sign_in.epoch + 1))
                .value(":next_of_user", number(user.session_epoch + 1)),
            Some(Expression::new("#epoch = :read").value(":read", number(sign_in.epoch))),
            Some(Condition::Version),
        )
    }

    /// Writes an attempt into the audit of the account's owner.
    pub fn audit_attempt(&mut self, attempt: &AuditedAttempt) -> Result<(), StoreError> {
        self.audit(Subject::User(attempt.user_id), attempt.action, None, Some(attempt))
    }

    /// Ends a session. Fails if it doesn't exist.
    pub fn end_sign_in(&mut self, user: UserId, family: FamilyId) -> Result<(), StoreError> {
        let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.delete(&keys::session(user, family), Some(there), Some(Condition::RefreshToken))
    }

    fn change_attempts(
        &mut self,
        keys: &AttemptKeys,
        read: &ReadAttempts,
        attempts: FailedAttempts,
    ) -> Result<(), StoreError> {
        let forgotten_at = attempts.forgotten_at().unwrap_or(self.stamp().at);
        let next = ReadAttempts { attempts, version: read.version + 1, ..ReadAttempts::default() };
        let item = Item::next(keys::failed_sign_ins(&keys.attempts), &next)?.expires_at(forgotten_at);
        self.put(item, When::Version(read.version), Some(Condition::Unlocked))
    }

    /// Deletes the number of failed attempts at a name in a day: a new password ends the lock-out.
    pub fn forget_failures_of_day(&mut self, day: &str) -> Result<(), StoreError> {
        self.delete(&keys::failed_sign_ins(day), None, None)
    }

    /// Deletes the failed attempts that were read, on condition that there were no further ones. If parallel guesses reach
    /// the limit, this attempt is locked out too, even if it is correct.
    pub fn forget_failures(&mut self, keys: &AttemptKeys, read: &ReadAttempts) -> Result<(), StoreError> {
        let key = keys::failed_sign_ins(&keys.attempts);
        if read.version == 0 {
            let absent = Expression::new("attribute_not_exists(#pk)").name("#pk", PK);
            self.check(&key, absent, Condition::Unlocked)
        } else {
            let same =
                Expression::new("#version = :read").name("#version", VERSION).value(":read", number(read.version));
            self.delete(&key, Some(same), Some(Condition::Unlocked))
        }
    }
}

impl AttemptKeys {
    /// Returns the keys of the items with the counts.
    pub(crate) fn items(&self) -> impl Iterator<Item = Key> {
        [Some(&self.attempts), self.day.as_ref()].into_iter().flatten().map(|hash| keys::failed_sign_ins(hash))
    }
}

impl Items {
    /// Takes out the failed attempts that [`AttemptKeys::items`] named.
    pub(crate) fn take_attempts(&mut self, keys: &AttemptKeys) -> Result<ReadAttempts, StoreError> {
        let attempts: ReadAttempts = self.take(&keys::failed_sign_ins(&keys.attempts))?.unwrap_or_default();
        let day: Option<FailuresOfDay> =
            keys.day.as_ref().map(|day| self.take(&keys::failed_sign_ins(day))).transpose()?.flatten();
        Ok(ReadAttempts { failed_today: day.unwrap_or_default().count, ..attempts })
    }
}

/// Returns the condition that the session is in that generation. Sessions of release 0.1.0 have no attribute for it and are
/// in the first.
fn of_generation(generation: u64) -> Expression {
    let condition = if generation == 0 {
        "attribute_exists(#pk) AND (attribute_not_exists(#generation) OR #generation = :read)"
    } else {
        "attribute_exists(#pk) AND #generation = :read"
    };
    Expression::new(condition).name("#pk", PK).name("#generation", GENERATION).value(":read", number(generation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_printed_without_its_token() {
        let user = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let family = "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap();
        let sign_in =
            SignIn { token_hash: "c0ffee".to_owned(), ..SignIn::new(user, family, 1, Timestamp::UNIX_EPOCH, 0) };
        assert!(!format!("{sign_in:?}").contains("c0ffee"));
    }
}
