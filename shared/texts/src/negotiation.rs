//! The selection of a language by `Accept-Language` (RFC 9110, 12.5.4).

use domain::language::Language;

/// Returns the supported language that a client prefers. Among the ranges that match a supported language (`de-CH` matches
/// German), the one with the greatest weight wins, and the first of equals. `*` matches all languages that aren't listed.
/// Without a match, the result is English.
pub fn negotiate(accept_language: &str) -> Language {
    let ranges: Vec<(&str, u16)> = accept_language.split(',').filter_map(range).collect();
    let mut best: Option<(Language, u16)> = None;
    let named = ranges.iter().filter_map(|(tag, weight)| Some((Language::of_tag(tag)?, *weight)));
    let by_wildcard = ranges.iter().filter(|(tag, _)| *tag == "*").flat_map(|(_, weight)| {
        let unnamed = Language::ALL.into_iter().filter(|language| !is_named(&ranges, *language));
        unnamed.map(|language| (language, *weight))
    });
    for (language, weight) in named.chain(by_wildcard) {
        if weight > 0 && !is_excluded(&ranges, language) && best.is_none_or(|(_, greatest)| weight > greatest) {
            best = Some((language, weight));
        }
    }
    best.map_or(Language::En, |(language, _)| language)
}

/// Parses a language range and its weight in thousandths; `None` if it is malformed.
fn range(element: &str) -> Option<(&str, u16)> {
    let mut parts = element.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| !tag.is_empty())?;
    let Some(parameter) = parts.next() else { return Some((tag, 1000)) };
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    Some((tag, weight(value)?))
}

/// Parses a weight (`q`, RFC 9110, 12.4.2) in thousandths; `None` if it is malformed.
pub fn weight(value: &str) -> Option<u16> {
    let weight: f64 = value.trim().parse().ok().filter(|weight| (0.0..=1.0).contains(weight))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
    Some((weight * 1000.0).round() as u16)
}

fn is_named(ranges: &[(&str, u16)], language: Language) -> bool {
    ranges.iter().any(|(tag, _)| Language::of_tag(tag) == Some(language))
}

/// Returns whether the client excludes a language: `de;q=0`.
fn is_excluded(ranges: &[(&str, u16)], language: Language) -> bool {
    ranges.iter().any(|(tag, weight)| *weight == 0 && tag.eq_ignore_ascii_case(language.code()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_weight_wins_and_the_first_of_equals() {
        for (header, language) in [
            ("de", Language::De),
            ("de-CH, en;q=0.8, de;q=0.7", Language::De),
            ("es;q=0.5, fr;q=0.7, tr;q=0.6", Language::Fr),
            ("tr, de", Language::Tr),
            ("TR-tr;Q=0.9,en;q=0.1", Language::Tr),
            ("es ; q=0.3 , de ; q=0.300", Language::Es),
        ] {
            assert_eq!(negotiate(header), language, "{header}");
        }
    }

    #[test]
    fn what_is_refused_is_not_chosen() {
        assert_eq!(negotiate("de;q=0, fr"), Language::Fr);
        assert_eq!(negotiate("de;q=0, de-CH, es;q=0.1"), Language::Es);
        assert_eq!(negotiate("fr;q=0.000"), Language::En);
    }

    #[test]
    fn unknown_languages_and_what_cannot_be_read_are_english() {
        for header in ["", "nl", "nl, zh-Hans;q=0.9", "*", "de;q=2", "de;q=", "de;level=1", ";;,,", "ｄｅ", "*;q=0"] {
            assert_eq!(negotiate(header), Language::En, "{header}");
        }
    }

    #[test]
    fn a_wildcard_stands_for_what_is_not_named() {
        assert_eq!(negotiate("nl, *;q=0.5"), Language::En);
        assert_eq!(negotiate("*;q=0.5, fr;q=0.6"), Language::Fr);
        assert_eq!(negotiate("en;q=0, *;q=0.5"), Language::De);
        assert_eq!(negotiate("fr;q=0.2, *;q=0.5"), Language::En);
    }
}
