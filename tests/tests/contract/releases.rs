//! The data that release 0.1.0 wrote in addition to its table: facts, log lines, cursor positions. `tests/fixtures/README.md`
//! documents the origin of the files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use domain::event::Fact;
use serde_json::Value;

use crate::repository;

fn fixture(release: &str, file: &str) -> String {
    fs::read_to_string(repository(&format!("tests/fixtures/{release}/{file}"))).unwrap()
}

#[test]
fn facts_of_0_1_0_are_read_and_written_alike() {
    let facts: Vec<Value> = serde_json::from_str(&fixture("0.1.0", "facts.json")).unwrap();
    for fact in facts {
        let read: Fact = serde_json::from_value(fact.clone()).unwrap_or_else(|error| panic!("{fact}: {error}"));
        assert_eq!(serde_json::to_value(&read).unwrap(), fact);
    }
}

/// Returns the fields of a release's log lines, by the module that wrote them and their message.
fn fields_of_lines(release: &str) -> BTreeMap<(String, String), BTreeSet<String>> {
    let mut lines: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for line in fixture(release, "log.txt").lines() {
        let levels = ["INFO ", "WARN ", "ERROR "];
        let (_, logged) = levels.iter().find_map(|level| line.split_once(level)).unwrap();
        let (target, rest) = logged.split_once(": ").unwrap();
        let mut words = rest.split(' ').peekable();
        let mut message = Vec::new();
        while let Some(word) = words.next_if(|word| !word.contains('=')) {
            message.push(word);
        }
        let names = words.filter_map(|word| word.split_once('=')).map(|(name, _)| name.to_owned());
        let names = names.filter(|name| name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'));
        lines.entry((target.to_owned(), message.join(" "))).or_default().extend(names);
    }
    lines
}

#[test]
fn log_lines_have_the_fields_that_0_1_0_gave_them() {
    let current = fields_of_lines("current");
    for (line, fields) in fields_of_lines("0.1.0") {
        let now = current.get(&line).unwrap_or_else(|| panic!("nothing writes {line:?} any more"));
        assert!(fields.is_subset(now), "{line:?}: {:?} are gone", fields.difference(now).collect::<Vec<_>>());
    }
}

#[test]
fn the_table_is_defined_as_0_1_0_defined_it() {
    let definition = |release| serde_json::from_str::<Value>(&fixture(release, "table.json")).unwrap();
    assert_eq!(definition("current"), definition("0.1.0"), "docs/operations.md must say how a table is brought along");
}
