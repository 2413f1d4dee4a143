//! A Fluent file in all languages, and its texts.

use std::sync::OnceLock;

use domain::language::Language;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

/// The arguments of a text, by name.
pub(crate) type Arguments<'a> = FluentArgs<'a>;

/// A Fluent file in all languages.
pub(crate) struct Texts {
    source: fn(Language) -> &'static str,
    bundles: [OnceLock<Bundle>; Language::ALL.len()],
}

/// Declares the texts of a file, which is compiled in for every language.
macro_rules! texts {
    ($file:literal) => {
        $crate::resource::Texts::new(|language| match language {
            domain::language::Language::En => include_str!(concat!("../en/", $file)),
            domain::language::Language::De => include_str!(concat!("../de/", $file)),
            domain::language::Language::Es => include_str!(concat!("../es/", $file)),
            domain::language::Language::Fr => include_str!(concat!("../fr/", $file)),
            domain::language::Language::Tr => include_str!(concat!("../tr/", $file)),
        })
    };
}
pub(crate) use texts;

impl Texts {
    pub(crate) const fn new(source: fn(Language) -> &'static str) -> Self {
        Self { source, bundles: [const { OnceLock::new() }; Language::ALL.len()] }
    }

    /// Returns the text of a message in a language, otherwise in English; nothing if English has no such message.
    pub(crate) fn message(&self, language: Language, id: &str, arguments: &Arguments<'_>) -> Option<String> {
        self.text(language, id, None, arguments)
    }

    /// Returns the text of an attribute of a message in a language, otherwise in English.
    pub(crate) fn attribute(
        &self,
        language: Language,
        id: &str,
        attribute: &str,
        arguments: &Arguments<'_>,
    ) -> Option<String> {
        self.text(language, id, Some(attribute), arguments)
    }

    fn text(&self, language: Language, id: &str, attribute: Option<&str>, arguments: &Arguments<'_>) -> Option<String> {
        [language, Language::En].into_iter().find_map(|language| {
            let bundle = self.bundle(language)?;
            let message = bundle.get_message(id)?;
            let pattern = match attribute {
                Some(attribute) => message.get_attribute(attribute)?.value(),
                None => message.value()?,
            };
            // Tests find the errors of a text and its arguments; here, the text is shown as far as possible.
            Some(bundle.format_pattern(pattern, Some(arguments), &mut Vec::new()).into_owned())
        })
    }

    fn bundle(&self, language: Language) -> Option<&Bundle> {
        let bundle = self.bundles.get(language as usize)?;
        Some(bundle.get_or_init(|| parsed(language, self.source(language))))
    }

    /// Returns the file in a language.
    pub(crate) fn source(&self, language: Language) -> &'static str {
        (self.source)(language)
    }
}

/// Returns the texts of a file that can be parsed. A test checks that all can.
fn parsed(language: Language, source: &str) -> Bundle {
    let identifier: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![identifier]);
    // No isolating marks around arguments: the texts go into JSON, and all supported languages are written from left to right.
    bundle.set_use_isolating(false);
    if has_decimal_comma(language) {
        bundle.set_formatter(Some(with_decimal_comma));
    }
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

const fn has_decimal_comma(language: Language) -> bool {
    match language {
        Language::En => false,
        Language::De | Language::Es | Language::Fr | Language::Tr => true,
    }
}

/// Formats numbers with a decimal comma, and all other values like Fluent.
#[expect(clippy::wildcard_enum_match_arm, reason = "a library's enum")]
fn with_decimal_comma<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(number.as_string().replace('.', ",")),
        _ => None,
    }
}
