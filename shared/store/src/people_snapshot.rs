//! What a change of people is decided on: one consistent read of all that has a say.

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

/// What to read for a change of people.
#[derive(Debug, Clone, Copy)]
pub struct PeopleQuery<'a> {
    /// Who makes the change.
    pub caller: UserId,
    /// Whose profile is changed; nobody's when one is made.
    pub person: Option<UserId>,
    /// The departments that the change names.
    pub departments: &'a BTreeSet<DepartmentId>,
    /// The username that it gives.
    pub username: Option<&'a Username>,
    /// The address that it gives.
    pub email: Option<&'a Email>,
    /// The request, where it may be a repeat.
    pub repeat: Option<&'a RepeatKey>,
}

/// What was read.
#[derive(Debug)]
pub struct PeopleSnapshot {
    /// The profile of who makes the change.
    pub caller: Option<User>,
    /// The profile that is changed.
    pub person: Option<User>,
    /// What that person has pending or ahead.
    pub open_leave: OpenLeave,
    /// The company's settings.
    pub settings: VersionedSettings,
    /// Its types of leave.
    pub leave_types: LeaveTypes,
    /// Whether any leave was ever booked.
    pub ledger_started: bool,
    /// All sites.
    pub sites: SiteBook,
    /// Those of the departments asked about that exist.
    pub departments: BTreeSet<DepartmentId>,
    /// Who has the username.
    pub username_holder: Option<UserId>,
    /// Who has the address.
    pub email_holder: Option<UserId>,
    /// How many decide for everyone.
    pub deciders: Deciders,
    /// Whether the request was answered before.
    pub earlier: Earlier,
}

impl PeopleSnapshot {
    /// The person's date.
    pub fn today_of(&self, person: &User, now: Timestamp) -> WorkDate {
        self.zone_of(person).date_of(now)
    }

    /// The zone in which the person's dates begin and end: their own, their site's, or the company's.
    pub fn zone_of<'a>(&'a self, person: &'a User) -> &'a Zone {
        person.zone_at(&self.sites, &self.settings.settings.time_zone)
    }
}

impl Store {
    /// What a change of people is decided on.
    pub async fn people_snapshot(
        &self,
        question: &PeopleQuery<'_>,
        now: Timestamp,
    ) -> Result<PeopleSnapshot, StoreError> {
        let caller = keys::profile(question.caller);
        let person = question.person.map(keys::profile);
        let username = question.username.map(|username| keys::unique_username(username.as_str()));
        let email = question.email.map(|email| keys::unique_email(email.as_str()));
        let mut wanted = vec![caller.clone(), keys::settings(), keys::site_book()];
        wanted.extend([keys::leave_types(), keys::ledger_started(), keys::admins()]);
        wanted.extend(person.clone());
        wanted.extend(question.person.map(keys::open_leave));
        wanted.extend(username.clone());
        wanted.extend(email.clone());
        wanted.extend(question.departments.iter().copied().map(keys::department));
        wanted.extend(question.repeat.map(RepeatKey::item_key));
        let mut items = self.read(wanted).await?;

        let departments = question
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
            // One item can be taken out only once, and people do look at themselves.
            Some(person) if person == caller => caller_profile.clone(),
            Some(person) => items.take(&person)?,
            None => None,
        };
        let open_leave = question.person.map(|person| items.take(&keys::open_leave(person))).transpose()?.flatten();
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
            earlier: items.earlier(question.repeat, now)?,
        })
    }

    /// A person's profile, with the company's settings and sites, which tell their zone, and how many decide for everyone. One BatchGetItem.
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
