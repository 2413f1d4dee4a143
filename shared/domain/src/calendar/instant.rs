//! Instants as requests write them.

use jiff::Timestamp;

use crate::{FieldRule, Invalid};

/// The form of a date and time without fraction and offset. A zero stands for any digit.
const DATE_TIME: &[u8] = b"0000-00-00T00:00:00";

/// Parses an instant as RFC 3339 (section 5.6) writes it: `2026-11-02T08:57:03+03:00`. Other forms of ISO 8601, which jiff also
/// reads, are refused: times without seconds, offsets without minutes or of a day and more, and names of time zones.
///
/// # Errors
/// The text is no such instant.
pub fn parse_instant(text: &str) -> Result<Timestamp, Invalid> {
    let instant = if is_rfc3339(text.as_bytes()) { text.parse::<Timestamp>().ok() } else { None };
    instant.ok_or_else(|| Invalid::new(FieldRule::DateTime))
}

/// Returns whether a text has the form of RFC 3339, and an offset below a day. The values of the other parts aren't checked.
fn is_rfc3339(text: &[u8]) -> bool {
    let Some((date_time, rest)) = text.split_at_checked(DATE_TIME.len()) else { return false };
    let offset = match rest.strip_prefix(b".") {
        Some(fraction) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            fraction.get(digits..).filter(|_| digits > 0).unwrap_or_default()
        }
        None => rest,
    };
    let is_below_a_day = || offset.get(1..3).is_some_and(|hours| hours < b"24".as_slice());
    let has_offset =
        has_form(offset, b"Z") || ((has_form(offset, b"+00:00") || has_form(offset, b"-00:00")) && is_below_a_day());
    has_form(date_time, DATE_TIME) && has_offset
}

/// Returns whether a text has a form, in which a zero stands for any digit and a letter for itself in any case.
fn has_form(text: &[u8], form: &[u8]) -> bool {
    let fits = |(byte, expected): (&u8, &u8)| match expected {
        b'0' => byte.is_ascii_digit(),
        other => byte.eq_ignore_ascii_case(other),
    };
    text.len() == form.len() && text.iter().zip(form).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_as_in_rfc_3339() {
        let expected: Timestamp = "2027-01-11T10:00:00Z".parse().unwrap();
        for text in [
            "2027-01-11T10:00:00Z",
            "2027-01-11t10:00:00z",
            "2027-01-11T13:00:00+03:00",
            "2027-01-10T10:01:00-23:59",
            "2027-01-11T10:00:00.000000Z",
            "2027-01-11T10:00:00-00:00",
        ] {
            assert_eq!(parse_instant(text), Ok(expected), "{text}");
        }
        assert!(parse_instant("2027-01-11T10:00:00.123+01:00").is_ok());
    }

    #[test]
    fn other_forms_of_iso_8601_are_refused() {
        for text in [
            "2027-01-11T10:00:00+25:00",
            "2027-01-11T10:00:00+24:00",
            "2027-01-11T10:00:00+01:60",
            "2027-01-11T10:00:00+0100",
            "2027-01-11T10:00:00+01",
            "2027-01-11T10:00:00+01:00:00",
            "2027-01-11T10:00:00+01:00[Europe/Berlin]",
            "2027-01-11T10:00:00",
            "2027-01-11T10:00Z",
            "2027-01-11T10:00:00.Z",
            "2027-01-11T10:00:00,5Z",
            "2027-01-11 10:00:00Z",
            "20270111T100000Z",
            "+002027-01-11T10:00:00Z",
            "2027-02-30T10:00:00Z",
            "2027-01-11T25:00:00Z",
            "2027-01-11",
            "yesterday",
            "",
        ] {
            assert_eq!(parse_instant(text), Err(Invalid::new(FieldRule::DateTime)), "{text}");
        }
    }
}
