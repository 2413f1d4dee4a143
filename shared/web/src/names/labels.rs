//! Finds the places of names in the JSON of a response, and inserts the names.
//!
//! The names go into the text that the response consists of. A list has thousands of values, and building a document from them only
//! to write it again would take most of the time of an answer.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use domain::text::Name;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use store::names::Named;

use super::{Kind, is_list, name_field, subject_of};

/// A field with a name to add to a text.
#[derive(Debug, PartialEq)]
pub(super) struct Label<'a> {
    /// The place of the field in the text: after the value of the field with the id.
    place: usize,
    /// The name of the field.
    field: String,
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
    search(text, text, &mut found)?;
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
        body.extend([",\"", field, "\":"]);
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
    value: &'a str,
}

/// The members of an object, with values that aren't parsed.
#[derive(Debug)]
struct Members<'a>(Vec<Member<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// A key, which has an allocation of its own only if it contains escapes.
        #[derive(Deserialize)]
        struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

        struct OfObject;

        impl<'de> Visitor<'de> for OfObject {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((Key(key), value)) = object.next_entry::<Key<'de>, &'de RawValue>()? {
                    members.push(Member { key, value: value.get() });
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(OfObject)
    }
}

/// Adds the labels of the objects in a value. The value is a part of the text.
fn search<'a>(text: &'a str, value: &'a str, found: &mut Vec<Label<'a>>) -> serde_json::Result<()> {
    match value.as_bytes().first() {
        Some(b'{') => {
            let Members(members) = serde_json::from_str(value)?;
            found.extend(members.iter().filter_map(|member| label(text, &members, member)));
            members.iter().try_for_each(|member| search(text, member.value, found))
        }
        Some(b'[') => {
            let elements: Vec<&RawValue> = serde_json::from_str(value)?;
            elements.into_iter().try_for_each(|element| search(text, element.get(), found))
        }
        Some(_) | None => Ok(()),
    }
}

/// Returns the field to add next to another field, if that one contains an id.
fn label<'a>(text: &str, object: &[Member<'a>], member: &Member<'a>) -> Option<Label<'a>> {
    let get = |key: &str| object.iter().find(|member| member.key == key).map(|member| member.value);
    let (field, name) = match name_field(&member.key) {
        Some((field, kind)) => {
            let name = match (member.value, string(member.value)) {
                ("null", _) if member.key != "by" => LabelName::One(None),
                (_, Some(id)) if member.key == "user_id" => {
                    match get("full_name").filter(|name| string(name).is_some()) {
                        Some(given) => LabelName::Given(given),
                        None => LabelName::One(Some(kind.parse(id)?)),
                    }
                }
                (_, Some(id)) => LabelName::One(Some(kind.parse(id)?)),
                (ids, None) if is_list(&member.key) => LabelName::Each(each(ids, kind)?),
                (_, None) => return None,
            };
            (field, name)
        }
        None => match (&*member.key, string(member.value)?) {
            // An actor: `{"kind": "user", "id": …}`.
            ("id", id) if object.len() == 2 => {
                let kind = match string(get("kind")?)? {
                    "user" => Kind::Person,
                    "service_token" => Kind::ServiceToken,
                    _ => return None,
                };
                ("name".to_owned(), LabelName::One(Some(kind.parse(id)?)))
            }
            // The changed item, such as `department:…`. Settings and similar items have no name.
            ("subject", subject) if get("actor").is_some() => {
                ("subject_name".to_owned(), LabelName::One(subject_of(subject)))
            }
            _ => return None,
        },
    };
    let place = member.value.as_bytes().as_ptr_range().end.addr() - text.as_ptr().addr();
    get(&field).is_none().then_some(Label { place, field, name })
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
