//! The ids in examples, and the requests whose responses contain real ids.
//!
//! A document can't know an installation's ids or today's date. Its examples use the ids of [`IDS`] and the dates of one week.
//! The extension `x-examples` lists them, so that `/docs` and the tests can replace them with real ids and current dates.

use serde_json::{Value, json};
use utoipa::{
    Modify,
    openapi::{OpenApi, extensions::ExtensionsBuilder},
};

/// The date that the examples use as today.
const TODAY: &str = "2026-11-04";

/// The form of an id.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A ULID.
    Plain,
    /// The id of a person, or `me`.
    Person,
    /// A ULID followed by the id of its owner.
    Owned,
}

/// The id that examples use for a kind of resource.
pub(super) struct ExampleId {
    id: &'static str,
    form: Form,
    /// The start of the paths that have the id as a parameter.
    prefix: &'static str,
    /// The request whose first item has a real id; `None` if only a client's own request creates one.
    source: Option<&'static str>,
}

const USER: ExampleId = ExampleId {
    id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD",
    form: Form::Person,
    prefix: "/users/",
    source: Some("/users/directory?q=omar"),
};
const SESSION: ExampleId = plain("01JBN2V7Q4W0M3T9K5ZXH8R6SN", "", None);
const DELIVERY: ExampleId = plain("01JBN2V7Q4W0M3T9K5ZXH8R6EV", "", None);

/// The ids, in the order of their replacement: ids with an owner contain the id of a person.
static IDS: [ExampleId; 15] = [
    owned("01JBPB7N3C5V7X9Z1B3D5F7HCR01JBN2V7Q4W0M3T9K5ZXH8R6CD", "/corrections/", "/corrections?status=pending"),
    owned("01JBPB7N3C5V7X9Z1B3D5F7HRV01JBN2V7Q4W0M3T9K5ZXH8R6CD", "/leave/requests/", "/leave/requests?status=pending"),
    owned("01JBPB7N3C5V7X9Z1B3D5F7HNT01JBN2V7Q4W0M3T9K5ZXH8R6CD", "/notifications/", "/notifications"),
    owned("01JBPB7N3C5V7X9Z1B3D5F7HSW01JBN2V7Q4W0M3T9K5ZXH8R6CD", "/roster/swaps/", "/roster/swaps?status=pending"),
    plain("01JBN2V7Q4W0M3T9K5ZXH8R6DP", "/departments/", Some("/departments")),
    plain("01JBN2V7Q4W0M3T9K5ZXH8R6ST", "/sites/", Some("/sites")),
    plain("01JBN2V7Q4W0M3T9K5ZXH8R6HD", "/holidays/", Some("/holidays")),
    plain("01JBN2V7Q4W0M3T9K5ZXH8R6KK", "/kiosks/", Some("/kiosks")),
    plain("01JBN2V7Q4W0M3T9K5ZXH8R6TM", "/terminals/", Some("/terminals")),
    plain("01JBN2V7Q4W0M3T9K5ZXH8R6PR", "/pay/rules/", Some("/pay/rules")),
    plain("01JBN2V7Q4W0M3T9K5ZXH8R6PN", "/pay/runs/", Some("/pay/runs")),
    plain("01JBN2V7Q4W0M3T9K5ZXH8R6SV", "/service-tokens/", Some("/service-tokens")),
    plain("01JBN2V7Q4W0M3T9K5ZXH8R6WH", "/webhooks/", Some("/webhooks")),
    plain("01JBN2V7Q4W0M3T9K5ZXH8R6JB", "", None),
    USER,
];

const fn owned(id: &'static str, prefix: &'static str, source: &'static str) -> ExampleId {
    ExampleId { id, form: Form::Owned, prefix, source: Some(source) }
}

const fn plain(id: &'static str, prefix: &'static str, source: Option<&'static str>) -> ExampleId {
    ExampleId { id, form: Form::Plain, prefix, source }
}

impl ExampleId {
    /// Returns the pattern of such ids in parameters.
    pub(super) fn pattern(&self) -> String {
        let ulid = "[0-7][0-9A-HJKMNP-TV-Z]{25}";
        match self.form {
            Form::Plain => format!("^{ulid}$"),
            Form::Person => format!("^(me|{ulid})$"),
            Form::Owned => format!("^({ulid}){{2}}$"),
        }
    }

    /// Returns the example of a parameter: the caller's id if that is enough.
    pub(super) fn parameter_example(&self, of_caller: bool) -> &'static str {
        if of_caller && self.form == Form::Person { "me" } else { self.id }
    }
}

/// Returns the example id for a parameter of the given name.
pub(super) fn parameter_id(path: &str, name: &str) -> Option<&'static ExampleId> {
    match name {
        "user_id" => Some(&USER),
        "session_id" => Some(&SESSION),
        "id" if path.starts_with("/auth/sessions/") || path.starts_with("/notifications/push-subscriptions/") => {
            Some(&SESSION)
        }
        "delivery_id" => Some(&DELIVERY),
        _ if path.starts_with("/reports/exports/") || path.contains("/import/") => {
            IDS.iter().find(|id| id.prefix.is_empty())
        }
        _ => IDS.iter().find(|id| !id.prefix.is_empty() && path.starts_with(id.prefix)),
    }
}

/// Adds the extension `x-examples`: the date that the examples use as today, and for each id the request whose first item has a
/// real id.
pub(super) struct Sources;

impl Modify for Sources {
    fn modify(&self, document: &mut OpenApi) {
        let ids: Vec<Value> = IDS.iter().filter_map(|id| Some(json!({"id": id.id, "source": id.source?}))).collect();
        let extension = json!({"today": TODAY, "ids": ids});
        document.extensions = Some(ExtensionsBuilder::new().add("x-examples", extension).build());
    }
}
