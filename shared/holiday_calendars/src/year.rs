//! The holidays of events by year.

use std::collections::BTreeMap;

use domain::{holiday::Holiday, id::SiteId};

use crate::HolidayEvent;

/// Returns the holidays of events at the given places by year. `None` is the whole company.
pub fn by_year<'a>(
    events: impl IntoIterator<Item = &'a HolidayEvent>,
    places: &[Option<SiteId>],
) -> BTreeMap<i16, Vec<Holiday>> {
    let mut years: BTreeMap<i16, Vec<Holiday>> = BTreeMap::new();
    for event in events {
        for holiday in places.iter().flat_map(|place| event.holidays(*place)) {
            years.entry(holiday.date.year()).or_default().push(holiday);
        }
    }
    years
}

#[cfg(test)]
mod tests {
    use domain::holiday_change::YearChange;

    use super::*;

    const SITE: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6ST";

    fn holidays(uid: &str, date: &str, name: &str, site: Option<SiteId>) -> Vec<Holiday> {
        let event = HolidayEvent::new(Some(uid), name, vec![(date.parse().unwrap(), None)]).unwrap();
        event.holidays(site).collect()
    }

    #[test]
    fn the_same_calendar_changes_nothing_and_a_moved_event_moves_its_holiday() {
        let first = holidays("1", "2026-04-03", "Good Friday", None);
        assert_eq!(YearChange::of(&[], &first).added, first);
        assert_eq!(YearChange::of(&first, &first), YearChange::default());
        let moved = holidays("1", "2026-04-04", "Good Friday", None);
        assert_eq!(YearChange::of(&first, &moved), YearChange { added: moved.clone(), removed: first.clone() });
        let renamed = holidays("1", "2026-04-03", "Karfreitag", None);
        assert_eq!(YearChange::of(&first, &renamed), YearChange { added: renamed.clone(), removed: first.clone() });
        // A holiday that was added by hand stays, under its own name.
        let other = holidays("2", "2026-04-03", "Good Friday", None);
        assert_eq!(YearChange::of(&other, &first), YearChange::default());
        assert_ne!(holidays("1", "2026-04-03", "Good Friday", Some(SITE.parse().unwrap()))[0].id, first[0].id);
    }

    #[test]
    fn sites_do_not_get_a_holiday_that_the_whole_company_has() {
        let everywhere = holidays("1", "2026-04-03", "Good Friday", None);
        let of_site = holidays("1", "2026-04-03", "Good Friday", Some(SITE.parse().unwrap()));
        assert_eq!(YearChange::of(&everywhere, &of_site), YearChange::default());
        let both: Vec<Holiday> = of_site.iter().chain(&everywhere).cloned().collect();
        assert_eq!(YearChange::of(&[], &both).added, everywhere);
    }
}
