//! The published JSON Schema of events agrees with the events that the code writes, and `docs/events.md` names every fact.

use std::{collections::BTreeSet, fs};

use domain::event::Event;
use serde_json::{Value, json};
use serde_yaml_ng::Value as Yaml;
use utoipa::OpenApi;

use crate::{events::events_for, repository, template::texts};

#[derive(OpenApi)]
#[openapi(components(schemas(Event)))]
struct Schemas;

const FILE: &str = "docs/events.schema.json";

/// Returns the schema, generated from the code.
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

/// Returns the kinds of the facts that the schema describes.
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

/// Returns the code blocks of a document in a language.
fn blocks(document: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(repository(document)).unwrap();
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split_once("```").unwrap().0.to_owned()).collect()
}

/// Returns the properties of every rule in a template, at any depth.
fn rules(template: &Yaml) -> Vec<&Yaml> {
    let mut found = Vec::new();
    for resource in template.as_mapping().into_iter().flat_map(|resources| resources.values()) {
        if resource.get("Type").is_some_and(|kind| kind == "AWS::Events::Rule") {
            found.push(&resource["Properties"]);
        } else {
            found.extend(rules(resource));
        }
    }
    found
}

#[test]
fn the_rules_that_documents_show_ask_for_kinds_that_there_are() {
    let known = kinds(&schema());
    for document in ["README.md", "docs/events.md"] {
        let blocks: Vec<Yaml> =
            blocks(document, "yaml").iter().map(|block| serde_yaml_ng::from_str(block).unwrap()).collect();
        let rules: Vec<&Yaml> = blocks.iter().flat_map(rules).collect();
        let [rule] = rules.as_slice() else { panic!("{document}: {rules:?}") };
        let pattern = &rule["EventPattern"];
        assert_eq!(texts(&pattern["source"]), ["rollcall"], "{document}");
        assert_eq!(pattern["detail"]["schema_version"][0], domain::event::SCHEMA_VERSION, "{document}");
        for kind in texts(&pattern["detail"]["facts"]["kind"]) {
            assert!(known.contains(kind), "{document}: {kind}");
        }
    }
}

#[test]
fn the_sample_event_in_the_readme_is_valid() {
    let events = blocks("README.md", "json").into_iter().filter_map(|block| serde_json::from_str::<Value>(&block).ok());
    let shown: Vec<Value> = events.filter(|event| event.get("facts").is_some()).collect();
    let [shown] = shown.as_slice() else { panic!("{shown:?}") };
    let event: Event = serde_json::from_value(shown.clone()).unwrap();
    assert_eq!(&serde_json::to_value(event).unwrap(), shown);
}
