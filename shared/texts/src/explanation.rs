//! Texts of the steps that explain a day's figures.
//!
//! The English texts are in the code next to the steps, so there is no English file. Built-in pay codes and types of leave have
//! translated names, unless the company has renamed them.

use domain::{
    day::explanation::ExplanationStep,
    language::Language,
    leave::LeaveTypes,
    pay::{PayCode, PayCodes},
    schedule::LeaveTypeCode,
};
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
    let mut arguments: Arguments<'_> =
        fields.iter().map(|(name, value)| (name.as_str(), argument(value, language))).collect();
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    if text("code").zip(text("name")).is_some_and(|(code, name)| built_in_name(code).as_deref() == Some(name)) {
        arguments.set("name", EXPLANATIONS.message(language, "name", &arguments)?);
    }
    EXPLANATIONS.message(language, &id, &arguments)
}

/// Returns the English name of a built-in pay code or type of leave.
fn built_in_name(code: &str) -> Option<String> {
    let of_pay = || PayCodes::default().get(&PayCode::parse(code).ok()?).map(|definition| definition.name.clone());
    let of_leave = || LeaveTypes::default().get(&LeaveTypeCode::parse(code).ok()?).map(|leave_type| leave_type.name);
    of_pay().or_else(of_leave).map(|name| name.as_str().to_owned())
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
            let names = BTreeSet::from(["name".to_owned()]);
            assert_eq!(ids, &expected | &names, "{language:?}");
        }
    }

    #[test]
    fn a_step_is_explained_in_the_readers_language() {
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

    #[test]
    fn built_in_names_are_translated_and_own_names_stay() {
        let step = |code: &str, name: &str| ExplanationStep::BeyondWeek {
            after: "40:00".to_owned(),
            code: code.to_owned(),
            name: name.to_owned(),
        };
        let told = |code: &str, name: &str, language| explanation(&step(code, name), language);
        assert_eq!(told("overtime", "Overtime", Language::En), "Work beyond 40:00 h of the week: Overtime");
        assert_eq!(
            told("overtime", "Overtime", Language::Fr),
            "Travail au-delà de 40:00 h de la semaine : Heures supplémentaires"
        );
        assert_eq!(told("overtime", "Mehrarbeit", Language::De), "Arbeit über 40:00 h in der Woche hinaus: Mehrarbeit");
        assert_eq!(told("weekly", "Weekly", Language::Es), "Trabajo que supera 40:00 h de la semana: Weekly");
        // Every built-in name that a step can have is translated.
        let pay = ["regular", "overtime"];
        let leave: Vec<String> = LeaveTypes::default().all().into_iter().map(|it| it.code.into()).collect();
        for code in pay.into_iter().chain(leave.iter().map(String::as_str)) {
            let name = built_in_name(code).unwrap();
            for language in Language::ALL.into_iter().filter(|language| *language != Language::En) {
                assert!(!told(code, &name, language).ends_with(&name), "{code} {language:?}");
            }
        }
    }
}
