//! Terminals, and what their requests have shown.
//!
//! A terminal is two items: the one that admins change, and its state, which its requests change in place. [`numbers`] has the numbers
//! of people in terminals, and the punches of numbers that nobody has. [`commands`] has the commands that wait for a device.

pub mod commands;
pub mod numbers;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use domain::{
    event::{Fact, Subject},
    id::{KioskId, SiteId, UserId},
    schedule::SiteBook,
    terminal::{DeviceDrift, Serial, Terminal},
    user::User,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, CommitError, Condition, RepeatKey, Stamp, Store, StoreError,
    commit::{Expression, When, number, text},
    idempotency::Earlier,
    item::{Item, to_value},
    keys::{self, Key, PK},
    page::{Page, page_of},
    read::{KeyRange, Range},
    sites::VersionedSiteBook,
};

/// The time for which the previous secret is accepted after a rotation: 1 day.
const PREVIOUS_SECRET_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// The time after which a request of a terminal is recorded again: 2 minutes, so that 10 minutes of silence show.
const LAST_SEEN_ACCURACY: SignedDuration = SignedDuration::from_mins(2);

/// A terminal as it is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalRecord {
    /// The terminal.
    #[serde(flatten)]
    pub terminal: Terminal,
    /// SHA-256 of its secret, in hex.
    pub secret_hash: String,
    /// The secret before the last rotation, which is accepted for a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_secret: Option<PreviousSecret>,
    /// The sites that the terminal had before: their people may still be in the device.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub former_sites: BTreeSet<SiteId>,
}

/// The secret that a terminal had before the last rotation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousSecret {
    /// SHA-256 of the secret, in hex.
    pub secret_hash: String,
    /// The instant until which the secret is accepted.
    pub taken_until: Timestamp,
}

impl TerminalRecord {
    /// Returns the terminal with a new secret. The secret before is accepted for a day, so that the device can be changed.
    #[must_use]
    pub fn rotated(&self, secret_hash: String, now: Timestamp) -> Self {
        let taken_until = now.saturating_add(PREVIOUS_SECRET_LIFETIME).unwrap_or(Timestamp::MAX);
        let previous_secret = Some(PreviousSecret { secret_hash: self.secret_hash.clone(), taken_until });
        let mut terminal = self.terminal.clone();
        terminal.version += 1;
        Self { terminal, secret_hash, previous_secret, former_sites: self.former_sites.clone() }
    }

    /// Returns the record with the terminal after a change.
    #[must_use]
    pub fn changed(&self, terminal: Terminal) -> Self {
        let mut former_sites = self.former_sites.clone();
        if terminal.site_id != self.terminal.site_id {
            former_sites.insert(self.terminal.site_id);
            former_sites.remove(&terminal.site_id);
        }
        Self { terminal, former_sites, ..self.clone() }
    }

    /// Returns the hashes of the secrets that are accepted at an instant.
    pub fn secret_hashes(&self, now: Timestamp) -> impl Iterator<Item = &str> {
        let previous = self.previous_secret.as_ref().filter(|previous| now < previous.taken_until);
        std::iter::once(self.secret_hash.as_str()).chain(previous.map(|previous| previous.secret_hash.as_str()))
    }
}

impl fmt::Debug for TerminalRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TerminalRecord").field("terminal", &self.terminal).finish_non_exhaustive()
    }
}

/// What a device says about itself when it asks for commands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// The version of its firmware.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firmware: Option<String>,
    /// The number of people in the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u32>,
    /// The number of fingers in the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingers: Option<u32>,
    /// The number of punches in the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub punches: Option<u32>,
}

/// What a terminal's requests have shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalState {
    /// The instant of the last request, to within [`LAST_SEEN_ACCURACY`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Timestamp>,
    /// What the device says about itself.
    #[serde(default)]
    pub info: DeviceInfo,
    /// The stamp of the last punches, as the device sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<String>,
    /// The instant of the latest punch by the device's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_punch_at: Option<Timestamp>,
    /// What is known about the device's clock.
    #[serde(default)]
    pub drift: DeviceDrift,
    /// The instant at which the terminal's silence was announced; none if it was heard since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent_since: Option<Timestamp>,
    /// The number of punches that count.
    #[serde(default)]
    pub taken: u64,
    /// The number of punches that waited for a manager.
    #[serde(default)]
    pub waiting: u64,
    /// The number of punches of numbers that nobody had.
    #[serde(default)]
    pub unknown: u64,
    /// The number of commands that the device refused.
    #[serde(default)]
    pub refused_commands: u64,
}

impl TerminalState {
    /// Returns whether a request must be recorded: the last recorded one isn't recent, silence was announced, or the device says
    /// something new about itself.
    pub fn is_due(&self, info: Option<&DeviceInfo>, now: Timestamp) -> bool {
        let is_recent = self.last_seen_at.is_some_and(|at| now.duration_since(at) < LAST_SEEN_ACCURACY);
        !is_recent || self.silent_since.is_some() || info.is_some_and(|info| info.firmware != self.info.firmware)
    }
}

/// The results of the punches of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReceivedPunches {
    /// The stamp that the device sent.
    pub stamp: Option<String>,
    /// The instant of the latest punch by the device's clock.
    pub last_punch_at: Option<Timestamp>,
    /// What is known about the device's clock.
    pub drift: DeviceDrift,
    /// The number of punches that count.
    pub taken: u64,
    /// The number of punches that wait for a manager.
    pub waiting: u64,
    /// The number of punches of numbers that nobody has.
    pub unknown: u64,
}

/// A terminal and its state, as a request of the device reads them.
#[derive(Debug)]
pub struct CallingTerminal {
    /// The terminal.
    pub record: TerminalRecord,
    /// Its state.
    pub state: TerminalState,
}

/// The items that a change of terminals depends on, read at once.
#[derive(Debug)]
pub struct TerminalSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The terminal to change.
    pub terminal: Option<TerminalRecord>,
    /// All sites.
    pub sites: SiteBook,
    /// Whether the request has an earlier answer.
    pub earlier: Earlier,
}

/// The terminal that has a serial number.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct SerialOwner {
    terminal_id: KioskId,
}

/// Attributes of [`TerminalState`].
const LAST_SEEN_AT: &str = "last_seen_at";
const SILENT_SINCE: &str = "silent_since";

impl Store {
    /// Reads the items that creating a terminal, or changing the given one, depends on.
    pub async fn terminal_snapshot(
        &self,
        caller: UserId,
        id: Option<KioskId>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<TerminalSnapshot, StoreError> {
        let (profile, book, terminal) = (keys::profile(caller), keys::site_book(), id.map(keys::terminal));
        let wanted = [profile.clone(), book.clone()].into_iter().chain(terminal.clone());
        let mut items = self.read(wanted.chain(repeat.map(RepeatKey::item_key))).await?;
        Ok(TerminalSnapshot {
            caller: items.take(&profile)?,
            terminal: terminal.map(|key| items.take(&key)).transpose()?.flatten(),
            sites: items.take::<VersionedSiteBook>(&book)?.unwrap_or_default().book,
            earlier: items.earlier(repeat, now)?,
        })
    }

    /// Returns terminals in the order of their creation, at most `limit` after the given one.
    pub async fn terminals(&self, after: Option<KioskId>, limit: usize) -> Result<Page<TerminalRecord>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::TERMINALS.to_owned(),
            range: Range::All,
            descending: false,
            limit: limit + 1,
            after: after.map(|id| keys::terminal(id).attributes()),
        };
        Ok(page_of(self.query(key_range).await?, limit))
    }

    /// Returns the states of terminals, with one BatchGetItem for each hundred.
    pub async fn terminal_states(&self, ids: &[KioskId]) -> Result<BTreeMap<KioskId, TerminalState>, StoreError> {
        let wanted: Vec<Key> = ids.iter().copied().map(keys::terminal_state).collect();
        let mut items = self.read_many(&wanted).await?;
        let mut states = BTreeMap::new();
        for id in ids {
            states.extend(items.take::<TerminalState>(&keys::terminal_state(*id))?.map(|state| (*id, state)));
        }
        Ok(states)
    }

    /// Reads a terminal and its state, with one BatchGetItem.
    pub async fn calling_terminal(&self, id: KioskId) -> Result<Option<CallingTerminal>, StoreError> {
        let (terminal, state) = (keys::terminal(id), keys::terminal_state(id));
        let mut items = self.read([terminal.clone(), state.clone()]).await?;
        let record: Option<TerminalRecord> = items.take(&terminal)?;
        let state: TerminalState = items.take(&state)?.unwrap_or_default();
        Ok(record.map(|record| CallingTerminal { record, state }))
    }

    /// Returns the id of the terminal with a serial number.
    pub async fn terminal_of_serial(&self, serial: &Serial) -> Result<Option<KioskId>, StoreError> {
        let owner: Option<SerialOwner> = self.get(keys::unique_serial(serial)).await?;
        Ok(owner.map(|owner| owner.terminal_id))
    }

    /// Reads the site of a terminal.
    pub async fn site_of_terminal(&self, site: SiteId) -> Result<SiteBook, StoreError> {
        Ok(self.read_sites([site]).await?.book)
    }

    /// Reads all sites, whose zones are those of most terminals.
    pub async fn sites_of_terminals(&self) -> Result<SiteBook, StoreError> {
        let book: Option<VersionedSiteBook> = self.get(keys::site_book()).await?;
        Ok(book.unwrap_or_default().book)
    }

    /// Records a request of a terminal. A deleted terminal stays deleted.
    pub async fn record_terminal_request(
        &self,
        id: KioskId,
        info: Option<&DeviceInfo>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let set = if info.is_some() { ", #info = :info" } else { "" };
        let mut update = Expression::new(format!("SET #seen = :now{set} REMOVE #silent"))
            .name("#seen", LAST_SEEN_AT)
            .name("#silent", SILENT_SINCE)
            .value(":now", text(now.to_string()));
        if let Some(info) = info {
            update = update.name("#info", "info").value(":info", to_value(info)?);
        }
        self.update_if(&keys::terminal_state(id), update, exists()).await.map(|_| ())
    }

    /// Records the punches of a request.
    pub async fn receive_punches(
        &self,
        id: KioskId,
        received: &ReceivedPunches,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.update_if(&keys::terminal_state(id), received.update(now)?, exists()).await.map(|_| ())
    }

    /// Sends a change of a terminal's state with the fact that announces it. Returns whether it was made.
    pub async fn announce_terminal(
        &self,
        stamp: Stamp,
        id: KioskId,
        fact: Fact,
        change: impl FnOnce(&mut Commit) -> Result<(), StoreError>,
    ) -> Result<bool, StoreError> {
        let mut commit = Commit::new(stamp, Subject::Kiosk(id), vec![fact])?;
        change(&mut commit)?;
        match commit.send(self).await {
            Ok(()) => Ok(true),
            Err(CommitError::ConditionFailed(_)) => Ok(false),
            Err(CommitError::Store(error)) => Err(error),
        }
    }
}

impl ReceivedPunches {
    fn update(&self, now: Timestamp) -> Result<Expression, StoreError> {
        let mut set = vec!["#seen = :now", "#drift = :drift"];
        set.extend(self.stamp.is_some().then_some("#stamp = :stamp"));
        set.extend(self.last_punch_at.is_some().then_some("#punch = :punch"));
        let add = "#taken :taken, #waiting :waiting, #unknown :unknown";
        let mut update = Expression::new(format!("SET {} REMOVE #silent ADD {add}", set.join(", ")))
            .name("#seen", LAST_SEEN_AT)
            .name("#drift", "drift")
            .name("#silent", SILENT_SINCE)
            .name("#taken", "taken")
            .name("#waiting", "waiting")
            .name("#unknown", "unknown")
            .value(":now", text(now.to_string()))
            .value(":drift", to_value(&self.drift)?)
            .value(":taken", number(self.taken))
            .value(":waiting", number(self.waiting))
            .value(":unknown", number(self.unknown));
        if let Some(stamp) = &self.stamp {
            update = update.name("#stamp", "stamp").value(":stamp", text(stamp.clone()));
        }
        if let Some(at) = self.last_punch_at {
            update = update.name("#punch", "last_punch_at").value(":punch", text(at.to_string()));
        }
        Ok(update)
    }
}

/// Returns the condition that an item exists.
fn exists() -> Expression {
    Expression::new("attribute_exists(#pk)").name("#pk", PK)
}

impl Commit {
    /// Adds a terminal, on condition that its site exists and no other terminal has its serial number.
    pub fn create_terminal(&mut self, record: &TerminalRecord) -> Result<(), StoreError> {
        let Terminal { id, serial, site_id, .. } = &record.terminal;
        self.check_site(*site_id)?;
        let owner = Item::new(keys::unique_serial(serial), &SerialOwner { terminal_id: *id })?;
        self.put(owner, When::Absent, Some(Condition::Serial))?;
        self.put(Item::new(keys::terminal_state(*id), &TerminalState::default())?, When::Absent, None)?;
        self.put(Item::new(keys::terminal(*id), record)?, When::Absent, Some(Condition::Version))
    }

    /// Replaces a terminal, on condition that it is the version before. A new site must exist, and a new serial number must be
    /// nobody's.
    pub fn change_terminal(&mut self, before: &Terminal, after: &TerminalRecord) -> Result<(), StoreError> {
        let Terminal { id, serial, site_id, version, .. } = &after.terminal;
        if *site_id != before.site_id {
            self.check_site(*site_id)?;
        }
        if *serial != before.serial {
            let owner = Item::new(keys::unique_serial(serial), &SerialOwner { terminal_id: *id })?;
            self.put(owner, When::Absent, Some(Condition::Serial))?;
            self.delete(&keys::unique_serial(&before.serial), None, None)?;
        }
        let item = Item::next(keys::terminal(*id), after)?;
        self.put(item, When::Version(version.saturating_sub(1)), Some(Condition::Version))
    }

    /// Removes a terminal. Its secret becomes invalid.
    pub fn delete_terminal(&mut self, terminal: &Terminal) -> Result<(), StoreError> {
        self.delete(&keys::terminal(terminal.id), Some(exists()), Some(Condition::Version))?;
        self.delete(&keys::terminal_state(terminal.id), None, None)?;
        self.delete(&keys::unique_serial(&terminal.serial), None, None)
    }

    /// Records the punches of a request together with the fact that the device's clock is wrong.
    pub fn receive_punches(
        &mut self,
        id: KioskId,
        received: &ReceivedPunches,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.update(&keys::terminal_state(id), received.update(now)?, Some(exists()), Some(Condition::Version))
    }

    /// Records that the silence of a terminal is announced, unless the terminal was heard since the state was read.
    pub fn announce_silence(&mut self, id: KioskId, read: &TerminalState) -> Result<(), StoreError> {
        let now = self.stamp().at;
        let silent =
            Expression::new("SET #silent = :now").name("#silent", SILENT_SINCE).value(":now", text(now.to_string()));
        let unheard = Expression::new("attribute_not_exists(#silent) AND #seen = :seen")
            .name("#seen", LAST_SEEN_AT)
            .value(":seen", to_value(&read.last_seen_at)?);
        self.update(&keys::terminal_state(id), silent, Some(unheard), Some(Condition::Version))
    }
}

#[cfg(test)]
mod tests {
    use domain::{terminal::Watch, text::Name};

    use super::*;

    fn record(now: Timestamp) -> TerminalRecord {
        let terminal = Terminal {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6KK".parse().unwrap(),
            serial: "A1".parse().unwrap(),
            site_id: "01JBN2V7Q4W0M3T9K5ZXH8R6ST".parse().unwrap(),
            name: Name::parse("Gate").unwrap(),
            time_zone: None,
            uses_states: true,
            watch: Watch::default(),
            created_at: now,
            version: 1,
        };
        TerminalRecord {
            terminal,
            secret_hash: "c0ffee".to_owned(),
            previous_secret: None,
            former_sites: BTreeSet::new(),
        }
    }

    #[test]
    fn a_rotated_secret_leaves_the_earlier_one_a_day() {
        let now = "2026-11-02T08:00:00Z".parse().unwrap();
        let record = record(now);
        assert!(!format!("{record:?}").contains("c0ffee"));
        let rotated = record.rotated("decaf".to_owned(), now);
        assert_eq!(rotated.secret_hashes(now).collect::<Vec<_>>(), ["decaf", "c0ffee"]);
        assert_eq!(rotated.secret_hashes("2026-11-03T08:00:00Z".parse().unwrap()).collect::<Vec<_>>(), ["decaf"]);
    }

    #[test]
    fn a_terminal_that_moves_stores_its_former_sites() {
        let first = record("2026-11-02T08:00:00Z".parse().unwrap());
        let at = |record: &TerminalRecord, site_id| record.changed(Terminal { site_id, ..record.terminal.clone() });
        let (one, two) = (first.terminal.site_id, "01JBN2V7Q4W0M3T9K5ZXH8R6S2".parse().unwrap());
        assert_eq!(at(&first, one).former_sites, BTreeSet::new());
        let moved = at(&first, two);
        assert_eq!(moved.former_sites, BTreeSet::from([one]));
        assert_eq!(at(&moved, one).former_sites, BTreeSet::from([two]), "a terminal that comes back");
    }
}
