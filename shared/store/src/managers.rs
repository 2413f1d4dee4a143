//! The register of managers and admins: one item, kept by the transactions that make and unmake them (`users`), so that
//! who decides for a person is known from one read.
//!
//! Each line of the register is a set of ids, changed in place: entering someone in a line and taking them out of another
//! needs neither a read nor a condition, because the profile's own version makes the difference exact.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    notification::{Managers, Office},
    user::User,
};

use crate::{
    Commit, StoreError,
    commit::{Expression, number},
    item::Attributes,
    keys::{self, VERSION},
    read::Items,
};

/// The line of the admins.
const ADMINS: &str = "admins";
/// The line of the managers of everyone.
const OF_EVERYONE: &str = "of_everyone";
/// What the lines of departments begin with.
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

impl Items {
    /// Takes the register out; an empty one where there is none.
    pub(crate) fn take_managers(&mut self) -> Result<Managers, StoreError> {
        self.take_attributes(&keys::managers()).map_or_else(|| Ok(Managers::default()), |item| register(&item))
    }
}

fn register(item: &Attributes) -> Result<Managers, StoreError> {
    let mut managers = Managers::default();
    for (name, value) in item {
        let (Some(office), AttributeValue::Ss(ids)) = (office(name), value) else { continue };
        for id in ids {
            let id = id.parse().map_err(|error: domain::Invalid| StoreError::Unreadable {
                key: keys::managers().to_string(),
                reason: format!("{name}: {error}"),
            })?;
            managers.enter(office, id);
        }
    }
    Ok(managers)
}

impl Commit {
    /// Enters a person in the lines of the register that are theirs from now on, and takes them out of those that aren't
    /// any more. Most people stand in none, and then this writes nothing.
    pub(crate) fn register_manager(&mut self, before: Option<&User>, after: &User) -> Result<(), StoreError> {
        let (held, holds) = (before.map(Office::held_by).unwrap_or_default(), Office::held_by(after));
        let (enters, leaves) = (lines(holds.difference(&held)), lines(held.difference(&holds)));
        if enters.is_empty() && leaves.is_empty() {
            return Ok(());
        }
        let mut update = Expression::default()
            .name("#version", VERSION)
            .value(":one", number(1))
            .value(":person", AttributeValue::Ss(vec![after.id.to_string()]));
        let mut clause = |lines: Vec<String>, prefix: &str| {
            let placed = lines.iter().enumerate().map(|(place, line)| {
                let name = format!("#{prefix}{place}");
                update = std::mem::take(&mut update).name(&name, line);
                format!("{name} :person")
            });
            placed.collect::<Vec<_>>()
        };
        let added = [vec!["#version :one".to_owned()], clause(enters, "enters")].concat().join(", ");
        let deleted = clause(leaves, "leaves").join(", ");
        let text = if deleted.is_empty() { format!("ADD {added}") } else { format!("ADD {added} DELETE {deleted}") };
        self.update(&keys::managers(), update.with_text(text), None, None)
    }
}

fn lines<'a>(offices: impl Iterator<Item = &'a Office>) -> Vec<String> {
    let offices: BTreeSet<Office> = offices.copied().collect();
    offices.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_its_office() {
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
        let read = register(&item).unwrap();
        assert_eq!(read, Managers { admins: BTreeSet::from([id.parse().unwrap()]), ..Managers::default() });
        item.insert(OF_EVERYONE.to_owned(), set(&["nobody"]));
        assert!(register(&item).is_err());
    }
}
