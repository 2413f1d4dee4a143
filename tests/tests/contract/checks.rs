//! The scheduled jobs: each check has its schedule, and its sample events are those that its triggers send.

use std::collections::BTreeMap;

use domain::scheduled_jobs::Check;
use serde_json::{Value as Json, json};
use serde_yaml_ng::Value;

use crate::{
    events::events_for,
    template::{Template, events, intrinsic, text},
};

/// Returns the schedules of `checks` by their names in the cloud, without the stack's name. `messages` has a schedule of its own.
fn schedules(template: &Template) -> BTreeMap<String, &Value> {
    let functions = template.functions();
    let called: Vec<&String> = functions
        .iter()
        .filter(|(_, function)| !events(function, "ScheduleV2").is_empty())
        .map(|(name, _)| name)
        .collect();
    assert_eq!(called, ["checks", "messages", "webhooks"]);
    let mut schedules = BTreeMap::new();
    for schedule in events(functions["checks"], "ScheduleV2") {
        let name = intrinsic("Sub", &schedule["Name"]).unwrap();
        schedules.insert(name.strip_prefix("${AWS::StackName}-").unwrap().to_owned(), schedule);
    }
    schedules
}

/// Returns the input that a schedule sends to the function.
fn input(schedule: &Value) -> Json {
    serde_json::from_str(text(&schedule["Input"])).unwrap()
}

#[test]
fn each_check_has_one_schedule_that_calls_for_it_by_name() {
    let template = Template::read();
    let schedules = schedules(&template);
    let mut names = Check::ALL.map(Check::name);
    names.sort_unstable();
    assert_eq!(schedules.keys().collect::<Vec<_>>(), names);
    for (name, schedule) in schedules {
        assert_eq!(input(schedule), json!({"schedule": name}));
    }
}

#[test]
fn a_call_that_fails_is_tried_again_but_not_into_the_next_day() {
    for (name, schedule) in schedules(&Template::read()) {
        let retries = &schedule["RetryPolicy"];
        assert!(retries["MaximumRetryAttempts"].as_u64().is_some_and(|retries| (1..10).contains(&retries)), "{name}");
        assert!(retries["MaximumEventAgeInSeconds"].as_u64().is_some_and(|age| age < 86_400), "{name}");
    }
}

#[test]
fn there_is_an_event_to_try_for_every_schedule_and_one_of_the_bus() {
    let template = Template::read();
    let mut inputs: Vec<Json> = schedules(&template).into_values().map(input).collect();
    let (of_schedules, of_bus): (Vec<_>, Vec<_>) =
        events_for("checks").into_iter().partition(|(_, event)| event.get("schedule").is_some());
    let mut tried: Vec<Json> = of_schedules.into_iter().map(|(_, event)| event).collect();
    let by_text = |a: &Json, b: &Json| a.to_string().cmp(&b.to_string());
    inputs.sort_by(by_text);
    tried.sort_by(by_text);
    assert_eq!(tried, inputs);
    assert_eq!(of_bus.len(), 1);
}
