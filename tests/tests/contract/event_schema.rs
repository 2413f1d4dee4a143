//! The published JSON Schema of events is what the code writes, and `docs/events.md` names every fact.

use std::{collections::BTreeSet, fs};

use domain::event::Event;
use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::{events::events_for, repository};

#[derive(OpenApi)]
#[openapi(components(schemas(Event)))]
struct Schemas;

const FILE: &str = "docs/events.schema.json";

/// The schema, made from the code.
fn schema() -> Value {
    let document = serde_json::to_string(&Schemas::openapi()).unwrap().replace("#/components/schemas/", "#/$defs/");
    let mut document: Value = serde_json::from_str(&document).unwrap();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An event of Rollcall",
        "$ref": "#/$defs/Event",
        "$defs": document["components"]["schemas"].take(),
    })
}

/// The schemas of the facts, each with its kind.
fn kinds(schema: &Value) -> BTreeSet<String> {
    let facts = schema["$defs"]["Fact"]["oneOf"].as_array().unwrap();
    facts
        .iter()
        .flat_map(|fact| fact["properties"]["kind"]["enum"].as_array().unwrap())
        .map(|kind| kind.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_published_schema_is_that_of_the_code() {
    let made = format!("{:#}\n", schema());
    let published = fs::read_to_string(repository(FILE)).unwrap_or_default();
    if published != made {
        let new = repository(&format!("{FILE}.new"));
        fs::write(&new, made).unwrap();
        panic!("{FILE} is not the schema of the code; {} is, look at it and move it there", new.display());
    }
}

#[test]
fn every_fact_is_in_the_document_and_no_other() {
    let text = fs::read_to_string(repository("docs/events.md")).unwrap();
    let facts = text.split_once("### Facts").unwrap().1.split_once("\n## ").unwrap().0;
    let named = facts.split('`').skip(1).step_by(2).filter_map(|code| code.split(' ').next()).map(str::to_owned);
    assert_eq!(named.collect::<BTreeSet<_>>(), kinds(&schema()));
}

#[test]
fn the_events_for_trying_have_the_fields_of_the_schema() {
    let schema = schema();
    let facts = schema["$defs"]["Fact"]["oneOf"].as_array().unwrap();
    let of_bus = [events_for("jobs"), events_for("checks")].concat().into_iter();
    for (file, event) in of_bus.filter(|(_, event)| event.get("detail").is_some()) {
        for fact in event["detail"]["facts"].as_array().unwrap() {
            let of_kind = facts.iter().find(|of| of["properties"]["kind"]["enum"][0] == fact["kind"]);
            let properties = of_kind.unwrap_or_else(|| panic!("{file}: {fact}"))["properties"].as_object().unwrap();
            let fields: BTreeSet<_> = fact.as_object().unwrap().keys().collect();
            assert_eq!(fields, properties.keys().collect(), "{file}");
        }
    }
}
