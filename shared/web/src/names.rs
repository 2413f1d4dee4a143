//! Names next to ids: `user_id` and `user_name`, `decided_by` and `decided_by_name`, `site_id` and `site_name`.
//!
//! Handlers respond with ids, and responses are saved for repeats with ids. [`layer`] adds the names when a response is sent.
//! [`Store::names`] reads them in batches, so that responses contain the current names. [`describe`] adds the same fields to
//! the OpenAPI document. The suffix of a field's name determines its kind, so a new field needs no other code.

mod document;
mod labels;

use std::{collections::BTreeMap, fmt};

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::header;
use store::{
    Store,
    names::{Named, remembering_names},
};

pub use document::describe;
use labels::{insert, labels};

/// The body of a response before names are added, as JSON.
#[derive(Debug, Clone)]
pub(crate) struct Unnamed(pub(crate) String);

/// Adds names to the response.
pub async fn layer(State(store): State<Store>, request: Request, next: Next) -> Response {
    remembering_names(async {
        let mut response = next.run(request).await;
        if let Some(Unnamed(body)) = response.extensions_mut().remove::<Unnamed>() {
            *response.body_mut() = Body::from(with_names(&store, body).await);
            response.headers_mut().remove(header::CONTENT_LENGTH);
        }
        response
    })
    .await
}

/// Adds the name next to each id. If the names can't be read, they are null: a successful change must not respond with 503.
async fn with_names(store: &Store, body: String) -> String {
    let labels = match labels(&body) {
        Ok(labels) if labels.is_empty() => return body,
        Ok(labels) => labels,
        Err(error) => {
            tracing::error!(%error, "an answer isn't JSON: it is without names");
            return body;
        }
    };
    let wanted = labels.iter().flat_map(|label| label.name.ids()).collect();
    let names = store.names(wanted).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "names can't be read: the answer is without them");
        BTreeMap::new()
    });
    insert(&body, &labels, &names)
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

/// The name of a field. Both parts exist as texts, so that no name of a long list needs an allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FieldName<'a> {
    start: &'a str,
    end: &'static str,
}

impl FieldName<'_> {
    fn is(&self, field: &str) -> bool {
        field.strip_prefix(self.start) == Some(self.end)
    }
}

impl fmt::Display for FieldName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.start, self.end)
    }
}

/// The field that contains the name for an id, or the names for a list of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NameField<'a> {
    name: FieldName<'a>,
    /// The kind of the ids.
    kind: Kind,
    is_list: bool,
}

impl<'a> NameField<'a> {
    /// Returns the name field for a field with ids.
    fn of(field: &'a str) -> Option<Self> {
        let one = |start, kind| Self { name: FieldName { start, end: "_name" }, kind, is_list: false };
        let each = |end, kind| Self { name: FieldName { start: "", end }, kind, is_list: true };
        Some(match field {
            "added_by" | "assigned_by" | "by" | "created_by" | "decided_by" | "requested_by" | "set_by" => {
                one(field, Kind::Person)
            }
            "left_out" => each("left_out_names", Kind::Person),
            "not_closed" => each("not_closed_names", Kind::Person),
            "busy" => each("busy_names", Kind::Person),
            "manages" => each("manages_names", Kind::Department),
            "department_ids" => each("department_names", Kind::Department),
            _ => {
                let subject = field.strip_suffix("_id")?;
                let kind = match subject.rsplit('_').next()? {
                    "user" => Kind::Person,
                    "department" => Kind::Department,
                    "site" => Kind::Site,
                    _ => return None,
                };
                one(subject, kind)
            }
        })
    }
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

#[cfg(test)]
mod tests {
    use domain::text::Name;
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CD";

    fn named(value: Value) -> Value {
        let id = |kind: Kind| kind.parse(ID).unwrap();
        let name = |kind, name: &str| (id(kind), Name::parse(name).unwrap());
        let names = [
            name(Kind::Person, "Maria"),
            name(Kind::Department, "Logistics"),
            name(Kind::Site, "Izmir"),
            name(Kind::ServiceToken, "Payroll"),
        ];
        let body = value.to_string();
        let body = insert(&body, &labels(&body).unwrap(), &names.into());
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
    }

    #[test]
    fn a_name_follows_its_id_directly_at_any_depth() {
        let body =
            named(json!({"items": [{"user_id": ID, "date": "2026-11-02", "shifts": [{"site_id": ID, "n": 1}]}]}));
        let expected = r#"{"items":[{"user_id":"01JBN2V7Q4W0M3T9K5ZXH8R6CD","user_name":"Maria","date":"2026-11-02","shifts":[{"site_id":"01JBN2V7Q4W0M3T9K5ZXH8R6CD","site_name":"Izmir","n":1}]}]}"#;
        assert_eq!(body.to_string(), expected);
    }

    #[test]
    fn fields_are_named_by_their_endings() {
        let name = |field| NameField::of(field).map(|field| field.name.to_string());
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
    fn actors_and_subjects_have_names() {
        let body = named(json!({"actor": {"kind": "user", "id": ID}, "subject": format!("department:{ID}")}));
        assert_eq!((&body["actor"]["name"], &body["subject_name"]), (&json!("Maria"), &json!("Logistics")));
        let body =
            named(json!({"actor": {"kind": "service_token", "id": ID}, "subject": format!("service-token:{ID}")}));
        assert_eq!((&body["actor"]["name"], &body["subject_name"]), (&json!("Payroll"), &json!("Payroll")));
        let body = named(json!({"actor": {"kind": "system"}, "subject": "settings"}));
        assert_eq!(body, json!({"actor": {"kind": "system"}, "subject": "settings", "subject_name": null}));
    }

    #[test]
    fn existing_names_are_kept_and_not_read_again() {
        let body = json!({"user_id": ID, "full_name": "Mia", "manages": [ID], "manages_names": ["Then"]});
        let text = body.to_string();
        let wanted: Vec<Named> = labels(&text).unwrap().iter().flat_map(|label| label.name.ids()).collect();
        assert!(wanted.is_empty(), "{wanted:?}");
        let body = named(body);
        assert_eq!((&body["user_name"], &body["manages_names"]), (&json!("Mia"), &json!(["Then"])));
    }
}
