//! Ids in responses and the names next to them, in the whole document.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// The schemas of ids whose items have a name.
const IDS: [&str; 3] = ["UserId", "DepartmentId", "SiteId"];

/// Fields that end like the id of a person, department or site but have no name next to them.
const EXCEPTIONS: [(&str, &str); 4] = [
    ("people", "the people of an event's fact, who can be thousands"),
    ("interrupted_by", "a leave request, which has no name"),
    ("take_by", "a date"),
    ("id", "a thing's own id: its name stands beside it as `name` or `full_name`"),
];

/// Returns the schemas that a field itself refers to: by one reference, by one that may be null, or by those of a list.
fn references(schema: &Value) -> impl Iterator<Item = &str> {
    let beside_null = schema["oneOf"].as_array().into_iter().flatten();
    [schema, &schema["items"]].into_iter().chain(beside_null).filter_map(|it| it["$ref"].as_str())
}

fn document() -> Value {
    serde_json::to_value(local::openapi::merged()).unwrap()
}

/// A walk over every schema of responses, including referenced ones.
struct Walk<'a> {
    document: &'a Value,
    seen: BTreeSet<String>,
    /// Fields with ids, and whether each has a name next to it.
    found: BTreeMap<String, bool>,
}

impl Walk<'_> {
    fn walk(&mut self, schema: &Value, path: &str) {
        match schema {
            Value::Object(fields) => {
                if let Some(name) = fields.get("$ref").and_then(Value::as_str).and_then(|it| it.rsplit_once('/')) {
                    let schema = self.document["components"]["schemas"][name.1].clone();
                    if self.seen.insert(name.1.to_owned()) {
                        self.walk(&schema, name.1);
                    }
                }
                if let Some(Value::Object(properties)) = fields.get("properties") {
                    self.check(properties, path);
                }
                for (key, value) in fields.iter().filter(|(key, _)| *key != "properties") {
                    self.walk(value, &format!("{path}.{key}"));
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.walk(value, path)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn check(&mut self, properties: &Map<String, Value>, path: &str) {
        for (field, schema) in properties {
            let is_typed = references(schema).any(|target| IDS.iter().any(|id| target.ends_with(&format!("/{id}"))));
            let endings = ["user_id", "department_id", "site_id", "_by"];
            let is_named_so = endings.iter().any(|ending| field.ends_with(ending));
            if (is_typed || is_named_so) && !EXCEPTIONS.iter().any(|(exception, _)| exception == field) {
                let name = match (field.strip_suffix("_id"), field.strip_suffix("_ids")) {
                    (Some(subject), _) => format!("{subject}_name"),
                    (None, Some(subject)) => format!("{subject}_names"),
                    (None, None) if schema["type"] == "array" => format!("{field}_names"),
                    (None, None) => format!("{field}_name"),
                };
                self.found.insert(format!("{path}: {field}"), properties.contains_key(&name));
            }
            self.walk(schema, &format!("{path}.{field}"));
        }
    }
}

#[test]
fn every_id_of_a_person_department_or_site_has_a_name_field() {
    let document = document();
    let mut walk = Walk { document: &document, seen: BTreeSet::new(), found: BTreeMap::new() };
    let paths = document["paths"].as_object().unwrap().iter();
    for (path, operation) in paths.flat_map(|(path, item)| item.as_object().unwrap().values().map(move |it| (path, it)))
    {
        for response in operation["responses"].as_object().unwrap().values() {
            // A report has the same columns in all its formats: `full_name` and `department` name the person and the
            // department.
            if !path.starts_with("/reports/") || response["content"]["text/csv"].is_null() {
                walk.walk(&response["content"], "answer");
            }
        }
    }
    assert!(walk.found.len() > 25, "{:?}", walk.found);
    let nameless: Vec<&String> = walk.found.iter().filter(|(_, named)| !**named).map(|(field, _)| field).collect();
    assert!(nameless.is_empty(), "{nameless:?}");
    assert!(!document["components"]["schemas"]["Actor"]["oneOf"][0]["properties"]["name"].is_null());
}

#[test]
fn no_request_requires_the_name_of_an_id() {
    let document = document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for field in required.filter(|field| field.ends_with("_name")) {
            let id = field.replace("_name", "_id");
            assert!(schema["properties"][&id].is_null(), "{name}.{field}");
        }
    }
}
