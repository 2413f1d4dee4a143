//! Up to which date the clockwork has opened whose days.
//!
//! Whose day is to be opened next is a small item per person, listed in an index by what the person's zone comes from
//! (their own, their site's, the company's) and by the last date that was opened. So a run that has nothing to open costs
//! a query for each zone source, one that was cut off goes on where it stopped, and somebody who joins, moves or comes
//! back today is simply next.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    calendar::{WorkDate, Zone},
    day::DayChange,
    id::{SiteId, UserId},
    user::{User, UserStatus},
};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Guard, Store, StoreError,
    commit::{Expression, When, text},
    item::{Attributes, Item},
    keys::{self, Index, Key},
    read::{Found, KeyRange, Range},
};

/// The attribute with the zones that people have of their own.
const ZONES: &str = "zones";

/// Where people have their zone from: their days are opened together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ZoneSource {
    /// The company's settings.
    Company,
    /// Their site.
    Site(SiteId),
    /// Their own choice.
    Own(Zone),
}

impl ZoneSource {
    /// Where that person has it from; none for whom no day is opened.
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

/// Someone whose next day is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToOpen {
    /// Who.
    pub user_id: UserId,
    /// The last date that was opened; none for someone new.
    pub through: Option<WorkDate>,
}

/// The zones that people have of their own, ever.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct KnownZones {
    #[serde(default)]
    zones: Vec<Zone>,
}

/// Stands for a person in the index; what it tells is in its keys.
#[derive(Debug, Serialize)]
struct Opened {}

impl Store {
    /// The zones that people have of their own. One `GetItem`.
    pub async fn own_zones(&self) -> Result<Vec<Zone>, StoreError> {
        Ok(self.get::<KnownZones>(keys::zones()).await?.unwrap_or_default().zones)
    }

    /// People whose days aren't opened through `date` yet, at most `limit`, those furthest behind first. One Query. Those
    /// who are opened leave the list, so there is no cursor: ask again.
    pub async fn to_open(&self, source: &ZoneSource, date: WorkDate, limit: usize) -> Result<Vec<ToOpen>, StoreError> {
        let key_range = KeyRange {
            index: Some(Index::Gsi2),
            pk: keys::opens_index_partition(source),
            // A person's sort key is their last date and their id, so all of an earlier date are below the date.
            range: Range::Between("0".to_owned(), date.to_string()),
            descending: false,
            limit,
            after: None,
        };
        let Found { items, .. } = self.query_attributes(key_range).await?;
        let read = |item: &Attributes| {
            let key = Key::of(item);
            let sort = match item.get(Index::Gsi2.sk()) {
                Some(AttributeValue::S(sort)) => sort.as_str(),
                Some(_) | None => "",
            };
            let unreadable = || StoreError::Unreadable { key: key.to_string(), reason: "no opening's key".to_owned() };
            let (through, user) = sort.split_once('#').ok_or_else(unreadable)?;
            Ok(ToOpen { user_id: user.parse().map_err(|_| unreadable())?, through: through.parse().ok() })
        };
        items.iter().map(read).collect()
    }
}

impl Commit {
    /// Opens days of a person, and notes it. Lost where somebody else did, or the person's zone has another source now.
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
        self.update(&keys::opened(person.id), update, Some(condition), Some(Guard::Version))?;
        self.change_days(person, days)
    }

    /// Puts a person on the list of those whose days are opened, or takes them off it, where a change of their profile
    /// asks for that. Whoever comes on it anew is looked at by the next run.
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
