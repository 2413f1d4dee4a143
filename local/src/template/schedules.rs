//! Reads the EventBridge schedules from the template.

use std::time::Duration;

use jiff::{Timestamp, ToSpan, civil::Time, tz::TimeZone};
use serde::Deserialize;
use serde_json::Value as Json;
use serde_yaml_ng::Value;

use super::{Template, events::properties};

/// A schedule, and the function that it invokes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Schedule {
    /// The name of the schedule in the cloud, without the stack's name: `open-day`.
    pub(crate) name: String,
    /// The binary of the function.
    pub(crate) function: String,
    pub(crate) expression: Expression,
    /// The input of the function.
    pub(crate) input: Json,
    /// The maximum number of retries of a failed invocation.
    pub(crate) retries: u32,
}

/// The expression of a schedule. Only the kinds of EventBridge expressions that the template uses are supported. Any
/// other one is an error at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expression {
    /// `rate(15 minutes)`. The cloud counts from the deployment. Here the schedule runs at multiples of the interval
    /// on the clock.
    Every(Duration),
    /// `cron(20 1 * * ? *)`: every day at that time, in UTC.
    DailyAt(Time),
}

impl Expression {
    fn parse(text: &str) -> Result<Self, String> {
        let refused = || format!("the local stack doesn't know the schedule expression {text:?}");
        let inside = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        if let Some(rate) = inside("rate") {
            let (number, unit) = rate.split_once(' ').ok_or_else(refused)?;
            let number: u64 = number.parse().ok().filter(|number| *number > 0).ok_or_else(refused)?;
            let seconds = match unit {
                "minute" | "minutes" => 60,
                "hour" | "hours" => 3600,
                "day" | "days" => 86_400,
                _ => return Err(refused()),
            };
            return Ok(Self::Every(Duration::from_secs(number * seconds)));
        }
        let fields: Vec<&str> = inside("cron").ok_or_else(refused)?.split(' ').collect();
        let [minute, hour, "*", "*", "?", "*"] = fields.as_slice() else { return Err(refused()) };
        let (hour, minute) = (hour.parse().map_err(|_| refused())?, minute.parse().map_err(|_| refused())?);
        Time::new(hour, minute, 0, 0).map(Self::DailyAt).map_err(|_| refused())
    }

    /// Returns whether the schedule has a time after `last` and not after `now`.
    pub(crate) fn came_between(self, last: Timestamp, now: Timestamp) -> bool {
        last < now && self.latest(now).is_some_and(|latest| last < latest)
    }

    /// Returns the latest time of the schedule that isn't after `now`.
    fn latest(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Every(pause) => {
                let pause = i64::try_from(pause.as_secs()).ok()?;
                Timestamp::from_second(now.as_second().div_euclid(pause) * pause).ok()
            }
            Self::DailyAt(time) => {
                let today = now.to_zoned(TimeZone::UTC).date();
                let at = |date: jiff::civil::Date| date.to_datetime(time).to_zoned(TimeZone::UTC).ok();
                let latest = at(today).filter(|at| at.timestamp() <= now);
                latest.or_else(|| at(today.checked_sub(1.day()).ok()?)).map(|at| at.timestamp())
            }
        }
    }
}

/// A `ScheduleV2` event of a function. Settings for steps before the invocation (the role, the queue for events that
/// EventBridge can't deliver) aren't read, because these steps don't exist here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ScheduleProperties {
    name: Value,
    #[serde(rename = "Description")]
    _description: Option<String>,
    schedule_expression: String,
    input: String,
    retry_policy: RetryPolicy,
    #[serde(rename = "DeadLetterConfig")]
    _dead_letter_config: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RetryPolicy {
    maximum_retry_attempts: u32,
    #[serde(rename = "MaximumEventAgeInSeconds")]
    _longest_age: Option<u64>,
}

impl Template {
    /// Returns the schedules.
    pub(crate) fn schedules(&self) -> Result<Vec<Schedule>, String> {
        let schedules = self.events_of("ScheduleV2").map(|(event, function, declared)| {
            let ScheduleProperties { name, schedule_expression, input, retry_policy, .. } =
                properties(&event, declared)?;
            let wrong = |problem: String| format!("{event}: {problem}");
            Ok(Schedule {
                name: own_name(&name).ok_or_else(|| wrong("its name isn't !Sub ${AWS::StackName}-…".to_owned()))?,
                function: function.to_owned(),
                expression: Expression::parse(&schedule_expression).map_err(wrong)?,
                input: serde_json::from_str(&input).map_err(|error| wrong(error.to_string()))?,
                retries: retry_policy.maximum_retry_attempts,
            })
        });
        schedules.collect()
    }
}

/// Returns the part of a name after the stack's name.
fn own_name(name: &Value) -> Option<String> {
    let Value::Tagged(tagged) = name else { return None };
    let text = tagged.value.as_str().filter(|_| tagged.tag == "Sub")?;
    text.strip_prefix("${AWS::StackName}-").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_rate_comes_on_the_round_minutes() {
        let every = Expression::parse("rate(15 minutes)").unwrap();
        assert!(every.came_between(at("2026-11-02T08:59:59Z"), at("2026-11-02T09:00:00Z")));
        assert!(!every.came_between(at("2026-11-02T09:00:00Z"), at("2026-11-02T09:14:59Z")));
        assert!(every.came_between(at("2026-11-02T09:00:00Z"), at("2026-11-04T09:07:00Z")), "a clock that was moved");
        assert!(
            !every.came_between(at("2026-11-04T09:00:00Z"), at("2026-11-02T09:00:00Z")),
            "a clock that was set back"
        );
    }

    #[test]
    fn a_daily_schedule_comes_once_a_day() {
        let daily = Expression::parse("cron(20 1 * * ? *)").unwrap();
        assert!(daily.came_between(at("2026-11-02T01:19:59Z"), at("2026-11-02T01:20:00Z")));
        assert!(!daily.came_between(at("2026-11-02T01:20:00Z"), at("2026-11-03T01:19:59Z")));
        assert!(daily.came_between(at("2026-11-02T01:20:00Z"), at("2026-11-03T01:20:00Z")));
    }

    #[test]
    fn another_expression_is_refused() {
        for other in [
            "rate(0 minutes)",
            "rate(2 weeks)",
            "cron(20 1 ? * MON *)",
            "at(2026-11-02T01:20:00)",
            "cron(61 1 * * ? *)",
        ] {
            assert!(Expression::parse(other).is_err(), "{other}");
        }
    }
}
