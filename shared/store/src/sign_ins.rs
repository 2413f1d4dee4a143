//! Sign-ins: one item for each, holding the hash of the refresh token it has come to, and the failed attempts that lock.

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

use crate::{
    Commit, CommitError, Guard, Stamp, Store, StoreError,
    commit::{Expression, When, number, text},
    credentials::Credential,
    item::Item,
    keys::{self, EXPIRES_AT, Key, PK, VERSION},
    read::{Items, KeyRange, Range},
    second_factors::SecondFactor,
    users::Holder,
};

/// A session of a person, from a sign-in to its end. Each refresh starts the next generation of its tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// The person.
    pub user_id: UserId,
    /// The session: the family of all its refresh tokens.
    pub family: FamilyId,
    /// SHA-256 of the last refresh token that release 0.1.0 issued, in hex. Empty in sessions that began later.
    #[serde(default)]
    pub token_hash: String,
    /// How often the session was refreshed: the number of its current refresh token.
    #[serde(default)]
    pub generation: u64,
    /// The epoch of the person's credential in which it was made; in another one it has ended.
    pub epoch: u64,
    /// The epoch of the person's profile in which it was made ([`User::session_epoch`]); in another one it has ended. Each
    /// request compares it ([`crate::session_check`]), without reading the credential.
    #[serde(default)]
    pub user_epoch: u64,
    /// When it was made.
    pub signed_in_at: Timestamp,
    /// When its token was last renewed.
    pub refreshed_at: Timestamp,
    /// When it ends unless it is renewed, in seconds since 1970.
    pub expires_at: i64,
    /// The device and the network address of the sign-in.
    #[serde(default)]
    pub client: SignInClient,
}

/// Where a sign-in came from, as the request says it. Shown to the person; nothing is decided by it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInClient {
    /// The `User-Agent` header, at most 300 characters.
    #[serde(default)]
    pub device: Option<String>,
    /// The IP address that API Gateway saw.
    #[serde(default)]
    pub ip_address: Option<String>,
}

/// A sign-in, or another proof of who somebody is, as the audit keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditedAttempt {
    /// Whose account it is.
    #[serde(skip)]
    pub user_id: UserId,
    /// The action of the audit's entry.
    #[serde(skip)]
    pub action: &'static str,
    /// Where the attempt came from.
    #[serde(flatten)]
    pub client: SignInClient,
    /// The code of the problem that the attempt was refused with; absent for a success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<&'static str>,
}

impl SignIn {
    /// A session that begins at `at` and ends at `expires_at` (seconds since 1970) unless it is refreshed.
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

/// The most sessions that [`Store::sign_ins`] returns.
pub const MAX_LISTED_SIGN_INS: usize = 100;

/// The attribute of [`SignIn::generation`].
const GENERATION: &str = "generation";
/// The attribute of [`SignIn::epoch`].
const EPOCH: &str = "epoch";
/// The attribute of [`SignIn::user_epoch`].
const USER_EPOCH: &str = "user_epoch";
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
    /// How many attempts at the name failed today from devices that aren't known; 0 where that isn't counted.
    #[serde(skip)]
    pub failed_today: u64,
    /// When the secret was set that the attempts are at, as far as [`ReadAttempts::since`] was told.
    #[serde(skip)]
    pub secret_set_at: Option<Timestamp>,
}

impl ReadAttempts {
    /// The attempts at the secret that was set at that instant: those before were at another one.
    #[must_use]
    pub fn since(self, secret_set_at: Option<Timestamp>) -> Self {
        Self { attempts: self.attempts.since(secret_set_at), secret_set_at, ..self }
    }
}

/// Where failed attempts are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptKeys {
    /// Names the device or network, together with the name that was tried.
    pub attempts: String,
    /// Names the day, together with the name that was tried. None where attempts of a day aren't counted.
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
/// How long the failures of a day are kept, in seconds: two days.
const DAY_KEPT_SECONDS: i64 = 2 * 24 * 60 * 60;

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
    /// The person's second factor, enabled or not yet.
    pub second_factor: Option<SecondFactor>,
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
        // Whoever has a zone of their own doesn't need their site's.
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

    /// The person's sessions that began last, the newest first, at most [`MAX_LISTED_SIGN_INS`]. Sessions that have ended
    /// otherwise than by a sign-out are among them.
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

    /// Failed attempts as they are now.
    pub async fn attempts(&self, keys: &AttemptKeys) -> Result<ReadAttempts, StoreError> {
        self.read(keys.items()).await?.take_attempts(keys)
    }

    /// Counts a failed attempt, and audits it where somebody has the account. Lost when others changed the count since it was
    /// read ([`Guard::Unlocked`]).
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

    /// Notes that a device waits for its next attempt from now on. Lost like [`Store::count_failure`].
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
        self.put(item, When::Absent, Some(Guard::Version))
    }

    /// Refreshes a session: starts the next generation of its tokens, unless another request has done so since `before` was
    /// read.
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
            Some(Guard::RefreshToken),
        )
    }

    /// Carries a sign-in of `user` over into the epochs that end all others: the next ones of the credential and the profile.
    pub fn keep_sign_in(&mut self, sign_in: &SignIn, user: &User) -> Result<(), StoreError> {
        self.update(
            &keys::session(sign_in.user_id, sign_in.family),
            Expression::new("SET #epoch = :next, #user_epoch = :next_of_user")
                .name("#epoch", EPOCH)
                .name("#user_epoch", USER_EPOCH)
                .value(":next", number(sign_in.epoch + 1))
                .value(":next_of_user", number(user.session_epoch + 1)),
            Some(Expression::new("#epoch = :read").value(":read", number(sign_in.epoch))),
            Some(Guard::Version),
        )
    }

    /// Keeps an attempt under the audit of the person whose account it is at.
    pub fn audit_attempt(&mut self, attempt: &AuditedAttempt) -> Result<(), StoreError> {
        self.audit(Subject::User(attempt.user_id), attempt.action, None, Some(attempt))
    }

    /// Ends a session. Fails when there is none.
    pub fn end_sign_in(&mut self, user: UserId, family: FamilyId) -> Result<(), StoreError> {
        let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.delete(&keys::session(user, family), Some(there), Some(Guard::RefreshToken))
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
        self.put(item, When::Version(read.version), Some(Guard::Unlocked))
    }

    /// Forgets how many attempts at a name failed in a day: a new password lifts the lock-out.
    pub fn forget_failures_of_day(&mut self, day: &str) -> Result<(), StoreError> {
        self.delete(&keys::failed_sign_ins(day), None, None)
    }

    /// Forgets the failed attempts that were read, if there were no more since: a parallel guess that was one too many
    /// locks this one out too, however right it is.
    pub fn forget_failures(&mut self, keys: &AttemptKeys, read: &ReadAttempts) -> Result<(), StoreError> {
        let key = keys::failed_sign_ins(&keys.attempts);
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

impl AttemptKeys {
    /// The items that hold what is counted.
    pub(crate) fn items(&self) -> impl Iterator<Item = Key> {
        [Some(&self.attempts), self.day.as_ref()].into_iter().flatten().map(|hash| keys::failed_sign_ins(hash))
    }
}

impl Items {
    /// The failed attempts that [`AttemptKeys::items`] named.
    pub(crate) fn take_attempts(&mut self, keys: &AttemptKeys) -> Result<ReadAttempts, StoreError> {
        let attempts: ReadAttempts = self.take(&keys::failed_sign_ins(&keys.attempts))?.unwrap_or_default();
        let day: Option<FailuresOfDay> =
            keys.day.as_ref().map(|day| self.take(&keys::failed_sign_ins(day))).transpose()?.flatten();
        Ok(ReadAttempts { failed_today: day.unwrap_or_default().count, ..attempts })
    }
}

/// Holds while the session is in that generation. Sessions of release 0.1.0 have no attribute for it and are in the first.
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
