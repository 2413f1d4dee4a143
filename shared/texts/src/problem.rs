//! Texts of problems: titles, rules of fields, and details.
//!
//! The English texts are in the code next to the codes, rules and details, which every function contains anyway. So there is no
//! English file, and the caller provides the text that a language lacks.

use domain::{language::Language, leave::LeaveAmount};
use fluent_bundle::FluentValue;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    notification::leave_amount,
    resource::{Arguments, Texts},
};

static PROBLEMS: Texts = Texts::new(|language| match language {
    Language::En => "",
    Language::De => include_str!("../de/problems.ftl"),
    Language::Es => include_str!("../es/problems.ftl"),
    Language::Fr => include_str!("../fr/problems.ftl"),
    Language::Tr => include_str!("../tr/problems.ftl"),
});

/// A part of a problem that has texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemPart {
    /// The title of a code.
    Title,
    /// A rule that a field breaks.
    Rule,
    /// The part of a problem that its title doesn't contain.
    Detail,
}

impl ProblemPart {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Rule => "rule",
            Self::Detail => "detail",
        }
    }
}

/// Returns the translation of a text by its name in `snake_case`, with its arguments. Returns nothing for English, and if the
/// language lacks the text.
pub fn problem(part: ProblemPart, name: &str, arguments: &Map<String, Value>, language: Language) -> Option<String> {
    if language == Language::En {
        return None;
    }
    let id = format!("{}-{}", part.prefix(), name.replace('_', "-"));
    let arguments: Arguments<'_> =
        arguments.iter().map(|(name, value)| (name.as_str(), argument(value, language))).collect();
    PROBLEMS.message(language, &id, &arguments)
}

/// Returns a value in the form for texts: numbers as numbers, lists with commas, and amounts of leave as in notifications.
pub(crate) fn argument(value: &Value, language: Language) -> FluentValue<'_> {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Number(number) => number.as_f64().into(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", ").into(),
        Value::Object(_) => match LeaveAmount::deserialize(value) {
            Ok(amount) => leave_amount(&amount, language).into(),
            Err(_) => value.to_string().into(),
        },
        Value::Null | Value::Bool(_) => value.to_string().into(),
    }
}

fn words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(part: ProblemPart, name: &str, arguments: Value, language: Language) -> Option<String> {
        problem(part, name, arguments.as_object().unwrap(), language)
    }

    #[test]
    fn values_in_a_text_are_formatted_for_the_language() {
        let allowed = json!({"allowed": ["off", "flag"]});
        let rule = told(ProblemPart::Rule, "one_of", allowed, Language::Fr);
        assert_eq!(rule.as_deref(), Some("doit être l'une de ces valeurs\u{a0}: off, flag"));
        let short = json!({"from": "2026-01-01", "to": "2026-12-31", "available": {"days": 0.5},
            "asked": {"days": 14.99, "exactly": {"days": 14, "hours": 7, "minutes": 58}}});
        assert_eq!(
            told(ProblemPart::Detail, "balance_too_low", short, Language::De).as_deref(),
            Some(
                "Im Urlaubsjahr vom 2026-01-01 bis 2026-12-31 sind noch 0,5 Tage übrig. Der Antrag braucht 14,99 Tage \
                 (14 Tage 7 Std. 58 Min.)."
            )
        );
    }

    #[test]
    fn what_has_no_translation_is_left_to_the_caller() {
        assert_eq!(told(ProblemPart::Title, "not_found", json!({}), Language::En), None);
        assert_eq!(told(ProblemPart::Rule, "other", json!({"text": "must be odd"}), Language::De), None);
        assert_eq!(told(ProblemPart::Title, "not_found", json!({}), Language::Tr).as_deref(), Some("Bulunamadı"));
    }
}
