//! Open connections, by id, by person and by department.
//!
//! A person's connections are one small item. So one read returns the connections of a hundred people, and two connections
//! that open at the same time can't both become the tenth. A department's connections are a separate partition, which is
//! read in pages. A stored connection may already be closed: the sender finds this out and deletes it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use domain::{
    id::{DepartmentId, FamilyId, UserId},
    user::User,
};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, CommitError, Condition, Stamp, Store, StoreError,
    commit::{Expression, When, number},
    credentials::Credential,
    item::{Attributes, Item},
    keys::{self, Key, PK, VERSION},
    live_tickets::LiveTicketRecord,
    read::{Found, KeyRange, Range},
    sign_ins::SignIn,
};

/// The maximum lifetime of a connection in hours. API Gateway ends a connection after two hours.
pub const LIFETIME_HOURS: i64 = 2;

/// The maximum number of connections of one person. A further connection replaces the oldest one.
pub const MAX_CONNECTIONS: usize = 10;

/// The number of people whose connections one call reads.
const PEOPLE: usize = 100;

/// The number of connections in a page of a department.
const PAGE: usize = 1000;

/// The attribute of [`OpenConnections::open`].
const OPEN: &str = "open";

/// The id that API Gateway gives a connection. The text has no meaning for Rollcall.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectionId(String);

impl ConnectionId {
    /// Creates an id from that text.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// Returns the id as API Gateway knows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An open connection with the rights that its person had when it was opened. When these rights change, the connection is
/// closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// The id of the connection.
    pub id: ConnectionId,
    /// The person who opened the connection.
    pub user_id: UserId,
    /// The session in which the connection was opened.
    pub family_id: FamilyId,
    /// The department whose presence updates the connection receives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_id: Option<DepartmentId>,
    /// The instant at which the connection was opened.
    pub connected_at: Timestamp,
}

impl Connection {
    /// Returns the latest instant at which API Gateway ends the connection.
    pub fn ends_at(&self) -> Timestamp {
        self.connected_at.saturating_add(LIFETIME_HOURS.hours()).unwrap_or(Timestamp::MAX)
    }
}

/// All open connections of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenConnections {
    /// The connections by id.
    #[serde(default)]
    open: BTreeMap<ConnectionId, Connection>,
    /// The number of changes; 0 means that the item isn't stored yet.
    version: u64,
}

impl OpenConnections {
    /// Returns all connections.
    pub fn all(&self) -> impl Iterator<Item = &Connection> {
        self.open.values()
    }

    /// Returns the connections with another one added, and those that are to be removed: connections that have expired, and
    /// the oldest one.
    #[must_use]
    pub fn with(&self, connection: Connection) -> (Self, Vec<Connection>) {
        let mut open: Vec<Connection> = self.open.values().filter(|open| open.id != connection.id).cloned().collect();
        // Newest first. Connections of the same millisecond are in the order of ids, so that each retry has the same result.
        open.sort_by(|a, b| b.connected_at.cmp(&a.connected_at).then_with(|| a.id.cmp(&b.id)));
        let living = open.iter().take_while(|open| connection.connected_at < open.ends_at()).count();
        let gone = open.split_off(living.min(MAX_CONNECTIONS - 1));
        open.push(connection);
        let open = open.into_iter().map(|open| (open.id.clone(), open)).collect();
        (Self { open, version: self.version + 1 }, gone)
    }
}

/// The items that opening a connection depends on, read at once.
#[derive(Debug)]
pub struct ConnectionSnapshot {
    /// The ticket that the client presented.
    pub ticket: Option<LiveTicketRecord>,
    /// The person's profile.
    pub user: Option<User>,
    /// The credential, which has the valid epoch of sign-ins.
    pub credential: Option<Credential>,
    /// The sign-in of the ticket.
    pub sign_in: Option<SignIn>,
    /// The person's open connections.
    pub connections: OpenConnections,
}

impl Store {
    /// Reads the items that opening a connection depends on.
    pub async fn connection_snapshot(
        &self,
        user: UserId,
        family: FamilyId,
        ticket_hash: Option<&str>,
    ) -> Result<ConnectionSnapshot, StoreError> {
        let (profile, credential, session) = (keys::profile(user), keys::credential(user), keys::session(user, family));
        let (connections, ticket) = (keys::connections(user), ticket_hash.map(keys::live_ticket));
        let always = [&profile, &credential, &session, &connections].into_iter().cloned();
        let mut items = self.read(always.chain(ticket.clone())).await?;
        Ok(ConnectionSnapshot {
            ticket: ticket.map(|key| items.take(&key)).transpose()?.flatten(),
            user: items.take(&profile)?,
            credential: items.take(&credential)?,
            sign_in: items.take(&session)?,
            connections: items.take(&connections)?.unwrap_or_default(),
        })
    }

    /// Returns a connection; none if it was closed.
    pub async fn connection(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        self.get(keys::connection(id.as_str())).await
    }

    /// Returns the connections of several people.
    pub async fn connections_of(&self, people: &BTreeSet<UserId>) -> Result<Vec<Connection>, StoreError> {
        let keys: Vec<Key> = people.iter().copied().map(keys::connections).collect();
        let mut connections = Vec::new();
        for keys in keys.chunks(PEOPLE) {
            let mut items = self.read(keys.iter().cloned()).await?;
            for key in keys {
                let open: OpenConnections = items.take(key)?.unwrap_or_default();
                connections.extend(open.open.into_values());
            }
        }
        Ok(connections)
    }

    /// Returns a page of the connections that receive a department's updates, and the position of the next page.
    pub async fn subscribers(
        &self,
        department: DepartmentId,
        after: Option<SubscriberPlace>,
    ) -> Result<(Vec<Connection>, Option<SubscriberPlace>), StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::topic_partition(department),
            range: Range::All,
            descending: false,
            limit: PAGE,
            after: after.map(|place| place.0),
        };
        let Found { items, next } = self.query(key_range).await?;
        Ok((items, next.map(SubscriberPlace)))
    }

    /// Deletes a connection. Does nothing if it is deleted already.
    pub async fn forget_connection(&self, stamp: Stamp, connection: &Connection) -> Result<(), CommitError> {
        let mut commit = Commit::without_event(stamp.clone());
        commit.remove_connection(connection)?;
        let from_the_person = Expression::new("REMOVE #open.#id ADD #version :one")
            .name("#open", OPEN)
            .name("#id", connection.id.as_str())
            .name("#version", VERSION)
            .value(":one", number(1));
        // Without the map, the update expression would be invalid, and there would be nothing to remove.
        let there = Expression::new("attribute_exists(#open)").name("#open", OPEN);
        commit.update(
            &keys::connections(connection.user_id),
            from_the_person,
            Some(there),
            Some(Condition::Connections),
        )?;
        match commit.send(self).await {
            Err(CommitError::ConditionFailed(_)) => {
                let mut commit = Commit::without_event(stamp);
                commit.remove_connection(connection)?;
                commit.send(self).await
            }
            done => done,
        }
    }
}

/// The position at which the list of a department's connections continues.
#[derive(Debug, Clone)]
pub struct SubscriberPlace(Attributes);

impl Commit {
    /// Opens a connection, on condition that the profile, the credential and the sign-in are as they were read. Returns the
    /// other connections that are to be closed.
    pub fn open_connection(
        &mut self,
        connection: Connection,
        user: &User,
        sign_in: &SignIn,
        before: &OpenConnections,
    ) -> Result<Vec<Connection>, StoreError> {
        self.guard_person(user)?;
        let same_epoch = Expression::new("#epoch = :epoch")
            .name("#epoch", crate::credentials::SESSION_EPOCH)
            .value(":epoch", number(sign_in.epoch));
        self.check(&keys::credential(user.id), same_epoch, Condition::SignIn)?;
        let signed_in = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.check(&keys::session(user.id, sign_in.family), signed_in, Condition::SignIn)?;

        let ends_at = connection.ends_at();
        let item = Item::new(keys::connection(connection.id.as_str()), &connection)?.expires_at(ends_at);
        self.put(item, When::Always, None)?;
        if let Some(department) = connection.department_id {
            let key = keys::subscription(department, connection.id.as_str());
            self.put(Item::new(key, &connection)?.expires_at(ends_at), When::Always, None)?;
        }
        let (after, gone) = before.with(connection);
        let item = Item::next(keys::connections(user.id), &after)?.expires_at(ends_at);
        self.put(item, When::Version(before.version), Some(Condition::Version))?;
        for connection in &gone {
            self.remove_connection(connection)?;
        }
        Ok(gone)
    }

    fn remove_connection(&mut self, connection: &Connection) -> Result<(), StoreError> {
        self.delete(&keys::connection(connection.id.as_str()), None, None)?;
        match connection.department_id {
            Some(department) => self.delete(&keys::subscription(department, connection.id.as_str()), None, None),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(id: &str, minute: i64) -> Connection {
        Connection {
            id: ConnectionId::new(id),
            user_id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            family_id: "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap(),
            department_id: None,
            connected_at: Timestamp::UNIX_EPOCH.saturating_add(minute.minutes()).unwrap(),
        }
    }

    fn ids(connections: impl IntoIterator<Item = Connection>) -> Vec<String> {
        connections.into_iter().map(|connection| connection.id.to_string()).collect()
    }

    #[test]
    fn the_eleventh_connection_takes_the_place_of_the_oldest() {
        let mut open = OpenConnections::default();
        for (minute, id) in ["k", "j", "i", "h", "g", "f", "e", "d", "c", "b"].into_iter().enumerate() {
            let (next, gone) = open.with(connection(id, i64::try_from(minute).unwrap()));
            assert_eq!(gone, []);
            open = next;
        }
        let (open, gone) = open.with(connection("a", 10));
        assert_eq!(ids(gone), ["k"]);
        assert_eq!(ids(open.all().cloned()), ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]);
        assert_eq!(open.version, 11);
    }

    #[test]
    fn expired_connections_are_removed_first() {
        let (open, _) = OpenConnections::default().with(connection("a", 0));
        let (open, gone) = open.with(connection("b", 119));
        assert_eq!(gone, []);
        let (open, gone) = open.with(connection("c", 120));
        assert_eq!((ids(gone), ids(open.all().cloned())), (vec!["a".to_owned()], vec!["b".to_owned(), "c".to_owned()]));
    }
}
