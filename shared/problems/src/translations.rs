//! Tests that compare the translations of problems with the existing codes, rules and details.

use std::collections::BTreeSet;

use domain::{FieldRule, language::Language};
use serde_json::{Map, Value, json};
use texts::ProblemPart;

use crate::{Code, Detail};

/// An English text: its part of the problem, its name, and its words with `{arguments}`.
type Template = (ProblemPart, String, &'static str);

fn templates() -> Vec<Template> {
    let titles = Code::ALL.iter().map(|code| (ProblemPart::Title, code.as_str().to_owned(), code.title()));
    let rules = FieldRule::TEMPLATES.iter().map(|(name, text)| (ProblemPart::Rule, snake_case(name), *text));
    let details = Detail::TEMPLATES.iter().map(|(name, text)| (ProblemPart::Detail, snake_case(name), *text));
    titles.chain(rules).chain(details).collect()
}

/// Returns the name of a variant in serde's form.
fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for (place, letter) in name.char_indices() {
        if letter.is_uppercase() && place > 0 {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

/// Returns the arguments of a text, each with its own value.
fn arguments(text: &str) -> Map<String, Value> {
    let names = text.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    names.enumerate().map(|(place, name)| (name.to_owned(), json!(70 + place))).collect()
}

#[test]
fn every_text_of_a_problem_is_translated_with_all_its_arguments() {
    let mut faults = Vec::new();
    for language in Language::ALL.into_iter().filter(|language| *language != Language::En) {
        for (part, name, english) in templates() {
            let arguments = arguments(english);
            let Some(text) = texts::problem(part, &name, &arguments, language) else {
                faults.push(format!("{}: {part:?} {name} is missing", language.code()));
                continue;
            };
            let lacks = arguments.iter().any(|(_, value)| !text.contains(&value.to_string()));
            // Fluent shows a missing variable in braces.
            if lacks || text.contains(['{', '\u{2068}']) {
                faults.push(format!("{}: {part:?} {name} has other arguments: {text}", language.code()));
            }
            if text.ends_with('.') != (part == ProblemPart::Detail) {
                faults.push(format!("{}: {part:?} {name} ends otherwise than in English: {text}", language.code()));
            }
        }
    }
    assert_eq!(faults, [""; 0]);
}

#[test]
fn translation_files_contain_no_unknown_texts() {
    let files = [
        include_str!("../../texts/de/problems.ftl"),
        include_str!("../../texts/es/problems.ftl"),
        include_str!("../../texts/fr/problems.ftl"),
        include_str!("../../texts/tr/problems.ftl"),
    ];
    let name = |(part, name, _): Template| format!("{}-{}", format!("{part:?}").to_lowercase(), name.replace('_', "-"));
    let known: BTreeSet<String> = templates().into_iter().map(name).collect();
    for file in files {
        let ids = file.lines().filter_map(|line| line.split_once(" = ")).map(|(id, _)| id);
        let unknown: Vec<&str> = ids.filter(|id| !id.starts_with(['#', ' ']) && !known.contains(*id)).collect();
        assert_eq!(unknown, [""; 0]);
    }
}
