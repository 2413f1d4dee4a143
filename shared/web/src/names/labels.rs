//! Finds the places of names in the JSON of a response, and inserts the names.
//!
//! The names go into the text that the response consists of. A list has thousands of values, and building a document from them only
//! to write it again would take most of the time of an answer.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use domain::text::Name;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;
use store::names::Named;

use super::{FieldName, Kind, NameField, subject_of};

/// A field with a name to add to a text.
#[derive(Debug, PartialEq)]
pub(super) struct Label<'a> {
    /// The place of the field in the text: after the value of the field with the id.
    place: usize,
    /// The name of the field.
    field: FieldName<'a>,
    /// The value of the field.
    pub(super) name: LabelName<'a>,
}

/// The value next to an id.
#[derive(Debug, PartialEq)]
pub(super) enum LabelName<'a> {
    /// The name for the id; null without a name.
    One(Option<Named>),
    /// The names for a list of ids, in its order.
    Each(Vec<Option<Named>>),
    /// A name that the object already contains, as JSON.
    Given(&'a str),
}

impl LabelName<'_> {
    /// Returns the ids whose names must be read.
    pub(super) fn ids(&self) -> impl Iterator<Item = Named> {
        let ids: &[Option<Named>] = match self {
            Self::One(id) => std::slice::from_ref(id),
            Self::Each(ids) => ids,
            Self::Given(_) => &[],
        };
        ids.iter().copied().flatten()
    }
}

/// Returns the names to add to a JSON text, in the order of their places.
pub(super) fn labels(text: &str) -> serde_json::Result<Vec<Label<'_>>> {
    let mut found = Vec::new();
    Search { text, members: &mut Vec::new(), found: &mut found }.within(text)?;
    // The labels of an object come before those of the objects in it.
    found.sort_unstable_by_key(|label| label.place);
    Ok(found)
}

/// Inserts the names into the text that the labels belong to.
pub(super) fn insert(text: &str, labels: &[Label<'_>], names: &BTreeMap<Named, Name>) -> String {
    let name = |id: &Option<Named>| id.and_then(|id| names.get(&id)).map_or_else(|| "null".to_owned(), quoted);
    let mut body = String::with_capacity(text.len() + 48 * labels.len());
    let mut written = 0;
    for Label { place, field, name: value } in labels {
        body.push_str(&text[written..*place]);
        body.extend([",\"", field.start, field.end, "\":"]);
        match value {
            LabelName::One(id) => body.push_str(&name(id)),
            LabelName::Each(ids) => {
                let names: Vec<String> = ids.iter().map(name).collect();
                body.extend(["[", &names.join(","), "]"]);
            }
            LabelName::Given(given) => body.push_str(given),
        }
        written = *place;
    }
    body.push_str(&text[written..]);
    body
}

/// Returns a name as JSON.
fn quoted(name: &Name) -> String {
    serde_json::Value::from(name.as_str()).to_string()
}

/// A member of an object.
#[derive(Debug)]
struct Member<'a> {
    key: Cow<'a, str>,
    /// The field that contains the name for this member.
    name: Option<NameField<'a>>,
    /// The value as JSON, if a name depends on it.
    value: Option<&'a str>,
}

/// The fields that determine a name and aren't ids of a known kind.
const OTHERS: [&str; 4] = ["full_name", "id", "kind", "subject"];

/// Adds the labels of the objects in a value. Each value is read once, except for lists of ids and values of [`OTHERS`].
struct Search<'a, 'f> {
    text: &'a str,
    /// The members of the objects that contain the value and aren't read to their end.
    members: &'f mut Vec<Member<'a>>,
    found: &'f mut Vec<Label<'a>>,
}

impl<'a> Search<'a, '_> {
    /// Searches a value that was taken as text.
    fn within(&mut self, value: &'a str) -> serde_json::Result<()> {
        match value.as_bytes().first() {
            Some(b'{' | b'[') => self.next().deserialize(&mut serde_json::Deserializer::from_str(value)),
            Some(_) | None => Ok(()),
        }
    }

    /// Returns the search of a value in this one.
    fn next(&mut self) -> Search<'a, '_> {
        Search { text: self.text, members: self.members, found: self.found }
    }
}

impl<'de> DeserializeSeed<'de> for Search<'de, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Search<'de, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(self.next())?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<(), A::Error> {
        /// A key, which has an allocation of its own only if it contains escapes.
        #[derive(Deserialize)]
        struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

        let first = self.members.len();
        while let Some(Key(key)) = object.next_key::<Key<'de>>()? {
            let name = match key {
                Cow::Borrowed(key) => NameField::of(key),
                // Fields with ids have no characters that are escaped.
                Cow::Owned(_) => None,
            };
            let value = if name.is_some() || OTHERS.contains(&&*key) {
                let value = object.next_value::<&'de RawValue>()?.get();
                self.within(value).map_err(A::Error::custom)?;
                Some(value)
            } else {
                object.next_value_seed(self.next())?;
                None
            };
            self.members.push(Member { key, name, value });
        }
        let members = self.members.get(first..).unwrap_or_default();
        self.found.extend(members.iter().filter_map(|member| label(self.text, members, member)));
        self.members.truncate(first);
        Ok(())
    }
}

/// Returns the field to add next to another field, if that one contains an id.
fn label<'a>(text: &str, object: &[Member<'a>], member: &Member<'a>) -> Option<Label<'a>> {
    let has = |key: &str| object.iter().any(|member| member.key == key);
    let get = |key: &str| object.iter().find(|member| member.key == key)?.value;
    let json = member.value?;
    let (field, name) = match member.name {
        Some(NameField { name: field, kind, is_list }) => {
            let name = match (json, string(json)) {
                ("null", _) if member.key != "by" => LabelName::One(None),
                (_, Some(id)) if member.key == "user_id" => {
                    match get("full_name").filter(|name| string(name).is_some()) {
                        Some(given) => LabelName::Given(given),
                        None => LabelName::One(Some(kind.parse(id)?)),
                    }
                }
                (_, Some(id)) => LabelName::One(Some(kind.parse(id)?)),
                (ids, None) if is_list => LabelName::Each(each(ids, kind)?),
                (_, None) => return None,
            };
            (field, name)
        }
        None => match (&*member.key, string(json)?) {
            // An actor: `{"kind": "user", "id": …}`.
            ("id", id) if object.len() == 2 => {
                let kind = match string(get("kind")?)? {
                    "user" => Kind::Person,
                    "service_token" => Kind::ServiceToken,
                    _ => return None,
                };
                (FieldName { start: "", end: "name" }, LabelName::One(Some(kind.parse(id)?)))
            }
            // The changed item, such as `department:…`. Settings and similar items have no name.
            ("subject", subject) if has("actor") => {
                (FieldName { start: "", end: "subject_name" }, LabelName::One(subject_of(subject)))
            }
            _ => return None,
        },
    };
    let place = json.as_bytes().as_ptr_range().end.addr() - text.as_ptr().addr();
    let is_there = object.iter().any(|member| field.is(&member.key));
    (!is_there).then_some(Label { place, field, name })
}

/// Returns the text of a JSON string. Ids have no characters that are escaped.
fn string(json: &str) -> Option<&str> {
    json.strip_prefix('"')?.strip_suffix('"')
}

/// Returns the ids of a JSON list.
fn each(json: &str, kind: Kind) -> Option<Vec<Option<Named>>> {
    let ids: Vec<serde_json::Value> = serde_json::from_str(json).ok()?;
    Some(ids.iter().map(|id| id.as_str().and_then(|id| kind.parse(id))).collect())
}
