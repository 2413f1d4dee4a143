//! Profiles, the uniqueness of usernames and email addresses, and the counts that depend on people: members of a department,
//! people of a site, active admins. The same transaction updates all of them, so the counts always match.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    email::Email,
    id::{DepartmentId, SiteId, UserId},
    user::{Role, User, UserStatus},
    username::Username,
};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, When, number},
    credentials::SESSION_EPOCH,
    item::Item,
    keys::{self, Key},
};

/// The owner of a username or an email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The person.
    pub user_id: UserId,
}

/// The attribute that counts the people of a department or site.
pub(crate) const MEMBERS: &str = "members";
/// The attribute that counts the active admins.
const COUNT: &str = "count";
/// The attribute that counts the active managers of everyone, in the same item.
const GENERAL_MANAGERS: &str = "general_managers";

/// The number of people who can decide for everyone. It determines who may decide for an admin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Deciders {
    /// The number of active admins.
    #[serde(default, rename = "count")]
    pub admins: u64,
    /// The number of active managers of everyone.
    #[serde(default)]
    pub general_managers: u64,
}

impl Store {
    /// Returns a person's profile.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.get(keys::profile(id)).await
    }

    /// Returns the number of people who can decide for everyone.
    pub async fn deciders(&self) -> Result<Deciders, StoreError> {
        Ok(self.get(keys::admins()).await?.unwrap_or_default())
    }

    /// Returns several profiles, in no particular order; unknown ids are left out.
    pub async fn users(&self, ids: impl IntoIterator<Item = UserId>) -> Result<Vec<User>, StoreError> {
        let keys: Vec<Key> = ids.into_iter().map(keys::profile).collect();
        let mut items = self.read(keys.iter().cloned()).await?;
        keys.iter().filter_map(|key| items.take(key).transpose()).collect()
    }
}

impl Store {
    /// Returns any number of profiles, a hundred in each call; unknown ids are left out.
    pub async fn all_users(&self, ids: BTreeSet<UserId>) -> Result<Vec<User>, StoreError> {
        let keys: Vec<Key> = ids.into_iter().map(keys::profile).collect();
        let mut items = self.read_many(&keys).await?;
        keys.iter().filter_map(|key| items.take(key).transpose()).collect()
    }

    /// Returns the owners of usernames, a hundred in each call; unused usernames are left out.
    pub async fn holders(&self, usernames: BTreeSet<Username>) -> Result<BTreeMap<Username, UserId>, StoreError> {
        self.holders_of(usernames, |name| keys::unique_username(name.as_str())).await
    }

    /// Returns the owners of e-mail addresses, a hundred in each call; unused addresses are left out.
    pub async fn email_holders(&self, emails: BTreeSet<Email>) -> Result<BTreeMap<Email, UserId>, StoreError> {
        self.holders_of(emails, |email| keys::unique_email(email.as_str())).await
    }

    async fn holders_of<T: Ord>(
        &self,
        names: BTreeSet<T>,
        key: impl Fn(&T) -> Key,
    ) -> Result<BTreeMap<T, UserId>, StoreError> {
        let keys: Vec<Key> = names.iter().map(&key).collect();
        let mut items = self.read_many(&keys).await?;
        let mut holders = BTreeMap::new();
        for name in names {
            let holder: Option<Holder> = items.take(&key(&name))?;
            holders.extend(holder.map(|holder| (name, holder.user_id)));
        }
        Ok(holders)
    }
}

impl Commit {
    /// Adds a person, on condition that the username and email address are unused, and that the department and site exist.
    pub fn create_user(&mut self, user: &User) -> Result<(), StoreError> {
        self.put(profile_item(user)?, When::Absent, Some(Condition::Version))?;
        let holder = Holder { user_id: user.id };
        let username = keys::unique_username(user.username.as_str());
        self.put(Item::new(username, &holder)?, When::Absent, Some(Condition::Username))?;
        if let Some(email) = &user.email {
            let email = keys::unique_email(email.as_str());
            self.put(Item::new(email, &holder)?, When::Absent, Some(Condition::Email))?;
        }
        self.count_member(None, user.department_id)?;
        self.count_person_of_site(None, user.site_id)?;
        self.register_manager(None, user)?;
        self.keep_opening(None, user)?;
        self.count_deciders(None, user)
    }

    /// Replaces a person's profile by its next version. Ends all of the person's sessions if it disables the account, or if the
    /// next version has another session epoch.
    pub fn change_user(&mut self, before: &User, after: &User) -> Result<(), StoreError> {
        debug_assert_eq!(
            (before.id, before.version + 1),
            (after.id, after.version),
            "the next version of the same person"
        );
        let is_disabled = before.status != UserStatus::Disabled && after.status == UserStatus::Disabled;
        let session_epoch = after.session_epoch.max(before.session_epoch + u64::from(is_disabled));
        // Sessions can end independently of changes of the profile: a change that was decided earlier must not restore them.
        let unchanged = Expression::new("#version = :version AND (attribute_not_exists(#epoch) OR #epoch = :epoch)")
            .name("#version", keys::VERSION)
            .name("#epoch", SESSION_EPOCH)
            .value(":version", number(before.version))
            .value(":epoch", number(before.session_epoch));
        self.put_if(profile_item(&User { session_epoch, ..after.clone() })?, unchanged, Condition::Version)?;
        let holder = Holder { user_id: after.id };
        if before.username != after.username {
            let username = keys::unique_username(after.username.as_str());
            self.put(Item::new(username, &holder)?, When::Absent, Some(Condition::Username))?;
            self.delete(&keys::unique_username(before.username.as_str()), None, None)?;
        }
        if before.email != after.email {
            if let Some(email) = &after.email {
                let email = keys::unique_email(email.as_str());
                self.put(Item::new(email, &holder)?, When::Absent, Some(Condition::Email))?;
            }
            if let Some(email) = &before.email {
                self.delete(&keys::unique_email(email.as_str()), None, None)?;
            }
        }
        self.count_member(before.department_id, after.department_id)?;
        self.keep_move(before, after)?;
        self.count_person_of_site(before.site_id, after.site_id)?;
        self.register_manager(Some(before), after)?;
        self.keep_opening(Some(before), after)?;
        self.leave_registration_queue(before, after.status)?;
        self.count_deciders(Some(before), after)
    }

    /// Decrements the counts of the person's department and site.
    pub(crate) fn leave_places(&mut self, user: &User) -> Result<(), StoreError> {
        self.count_member(user.department_id, None)?;
        self.count_person_of_site(user.site_id, None)
    }

    /// Creates the company's first admin, on condition that there was none before.
    pub fn set_up(&mut self, admin: &User) -> Result<(), StoreError> {
        debug_assert!(is_active_admin(admin), "somebody must be able to sign in afterwards");
        self.update(
            &keys::admins(),
            Expression::new("SET #count = :one").name("#count", COUNT).value(":one", number(1)),
            Some(Expression::new("attribute_not_exists(#pk)").name("#pk", keys::PK)),
            Some(Condition::FirstSetUp),
        )?;
        self.create_context()?;
        self.register_manager(None, admin)?;
        self.put(profile_item(admin)?, When::Absent, Some(Condition::Version))?;
        let holder = Holder { user_id: admin.id };
        let username = keys::unique_username(admin.username.as_str());
        self.put(Item::new(username, &holder)?, When::Absent, Some(Condition::Username))?;
        if let Some(email) = &admin.email {
            let email = keys::unique_email(email.as_str());
            self.put(Item::new(email, &holder)?, When::Absent, Some(Condition::Email))?;
        }
        self.keep_opening(None, admin)
    }

    fn count_member(&mut self, from: Option<DepartmentId>, to: Option<DepartmentId>) -> Result<(), StoreError> {
        let key = |id: Option<DepartmentId>| id.map(keys::department);
        self.move_count(key(from), key(to), Condition::DepartmentExists)
    }

    fn count_person_of_site(&mut self, from: Option<SiteId>, to: Option<SiteId>) -> Result<(), StoreError> {
        let key = |id: Option<SiteId>| id.map(keys::site);
        self.move_count(key(from), key(to), Condition::SiteExists)
    }

    /// Decrements the count of the previous place and increments that of the new one, on condition that the new one exists.
    fn move_count(&mut self, from: Option<Key>, to: Option<Key>, exists: Condition) -> Result<(), StoreError> {
        if from == to {
            return Ok(());
        }
        let add = |by: i32| Expression::new("ADD #members :by").name("#members", MEMBERS).value(":by", number(by));
        let there = || Expression::new("attribute_exists(#pk)").name("#pk", keys::PK);
        if let Some(from) = from {
            self.update(&from, add(-1), Some(there()), Some(exists))?;
        }
        if let Some(to) = to {
            self.update(&to, add(1), Some(there()), Some(exists))?;
        }
        Ok(())
    }

    /// Updates the numbers of people who can decide for everyone: the active admins, of whom one must remain, and the active
    /// managers of everyone.
    fn count_deciders(&mut self, before: Option<&User>, after: &User) -> Result<(), StoreError> {
        let difference = |counts: fn(&User) -> bool| i32::from(counts(after)) - i32::from(before.is_some_and(counts));
        let (admins, general_managers) = (difference(is_active_admin), difference(is_active_general_manager));
        if (admins, general_managers) == (0, 0) {
            return Ok(());
        }
        let add = Expression::new("ADD #count :admins, #general_managers :general_managers")
            .name("#count", COUNT)
            .name("#general_managers", GENERAL_MANAGERS)
            .value(":admins", number(admins))
            .value(":general_managers", number(general_managers));
        let another = Expression::new("#count > :one").value(":one", number(1));
        let (expression, condition) =
            if admins < 0 { (Some(another), Some(Condition::LastAdmin)) } else { (None, None) };
        self.update(&keys::admins(), add, expression, condition)
    }
}

fn is_active_admin(user: &User) -> bool {
    user.authority.role() == Role::Admin && user.status == UserStatus::Active
}

fn is_active_general_manager(user: &User) -> bool {
    user.authority.manages_all() && user.status == UserStatus::Active
}

fn profile_item(user: &User) -> Result<Item, StoreError> {
    // A profile is well below 900 bytes, so the index row of a list is the profile itself.
    let item = Item::next(keys::profile(user.id), user)?
        .indexed(keys::users_index(user.department_id, user.full_name.as_str(), user.id))
        .row(user)?;
    Ok(match user.status {
        UserStatus::Pending => item.indexed(keys::registrations_index(user.id)),
        UserStatus::Active | UserStatus::Disabled => item,
    })
}
