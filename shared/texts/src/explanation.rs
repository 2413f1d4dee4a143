//! Texts of the steps that explain a day's figures.
//!
//! The English texts are in the code next to the steps, so there is no English file.

use domain::{day::explanation::ExplanationStep, language::Language};
use serde_json::Value;

use crate::{
    problem::argument,
    resource::{Arguments, Texts},
};

static EXPLANATIONS: Texts = Texts::new(|language| match language {
    Language::En => "",
    Language::De => include_str!("../de/explanations.ftl"),
    Language::Es => include_str!("../es/explanations.ftl"),
    Language::Fr => include_str!("../fr/explanations.ftl"),
    Language::Tr => include_str!("../tr/explanations.ftl"),
});

/// Returns a step in words, in a language.
pub fn explanation(step: &ExplanationStep, language: Language) -> String {
    translated(step, language).unwrap_or_else(|| step.to_string())
}

fn translated(step: &ExplanationStep, language: Language) -> Option<String> {
    let Ok(Value::Object(fields)) = serde_json::to_value(step) else { return None };
    let id = format!("step-{}", fields.get("step")?.as_str()?.replace('_', "-"));
    let arguments: Arguments<'_> =
        fields.iter().map(|(name, value)| (name.as_str(), argument(value, language))).collect();
    EXPLANATIONS.message(language, &id, &arguments)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fluent_syntax::{ast::Entry, parser::parse};

    use super::*;

    /// Returns `InWindow` as `step-in-window`.
    fn id(name: &str) -> String {
        let mut id = "step".to_owned();
        for letter in name.chars() {
            if letter.is_ascii_uppercase() {
                id.push('-');
            }
            id.push(letter.to_ascii_lowercase());
        }
        id
    }

    #[test]
    fn every_step_has_a_text_in_every_language() {
        let expected: BTreeSet<String> = ExplanationStep::TEMPLATES.iter().map(|(name, _)| id(name)).collect();
        for language in Language::ALL.into_iter().filter(|language| *language != Language::En) {
            let resource = parse(EXPLANATIONS.source(language)).unwrap();
            let ids: BTreeSet<String> = resource
                .body
                .iter()
                .filter_map(
                    |entry| if let Entry::Message(message) = entry { Some(message.id.name.to_owned()) } else { None },
                )
                .collect();
            assert_eq!(ids, expected, "{language:?}");
        }
    }

    #[test]
    fn a_step_is_told_in_the_readers_language() {
        let step = ExplanationStep::LeftEarly {
            at: "17:00".to_owned(),
            end: "18:00".to_owned(),
            minutes: 5,
            duration: "1:00".to_owned(),
        };
        let german = "Zu früh gegangen: das Ausstempeln um 17:00 liegt mehr als 5 min vor 18:00: 1:00 h";
        assert_eq!(explanation(&step, Language::De), german);
        assert!(explanation(&step, Language::En).starts_with("Left early: "));
    }
}
