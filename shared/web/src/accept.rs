//! The selection of a media type by `Accept` (RFC 9110, 12.5.1).

use std::cmp::Reverse;

/// Returns the offer that a client prefers: the one with the greatest weight, and of equals the one that the header names first.
/// `offers` are values with their media types, in the order in which the server prefers them. The most specific range that
/// matches a media type determines its weight. Returns none if the client accepts no offer.
pub fn preferred<T: Copy>(accept: &str, offers: &[(T, &str)]) -> Option<T> {
    let ranges: Vec<(&str, u16)> = accept.split(',').filter_map(range).collect();
    let mut best: Option<(T, (u16, Reverse<usize>))> = None;
    for (offer, media_type) in offers {
        let matching = ranges.iter().enumerate().filter_map(|(index, (range, weight))| {
            Some(((specificity(range, media_type)?, Reverse(index)), (*weight, Reverse(index))))
        });
        let Some((_, rank)) = matching.max() else { continue };
        if rank.0 > 0 && best.is_none_or(|(_, highest)| highest < rank) {
            best = Some((*offer, rank));
        }
    }
    best.map(|(offer, _)| offer)
}

/// Parses a media range without its parameters, and its weight in thousandths; `None` if it is malformed.
fn range(element: &str) -> Option<(&str, u16)> {
    let mut parts = element.split(';').map(str::trim);
    let media_range = parts.next().filter(|range| !range.is_empty())?;
    let weight = parts.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then_some(value)
    });
    Some((media_range, weight.map_or(Some(1000), texts::weight)?))
}

/// Returns how specific a media range is that matches a media type; `None` if it doesn't match.
fn specificity(range: &str, media_type: &str) -> Option<u8> {
    if range == "*/*" {
        return Some(0);
    }
    if range.eq_ignore_ascii_case(media_type) {
        return Some(2);
    }
    let (top_level, _) = media_type.split_once('/')?;
    range.strip_suffix("/*").filter(|kind| kind.eq_ignore_ascii_case(top_level)).map(|_| 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERS: [(u8, &str); 3] = [(1, "application/json"), (2, "text/csv"), (3, "image/svg+xml")];

    #[test]
    fn the_greatest_weight_wins_and_the_first_of_equals() {
        for (accept, preference) in [
            ("text/csv", Some(2)),
            ("text/html, text/csv;q=0.9", Some(2)),
            ("image/svg+xml;q=0.5, text/csv; q=0.7", Some(2)),
            ("image/svg+xml, text/csv", Some(3)),
            ("TEXT/CSV;header=present;Q=0.9, application/json;q=0.1", Some(2)),
            ("*/*", Some(1)),
            ("image/*;q=0.8, */*;q=0.1", Some(3)),
            ("", None),
            ("text/html", None),
        ] {
            assert_eq!(preferred(accept, &OFFERS), preference, "{accept}");
        }
    }

    #[test]
    fn a_media_type_with_weight_zero_is_not_chosen() {
        for (accept, preference) in [
            ("text/csv;q=0", None),
            ("text/csv;q=0.000, */*;q=0.1", Some(1)),
            ("application/json;q=0, */*", Some(2)),
            ("text/*;q=0, text/csv;q=0.1", Some(2)),
            ("text/csv;q=2, image/svg+xml;q=x", None),
        ] {
            assert_eq!(preferred(accept, &OFFERS), preference, "{accept}");
        }
    }
}
