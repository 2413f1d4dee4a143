//! The public holidays of countries and their subdivisions, from a table that `scripts/public-holidays.sh` writes
//! ([ADR 0044](../../../docs/adr/0044-public-holidays-are-a-table.md)).

use std::{collections::BTreeSet, ops::RangeInclusive};

use domain::{calendar::WorkDate, holiday::Half};

use crate::HolidayEvent;

/// The table. `scripts/public_holidays.py` describes its form.
const TABLE: &str = include_str!("../data/public-holidays.tsv");

/// The years of the table.
pub const YEARS: RangeInclusive<i16> = 2025..=2035;

/// The reason for which there are no public holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotKnown {
    /// The table doesn't have the country.
    Country,
    /// The country has no such subdivision.
    Subdivision {
        /// The subdivisions of the country.
        known: Vec<&'static str>,
    },
}

/// Returns the public holidays of a country in some years: those that the whole country has, or those of a subdivision. Without
/// `half_days`, holidays of half a day are left out.
///
/// # Errors
///
/// The table doesn't have the country or the subdivision.
pub fn public_holidays(
    country: &str,
    subdivision: Option<&str>,
    years: &BTreeSet<i16>,
    half_days: bool,
) -> Result<Vec<HolidayEvent>, NotKnown> {
    let section = format!("[{country}]");
    let mut lines = TABLE.lines().skip_while(|line| line.split('\t').next() != Some(section.as_str()));
    let known = lines.next().and_then(|line| line.split('\t').nth(1)).ok_or(NotKnown::Country)?;
    let known: Vec<&'static str> = known.split(',').filter(|code| !code.is_empty()).collect();
    if subdivision.is_some_and(|subdivision| !known.contains(&subdivision)) {
        return Err(NotKnown::Subdivision { known });
    }
    let rows = lines.take_while(|line| !line.starts_with('[')).filter_map(Row::parse);
    let rows = rows.filter(|row| row.is_at(subdivision) && (half_days || row.half.is_none()));
    Ok(rows.filter_map(|row| row.event(country, years)).collect())
}

/// A holiday of the table.
struct Row {
    place: &'static str,
    half: Option<Half>,
    name: &'static str,
    dates: &'static str,
}

impl Row {
    fn parse(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t');
        let (place, half, name, dates) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
        Some(Self { place, half: (half == "h").then_some(Half::Afternoon), name, dates })
    }

    /// Returns whether a subdivision has the holiday; without one, whether the whole country has it.
    fn is_at(&self, subdivision: Option<&str>) -> bool {
        let (is_list_of_exceptions, list) = match self.place.strip_prefix('-') {
            Some(exceptions) => (true, exceptions),
            None => (self.place.is_empty(), self.place),
        };
        match subdivision {
            None => is_list_of_exceptions,
            Some(subdivision) => list.split(',').any(|code| code == subdivision) != is_list_of_exceptions,
        }
    }

    fn event(&self, country: &str, years: &BTreeSet<i16>) -> Option<HolidayEvent> {
        let date = |text: &str| -> Option<WorkDate> {
            let (year, month, day) = (text.get(0..2)?, text.get(2..4)?, text.get(4..6)?);
            format!("20{year}-{month}-{day}").parse().ok()
        };
        let dates: Vec<_> =
            self.dates.split(',').filter_map(date).filter(|date| years.contains(&date.year())).collect();
        if dates.is_empty() {
            return None;
        }
        // A later table may have another date, and no remark that the date is estimated.
        let name = self.name.split(" (").next().unwrap_or(self.name);
        let uid = format!("public-holidays/{country}/{name}");
        HolidayEvent::new(Some(&uid), self.name, dates.into_iter().map(|date| (date, self.half)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(country: &str, subdivision: Option<&str>, year: i16) -> Vec<(String, String, Option<Half>)> {
        let events = public_holidays(country, subdivision, &[year].into(), true).unwrap();
        let holidays = events.iter().flat_map(|event| event.holidays(None));
        let mut shown: Vec<_> =
            holidays.map(|holiday| (holiday.date.to_string(), holiday.name.to_string(), holiday.half_day)).collect();
        shown.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        shown
    }

    fn has(country: &str, subdivision: Option<&str>, date: &str) -> bool {
        let year = date[..4].parse().unwrap();
        dates(country, subdivision, year).iter().any(|(on, _, _)| on == date)
    }

    #[test]
    fn a_subdivision_has_the_holidays_of_its_country_and_its_own() {
        assert_eq!(dates("DE", None, 2026).len(), 9);
        assert!(has("DE", None, "2026-10-03") && !has("DE", None, "2026-01-06"));
        assert!(has("DE", Some("BY"), "2026-10-03") && has("DE", Some("BY"), "2026-01-06"));
        assert!(!has("DE", Some("BE"), "2026-01-06") && has("DE", Some("BE"), "2026-03-08"));
        // Some states of the USA don't have all of the country's holidays.
        assert!(has("US", None, "2026-10-12") && !has("US", Some("CA"), "2026-10-12"));
    }

    #[test]
    fn half_days_are_afternoons_and_can_be_left_out() {
        let eve = |(date, _, half): &(String, String, Option<Half>)| date == "2026-10-28" && half.is_some();
        assert!(dates("TR", None, 2026).iter().any(eve));
        let whole = public_holidays("TR", None, &[2026].into(), false).unwrap();
        assert!(whole.iter().flat_map(|event| event.holidays(None)).all(|holiday| holiday.half_day.is_none()));
    }

    #[test]
    fn every_country_has_holidays_in_every_year_of_the_table() {
        let countries: Vec<&str> = TABLE.lines().filter_map(|line| line.strip_prefix('[')?.split(']').next()).collect();
        assert!(countries.len() >= 240, "{}", countries.len());
        // Islands without people, a country that announces each year, and one that has suspended its holidays.
        let without = ["BV", "HM", "IO", "LK", "UA"];
        let years: BTreeSet<i16> = YEARS.collect();
        for country in countries {
            let events = public_holidays(country, None, &years, true).unwrap();
            let holidays = events.iter().flat_map(|event| event.holidays(None));
            let with: BTreeSet<i16> = holidays.map(|holiday| holiday.date.year()).collect();
            assert!(with == years || without.contains(&country), "{country}: {with:?}");
        }
        assert_eq!(public_holidays("ZZ", None, &[2026].into(), true), Err(NotKnown::Country));
        let unknown = public_holidays("CH", Some("XX"), &[2026].into(), true).unwrap_err();
        assert!(matches!(unknown, NotKnown::Subdivision { known } if known.contains(&"ZH")));
    }
}
