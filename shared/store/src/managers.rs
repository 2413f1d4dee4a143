//! The register of managers and admins. The transactions that appoint and remove them (`users`) update it, so two reads show
//! who decides for a person.
//!
//! One item has the admins and the managers of everyone. The managers of departments are distributed over 16 items by
//! department, because one item would be full at 6,600 departments. Release 0.1.0 stored all of them in the first item. Its
//! lines there are read too, until `open-day` has moved them.
//!
//! Each line of the register is a set of ids that is changed in place. Adding a person to one line and removing them from
//! another needs neither a read nor a condition, because the profile's version makes the difference exact.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    id::DepartmentId,
    notification::{Managers, Office},
    user::User,
};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, number},
    item::Attributes,
    keys::{self, Key, VERSION},
    read::Items,
};

/// The number of lines of the old register that one transaction moves.
const LINES_AT_ONCE: usize = 100;

/// The line of admins.
const ADMINS: &str = "admins";
/// The line of managers of everyone.
const OF_EVERYONE: &str = "of_everyone";
/// The prefix of the lines of departments.
const OF_DEPARTMENT: &str = "of#";

fn line(office: Office) -> String {
    match office {
        Office::Admin => ADMINS.to_owned(),
        Office::ManagerOfEveryone => OF_EVERYONE.to_owned(),
        Office::ManagerOf(department) => format!("{OF_DEPARTMENT}{department}"),
    }
}

fn office(line: &str) -> Option<Office> {
    match line {
        ADMINS => Some(Office::Admin),
        OF_EVERYONE => Some(Office::ManagerOfEveryone),
        line => line.strip_prefix(OF_DEPARTMENT)?.parse().ok().map(Office::ManagerOf),
    }
}

/// Returns the key of the item that has a line.
fn item_of(office: Office) -> Key {
    match office {
        Office::Admin | Office::ManagerOfEveryone => keys::managers(),
        Office::ManagerOf(department) => keys::managers_of(department),
    }
}

impl Items {
    /// Takes out the admins and the managers of everyone.
    pub(crate) fn take_managers(&mut self) -> Result<Managers, StoreError> {
        let mut managers = Managers::default();
        if let Some(item) = self.take_stored(&keys::managers()) {
            enter_all(&mut managers, &item.attributes()?)?;
        }
        Ok(managers)
    }
}

/// Adds the people of all lines of an item to `managers`.
fn enter_all(managers: &mut Managers, item: &Attributes) -> Result<(), StoreError> {
    for (name, value) in item {
        let (Some(office), AttributeValue::Ss(ids)) = (office(name), value) else { continue };
        for id in ids {
            let unreadable = |error: domain::Invalid| Key::of(item).unreadable(format!("{name}: {error}"));
            let id = id.parse().map_err(unreadable)?;
            managers.enter(office, id);
        }
    }
    Ok(())
}

/// Lines of departments in the item in which release 0.1.0 stored them.
#[derive(Debug)]
pub struct OldLines {
    version: AttributeValue,
    lines: Vec<(DepartmentId, AttributeValue)>,
}

impl Store {
    /// Reads the managers of departments. A change of the last second may be missing.
    pub(crate) async fn add_managers_of(
        &self,
        managers: &mut Managers,
        departments: impl IntoIterator<Item = DepartmentId>,
    ) -> Result<(), StoreError> {
        let items: BTreeSet<Key> = departments.into_iter().map(keys::managers_of).collect();
        if items.is_empty() {
            return Ok(());
        }
        let items: Vec<Key> = items.into_iter().collect();
        let mut found = self.read_many_eventually(&items).await?;
        for key in &items {
            if let Some(item) = found.take_stored(key) {
                enter_all(managers, &item.attributes()?)?;
            }
        }
        Ok(())
    }

    /// Reads lines of departments that are still in the first item: at most as many as one transaction can move.
    pub async fn old_manager_lines(&self) -> Result<Option<OldLines>, StoreError> {
        let Some(item) = self.read([keys::managers()]).await?.take_stored(&keys::managers()) else {
            return Ok(None);
        };
        let item = item.attributes()?;
        let of_department = |(name, ids): (&String, &AttributeValue)| match office(name) {
            Some(Office::ManagerOf(department)) => Some((department, ids.clone())),
            Some(Office::Admin | Office::ManagerOfEveryone) | None => None,
        };
        let lines: Vec<_> = item.iter().filter_map(of_department).take(LINES_AT_ONCE).collect();
        let version = item.get(VERSION).cloned().unwrap_or_else(|| number(0));
        Ok((!lines.is_empty()).then_some(OldLines { version, lines }))
    }
}

impl Commit {
    /// Moves lines of departments to the items of this release, unless the first item has changed in the meantime.
    pub fn move_manager_lines(&mut self, old: &OldLines) -> Result<(), StoreError> {
        let mut removed = Expression::default().name("#version", VERSION).value(":one", number(1));
        let mut moved: BTreeMap<Key, (Vec<String>, Expression)> = BTreeMap::new();
        let mut names = Vec::new();
        for (place, (department, ids)) in old.lines.iter().enumerate() {
            let (name, value) = (format!("#line{place}"), format!(":ids{place}"));
            let line = line(Office::ManagerOf(*department));
            let (added, update) = moved.entry(keys::managers_of(*department)).or_default();
            added.push(format!("{name} {value}"));
            *update = std::mem::take(update).name(&name, &line).value(&value, ids.clone());
            removed = removed.name(&name, &line);
            names.push(name);
        }
        let unchanged = Expression::new("#version = :expected").value(":expected", old.version.clone());
        let removed = removed.with_text(format!("ADD #version :one REMOVE {}", names.join(", ")));
        self.update(&keys::managers(), removed, Some(unchanged), Some(Condition::Version))?;
        for (key, (added, update)) in moved {
            let update = update.name("#version", VERSION).value(":one", number(1));
            self.update(&key, update.with_text(format!("ADD #version :one, {}", added.join(", "))), None, None)?;
        }
        Ok(())
    }

    /// Adds a person to the lines of the register that now apply to them, and removes them from the lines that no longer
    /// apply. Most people are in no line; for them nothing is written.
    pub(crate) fn register_manager(&mut self, before: Option<&User>, after: &User) -> Result<(), StoreError> {
        let (held, holds) = (before.map(Office::held_by).unwrap_or_default(), Office::held_by(after));
        let mut items: BTreeMap<Key, LineChanges> = BTreeMap::new();
        for office in holds.difference(&held) {
            items.entry(item_of(*office)).or_default().enters.push(line(*office));
        }
        for office in held.difference(&holds) {
            items.entry(item_of(*office)).or_default().leaves.push(line(*office));
            // Release 0.1.0 may have added them here.
            if let Office::ManagerOf(_) = office {
                items.entry(keys::managers()).or_default().leaves.push(line(*office));
            }
        }
        items.into_iter().try_for_each(|(key, changes)| self.change_lines(&key, changes, after))
    }

    fn change_lines(&mut self, key: &Key, changes: LineChanges, person: &User) -> Result<(), StoreError> {
        let mut update = Expression::default()
            .name("#version", VERSION)
            .value(":one", number(1))
            .value(":person", AttributeValue::Ss(vec![person.id.to_string()]));
        let mut clause = |lines: Vec<String>, prefix: &str| {
            let placed = lines.iter().enumerate().map(|(place, line)| {
                let name = format!("#{prefix}{place}");
                update = std::mem::take(&mut update).name(&name, line);
                format!("{name} :person")
            });
            placed.collect::<Vec<_>>()
        };
        let added = [vec!["#version :one".to_owned()], clause(changes.enters, "enters")].concat().join(", ");
        let deleted = clause(changes.leaves, "leaves").join(", ");
        let text = if deleted.is_empty() { format!("ADD {added}") } else { format!("ADD {added} DELETE {deleted}") };
        self.update(key, update.with_text(text), None, None)
    }
}

/// The additions and removals of a person in the lines of one item.
#[derive(Debug, Default)]
struct LineChanges {
    enters: Vec<String>,
    leaves: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_register_is_parsed_into_its_office() {
        let department = "01JBN2V7Q4W0M3T9K5ZXH8R6CA".parse().unwrap();
        for held in [Office::Admin, Office::ManagerOfEveryone, Office::ManagerOf(department)] {
            assert_eq!(office(&line(held)), Some(held));
        }
        for other in ["pk", "sk", "version", "of#x"] {
            assert_eq!(office(other), None);
        }
    }

    #[test]
    fn the_register_is_read_from_its_lines() {
        let id = "01JBN2V7Q4W0M3T9K5ZXH8R6CD";
        let set = |ids: &[&str]| AttributeValue::Ss(ids.iter().map(|id| (*id).to_owned()).collect());
        let mut item = keys::managers().attributes();
        item.insert(ADMINS.to_owned(), set(&[id]));
        item.insert(VERSION.to_owned(), number(3));
        let mut read = Managers::default();
        enter_all(&mut read, &item).unwrap();
        assert_eq!(read, Managers { admins: BTreeSet::from([id.parse().unwrap()]), ..Managers::default() });
        item.insert(OF_EVERYONE.to_owned(), set(&["nobody"]));
        assert!(enter_all(&mut read, &item).is_err());
    }
}
