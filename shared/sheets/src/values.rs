//! Values in the forms that spreadsheet programs write.

use domain::{
    FieldRule, Invalid,
    calendar::{TimeOfDay, WorkDate},
};

/// The number of the first of January 2000 in spreadsheet programs, which count days from 1900.
const JANUARY_2000: i32 = 36_526;

/// Parses a date: `2026-11-02`, `2.11.2026`, or the number of a day as spreadsheet programs count. Forms in which day and month
/// can be confused, such as `11/2/2026`, are refused.
///
/// # Errors
///
/// The text is none of these.
pub fn date(text: &str) -> Result<WorkDate, Invalid> {
    let number = text.parse::<i32>().ok().filter(|_| text.len() == 5);
    if let Some(days) = number.filter(|days| JANUARY_2000 <= *days) {
        return Ok(WorkDate::MIN.plus_days(days - JANUARY_2000));
    }
    let parts: Vec<&str> = text.split('.').collect();
    match parts.as_slice() {
        [day, month, year] if (1..=2).contains(&day.len()) && (1..=2).contains(&month.len()) => {
            format!("{year}-{month:0>2}-{day:0>2}").parse()
        }
        _ => text.parse(),
    }
}

/// Parses a time of day: `08:30`, `8:30` or `08:30:00`.
///
/// # Errors
///
/// The text is no time of day, or has seconds.
pub fn time_of_day(text: &str) -> Result<TimeOfDay, Invalid> {
    let whole_minutes = text.strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(text);
    match whole_minutes.split_once(':') {
        Some((hour, _)) if hour.len() == 1 => format!("0{whole_minutes}").parse(),
        _ => whole_minutes.parse(),
    }
}

/// Parses yes or no: `true`, `yes`, `1`, `x`, and `false`, `no`, `0`, in any case.
///
/// # Errors
///
/// The text is none of these.
pub fn flag(text: &str) -> Result<bool, Invalid> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "1" | "x" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(Invalid::new(FieldRule::Boolean)),
    }
}

/// Parses a number with a decimal point or, as in many languages, a decimal comma.
///
/// # Errors
///
/// The text is no number.
pub fn number(text: &str) -> Result<f64, Invalid> {
    let number = text.replace(',', ".").parse::<f64>().ok().filter(|number| number.is_finite());
    number.ok_or_else(|| Invalid::new(FieldRule::Number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_spreadsheets_are_read_and_ambiguous_ones_are_refused() {
        let expected: WorkDate = "2026-11-02".parse().unwrap();
        for text in ["2026-11-02", "2.11.2026", "02.11.2026", "46328"] {
            assert_eq!(date(text).unwrap(), expected, "{text}");
        }
        for wrong in ["11/2/2026", "2.11.26", "02.13.2026", "4632", "1.2.3.4", "", "soon"] {
            assert!(date(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_may_have_one_digit_and_no_seconds() {
        for text in ["08:30", "8:30", "8:30:00"] {
            assert_eq!(time_of_day(text).unwrap(), "08:30".parse().unwrap(), "{text}");
        }
        assert_eq!(time_of_day("08:00").unwrap(), "08:00".parse().unwrap());
        for wrong in ["8", "8:30:15", "25:00", "noon"] {
            assert!(time_of_day(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn yes_and_no_are_read_in_any_case() {
        assert_eq!((flag("TRUE"), flag("x"), flag("No")), (Ok(true), Ok(true), Ok(false)));
        assert!(flag("maybe").is_err());
    }
}
