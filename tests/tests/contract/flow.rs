//! The flow of events: the filters of the stream's consumers and of the bus's rules, and the handling of failures.

use std::collections::BTreeSet;

use domain::event::{Event, Received};
use serde_json::{Value as Json, json};
use serde_yaml_ng::Value;
use store::{
    keys::{AUDIT, OUTBOX},
    stream::StreamBatch,
};

use crate::{
    events::events_for,
    template::{Template, events, intrinsic, referenced, text, texts},
};

/// Returns the functions that read the stream, with their declared event sources.
fn readers(template: &Template) -> Vec<(String, &Value)> {
    let functions = template.functions().into_iter();
    functions
        .flat_map(|(name, function)| events(function, "DynamoDB").into_iter().map(move |event| (name.clone(), event)))
        .collect()
}

/// Returns the queue that a destination names.
fn queue(destination: &Value) -> &str {
    let arn = intrinsic("GetAtt", destination).unwrap_or_else(|| panic!("{destination:?} is no queue"));
    arn.strip_suffix(".Arn").unwrap_or(arn)
}

/// Returns every dead-letter queue.
fn dead_letters(template: &Template) -> BTreeSet<String> {
    let mut queues = BTreeSet::new();
    for (_, function) in template.functions() {
        for event in events(function, "DynamoDB") {
            queues.insert(queue(&event["DestinationConfig"]["OnFailure"]["Destination"]).to_owned());
        }
        for rule in events(function, "EventBridgeRule") {
            queues.insert(queue(&rule["DeadLetterConfig"]["Arn"]).to_owned());
            let config = &function["Properties"]["EventInvokeConfig"];
            queues.insert(queue(&config["DestinationConfig"]["OnFailure"]["Destination"]).to_owned());
        }
        for schedule in events(function, "ScheduleV2") {
            queues.insert(queue(&schedule["DeadLetterConfig"]["Arn"]).to_owned());
        }
    }
    queues
}

/// Returns whether an alarm exists for a metric with a dimension.
fn is_alarmed(template: &Template, metric: &str, dimension: impl Fn(&Value) -> bool) -> bool {
    template.of_type("AWS::CloudWatch::Alarm").into_iter().any(|alarm| {
        let alarm = &alarm["Properties"];
        alarm["MetricName"] == metric && dimension(&alarm["Dimensions"][0]["Value"])
    })
}

#[test]
fn the_streams_two_readers_see_new_outbox_items_and_notify_sees_the_audit() {
    let template = Template::read();
    let names: Vec<String> = readers(&template).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["notify", "relay"]);
    for (name, event) in readers(&template) {
        assert_eq!(intrinsic("GetAtt", &event["Stream"]), Some("Table.StreamArn"));
        let filters = event["FilterCriteria"]["Filters"].as_sequence().unwrap();
        let patterns: Vec<Json> =
            filters.iter().map(|filter| serde_json::from_str(text(&filter["Pattern"])).unwrap()).collect();
        let outbox = json!({"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": [{"prefix": OUTBOX}]}}}});
        // Also changes and removals of audit entries: there must be none.
        let audit = json!({"dynamodb": {"Keys": {"pk": {"S": [{"prefix": AUDIT}]}}}});
        let expected = if name == "notify" { vec![outbox, audit] } else { vec![outbox] };
        assert_eq!(patterns, expected, "{name}");
    }
}

#[test]
fn a_batch_that_fails_is_split_and_tried_again_but_not_for_ever() {
    for (name, event) in readers(&Template::read()) {
        assert_eq!(text(&event["StartingPosition"]), "TRIM_HORIZON", "{name}");
        assert_eq!(texts(&event["FunctionResponseTypes"]), ["ReportBatchItemFailures"], "{name}");
        assert_eq!(event["BisectBatchOnFunctionError"], true, "{name}");
        assert!(event["MaximumRetryAttempts"].as_u64().is_some_and(|retries| (1..100).contains(&retries)), "{name}");
        // The stream itself keeps records for 24 hours.
        assert!(event["MaximumRecordAgeInSeconds"].as_u64().is_some_and(|age| age < 86_400), "{name}");
    }
}

#[test]
fn dead_letters_are_stored_encrypted_and_raise_an_alarm() {
    let template = Template::read();
    let queues = dead_letters(&template);
    let expected = [
        "ChecksDeadLetters",
        "JobsDeadLetters",
        "MessagesDeadLetters",
        "NotifyDeadLetters",
        "RelayDeadLetters",
        "WebhooksDeadLetters",
    ];
    assert_eq!(queues.iter().collect::<Vec<_>>(), expected);
    for name in queues {
        let queue = template.resource(&name);
        assert_eq!(queue["Type"], "AWS::SQS::Queue", "{name}");
        assert_eq!(queue["Properties"]["SqsManagedSseEnabled"], true, "{name}");
        assert_eq!(queue["Properties"]["MessageRetentionPeriod"], 1_209_600, "{name}");
        let of_queue = format!("{name}.QueueName");
        let alarmed = is_alarmed(&template, "ApproximateNumberOfMessagesVisible", |dimension| {
            intrinsic("GetAtt", dimension) == Some(&of_queue)
        });
        assert!(alarmed, "{name} has no alarm");
    }
}

#[test]
fn a_reader_that_falls_behind_is_alarmed() {
    let template = Template::read();
    for (name, _) in readers(&template) {
        let is_its = |dimension: &Value| referenced(dimension).is_some_and(|function| function.to_lowercase() == name);
        assert!(is_alarmed(&template, "IteratorAge", is_its), "{name} has no alarm");
    }
}

/// Returns the kinds of facts that a function's rule matches.
fn kinds_of_rule(template: &Template, function: &str) -> Vec<String> {
    let functions = template.functions();
    let rules = events(functions[function], "EventBridgeRule");
    let [rule] = rules.as_slice() else { panic!("{rules:?}") };
    assert_eq!(referenced(&rule["EventBusName"]), Some("EventBus"));
    assert_eq!(texts(&rule["Pattern"]["source"]), ["rollcall"]);
    texts(&rule["Pattern"]["detail"]["facts"]["kind"]).into_iter().map(str::to_owned).collect()
}

#[test]
fn the_rule_of_jobs_matches_exactly_the_kinds_that_start_work() {
    assert_eq!(kinds_of_rule(&Template::read(), "jobs"), jobs::KINDS);
}

#[test]
fn the_rule_of_checks_matches_only_handed_over_checks() {
    assert_eq!(kinds_of_rule(&Template::read(), "checks"), ["check_handed_over"]);
}

#[test]
fn the_rule_of_webhooks_matches_no_event() {
    let template = Template::read();
    let functions = template.functions();
    let rules = events(functions["webhooks"], "EventBridgeRule");
    let [rule] = rules.as_slice() else { panic!("{rules:?}") };
    assert_eq!(texts(&rule["Pattern"]["source"]), ["rollcall.webhooks"]);
    let schedules = events(functions["webhooks"], "ScheduleV2");
    let [schedule] = schedules.as_slice() else { panic!("{schedules:?}") };
    // Retries are seconds apart at first.
    assert_eq!(text(&schedule["ScheduleExpression"]), "rate(1 minute)");
}

#[test]
fn the_batches_in_events_are_ones_of_the_stream() {
    for reader in ["notify", "relay"] {
        for (file, batch) in events_for(reader) {
            let records = batch["Records"].as_array().unwrap().len();
            let batch: StreamBatch = serde_json::from_value(batch).unwrap_or_else(|error| panic!("{file}: {error}"));
            let events = batch.into_events();
            assert_eq!(events.len(), records, "{file}");
            let is_known = |received: &Received| received.event.is_some() && received.unknown.is_empty();
            assert!(events.iter().all(|streamed| streamed.event.as_ref().is_ok_and(is_known)), "{file}: {events:?}");
        }
    }
}

#[test]
fn the_events_of_the_bus_are_ones_that_the_rule_lets_through() {
    let template = Template::read();
    for function in ["jobs", "checks"] {
        let asks = kinds_of_rule(&template, function);
        let of_bus = events_for(function).into_iter().filter(|(_, event)| event.get("detail").is_some());
        for (file, event) in of_bus {
            let detail: Event =
                serde_json::from_value(event["detail"].clone()).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert_eq!(serde_json::to_value(&detail).unwrap(), event["detail"], "{file}");
            assert_eq!(
                (event["source"].as_str(), event["detail-type"].clone(), event["resources"].clone()),
                (Some("rollcall"), event["detail"]["facts"][0]["kind"].clone(), json!([event["detail"]["subject"]]))
            );
            let mut kinds =
                event["detail"]["facts"].as_array().unwrap().iter().filter_map(|fact| fact["kind"].as_str());
            assert!(kinds.any(|kind| asks.iter().any(|asked| asked == kind)), "{file}");
        }
    }
}
