//! Reads the items that `notify` needs to distribute notifications: those of all events of a batch, at once.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    calendar::WorkDate,
    chat::DepartmentChats,
    day::{Day, Presence},
    id::{DepartmentId, UserId},
    notification::{Inbox, Managers},
    schedule::SiteBook,
    settings::Settings,
    user::User,
};

use crate::{
    Store, StoreError,
    keys::{self, Key},
    settings::VersionedSettings,
    sites::VersionedSiteBook,
};

/// The people and days to read.
#[derive(Debug, Clone, Default)]
pub struct NewsQuery {
    /// The people whose profiles are read.
    pub people: BTreeSet<UserId>,
    /// The people whose presence is read.
    pub presences: BTreeSet<UserId>,
    /// The people and dates whose days are read.
    pub days: BTreeSet<(UserId, WorkDate)>,
    /// The people whose inboxes are read, because they clocked in and may want reminders.
    pub inboxes: BTreeSet<UserId>,
}

/// The items that were read.
#[derive(Debug, Default)]
pub struct NewsSnapshot {
    /// The managers, from whom the deciders for each person follow.
    pub managers: Managers,
    /// The company's settings.
    pub settings: Settings,
    /// All sites.
    pub sites: SiteBook,
    /// The profiles.
    pub people: BTreeMap<UserId, User>,
    /// The presences.
    pub presences: BTreeMap<UserId, Presence>,
    /// The states of the inboxes.
    pub inboxes: BTreeMap<UserId, Inbox>,
    /// The chats of departments.
    pub chats: DepartmentChats,
    /// The days that are stored.
    pub days: BTreeMap<(UserId, WorkDate), Day>,
}

impl Store {
    /// Reads the items that the distribution of notifications depends on: one BatchGetItem for each hundred items, and one
    /// for the managers of the people's departments.
    pub async fn news_snapshot(&self, query: &NewsQuery) -> Result<NewsSnapshot, StoreError> {
        let company = [keys::managers(), keys::settings(), keys::site_book(), keys::chats()];
        let people = query.people.iter().copied().map(keys::profile);
        let presences = query.presences.iter().copied().map(keys::presence);
        let days = query.days.iter().map(|(user, date)| keys::day(*user, *date));
        let inboxes = query.inboxes.iter().copied().map(keys::inbox);
        let wanted: Vec<Key> = company.into_iter().chain(people).chain(presences).chain(days).chain(inboxes).collect();
        let mut items = self.read_many(&wanted).await?;

        let mut snapshot = NewsSnapshot {
            managers: items.take_managers()?,
            settings: items.take::<VersionedSettings>(&keys::settings())?.unwrap_or_default().settings,
            sites: items.take::<VersionedSiteBook>(&keys::site_book())?.unwrap_or_default().book,
            chats: items.take(&keys::chats())?.unwrap_or_default(),
            ..NewsSnapshot::default()
        };
        for id in &query.people {
            snapshot.people.extend(items.take::<User>(&keys::profile(*id))?.map(|user| (*id, user)));
        }
        let departments: Vec<DepartmentId> =
            snapshot.people.values().filter_map(|person| person.department_id).collect();
        self.add_managers_of(&mut snapshot.managers, departments).await?;
        for id in &query.presences {
            snapshot.presences.extend(items.take::<Presence>(&keys::presence(*id))?.map(|presence| (*id, presence)));
        }
        for id in &query.inboxes {
            snapshot.inboxes.extend(items.take::<Inbox>(&keys::inbox(*id))?.map(|inbox| (*id, inbox)));
        }
        for (id, date) in &query.days {
            snapshot.days.extend(items.take::<Day>(&keys::day(*id, *date))?.map(|day| ((*id, *date), day)));
        }
        Ok(snapshot)
    }
}
