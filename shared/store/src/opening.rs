//! The date up to which a person's days have been opened by the scheduled job.
//!
//! Each person has a small item with the next day to open. An index lists it by the source of the person's zone (the person,
//! their site or the company) and by the last date that was opened. So a run without days to open costs one query for each
//! zone source. After an interruption, the next run continues where the last one stopped. A person who joins, moves or
//! returns today is simply the next on the list.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    calendar::{WorkDate, Zone},
    day::DayChange,
    id::{SiteId, UserId},
    user::{User, UserStatus},
};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, When, text},
    item::Item,
    keys::{self, Index},
    pay::closing::SignOff,
    read::{KeyRange, Range},
    stored_item::StoredItem,
};

/// The attribute with the zones that people have set for themselves.
const ZONES: &str = "zones";

/// The source of a person's zone. Days of people with the same source are opened together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ZoneSource {
    /// The company's settings.
    Company,
    /// The person's site.
    Site(SiteId),
    /// The person's own setting.
    Own(Zone),
}

impl ZoneSource {
    /// Returns the source of that person's zone; none if no days are opened for the person.
    pub fn of(person: &User) -> Option<Self> {
        match person.status {
            UserStatus::Active if person.tracks_attendance => Some(match (&person.time_zone, person.site_id) {
                (Some(zone), _) => Self::Own(zone.clone()),
                (None, Some(site)) => Self::Site(site),
                (None, None) => Self::Company,
            }),
            UserStatus::Active | UserStatus::Pending | UserStatus::Disabled => None,
        }
    }
}

/// A person whose next day is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToOpen {
    /// The person.
    pub user_id: UserId,
    /// The last date that was opened; none for a new person.
    pub through: Option<WorkDate>,
}

/// All zones that people have ever set for themselves.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct KnownZones {
    #[serde(default)]
    zones: Vec<Zone>,
}

/// A person's item in the index. Its keys have all its data.
#[derive(Debug, Serialize)]
struct Opened {}

impl Store {
    /// Returns the zones that people have set for themselves. One `GetItem`.
    pub async fn own_zones(&self) -> Result<Vec<Zone>, StoreError> {
        Ok(self.get::<KnownZones>(keys::zones()).await?.unwrap_or_default().zones)
    }

    /// Returns people whose days aren't opened through `date` yet, at most `limit`, those furthest behind first. One Query.
    /// People leave the list when their days are opened, so there is no cursor: call the function again.
    pub async fn to_open(&self, source: &ZoneSource, date: WorkDate, limit: usize) -> Result<Vec<ToOpen>, StoreError> {
        let key_range = KeyRange {
            index: Some(Index::Gsi2),
            pk: keys::opens_index_partition(source),
            // A person's sort key is their last date and their id, so all sort keys of earlier dates are less than the date.
            range: Range::Between("0".to_owned(), date.to_string()),
            descending: false,
            limit,
            after: None,
        };
        let read = |item: &StoredItem| {
            let head = item.head();
            let unreadable = || head.key.unreadable("no opening's key");
            let (through, user) = head.sort_in(Index::Gsi2).split_once('#').ok_or_else(unreadable)?;
            Ok(ToOpen { user_id: user.parse().map_err(|_| unreadable())?, through: through.parse().ok() })
        };
        Ok(self.query_stored(key_range).await?.interpret(read)?.items)
    }
}

impl Commit {
    /// Opens days of a person, and records the last date. The commit fails if another run opened them, or if the source of
    /// the person's zone has changed.
    pub fn open_days(
        &mut self,
        person: &User,
        source: &ZoneSource,
        from: &ToOpen,
        through: WorkDate,
        days: &[DayChange],
    ) -> Result<(), StoreError> {
        let [before, after] = [from.through, Some(through)].map(|date| keys::opens_index(source, date, person.id));
        let update =
            Expression::new("SET #gsi2sk = :after").name("#gsi2sk", Index::Gsi2.sk()).value(":after", text(after.sk));
        let condition = Expression::new("#gsi2pk = :source AND #gsi2sk = :before")
            .name("#gsi2pk", Index::Gsi2.pk())
            .value(":source", text(before.pk))
            .value(":before", text(before.sk));
        self.update(&keys::opened(person.id), update, Some(condition), Some(Condition::Version))?;
        // A day is created before its date begins, so that no timesheet with it can be signed. A run that is late by days
        // creates days that nobody worked; they don't change what was signed.
        self.change_days(person, days, SignOff::Live)
    }

    /// Adds a person to the list of people whose days are opened, or removes them, if a change of their profile requires it.
    /// The next run examines people who were added.
    pub(crate) fn keep_opening(&mut self, before: Option<&User>, after: &User) -> Result<(), StoreError> {
        let employment = |user: &User| (ZoneSource::of(user), user.employments.clone());
        if before.map(employment) == Some(employment(after)) {
            return Ok(());
        }
        let Some(source) = ZoneSource::of(after) else {
            return match before.and_then(ZoneSource::of) {
                Some(_) => self.delete(&keys::opened(after.id), None, None),
                None => Ok(()),
            };
        };
        if let ZoneSource::Own(zone) = &source {
            let add = Expression::new("ADD #zones :zone")
                .name("#zones", ZONES)
                .value(":zone", AttributeValue::Ss(vec![zone.to_string()]));
            self.update(&keys::zones(), add, None, None)?;
        }
        let item = Item::new(keys::opened(after.id), &Opened {})?.indexed(keys::opens_index(&source, None, after.id));
        self.put(item, When::Always, None)
    }
}
