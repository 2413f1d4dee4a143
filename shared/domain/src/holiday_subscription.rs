//! The subscription of a calendar of holidays: Rollcall reads the calendar again once a month, and adds and removes its holidays.

use std::{collections::BTreeSet, fmt};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    id::{HolidayId, UserId},
    site::Region,
};

/// The time after which a calendar is read again. Calendars publish a year some months before it begins.
const REFRESH: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The time after which a calendar that couldn't be read is read again.
const RETRY: SignedDuration = SignedDuration::from_hours(24);
/// Admins are notified of the first failure in a row, and then of every seventh: once a week.
const FAILURES_PER_NOTIFICATION: u32 = 7;

/// The subscription of a calendar of holidays.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolidaySubscription {
    /// The address of the calendar. It may contain a secret, so only admins see it.
    pub url: String,
    /// The region whose sites have the holidays; absent for the whole company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// The administrator who chose the calendar.
    pub set_by: UserId,
    /// The holidays that come from the calendar. Those of the past are forgotten.
    #[serde(default)]
    pub holidays: BTreeSet<HolidayId>,
    /// The instant at which the calendar was last read; absent if it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refreshed_at: Option<Timestamp>,
    /// The reason for which the last attempt failed; absent if it succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<CalendarFailure>,
    /// The number of failures in a row.
    #[serde(default)]
    pub failures: u32,
    /// The instant from which the calendar is to be read again.
    pub due_at: Timestamp,
    /// The version, which grows by 1 with each change.
    pub version: u64,
}

impl fmt::Debug for HolidaySubscription {
    /// Leaves the address out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HolidaySubscription").field("version", &self.version).finish_non_exhaustive()
    }
}

/// The reason for which a calendar of holidays couldn't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalendarFailure {
    /// The server can't be reached, or didn't answer in time.
    Unreachable,
    /// The server's answer isn't a success. Redirects aren't followed.
    Refused,
    /// The calendar is larger than 512 KiB.
    TooLarge,
    /// The answer isn't a calendar with events.
    NotACalendar,
    /// No site is in the region.
    NoSites,
    /// A year would have too many holidays.
    TooManyHolidays,
}

impl CalendarFailure {
    /// The name of the reason in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::TooLarge => "too_large",
            Self::NotACalendar => "not_a_calendar",
            Self::NoSites => "no_sites",
            Self::TooManyHolidays => "too_many_holidays",
        }
    }
}

impl HolidaySubscription {
    /// Returns the subscription of another calendar, which is to be read now. The holidays of the calendar before end when it is read.
    pub fn replacing(
        before: Option<&Self>,
        url: String,
        region: Option<Region>,
        set_by: UserId,
        now: Timestamp,
    ) -> Self {
        let version = before.map_or(0, |before| before.version) + 1;
        let holidays = before.map(|before| before.holidays.clone()).unwrap_or_default();
        let due_at = later(now, RETRY);
        Self { url, region, set_by, holidays, refreshed_at: None, failure: None, failures: 0, due_at, version }
    }

    /// Returns whether the calendar is to be read.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.due_at <= now
    }

    /// Returns the subscription after its calendar was asked to be read, so that it isn't asked again at once.
    #[must_use]
    pub fn requested(&self, now: Timestamp) -> Self {
        Self { due_at: later(now, RETRY), version: self.version + 1, ..self.clone() }
    }

    /// Returns the subscription with other holidays of the calendar.
    #[must_use]
    pub fn with_holidays(&self, holidays: BTreeSet<HolidayId>) -> Self {
        Self { holidays, version: self.version + 1, ..self.clone() }
    }

    /// Returns the subscription after its calendar was read.
    #[must_use]
    pub fn refreshed(&self, now: Timestamp) -> Self {
        let version = self.version + 1;
        let due_at = later(now, REFRESH);
        Self { refreshed_at: Some(now), failure: None, failures: 0, due_at, version, ..self.clone() }
    }

    /// Returns the subscription after its calendar couldn't be used.
    #[must_use]
    pub fn failed(&self, failure: CalendarFailure, now: Timestamp) -> Self {
        let (failures, version) = (self.failures.saturating_add(1), self.version + 1);
        Self { failure: Some(failure), failures, due_at: later(now, RETRY), version, ..self.clone() }
    }

    /// Returns whether admins are notified of the last failure.
    pub const fn is_failure_announced(&self) -> bool {
        self.failures % FAILURES_PER_NOTIFICATION == 1
    }

    /// Returns the host of the calendar.
    pub fn host(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        rest.split(['/', '?', '#']).next().unwrap_or_default()
    }
}

fn later(now: Timestamp, after: SignedDuration) -> Timestamp {
    now.saturating_add(after).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn subscription() -> HolidaySubscription {
        let by = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let url = "https://calendars.example:8443/de.ics?key=secret".to_owned();
        HolidaySubscription::replacing(None, url, None, by, at("2026-11-02T08:00:00Z"))
    }

    #[test]
    fn a_calendar_is_refreshed_after_a_month_and_a_day_after_a_failure() {
        let (new, now) = (subscription(), at("2026-11-02T08:00:00Z"));
        assert!(!new.is_due(now) && new.is_due(at("2026-11-03T08:00:00Z")));
        let read = new.refreshed(now);
        assert!(!read.is_due(at("2026-12-02T07:59:59Z")) && read.is_due(at("2026-12-02T08:00:00Z")));
        let failed = read.failed(CalendarFailure::Unreachable, now);
        assert!(failed.is_due(at("2026-11-03T08:00:00Z")));
        assert_eq!((failed.refreshed(now).failure, failed.version), (None, 3));
    }

    #[test]
    fn admins_are_notified_of_the_first_failure_and_then_once_a_week() {
        let mut failing = subscription();
        let mut announced = Vec::new();
        for day in 1..=15 {
            failing = failing.failed(CalendarFailure::Refused, at("2026-11-02T08:00:00Z"));
            if failing.is_failure_announced() {
                announced.push(day);
            }
        }
        assert_eq!(announced, [1, 8, 15]);
    }

    #[test]
    fn the_address_is_shown_by_its_host_alone() {
        assert_eq!(subscription().host(), "calendars.example:8443");
        assert!(!format!("{:?}", subscription()).contains("secret"));
    }
}
