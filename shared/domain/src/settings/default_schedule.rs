//! The company's default schedule on past dates.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Settings, ShiftTimes, WeeklyOffs};
use crate::{
    calendar::WorkDate,
    earlier::{Earlier, Replaced},
};

/// The schedule of people without a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultSchedule {
    shift: ShiftTimes,
    weekly_offs: WeeklyOffs,
}

impl Settings {
    /// The shift and the weekdays off that apply on a date to people without a pattern.
    pub fn default_schedule_on(&self, date: WorkDate) -> (ShiftTimes, &WeeklyOffs) {
        match self.earlier_defaults.on(date) {
            Some(earlier) => (earlier.shift, &earlier.weekly_offs),
            None => (self.default_shift, &self.default_weekly_offs),
        }
    }

    /// The settings before a change of the default schedule that was made on a date, with its instant if that is known; `None` if there
    /// was no such change.
    pub(crate) fn before_change_of_defaults(&self, date: WorkDate) -> Option<(Self, Option<Timestamp>)> {
        let Replaced { value, at } = self.earlier_defaults.replaced_on(date)?;
        let before = Self {
            default_shift: value.shift,
            default_weekly_offs: value.weekly_offs.clone(),
            earlier_defaults: Earlier::default(),
            ..self.clone()
        };
        Some((before, at))
    }

    /// The settings that replace others on a date, at an instant. Earlier dates keep the default schedule that they had, because leave
    /// and holidays are paid by it.
    #[must_use]
    pub fn replacing(mut self, before: &Self, today: WorkDate, now: Timestamp) -> Self {
        self.earlier_defaults.clone_from(&before.earlier_defaults);
        let schedule = DefaultSchedule { shift: before.default_shift, weekly_offs: before.default_weekly_offs.clone() };
        if self.default_shift != schedule.shift || self.default_weekly_offs != schedule.weekly_offs {
            self.earlier_defaults.add(today.previous(), schedule, Some(now));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> WorkDate {
        text.parse().unwrap()
    }

    fn starting(hour: u8) -> Settings {
        serde_json::from_value(serde_json::json!({"default_shift": {"start": format!("{hour:02}:00"), "end": "20:00"}}))
            .unwrap()
    }

    fn start_on(settings: &Settings, day: &str) -> String {
        settings.default_schedule_on(date(day)).0.start.to_string()
    }

    #[test]
    fn a_past_date_keeps_the_default_schedule_that_it_had() {
        let first = starting(6);
        let second = starting(7).replacing(&first, date("2026-11-10"), Timestamp::UNIX_EPOCH);
        let third = starting(8).replacing(&second, date("2026-11-20"), Timestamp::UNIX_EPOCH);
        let starts =
            ["2026-01-01", "2026-11-09", "2026-11-10", "2026-11-19", "2026-11-20"].map(|day| start_on(&third, day));
        assert_eq!(starts, ["06:00", "06:00", "07:00", "07:00", "08:00"]);
    }

    #[test]
    fn of_several_changes_on_a_date_the_last_applies_from_it() {
        let second = starting(7).replacing(&starting(6), date("2026-11-10"), Timestamp::UNIX_EPOCH);
        let third = starting(8).replacing(&second, date("2026-11-10"), Timestamp::UNIX_EPOCH);
        assert_eq!([start_on(&third, "2026-11-09"), start_on(&third, "2026-11-10")], ["06:00", "08:00"]);
        let other = Settings { min_rest_minutes: crate::bounded::Bounded::constant::<60>(), ..starting(8) };
        assert_eq!(
            other.replacing(&third, date("2026-12-01"), Timestamp::UNIX_EPOCH).earlier_defaults,
            third.earlier_defaults
        );
    }

    #[test]
    fn earlier_schedules_are_stored_with_the_settings_and_are_no_settings() {
        #[derive(Serialize, Deserialize)]
        struct Item(#[serde(with = "crate::settings::stored")] Settings);
        let settings = starting(7).replacing(&starting(6), date("2026-11-10"), Timestamp::UNIX_EPOCH);
        let stored = serde_json::to_value(Item(settings.clone())).unwrap();
        let Item(read) = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(read, settings);
        assert!(serde_json::to_value(&settings).unwrap().get("earlier_defaults").is_none());
        // What another release has written in another form isn't known, and nothing else suffers.
        let mut of_another = stored;
        of_another["earlier_defaults"][0]["value"]["shift"] = "flexible".into();
        let Item(read) = serde_json::from_value(of_another).unwrap();
        assert_eq!(read, starting(7));
        let unchanged = serde_json::to_value(Item(starting(7))).unwrap();
        assert!(unchanged.get("earlier_defaults").is_none());
    }
}
