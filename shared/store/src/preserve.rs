//! Preserves the data that another release has stored in an item when this release writes the item.
//!
//! After a rollback, and while functions are updated one after the other, items have attributes, fields and values that this
//! release doesn't know. The types define how they are read. A writer puts a whole item, so it compares three things: the
//! stored item, the part that this release understood, and the item to write. Data that it didn't understand, and data that
//! it doesn't change, stays as it is stored. `docs/adr/0029-stored-items-of-other-releases.md` has the reasons.

use std::{
    cell::RefCell,
    collections::{HashMap, VecDeque},
};

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    attributes::Attributes,
    keys::{EXPIRES_AT, Index, Key, PK, ROW, SK},
    stored_item::{Head, StoredItem},
};

tokio::task_local! {
    static READ: RefCell<ReadItems>;
}

/// The maximum number of items that are remembered: several times the number that one transaction writes, and about a
/// megabyte.
const MAX_ITEMS: usize = 512;

/// The most recently read items, as they are stored.
#[derive(Debug, Default)]
struct ReadItems {
    items: HashMap<Key, StoredItem>,
    /// The keys in the order of their first reads.
    order: VecDeque<Key>,
}

impl ReadItems {
    fn insert(&mut self, key: Key, item: StoredItem) {
        if self.items.insert(key.clone(), item).is_some() {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > MAX_ITEMS
            && let Some(oldest) = self.order.pop_front()
        {
            self.items.remove(&oldest);
        }
    }
}

/// Runs the work of a request or an event. Items that it reads and writes keep the data that another release has stored in
/// them.
pub async fn preserving<F: Future>(work: F) -> F::Output {
    READ.scope(RefCell::default(), work).await
}

/// Returns whether items are remembered, because the present work may replace them.
pub(crate) fn is_preserving() -> bool {
    READ.try_with(|_| ()).is_ok()
}

/// Remembers an item that was read whole. Does nothing outside of [`preserving`].
pub(crate) fn remember(head: &Head, item: &StoredItem) {
    // Only items with versions are read and then replaced.
    if head.has_version {
        let _ = READ.try_with(|read| read.borrow_mut().insert(head.key.clone(), item.clone()));
    }
}

/// Adds the data that another release stored in the version that was read to the next version of an item.
pub(crate) fn preserve<T: Serialize + DeserializeOwned>(key: &Key, next: &mut Attributes) {
    let Some(item) = READ.try_with(|read| read.borrow().items.get(key).cloned()).ok().flatten() else { return };
    let (Ok(mut stored), Some(known)) = (item.attributes(), written::<T>(&item)) else { return };
    // This release computes these attributes from the entity.
    let derived = [PK, SK, ROW, EXPIRES_AT, Index::Gsi1.pk(), Index::Gsi1.sk(), Index::Gsi2.pk(), Index::Gsi2.sk()];
    for name in derived {
        stored.remove(name);
    }
    if stored == known {
        return;
    }
    let meaning = understood::<T>(next.clone());
    let means_the_same = |merged: &Attributes| understood::<T>(merged.clone()) == meaning;
    let mut merge = Merge { merged: next.clone(), path: Vec::new(), unknown: Vec::new() };
    merge.compare(&stored, &known, next);
    let Merge { mut merged, unknown, .. } = merge;
    if !means_the_same(&merged) {
        return;
    }
    let mut whole = merged.clone();
    for (path, value) in &unknown {
        insert(&mut whole, path, value);
    }
    if means_the_same(&whole) {
        *next = whole;
        return;
    }
    // A name that isn't written any more may still be read, as an alias. It stays only if it doesn't change how the item is
    // read.
    for (path, value) in &unknown {
        let mut with = merged.clone();
        insert(&mut with, path, value);
        if means_the_same(&with) {
            merged = with;
        }
    }
    *next = merged;
}

/// Returns the part of a stored item that this release understands: the item, read and written again.
fn written<T: Serialize + DeserializeOwned>(stored: &StoredItem) -> Option<Attributes> {
    serde_dynamo::aws_sdk_dynamodb_1::to_item(stored.parse::<T>().ok()?).ok()
}

/// Returns the part of attributes that this release understands.
pub(crate) fn understood<T: Serialize + DeserializeOwned>(stored: Attributes) -> Option<Attributes> {
    let entity: T = serde_dynamo::aws_sdk_dynamodb_1::from_item(stored).ok()?;
    serde_dynamo::aws_sdk_dynamodb_1::to_item(entity).ok()
}

/// A step on the path into an item.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Element(usize),
}

/// A comparison of the stored item, the part that was understood, and the item to write.
#[derive(Debug)]
struct Merge {
    /// The item to write, with the stored values that don't change.
    merged: Attributes,
    path: Vec<Step>,
    /// The stored fields that weren't understood, by their paths in the item to write.
    unknown: Vec<(Vec<Step>, AttributeValue)>,
}

impl Merge {
    fn compare(&mut self, stored: &Attributes, known: &Attributes, next: &Attributes) {
        for (name, stored) in stored {
            self.path.push(Step::Field(name.clone()));
            match (known.get(name), next.get(name)) {
                (Some(known), Some(next)) => self.compare_values(stored, known, next),
                (None, None) => self.unknown.push((self.path.clone(), stored.clone())),
                // The writer has removed the field, or has written another value for it.
                (Some(_), None) | (None, Some(_)) => {}
            }
            self.path.pop();
        }
    }

    fn compare_values(&mut self, stored: &AttributeValue, known: &AttributeValue, next: &AttributeValue) {
        if known == next {
            insert(&mut self.merged, &self.path, stored);
            return;
        }
        match (stored, known, next) {
            (AttributeValue::M(stored), AttributeValue::M(known), AttributeValue::M(next)) => {
                self.compare(stored, known, next);
            }
            (AttributeValue::L(stored), AttributeValue::L(known), AttributeValue::L(next))
                if stored.len() == known.len() =>
            {
                for (place, element) in next.iter().enumerate() {
                    if let Some((stored, known)) =
                        counterpart(known, element).and_then(|at| stored.get(at).zip(known.get(at)))
                    {
                        self.path.push(Step::Element(place));
                        self.compare_values(stored, known, element);
                        self.path.pop();
                    }
                }
            }
            // The writer changes the value.
            _ => {}
        }
    }
}

/// Inserts a value at its path in an item.
fn insert(item: &mut Attributes, path: &[Step], value: &AttributeValue) {
    let Some((Step::Field(name), rest)) = path.split_first() else { return };
    match item.get_mut(name) {
        Some(inner) if !rest.is_empty() => insert_within(inner, rest, value),
        Some(_) | None => {
            item.insert(name.clone(), value.clone());
        }
    }
}

fn insert_within(inner: &mut AttributeValue, path: &[Step], value: &AttributeValue) {
    match (inner, path.split_first()) {
        (inner, None) => value.clone_into(inner),
        (AttributeValue::M(map), Some((Step::Field(_), _))) => insert(map, path, value),
        (AttributeValue::L(list), Some((Step::Element(place), rest))) => {
            if let Some(element) = list.get_mut(*place) {
                insert_within(element, rest, value);
            }
        }
        (_, Some(_)) => {}
    }
}

/// Returns the index of a list element in the list that was read: of an equal element, or of the one with the same `id`.
fn counterpart(known: &[AttributeValue], element: &AttributeValue) -> Option<usize> {
    let id = |element: &AttributeValue| element.as_m().ok().and_then(|map| map.get("id").cloned());
    let equal = known.iter().position(|known| known == element);
    equal.or_else(|| id(element).and_then(|wanted| known.iter().position(|known| id(known).as_ref() == Some(&wanted))))
}

#[cfg(test)]
mod tests {
    use domain::settings::Geofence;
    use serde_json::{Value, json};

    use super::*;
    use crate::{item::Item, keys, settings::VersionedSettings};

    fn attributes(document: Value) -> Attributes {
        serde_dynamo::aws_sdk_dynamodb_1::to_item(document).unwrap()
    }

    fn document(attributes: Attributes) -> Value {
        serde_dynamo::aws_sdk_dynamodb_1::from_item(attributes).unwrap()
    }

    /// Returns the stored settings after a change.
    async fn changed(stored: Value, change: impl FnOnce(&mut VersionedSettings)) -> Value {
        let written = preserving(async {
            let stored = StoredItem::from(attributes(stored));
            remember(&stored.head(), &stored);
            let mut settings: VersionedSettings = stored.read().unwrap();
            change(&mut settings);
            settings.version += 1;
            Item::next(keys::settings(), &settings).unwrap().attributes
        });
        document(written.await)
    }

    fn stored() -> Value {
        json!({
            "pk": "ORG", "sk": "SETTINGS", "version": 4, "owner": "finance",
            "settings": {
                "geofence": "warn", "late_grace_minutes": 10, "rounding": {"minutes": 5},
                "breaks": {"paid": true, "rounded": true, "auto_deduct": {"after_minutes": 360, "minutes": 30}},
            },
        })
    }

    #[tokio::test]
    async fn a_writer_preserves_attributes_fields_and_values_that_it_doesnt_know() {
        let written = changed(stored(), |settings| {
            settings.settings.late_grace_minutes = domain::bounded::Bounded::constant::<3>();
        });
        let written = written.await;
        assert_eq!((&written["version"], &written["owner"]), (&json!(5), &json!("finance")));
        let settings = &written["settings"];
        assert_eq!((&settings["late_grace_minutes"], &settings["geofence"]), (&json!(3), &json!("warn")));
        assert_eq!(
            (&settings["rounding"], &settings["breaks"]),
            (&json!({"minutes": 5}), &stored()["settings"]["breaks"])
        );
        assert_eq!(settings["photo"], "optional", "what the stored item didn't have is written");
    }

    #[tokio::test]
    async fn a_value_that_the_writer_changes_is_its_own() {
        let written = changed(stored(), |settings| {
            settings.settings.geofence = Geofence::Enforce;
            settings.settings.breaks.paid = false;
        });
        let written = written.await;
        assert_eq!(written["settings"]["geofence"], "enforce");
        assert_eq!(
            (&written["settings"]["breaks"]["paid"], &written["settings"]["breaks"]["rounded"]),
            (&json!(false), &json!(true))
        );
    }

    #[tokio::test]
    async fn a_deprecated_field_is_not_written_with_its_replacement() {
        let mut stored = stored();
        stored["settings"]["open_registration"] = json!(false);
        let written = changed(stored, |settings| settings.settings.breaks.paid = false).await;
        assert_eq!(written["settings"]["registration"], "approval");
        assert!(written["settings"]["open_registration"].is_null());
        assert_eq!((&written["owner"], &written["settings"]["rounding"]), (&json!("finance"), &json!({"minutes": 5})));
    }

    #[tokio::test]
    async fn an_item_that_wasnt_read_is_written_as_it_is() {
        let written = Item::next(keys::settings(), &VersionedSettings::default()).unwrap();
        let known = Item::new(keys::settings(), &VersionedSettings::default()).unwrap();
        assert_eq!(written.attributes, known.attributes);
    }

    #[test]
    fn an_element_of_a_list_is_found_by_its_id_or_as_an_equal() {
        let value = |document: Value| -> AttributeValue {
            serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(document).unwrap()
        };
        let stored =
            value(json!([{"id": "a", "end": 1, "new": 1}, {"id": "b", "end": 2, "new": 2}, {"from": 1, "new": 3}]));
        let known = value(json!([{"id": "a", "end": 1}, {"id": "b", "end": 2}, {"from": 1}]));
        let next = value(json!([{"id": "b", "end": 9}, {"from": 1}, {"from": 2}, {"id": "c", "end": 1}]));
        let item = |list: AttributeValue| Attributes::from([("list".to_owned(), list)]);
        let next = item(next);
        let mut merge = Merge { merged: next.clone(), path: Vec::new(), unknown: Vec::new() };
        merge.compare(&item(stored), &item(known), &next);
        let Merge { mut merged, unknown, .. } = merge;
        for (path, value) in &unknown {
            insert(&mut merged, path, value);
        }
        let expected =
            json!([{"id": "b", "end": 9, "new": 2}, {"from": 1, "new": 3}, {"from": 2}, {"id": "c", "end": 1}]);
        assert_eq!(merged, item(value(expected)));
    }

    #[tokio::test]
    async fn only_the_items_that_were_read_last_are_remembered() {
        preserving(async {
            for year in 0..=MAX_ITEMS {
                let key = keys::holidays(i16::try_from(year).unwrap());
                let item = StoredItem::from(Item::new(key, &VersionedSettings::default()).unwrap().attributes);
                remember(&item.head(), &item);
            }
            READ.with(|read| {
                assert_eq!(read.borrow().items.len(), MAX_ITEMS);
                assert!(!read.borrow().items.contains_key(&keys::holidays(0)));
            });
        })
        .await;
    }
}
