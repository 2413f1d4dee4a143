//! The runs of scheduled jobs in the demo company's past. They flag the no-shows of the history.

use domain::scheduled_jobs::Check;
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use serde_json::json;

use crate::{clock::StackClock, flow::Functions};

/// A time at which checks run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tick {
    pub(super) at: Timestamp,
    checks: &'static [Check],
}

/// The times at which the checks run on a date, in the company's time zone. In a real company they run every few
/// minutes. These are the times at which a run has an effect: daily records are created, people are late, shifts have
/// ended.
const TIMES: [(Time, &[Check]); 3] = [
    (Time::constant(0, 30, 0, 0), &[Check::OpenDay, Check::Lateness]),
    (Time::constant(10, 0, 0, 0), &[Check::Lateness]),
    (Time::constant(18, 30, 0, 0), &[Check::Lateness]),
];

/// The time at which the `leave-year` job runs on the last date, so that notices of expiring leave show in the last
/// quarter of a year.
const LEAVE_YEAR: Time = Time::constant(0, 45, 0, 0);

/// Returns the ticks from `first` to `last` that are before `now`, in order.
pub(super) fn ticks(first: Date, last: Date, now: Timestamp, zone: &TimeZone) -> Result<Vec<Tick>, String> {
    let mut ticks = Vec::new();
    for date in first.series(1.day()).take_while(|date| *date <= last) {
        for (time, checks) in TIMES {
            let at = date.to_datetime(time).to_zoned(zone.clone()).map_err(|error| error.to_string())?.timestamp();
            ticks.push(Tick { at, checks });
        }
        if date == last {
            let at =
                date.to_datetime(LEAVE_YEAR).to_zoned(zone.clone()).map_err(|error| error.to_string())?.timestamp();
            ticks.push(Tick { at, checks: &[Check::LeaveYear] });
        }
    }
    ticks.retain(|tick| tick.at < now);
    ticks.sort_by_key(|tick| tick.at);
    Ok(ticks)
}

/// Runs the checks of a tick.
pub(super) async fn run(tick: Tick, functions: &Functions, clock: &StackClock) -> Result<(), String> {
    clock.set(Some(tick.at));
    for check in tick.checks {
        functions.invoke("checks", json!({"schedule": check})).await?;
    }
    Ok(())
}
