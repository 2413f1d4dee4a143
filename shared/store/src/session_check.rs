//! The check of a request's session: whether the session is still valid, and whether its person still has the rights in the
//! access token.
//!
//! The check needs no separate round trip. [`expect_session`] makes it due, and the first call to the table within
//! [`checking_session`] includes it. A read by key also reads the session and the profile. A query runs at the same time as
//! the check. A transaction runs after it. A request that fails the check gets no data from the table, and writes none
//! (`docs/adr/0023-sessions-are-checked-by-the-first-read.md`).

use std::cell::RefCell;

use domain::{
    id::{DepartmentId, FamilyId, UserId},
    user::{Authority, UserStatus},
};
use jiff::Timestamp;
use serde::Deserialize;

pub use crate::error::SessionRefusal;
use crate::{
    Store, StoreError,
    keys::{self, Key},
    stored_item::StoredItem,
};

tokio::task_local! {
    static CHECK: RefCell<Option<(SessionCheck, Progress)>>;
}

/// The session of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionCheck {
    /// The person.
    pub user_id: UserId,
    /// The session.
    pub family_id: FamilyId,
    /// The person's rights in the request's access token; none if the request has no token.
    pub rights: Option<Rights>,
    /// The instant of the request.
    pub now: Timestamp,
}

/// The rights that determine what a person can see and do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// The role and its scope.
    pub authority: Authority,
    /// The department that the person belongs to.
    pub department_id: Option<DepartmentId>,
}

/// The progress of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// The next call to the table includes the check.
    Due,
    /// A call to the table includes the check.
    Running,
    /// The request is allowed.
    Passed,
    /// The request is refused.
    Refused(SessionRefusal),
}

/// The attributes of a profile that the check compares.
#[derive(Deserialize)]
struct CheckedProfile {
    authority: Authority,
    status: UserStatus,
    department_id: Option<DepartmentId>,
    #[serde(default)]
    session_epoch: u64,
}

/// The attributes of a session that the check compares.
#[derive(Deserialize)]
struct CheckedSession {
    #[serde(default)]
    user_epoch: u64,
    expires_at: i64,
}

/// The number of items that a check reads.
pub(crate) const ITEMS: usize = 2;

/// Runs the work of a request. [`expect_session`] names the request's session within it.
pub async fn checking_session<F: Future>(work: F) -> F::Output {
    CHECK.scope(RefCell::default(), work).await
}

/// Returns whether the next call to the table includes a check.
pub fn is_due() -> bool {
    CHECK.try_with(|current| matches!(&*current.borrow(), Some((_, Progress::Due)))).unwrap_or(false)
}

/// Makes a check due for the present request. Does nothing outside of [`checking_session`].
pub fn expect_session(check: SessionCheck) {
    let _ = CHECK.try_with(|current| *current.borrow_mut() = Some((check, Progress::Due)));
}

impl SessionCheck {
    fn keys(&self) -> [Key; ITEMS] {
        [keys::profile(self.user_id), keys::session(self.user_id, self.family_id)]
    }

    /// Returns the reason why the request is refused, from the items that were read; none if it is allowed.
    fn refusal<'a>(&self, read: impl Fn(&Key) -> Option<&'a StoredItem>) -> Result<Option<SessionRefusal>, StoreError> {
        let [profile, session] = self.keys();
        let profile: Option<CheckedProfile> = read(&profile).map(StoredItem::read).transpose()?;
        let session: Option<CheckedSession> = read(&session).map(StoredItem::read).transpose()?;
        let Some(profile) = profile else { return Ok(Some(SessionRefusal::Ended)) };
        // The profile comes before the session: disabling an account also ends its sessions, and the reason says more than
        // the ended session.
        match profile.status {
            UserStatus::Active => {}
            UserStatus::Pending => return Ok(Some(SessionRefusal::Pending)),
            UserStatus::Disabled => return Ok(Some(SessionRefusal::Disabled)),
        }
        let goes_on = session.is_some_and(|session| {
            session.user_epoch == profile.session_epoch && self.now.as_second() < session.expires_at
        });
        let has_same_rights = self.rights.as_ref().is_none_or(|rights| {
            rights.authority == profile.authority && rights.department_id == profile.department_id
        });
        Ok(match (goes_on, has_same_rights) {
            (false, _) => Some(SessionRefusal::Ended),
            (true, false) => Some(SessionRefusal::RightsChanged),
            (true, true) => None,
        })
    }
}

/// A check that a call to the table includes. If the call fails and the value is dropped before the check finishes, the
/// check is due again.
#[derive(Debug)]
pub(crate) struct CarriedCheck {
    check: SessionCheck,
}

/// Whether a call includes the check although another call is already running it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carry {
    /// Reads leave the check to the other call.
    IfDue,
    /// Writes make the check themselves.
    UnlessFinished,
}

impl CarriedCheck {
    /// Returns the check that the caller must make, if there is one.
    ///
    /// # Errors
    /// Returns the refusal of a check that failed before.
    pub(crate) fn take(carry: Carry) -> Result<Option<Self>, StoreError> {
        let taken = CHECK.try_with(|current| match &mut *current.borrow_mut() {
            None | Some((_, Progress::Passed)) => Ok(None),
            Some((_, Progress::Running)) if carry == Carry::IfDue => Ok(None),
            Some((check, progress @ (Progress::Due | Progress::Running))) => {
                *progress = Progress::Running;
                Ok(Some(Self { check: check.clone() }))
            }
            Some((_, Progress::Refused(refusal))) => Err(StoreError::Session(*refusal)),
        });
        // Outside of a request there is no session to check.
        taken.unwrap_or(Ok(None))
    }

    /// Returns the keys of the items that the check reads.
    pub(crate) fn keys(&self) -> [Key; ITEMS] {
        self.check.keys()
    }

    /// Finishes the check with the items that were read.
    ///
    /// # Errors
    /// Returns the refusal if the request isn't allowed.
    pub(crate) fn finish<'a>(self, read: impl Fn(&Key) -> Option<&'a StoredItem>) -> Result<(), StoreError> {
        let refusal = self.check.refusal(read)?;
        let _ = CHECK.try_with(|current| {
            if let Some((_, progress)) = &mut *current.borrow_mut() {
                *progress = refusal.map_or(Progress::Passed, Progress::Refused);
            }
        });
        refusal.map_or(Ok(()), |refusal| Err(StoreError::Session(refusal)))
    }
}

impl Drop for CarriedCheck {
    fn drop(&mut self) {
        let _ = CHECK.try_with(|current| {
            if let Some((_, progress @ Progress::Running)) = &mut *current.borrow_mut() {
                *progress = Progress::Due;
            }
        });
    }
}

impl Store {
    /// Makes the check if it is due.
    ///
    /// # Errors
    /// Returns the refusal if the request isn't allowed.
    pub async fn check_session(&self) -> Result<(), StoreError> {
        self.carry_session_check(Carry::UnlessFinished).await
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use domain::user::ManagerScope;
    use serde::Serialize;
    use serde_json::json;

    use super::*;
    use crate::{item::Attributes, sign_in::SignIn};

    fn id<T: std::str::FromStr<Err = domain::Invalid>>(number: u8) -> T {
        format!("01JBN2V7Q4W0M3T9K5ZXH8R6C{number}").parse().unwrap()
    }

    fn check() -> SessionCheck {
        SessionCheck {
            user_id: id(1),
            family_id: id(2),
            rights: Some(Rights { authority: manager_of(3), department_id: Some(id(3)) }),
            now: Timestamp::from_second(1000).unwrap(),
        }
    }

    fn manager_of(department: u8) -> Authority {
        Authority::Manager { scope: ManagerScope::Departments(BTreeSet::from([id(department)])) }
    }

    fn stored(entity: impl Serialize) -> StoredItem {
        let attributes: Attributes = serde_dynamo::aws_sdk_dynamodb_1::to_item(entity).unwrap();
        attributes.into()
    }

    /// Returns a profile that differs from `check` in some attributes.
    fn profile(authority: &Authority, status: UserStatus, department: u8, session_epoch: Option<u64>) -> StoredItem {
        let mut profile =
            json!({"authority": authority, "status": status, "department_id": id::<DepartmentId>(department)});
        if let Some(epoch) = session_epoch {
            profile["session_epoch"] = epoch.into();
        }
        stored(profile)
    }

    fn session(user_epoch: u64, expires_at: i64) -> StoredItem {
        let sign_in = SignIn { user_epoch, ..SignIn::new(id(1), id(2), 7, Timestamp::UNIX_EPOCH, expires_at) };
        stored(sign_in)
    }

    fn refusal(profile: Option<StoredItem>, session: Option<StoredItem>) -> Option<SessionRefusal> {
        let keys = check().keys();
        let items: HashMap<Key, StoredItem> =
            keys.into_iter().zip([profile, session]).filter_map(|(key, item)| Some((key, item?))).collect();
        check().refusal(|key| items.get(key)).unwrap()
    }

    fn active() -> StoredItem {
        profile(&manager_of(3), UserStatus::Active, 3, Some(4))
    }

    #[test]
    fn a_session_is_valid_until_it_is_ended_or_expires() {
        let ended = Some(SessionRefusal::Ended);
        assert_eq!(refusal(Some(active()), Some(session(4, 1001))), None);
        assert_eq!(refusal(Some(active()), Some(session(4, 1000))), ended);
        assert_eq!(refusal(Some(active()), Some(session(3, 1001))), ended);
        assert_eq!(refusal(Some(active()), None), ended);
        assert_eq!(refusal(None, Some(session(4, 1001))), ended);
    }

    #[test]
    fn sessions_and_profiles_of_releases_without_epochs_agree() {
        let old = profile(&manager_of(3), UserStatus::Active, 3, None);
        assert_eq!(refusal(Some(old), Some(session(0, 1001))), None);
    }

    #[test]
    fn other_rights_than_those_of_the_token_are_refused() {
        let with = |authority: &Authority, department| {
            refusal(Some(profile(authority, UserStatus::Active, department, Some(4))), Some(session(4, 1001)))
        };
        let changed = Some(SessionRefusal::RightsChanged);
        assert_eq!(with(&manager_of(3), 3), None);
        assert_eq!(with(&manager_of(4), 3), changed);
        assert_eq!(with(&Authority::Employee, 3), changed);
        assert_eq!(with(&manager_of(3), 4), changed);
    }

    #[test]
    fn a_disabled_account_is_reported_before_an_ended_session() {
        for (status, expected) in
            [(UserStatus::Disabled, SessionRefusal::Disabled), (UserStatus::Pending, SessionRefusal::Pending)]
        {
            let profile = profile(&manager_of(3), status, 3, Some(5));
            assert_eq!(refusal(Some(profile), None), Some(expected));
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn one_read_carries_the_check_and_a_failed_one_leaves_it_due() {
        checking_session(async {
            let take = |carry| CarriedCheck::take(carry).unwrap();
            assert!(take(Carry::UnlessFinished).is_none());
            expect_session(check());
            let first = take(Carry::IfDue).unwrap();
            assert!(take(Carry::IfDue).is_none());
            drop(first);
            let second = take(Carry::IfDue).unwrap();
            assert_eq!(second.keys(), check().keys());
            assert!(second.finish(|_| None).is_err());
            let refused = CarriedCheck::take(Carry::IfDue).unwrap_err();
            assert!(matches!(refused, StoreError::Session(SessionRefusal::Ended)));
        })
        .await;
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_write_includes_the_check_even_if_a_concurrent_read_does() {
        checking_session(async {
            expect_session(check());
            let read = CarriedCheck::take(Carry::IfDue).unwrap();
            let write = CarriedCheck::take(Carry::UnlessFinished).unwrap().unwrap();
            let [profile, session_key] = write.keys();
            let (active, session) = (active(), session(4, 1001));
            write.finish(|key| Some(if *key == profile { &active } else { &session })).unwrap();
            // The failed read doesn't undo the result of the other one.
            drop(read);
            assert!(CarriedCheck::take(Carry::UnlessFinished).unwrap().is_none());
            assert_ne!(profile, session_key);
        })
        .await;
    }
}
