//! Terminals: readers of faces and fingers at a site that send punches by the push protocol of ZKTeco ("ADMS", "iclock").
//!
//! A terminal is a kiosk in all that concerns punches: its id is a [`KioskId`], and its punches name it as their kiosk.
//! docs/terminals.md describes the protocol and the rules.

use std::{collections::BTreeSet, str::FromStr};

use jiff::{SignedDuration, Timestamp, civil::DateTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    FieldRule, Invalid,
    bounded::Bounded,
    calendar::{TimeOfDay, Weekday, Zone},
    day::{OfflineAction, PunchAction},
    id::{KioskId, SiteId},
    kiosk::PunchKiosk,
    patch_field::{PatchField, changed_fields},
    text::Name,
};

/// The maximum number of terminals of a company.
pub const MAX_TERMINALS: usize = 200;

/// The serial number of a terminal: 1 to 40 letters, digits, `-` and `_`, as the device sends it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Serial(String);

/// The number of a person in a terminal ("PIN" in the protocol): 1 to 24 letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TerminalNumber(String);

macro_rules! device_texts {
    ($($name:ident, $max:literal, $rule:ident, $is_allowed:expr;)*) => {$(
        impl $name {
            /// The maximum length.
            pub const MAX: usize = $max;

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                let is_allowed: fn(u8) -> bool = $is_allowed;
                if (1..=Self::MAX).contains(&text.len()) && text.bytes().all(is_allowed) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(Invalid::new(FieldRule::$rule))
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(text: String) -> Result<Self, Invalid> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

device_texts! {
    Serial, 40, Serial, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    TerminalNumber, 24, TerminalNumber, |byte| byte.is_ascii_alphanumeric();
}

/// A terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminal {
    /// The terminal's id.
    pub id: KioskId,
    /// The serial number of the device.
    pub serial: Serial,
    /// The terminal's site.
    pub site_id: SiteId,
    /// The terminal's name.
    pub name: Name,
    /// The time zone of the device's clock; none for the zone of the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<Zone>,
    /// Whether people choose the action at the device. If not, each punch is the person's next action.
    #[serde(default = "crate::patch_field::yes")]
    pub uses_states: bool,
    /// The hours in which silence is announced.
    #[serde(default)]
    pub watch: Watch,
    /// The instant at which the terminal was created.
    pub created_at: Timestamp,
    /// The number of changes, from 1.
    pub version: u64,
}

impl Terminal {
    /// The terminal as its punches store it.
    pub fn of_punch(&self) -> PunchKiosk {
        PunchKiosk { id: self.id, name: self.name.clone() }
    }
}

/// The state of a punch for which the device asked nothing.
pub const UNDEFINED_STATE: u16 = 255;

/// Returns the action of the state that a device sends with a punch. States that say nothing stand for the next action.
pub const fn action_of(state: u16) -> OfflineAction {
    match state {
        0 | 4 => OfflineAction::Named(PunchAction::In),
        1 | 5 => OfflineAction::Named(PunchAction::Out),
        2 => OfflineAction::Named(PunchAction::BreakStart),
        3 => OfflineAction::Named(PunchAction::BreakEnd),
        _ => OfflineAction::Next,
    }
}

/// A change of a terminal. Absent fields stay as they are.
#[derive(Debug, Clone, Default)]
pub struct TerminalUpdate {
    /// The serial number of the new device.
    pub serial: Option<Serial>,
    /// The new site.
    pub site_id: Option<SiteId>,
    /// The new name.
    pub name: Option<Name>,
    /// The new time zone of the device's clock; null for the zone of the site.
    pub time_zone: PatchField<Zone>,
    /// Whether people choose the action at the device from now on.
    pub uses_states: Option<bool>,
    /// The new hours in which silence is announced.
    pub watch: Option<Watch>,
}

impl TerminalUpdate {
    /// Returns the changed terminal, with its version unchanged, and the names of the changed fields.
    pub fn apply(&self, before: &Terminal) -> (Terminal, Vec<String>) {
        let Self { serial, site_id, name, time_zone, uses_states, watch } = self.clone();
        let after = Terminal {
            serial: serial.unwrap_or_else(|| before.serial.clone()),
            site_id: site_id.unwrap_or(before.site_id),
            name: name.unwrap_or_else(|| before.name.clone()),
            time_zone: time_zone.or(before.time_zone.clone()),
            uses_states: uses_states.unwrap_or(before.uses_states),
            watch: watch.unwrap_or_else(|| before.watch.clone()),
            ..before.clone()
        };
        let fields = changed_fields([
            ("serial", after.serial != before.serial),
            ("site_id", after.site_id != before.site_id),
            ("name", after.name != before.name),
            ("time_zone", after.time_zone != before.time_zone),
            ("uses_states", after.uses_states != before.uses_states),
            ("watch", after.watch != before.watch),
        ]);
        (after, fields)
    }
}

/// When a terminal must be heard from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TerminalWatch)]
pub struct Watch {
    /// The days of the working hours.
    pub days: BTreeSet<Weekday>,
    /// The beginning of the working hours on the terminal's clock.
    pub from: TimeOfDay,
    /// The end of the working hours. An end that isn't after the beginning is on the next day.
    pub to: TimeOfDay,
    /// The minutes without a request after which the terminal counts as silent.
    #[schema(value_type = u32, minimum = 5, maximum = 1440)]
    pub silent_after_minutes: Bounded<5, 1440>,
}

impl Default for Watch {
    /// Monday to Friday, 06:00 to 20:00, 10 minutes.
    fn default() -> Self {
        let days = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
        Self {
            days: days.into(),
            from: TimeOfDay::constant::<6, 0>(),
            to: TimeOfDay::constant::<20, 0>(),
            silent_after_minutes: Bounded::constant::<10>(),
        }
    }
}

impl Watch {
    /// Whether the terminal is silent: its last request is so long ago, and all that time is in working hours.
    pub fn is_silent(&self, zone: &Zone, last_seen_at: Timestamp, now: Timestamp) -> bool {
        let limit = SignedDuration::from_mins(self.silent_after_minutes.as_i64());
        let since = now.saturating_sub(limit).unwrap_or(Timestamp::MIN);
        last_seen_at <= since && self.is_working(zone, since) && self.is_working(zone, now)
    }

    /// Whether an instant is in working hours.
    fn is_working(&self, zone: &Zone, at: Timestamp) -> bool {
        let local = zone.at(at);
        let time = TimeOfDay::from(local.time());
        let (today, yesterday) = (local.date().weekday(), local.date().weekday().previous());
        let is_on = |day: jiff::civil::Weekday| self.days.contains(&Weekday::from(day));
        if self.from < self.to {
            is_on(today) && (self.from..self.to).contains(&time)
        } else {
            (is_on(today) && self.from <= time) || (is_on(yesterday) && time < self.to)
        }
    }
}

/// The maximum difference of a device's clock that isn't announced, in seconds.
const MAX_DRIFT_SECONDS: i64 = 60;
/// The maximum difference of two lags that show the same clock, in seconds.
const SAME_LAG_SECONDS: i64 = 30;

/// What the arrivals of single punches say about a device's clock.
///
/// A stamp of the future shows a clock that is ahead. A punch that arrives late may have waited in the device, so a clock that is
/// behind shows only in two punches in a row with the same lag, at least a minute apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceDrift {
    /// The seconds by which the clock is ahead, negative if it is behind; none until it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
    /// The instant since which the clock is wrong by more than a minute; none if it is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrong_since: Option<Timestamp>,
    /// A lag that another punch may confirm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    suspected: Option<Lag>,
}

/// The lag of a punch, and the instant of its arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Lag {
    seconds: i64,
    arrived_at: Timestamp,
}

impl DeviceDrift {
    /// What is known after a punch that arrived alone, as devices send punches as they are made.
    #[must_use]
    pub fn after(&self, stamp: Timestamp, arrived_at: Timestamp) -> Self {
        let seconds = stamp.as_second() - arrived_at.as_second();
        let wrong = || Self {
            seconds: Some(seconds),
            wrong_since: self.wrong_since.or(Some(arrived_at)),
            suspected: Some(Lag { seconds, arrived_at }),
        };
        if seconds.abs() <= MAX_DRIFT_SECONDS {
            return Self { seconds: Some(seconds), wrong_since: None, suspected: None };
        }
        if 0 < seconds {
            return wrong();
        }
        match self.suspected.filter(|lag| (lag.seconds - seconds).abs() <= SAME_LAG_SECONDS) {
            Some(lag) if 60 <= arrived_at.as_second() - lag.arrived_at.as_second() => wrong(),
            // Punches that waited together arrive within seconds.
            Some(_) => *self,
            None => Self { suspected: Some(Lag { seconds, arrived_at }), ..*self },
        }
    }
}

/// The instant of a device's wall clock. In the hour that the end of summer time repeats, it is the first one, unless the device
/// already sent a later punch, `after`. A time that summer time skips counts as if the clock hadn't moved.
pub fn device_instant(zone: &Zone, local: DateTime, after: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let possible = zone.time_zone().to_ambiguous_zoned(local);
    let first = possible.clone().compatible().ok()?.timestamp();
    let second = possible.later().ok()?.timestamp();
    let limit = now.saturating_add(SignedDuration::from_secs(MAX_DRIFT_SECONDS)).unwrap_or(Timestamp::MAX);
    let is_second = first < second && second <= limit && after.is_some_and(|after| first < after);
    Some(if is_second { second } else { first })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn berlin() -> Zone {
        Zone::parse("Europe/Berlin").unwrap()
    }

    #[test]
    fn states_are_actions_and_undefined_ones_the_next_action() {
        let actions: Vec<_> = [0, 1, 2, 3, 4, 5].into_iter().map(action_of).collect();
        let named = [
            PunchAction::In,
            PunchAction::Out,
            PunchAction::BreakStart,
            PunchAction::BreakEnd,
            PunchAction::In,
            PunchAction::Out,
        ];
        assert_eq!(actions, named.map(OfflineAction::Named));
        assert_eq!(action_of(255), OfflineAction::Next);
        assert_eq!(action_of(6), OfflineAction::Next);
    }

    #[test]
    fn a_terminal_is_silent_after_ten_minutes_of_working_hours() {
        let watch = Watch::default();
        // 2026-11-02 is a Monday. Berlin is an hour ahead of UTC.
        for (seen, now, silent) in [
            ("2026-11-02T08:00:00Z", "2026-11-02T08:10:00Z", true),
            ("2026-11-02T08:00:00Z", "2026-11-02T08:09:59Z", false),
            // Silence of the night counts from 06:00.
            ("2026-11-01T22:00:00Z", "2026-11-02T05:09:59Z", false),
            ("2026-11-01T22:00:00Z", "2026-11-02T05:10:00Z", true),
            ("2026-11-02T18:55:00Z", "2026-11-02T19:05:00Z", false),
            // A Sunday.
            ("2026-11-01T08:00:00Z", "2026-11-01T12:00:00Z", false),
        ] {
            assert_eq!(watch.is_silent(&berlin(), at(seen), at(now)), silent, "{seen} {now}");
        }
    }

    #[test]
    fn working_hours_may_pass_midnight() {
        let (from, to) = (TimeOfDay::constant::<22, 0>(), TimeOfDay::constant::<6, 0>());
        let watch = Watch { days: [Weekday::Monday].into(), from, to, ..Watch::default() };
        let is_silent = |now| watch.is_silent(&berlin(), at("2026-11-01T00:00:00Z"), at(now));
        assert!(is_silent("2026-11-02T22:00:00Z"));
        assert!(is_silent("2026-11-03T04:00:00Z"));
        assert!(!is_silent("2026-11-02T04:00:00Z"), "the night to Monday is Sunday's");
        assert!(!is_silent("2026-11-03T05:00:00Z"));
    }

    #[test]
    fn a_clock_ahead_shows_at_once_and_one_behind_with_the_second_punch() {
        let drift = DeviceDrift::default();
        let now = at("2026-11-02T08:00:00Z");
        let minutes = |minutes: i64| now + SignedDuration::from_mins(minutes);
        let ahead = drift.after(minutes(180), now);
        assert_eq!((ahead.seconds, ahead.wrong_since), (Some(10_800), Some(now)));
        assert_eq!(ahead.after(minutes(190), minutes(10)).wrong_since, Some(now), "one episode");
        assert_eq!(ahead.after(minutes(20), minutes(20)).wrong_since, None);
        let right = drift.after(now, now + SignedDuration::from_secs(60));
        assert_eq!((right.seconds, right.wrong_since), (Some(-60), None));

        let late = drift.after(minutes(-60), now);
        assert_eq!((late.seconds, late.wrong_since), (None, None));
        assert_eq!(late.after(minutes(-59), minutes(1)).seconds, Some(-3600));
        // Punches that waited in the device have different lags, or come within seconds.
        assert_eq!(late.after(minutes(-30), minutes(1)).wrong_since, None);
        assert_eq!(late.after(minutes(-60), now + SignedDuration::from_secs(2)).wrong_since, None);
    }

    #[test]
    fn the_repeated_hour_follows_the_punch_before_it() {
        let local = |text: &str| text.parse::<DateTime>().unwrap();
        let now = at("2026-10-25T03:00:00Z");
        let instant = |text, after| device_instant(&berlin(), local(text), after, now);
        assert_eq!(instant("2026-10-25T02:30:00", None), Some(at("2026-10-25T00:30:00Z")));
        assert_eq!(instant("2026-10-25T02:10:00", Some(at("2026-10-25T00:30:00Z"))), Some(at("2026-10-25T01:10:00Z")));
        assert_eq!(instant("2026-10-25T04:00:00", None), Some(at("2026-10-25T03:00:00Z")));
        assert_eq!(instant("2026-03-29T02:30:00", None), Some(at("2026-03-29T01:30:00Z")));
    }

    #[test]
    fn serials_and_numbers_are_plain() {
        for good in ["CJ5Z201460012", "a-b_1"] {
            assert!(good.parse::<Serial>().is_ok(), "{good}");
        }
        for bad in ["", "a b", "a/b", "ä", &"1".repeat(41)] {
            assert!(bad.parse::<Serial>().is_err(), "{bad}");
        }
        assert!("17".parse::<TerminalNumber>().is_ok());
        assert!("1-7".parse::<TerminalNumber>().is_err());
    }
}
