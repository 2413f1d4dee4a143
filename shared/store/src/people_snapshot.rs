//! Reads the items that a change of people depends on, in one consistent read.

use std::collections::BTreeSet;

use domain::{
    calendar::{WorkDate, Zone},
    email::Email,
    id::{DepartmentId, UserId},
    leave::LeaveTypes,
    leave::request::OpenLeave,
    schedule::SiteBook,
    settings::Settings,
    user::User,
    username::Username,
};
use jiff::Timestamp;

use crate::{
    RepeatKey, Store, StoreError,
    departments::DepartmentRecord,
    idempotency::Earlier,
    keys::{self, Key},
    settings::{LedgerStarted, VersionedSettings},
    sites::VersionedSiteBook,
    users::{Deciders, Holder},
};

/// The items to read for a change of people.
#[derive(Debug, Clone, Copy)]
pub struct PeopleQuery<'a> {
    /// The caller.
    pub caller: UserId,
    /// The person whose profile is changed; none if a profile is created.
    pub person: Option<UserId>,
    /// The departments that the change names.
    pub departments: &'a BTreeSet<DepartmentId>,
    /// The new username.
    pub username: Option<&'a Username>,
    /// The new email address.
    pub email: Option<&'a Email>,
    /// The request, if it may be a repeat.
    pub repeat: Option<&'a RepeatKey>,
}

/// The departments of a change that names none.
static NO_DEPARTMENTS: BTreeSet<DepartmentId> = BTreeSet::new();

impl<'a> PeopleQuery<'a> {
    /// Returns the query for a change of a person that names no other items.
    pub const fn of_person(caller: UserId, person: UserId, repeat: Option<&'a RepeatKey>) -> Self {
        Self { caller, person: Some(person), departments: &NO_DEPARTMENTS, username: None, email: None, repeat }
    }
}

/// The items that were read.
#[derive(Debug)]
pub struct PeopleSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The profile to change.
    pub person: Option<User>,
    /// The person's pending and future leave.
    pub open_leave: OpenLeave,
    /// The company's settings.
    pub settings: VersionedSettings,
    /// The company's leave types.
    pub leave_types: LeaveTypes,
    /// Whether the company has ever booked leave.
    pub ledger_started: bool,
    /// All sites.
    pub sites: SiteBook,
    /// The requested departments that exist.
    pub departments: BTreeSet<DepartmentId>,
    /// The owner of the username.
    pub username_holder: Option<UserId>,
    /// The owner of the email address.
    pub email_holder: Option<UserId>,
    /// The number of people who can decide for everyone.
    pub deciders: Deciders,
    /// Whether the request has an earlier answer.
    pub earlier: Earlier,
}

impl PeopleSnapshot {
    /// Returns the person's present date.
    pub fn today_of(&self, person: &User, now: Timestamp) -> WorkDate {
        self.zone_of(person).date_of(now)
    }

    /// Returns the zone in which the person's dates begin and end: their own, their site's, or the company's.
    pub fn zone_of<'a>(&'a self, person: &'a User) -> &'a Zone {
        person.zone_at(&self.sites, &self.settings.settings.time_zone)
    }
}

impl Store {
    /// Reads the items that a change of people depends on.
    pub async fn people_snapshot(&self, query: &PeopleQuery<'_>, now: Timestamp) -> Result<PeopleSnapshot, StoreError> {
        let caller = keys::profile(query.caller);
        let person = query.person.map(keys::profile);
        let username = query.username.map(|username| keys::unique_username(username.as_str()));
        let email = query.email.map(|email| keys::unique_email(email.as_str()));
        let mut wanted = vec![caller.clone(), keys::settings(), keys::site_book()];
        wanted.extend([keys::leave_types(), keys::ledger_started(), keys::admins()]);
        wanted.extend(person.clone());
        wanted.extend(query.person.map(keys::open_leave));
        wanted.extend(username.clone());
        wanted.extend(email.clone());
        wanted.extend(query.departments.iter().copied().map(keys::department));
        wanted.extend(query.repeat.map(RepeatKey::item_key));
        let mut items = self.read(wanted).await?;

        let departments = query
            .departments
            .iter()
            .filter_map(|id| items.take::<DepartmentRecord>(&keys::department(*id)).transpose())
            .map(|department| department.map(|department| department.id))
            .collect::<Result<_, _>>()?;
        let mut holder = |key: Option<Key>| -> Result<Option<UserId>, StoreError> {
            let holder: Option<Holder> = key.map(|key| items.take(&key)).transpose()?.flatten();
            Ok(holder.map(|holder| holder.user_id))
        };
        let (username_holder, email_holder) = (holder(username)?, holder(email)?);
        let caller_profile: Option<User> = items.take(&caller)?;
        let person = match person {
            // An item can be taken out only once, and people may change their own profiles.
            Some(person) if person == caller => caller_profile.clone(),
            Some(person) => items.take(&person)?,
            None => None,
        };
        let open_leave = query.person.map(|person| items.take(&keys::open_leave(person))).transpose()?.flatten();
        Ok(PeopleSnapshot {
            caller: caller_profile,
            person,
            open_leave: open_leave.unwrap_or_default(),
            settings: items.take(&keys::settings())?.unwrap_or_default(),
            leave_types: items.take(&keys::leave_types())?.unwrap_or_default(),
            ledger_started: items.take::<LedgerStarted>(&keys::ledger_started())?.is_some(),
            sites: items.take::<VersionedSiteBook>(&keys::site_book())?.unwrap_or_default().book,
            departments,
            username_holder,
            email_holder,
            deciders: items.take(&keys::admins())?.unwrap_or_default(),
            earlier: items.earlier(query.repeat, now)?,
        })
    }

    /// Reads a person's profile, the company's settings and sites, which determine the person's zone, and the number of
    /// people who can decide for everyone. One BatchGetItem.
    pub async fn user_and_company(
        &self,
        id: UserId,
    ) -> Result<(Option<User>, Settings, SiteBook, Deciders), StoreError> {
        let profile = keys::profile(id);
        let mut items = self.read([profile.clone(), keys::settings(), keys::site_book(), keys::admins()]).await?;
        let settings: VersionedSettings = items.take(&keys::settings())?.unwrap_or_default();
        let sites: VersionedSiteBook = items.take(&keys::site_book())?.unwrap_or_default();
        let deciders = items.take(&keys::admins())?.unwrap_or_default();
        Ok((items.take(&profile)?, settings.settings, sites.book, deciders))
    }
}
