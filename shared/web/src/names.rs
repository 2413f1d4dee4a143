//! Names next to ids: `user_id` and `user_name`, `decided_by` and `decided_by_name`, `site_id` and `site_name`.
//!
//! Handlers respond with ids, and responses are saved for repeats with ids. [`layer`] adds the names when a response is sent.
//! [`Store::names`] reads them in batches, so that responses contain the current names. [`describe`] adds the same fields to
//! the OpenAPI document. The suffix of a field's name determines its kind, so a new field needs no other code.

mod document;

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::text::Name;
use http::header;
use serde_json::{Map, Value};
use store::{
    Store,
    names::{Named, remembering_names},
};

pub use document::describe;

/// The fields with the id of a person whose names don't end in `user_id`.
const PEOPLE: [&str; 7] = ["added_by", "assigned_by", "by", "created_by", "decided_by", "requested_by", "set_by"];

/// The fields with lists of ids, the fields for their names, and the kinds of the ids.
const LISTS: [(&str, &str, Kind); 5] = [
    ("left_out", "left_out_names", Kind::Person),
    ("not_closed", "not_closed_names", Kind::Person),
    ("manages", "manages_names", Kind::Department),
    ("busy", "busy_names", Kind::Person),
    ("department_ids", "department_names", Kind::Department),
];

/// The body of a response before names are added.
#[derive(Debug, Clone)]
pub(crate) struct Unnamed(pub(crate) Value);

/// Adds names to the response.
pub async fn layer(State(store): State<Store>, request: Request, next: Next) -> Response {
    remembering_names(async {
        let mut response = next.run(request).await;
        if let Some(Unnamed(mut body)) = response.extensions_mut().remove::<Unnamed>() {
            add_names(&store, &mut body).await;
            *response.body_mut() = Body::new(Json(body).into_response().into_body());
            response.headers_mut().remove(header::CONTENT_LENGTH);
        }
        response
    })
    .await
}

/// Adds the name next to each id. If the names can't be read, they are null: a successful change must not respond with 503.
pub async fn add_names(store: &Store, body: &mut Value) {
    let mut wanted = BTreeSet::new();
    collect(body, &mut wanted);
    let names = store.names(wanted).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "names can't be read: the answer is without them");
        BTreeMap::new()
    });
    fill(body, &names);
}

/// The value next to an id.
#[derive(Debug, PartialEq)]
enum Label {
    /// The name for the id; null without a name.
    One(Option<Named>),
    /// The names for a list of ids, in its order.
    Each(Vec<Option<Named>>),
    /// A name that the object already contains.
    Given(Value),
}

/// Returns the field to add next to another field, if that one contains an id.
fn label(object: &Map<String, Value>, field: &str, value: &Value) -> Option<(String, Label)> {
    let (name, label) = match name_field(field) {
        Some((name, kind)) => match value {
            Value::Null if field != "by" => (name, Label::One(None)),
            Value::String(id) if field == "user_id" => {
                let given = object.get("full_name").filter(|name| name.is_string());
                (
                    name,
                    given.map_or_else(
                        || kind.parse(id).map(|id| Label::One(Some(id))),
                        |it| Some(Label::Given(it.clone())),
                    )?,
                )
            }
            Value::String(id) => (name, Label::One(Some(kind.parse(id)?))),
            Value::Array(ids) if is_list(field) => {
                let ids = ids.iter().map(|id| id.as_str().and_then(|id| kind.parse(id)));
                (name, Label::Each(ids.collect()))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => return None,
        },
        None => match (field, value) {
            // An actor: `{"kind": "user", "id": …}`.
            ("id", Value::String(id)) if object.len() == 2 => {
                let kind = match object.get("kind")?.as_str()? {
                    "user" => Kind::Person,
                    "service_token" => Kind::ServiceToken,
                    _ => return None,
                };
                ("name".to_owned(), Label::One(Some(kind.parse(id)?)))
            }
            // The changed item, such as `department:…`. Settings and similar items have no name.
            ("subject", Value::String(subject)) if object.contains_key("actor") => {
                ("subject_name".to_owned(), Label::One(subject_of(subject)))
            }
            _ => return None,
        },
    };
    (!object.contains_key(&name)).then_some((name, label))
}

/// The kind of item that ids refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Person,
    Department,
    Site,
    ServiceToken,
}

impl Kind {
    fn parse(self, id: &str) -> Option<Named> {
        match self {
            Self::Person => id.parse().ok().map(Named::Person),
            Self::Department => id.parse().ok().map(Named::Department),
            Self::Site => id.parse().ok().map(Named::Site),
            Self::ServiceToken => id.parse().ok().map(Named::ServiceToken),
        }
    }
}

/// Returns the name field for an id field, and the kind of the id.
fn name_field(field: &str) -> Option<(String, Kind)> {
    if PEOPLE.contains(&field) {
        return Some((format!("{field}_name"), Kind::Person));
    }
    if let Some((_, names, kind)) = LISTS.iter().find(|(list, ..)| *list == field) {
        return Some(((*names).to_owned(), *kind));
    }
    let subject = field.strip_suffix("_id")?;
    let kind = match subject.rsplit('_').next()? {
        "user" => Kind::Person,
        "department" => Kind::Department,
        "site" => Kind::Site,
        _ => return None,
    };
    Some((format!("{subject}_name"), kind))
}

fn is_list(field: &str) -> bool {
    LISTS.iter().any(|(list, ..)| *list == field)
}

/// Returns the subject of an audit entry.
fn subject_of(subject: &str) -> Option<Named> {
    let (kind, id) = subject.split_once(':')?;
    let kind = match kind {
        "user" => Kind::Person,
        "department" => Kind::Department,
        "site" => Kind::Site,
        "service-token" => Kind::ServiceToken,
        _ => return None,
    };
    kind.parse(id)
}

fn collect(value: &Value, wanted: &mut BTreeSet<Named>) {
    match value {
        Value::Object(object) => {
            for (field, value) in object {
                match label(object, field, value) {
                    Some((_, Label::One(named))) => wanted.extend(named),
                    Some((_, Label::Each(named))) => wanted.extend(named.into_iter().flatten()),
                    Some((_, Label::Given(_))) | None => {}
                }
                collect(value, wanted);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, wanted)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn fill(value: &mut Value, names: &BTreeMap<Named, Name>) {
    let name = |named: Option<Named>| named.and_then(|it| names.get(&it)).map_or(Value::Null, |it| it.as_str().into());
    match value {
        Value::Object(object) => {
            let labelled = object.iter().enumerate().filter_map(|(place, (field, value))| {
                let (field, label) = label(object, field, value)?;
                let value = match label {
                    Label::One(of) => name(of),
                    Label::Each(of) => of.into_iter().map(name).collect(),
                    Label::Given(given) => given,
                };
                Some((place + 1, field, value))
            });
            // Most objects have none, and stay as they are.
            let labels: Vec<(usize, String, Value)> = labelled.collect();
            object.values_mut().for_each(|value| fill(value, names));
            // From the end, so that the places before don't move.
            for (place, field, value) in labels.into_iter().rev() {
                object.shift_insert(place, field, value);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| fill(value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CD";

    fn named(mut value: Value) -> Value {
        let id = |kind: Kind| kind.parse(ID).unwrap();
        let name = |kind, name: &str| (id(kind), Name::parse(name).unwrap());
        let names = [
            name(Kind::Person, "Maria"),
            name(Kind::Department, "Logistics"),
            name(Kind::Site, "Izmir"),
            name(Kind::ServiceToken, "Payroll"),
        ];
        fill(&mut value, &names.into());
        value
    }

    #[test]
    fn the_name_stands_right_after_the_id_at_any_depth() {
        let body =
            named(json!({"items": [{"user_id": ID, "date": "2026-11-02", "shifts": [{"site_id": ID, "n": 1}]}]}));
        let expected = r#"{"items":[{"user_id":"01JBN2V7Q4W0M3T9K5ZXH8R6CD","user_name":"Maria","date":"2026-11-02","shifts":[{"site_id":"01JBN2V7Q4W0M3T9K5ZXH8R6CD","site_name":"Izmir","n":1}]}]}"#;
        assert_eq!(body.to_string(), expected);
    }

    #[test]
    fn fields_are_named_by_their_endings() {
        let name = |field| name_field(field).map(|(name, _)| name);
        assert_eq!(name("user_id").as_deref(), Some("user_name"));
        assert_eq!(name("with_user_id").as_deref(), Some("with_user_name"));
        assert_eq!(name("decided_by").as_deref(), Some("decided_by_name"));
        assert_eq!(name("from_department_id").as_deref(), Some("from_department_name"));
        assert_eq!(name("manages").as_deref(), Some("manages_names"));
        assert_eq!(name("department_ids").as_deref(), Some("department_names"));
        for other in ["id", "request_id", "interrupted_by", "take_by", "superuser_id"] {
            assert_eq!(name(other), None, "{other}");
        }
    }

    #[test]
    fn a_null_id_has_a_null_name_and_an_unknown_id_too() {
        assert_eq!(named(json!({"site_id": null})), json!({"site_id": null, "site_name": null}));
        let unknown = "01JBN2V7Q4W0M3T9K5ZXH8R6CE";
        assert_eq!(named(json!({"decided_by": unknown})), json!({"decided_by": unknown, "decided_by_name": null}));
    }

    #[test]
    fn who_did_something_and_what_was_changed_are_named() {
        let body = named(json!({"actor": {"kind": "user", "id": ID}, "subject": format!("department:{ID}")}));
        assert_eq!((&body["actor"]["name"], &body["subject_name"]), (&json!("Maria"), &json!("Logistics")));
        let body =
            named(json!({"actor": {"kind": "service_token", "id": ID}, "subject": format!("service-token:{ID}")}));
        assert_eq!((&body["actor"]["name"], &body["subject_name"]), (&json!("Payroll"), &json!("Payroll")));
        let body = named(json!({"actor": {"kind": "system"}, "subject": "settings"}));
        assert_eq!(body, json!({"actor": {"kind": "system"}, "subject": "settings", "subject_name": null}));
    }

    #[test]
    fn names_that_are_there_are_kept_and_cost_nothing() {
        let body = json!({"user_id": ID, "full_name": "Mia", "manages": [ID], "manages_names": ["Then"]});
        let mut wanted = BTreeSet::new();
        collect(&body, &mut wanted);
        assert!(wanted.is_empty(), "{wanted:?}");
        let body = named(body);
        assert_eq!((&body["user_name"], &body["manages_names"]), (&json!("Mia"), &json!(["Then"])));
    }
}
