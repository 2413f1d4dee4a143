//! Tests of the stream's readers, with functions whose results the tests choose.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use runtime::events::{EventFunction, Failure};
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinSet};

use super::*;
use crate::{aws::Urgency, template::Template};

/// The batches with which a reader was invoked, as the numbers of their items.
type Batches = Arc<Mutex<Vec<Vec<u32>>>>;

/// A flow with one reader, `relay`.
struct Scene {
    tables: DynamoDb,
    flow: Flow,
    batches: Batches,
    end: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

fn source(batch_size: usize) -> StreamSource {
    let sources = Template::embedded().unwrap().streams().unwrap();
    let relay = sources.into_iter().find(|source| source.function == "relay").unwrap();
    StreamSource { batch_size, retries: Some(2), ..relay }
}

/// Returns the number of a record's item, from its sort key.
fn number(record: &Value) -> u32 {
    record["dynamodb"]["Keys"]["sk"]["S"].as_str().unwrap().parse().unwrap()
}

impl Scene {
    /// Starts a flow whose function answers each batch with `answer`. The tables may already contain records.
    async fn start(
        source: StreamSource,
        folder: Option<&Path>,
        tables: DynamoDb,
        answer: impl Fn(&[Value]) -> Result<Value, Failure> + Send + Sync + 'static,
    ) -> Self {
        let batches = Batches::default();
        let seen = Arc::clone(&batches);
        let function = EventFunction::new(move |batch: Value, _| {
            let records = batch["Records"].as_array().unwrap();
            seen.lock().unwrap().push(records.iter().map(number).collect());
            std::future::ready(answer(records))
        });
        let queues = DeadLetters::open(["RelayDeadLetters".to_owned()], None);
        let flow = Flow::new(Arc::new(Bus::new(Vec::new(), None)), queues);
        let functions = BTreeMap::from([("relay".to_owned(), (function, Duration::from_mins(5)))]);
        let functions = Arc::new(Functions::new(functions, Arc::default(), 1));
        let (end, ended) = watch::channel(false);
        let parts = Parts {
            tables: tables.clone(),
            functions,
            sources: vec![source],
            schedules: Vec::new(),
            clock: Arc::new(StackClock::new(None)),
            keeps_time: false,
        };
        let tasks = flow.start(parts, folder, ended).await.unwrap();
        Self { tables, flow, batches, end, tasks }
    }

    async fn settled(&self) -> Vec<Vec<u32>> {
        assert!(self.flow.settle().await);
        self.batches.lock().unwrap().clone()
    }

    /// Returns the messages of the dead-letter queue.
    fn dead_letters(&self) -> Vec<Value> {
        let report = self.flow.dead_letters().report();
        report["queues"][0]["messages"].as_array().unwrap().clone()
    }

    async fn end(self) -> DynamoDb {
        self.end.send_replace(true);
        self.tasks.join_all().await;
        self.tables
    }
}

fn tables() -> DynamoDb {
    DynamoDb::open(None, &Template::embedded().unwrap().table().unwrap()).unwrap()
}

async fn put(tables: &DynamoDb, pk: &str, numbers: impl IntoIterator<Item = u32>) {
    for number in numbers {
        let item = json!({"pk": {"S": pk}, "sk": {"S": format!("{number:03}")}});
        let body = json!({"TableName": "rollcall", "Item": item}).to_string();
        assert_eq!(tables.answer("PutItem".to_owned(), body.into(), Urgency::Stream).await.status(), 200);
    }
}

#[expect(clippy::unnecessary_wraps, reason = "has the same type as other answers, which can fail")]
fn done(_: &[Value]) -> Result<Value, Failure> {
    Ok(json!({"batchItemFailures": []}))
}

fn again_from(record: &Value) -> Value {
    json!({"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]})
}

#[tokio::test]
async fn a_reader_sees_new_outbox_items_in_order_and_in_batches() {
    let tables = tables();
    put(&tables, "OUTBOX#a", 1..=4).await;
    put(&tables, "USER#a", 5..=6).await;
    // Overwriting an item isn't an insertion.
    put(&tables, "OUTBOX#a", [4, 7]).await;
    let scene = Scene::start(source(3), None, tables, done).await;
    assert_eq!(scene.settled().await, [vec![1, 2, 3], vec![4, 7]]);
    put(&scene.tables, "OUTBOX#b", [8]).await;
    assert_eq!(scene.settled().await.last(), Some(&vec![8]));
}

#[tokio::test]
async fn settling_ends_the_batching_window_early() {
    let tables = tables();
    let patient = StreamSource { window: Duration::from_hours(1), ..source(100) };
    let scene = Scene::start(patient, None, tables, done).await;
    put(&scene.tables, "OUTBOX#a", 1..=3).await;
    assert_eq!(scene.settled().await.concat(), [1, 2, 3]);
}

#[tokio::test]
async fn records_are_delivered_again_from_the_reported_failure_on() {
    let tables = tables();
    put(&tables, "OUTBOX#a", 1..=5).await;
    let failed = Mutex::new(BTreeSet::new());
    let scene = Scene::start(source(5), None, tables, move |records| {
        let third = records.iter().find(|record| number(record) == 3);
        let first_time = failed.lock().unwrap().insert(3);
        Ok(third.filter(|_| first_time).map_or_else(|| json!(null), again_from))
    })
    .await;
    assert_eq!(scene.settled().await, [vec![1, 2, 3, 4, 5], vec![3, 4, 5]]);
}

#[tokio::test]
async fn a_record_that_cannot_be_done_is_given_up_alone() {
    let tables = tables();
    put(&tables, "OUTBOX#a", 1..=6).await;
    let handed_on = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&handed_on);
    let scene = Scene::start(source(6), None, tables, move |records| {
        for record in records {
            if number(record) == 4 {
                return Ok(again_from(record));
            }
            kept.lock().unwrap().push(number(record));
        }
        Ok(json!({"batchItemFailures": []}))
    })
    .await;
    scene.settled().await;
    let handed_on: BTreeSet<u32> = handed_on.lock().unwrap().iter().copied().collect();
    assert_eq!(handed_on, BTreeSet::from([1, 2, 3, 5, 6]));
    let [letter] = scene.dead_letters().try_into().unwrap();
    assert_eq!(letter["requestContext"]["condition"], "RetryAttemptsExhausted");
    assert_eq!(letter["requestContext"]["approximateInvokeCount"], 3);
    let info = &letter["DDBStreamBatchInfo"];
    assert_eq!((info["batchSize"].as_u64(), &info["startSequenceNumber"]), (Some(1), &info["endSequenceNumber"]));
}

#[tokio::test]
async fn an_answer_that_names_no_record_of_the_batch_is_a_failure_of_all() {
    let tables = tables();
    put(&tables, "OUTBOX#a", [1]).await;
    let strange = |_: &[Value]| Ok(json!({"batchItemFailures": [{"itemIdentifier": "?"}]}));
    let scene = Scene::start(source(6), None, tables, strange).await;
    assert_eq!(scene.settled().await, [[1], [1], [1]]);
    assert_eq!(scene.dead_letters().len(), 1);
}

#[tokio::test]
async fn a_reader_resumes_at_its_position_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let tables = tables();
    put(&tables, "OUTBOX#a", 1..=2).await;
    let scene = Scene::start(source(10), Some(home.path()), tables, done).await;
    assert_eq!(scene.settled().await, [[1, 2]]);
    let tables = scene.end().await;
    put(&tables, "OUTBOX#a", 3..=4).await;
    let scene = Scene::start(source(10), Some(home.path()), tables, done).await;
    assert_eq!(scene.settled().await, [[3, 4]]);
}

#[tokio::test]
async fn a_reader_of_the_latest_does_not_see_what_was_there_before() {
    let tables = tables();
    put(&tables, "OUTBOX#a", 1..=2).await;
    let latest = StreamSource { starting_position: StartingPosition::Latest, ..source(10) };
    let scene = Scene::start(latest, None, tables, done).await;
    put(&scene.tables, "OUTBOX#a", 3..=4).await;
    assert_eq!(scene.settled().await.concat(), [3, 4]);
}

#[tokio::test]
async fn the_stream_is_read_while_hundreds_of_requests_wait() {
    let tables = tables();
    let written = tables.written();
    let at_batches = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&at_batches);
    let scene = Scene::start(source(10), None, tables, move |_| {
        kept.lock().unwrap().push(*written.borrow());
        done(&[])
    })
    .await;
    let put = |number: u32| {
        let item = json!({"pk": {"S": "OUTBOX#a"}, "sk": {"S": format!("{number:03}")}});
        let body = json!({"TableName": "rollcall", "Item": item}).to_string();
        let tables = scene.tables.clone();
        async move { tables.answer("PutItem".to_owned(), body.into(), Urgency::Request).await }
    };
    for written in (0..300).map(put).collect::<JoinSet<_>>().join_all().await {
        assert_eq!(written.status(), 200);
    }
    assert_eq!(scene.settled().await.concat().len(), 300);
    let first = at_batches.lock().unwrap()[0];
    assert!(first < 50, "the first batch is handed over after {first} of 300 writes");
}

#[tokio::test]
async fn the_flow_settles_during_continuous_writes() {
    let scene = Scene::start(source(10), None, tables(), done).await;
    let flow = Arc::new(scene.flow);
    let mut writers: JoinSet<()> = (0..8)
        .map(|writer| {
            let (flow, tables) = (Arc::clone(&flow), scene.tables.clone());
            async move {
                for number in 0.. {
                    flow.give_way().await;
                    put(&tables, &format!("OUTBOX#{writer}"), [number % 1000]).await;
                }
            }
        })
        .collect();
    let mut written = scene.tables.written();
    written.wait_for(|writes| *writes > 100).await.unwrap();
    assert!(flow.settle().await);
    writers.abort_all();
    while writers.join_next().await.is_some() {}
}

mod bus {
    use super::*;
    use crate::template::Rule;

    fn rule(retries: u32) -> Rule {
        let pattern = pattern::Pattern::parse(&json!({"detail": {"n": [1]}})).unwrap();
        let on_failure = Some("Letters".to_owned());
        Rule { name: "JobsWork".to_owned(), function: "jobs".to_owned(), pattern, retries, on_failure }
    }

    fn entry(detail: &str) -> Value {
        json!({"EventBusName": "rollcall", "Source": "rollcall", "DetailType": "d", "Detail": detail, "Time": 1_793_609_880.0})
    }

    fn put(bus: &Bus, entries: &[Value]) -> (u16, Value) {
        let answer = bus.answer("PutEvents", json!({"Entries": entries}).to_string().as_bytes());
        (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap())
    }

    #[test]
    fn entries_that_are_none_fail_within_a_200() {
        let bus = Bus::new(Vec::new(), None);
        let (status, answer) = put(&bus, &[entry("{}"), entry("{"), json!({"EventBusName": "rollcall"})]);
        assert_eq!((status, &answer["FailedEntryCount"]), (200, &json!(2)));
        let codes: Vec<_> =
            answer["Entries"].as_array().unwrap().iter().map(|told| told["ErrorCode"].as_str()).collect();
        assert_eq!(codes, [None, Some("MalformedDetail"), Some("InvalidArgument")]);
    }

    #[test]
    fn a_call_beyond_the_limits_is_refused_whole() {
        let bus = Bus::new(Vec::new(), None);
        let large = entry(&json!({"x": "x".repeat(256 * 1024)}).to_string());
        for entries in [vec![], vec![entry("{}"); 11], vec![large]] {
            let (status, answer) = put(&bus, &entries);
            assert_eq!((status, &answer["__type"]), (400, &json!("ValidationException")));
        }
    }

    async fn run(bus: Bus, failures: usize) -> (Vec<Value>, Value) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        let function = EventFunction::new(move |event: Value, _| {
            let mut seen = kept.lock().unwrap();
            seen.push(event);
            std::future::ready(if seen.len() <= failures { Err(Failure::new("no")) } else { Ok(()) })
        });
        let functions = BTreeMap::from([("jobs".to_owned(), (function, Duration::from_mins(5)))]);
        let flow = Flow::new(Arc::new(bus), DeadLetters::open(["Letters".to_owned()], None));
        let parts = Parts {
            tables: tables(),
            functions: Arc::new(Functions::new(functions, Arc::default(), 1)),
            sources: Vec::new(),
            schedules: Vec::new(),
            clock: Arc::new(StackClock::new(None)),
            keeps_time: false,
        };
        let (_end, ended) = watch::channel(false);
        let _tasks = flow.start(parts, None, ended).await.unwrap();
        assert!(flow.settle().await);
        let seen = seen.lock().unwrap().clone();
        (seen, flow.dead_letters().report()["queues"][0]["messages"].clone())
    }

    #[tokio::test]
    async fn a_rules_function_gets_matching_events_in_eventbridges_format() {
        let bus = Bus::new(vec![rule(2)], None);
        put(&bus, &[entry(r#"{"n":1}"#), entry(r#"{"n":2}"#)]);
        let (seen, letters) = run(bus, 1).await;
        // The event is delivered again after the failure.
        let [event, again] = seen.try_into().unwrap();
        assert_eq!((&event, letters), (&again, json!([])));
        assert_eq!(
            (&event["source"], &event["detail-type"], &event["detail"]),
            (&json!("rollcall"), &json!("d"), &json!({"n": 1}))
        );
        assert_eq!(event["time"], "2026-11-02T08:58:00Z");
    }

    #[tokio::test]
    async fn an_event_that_keeps_failing_becomes_a_dead_letter() {
        let bus = Bus::new(vec![rule(2)], None);
        put(&bus, &[entry(r#"{"n":1}"#)]);
        let (seen, letters) = run(bus, 9).await;
        assert_eq!(seen.len(), 3);
        assert_eq!(letters[0]["requestPayload"], seen[0]);
    }

    #[tokio::test]
    async fn unfinished_deliveries_run_after_the_next_start() {
        let home = tempfile::tempdir().unwrap();
        put(&Bus::new(vec![rule(0)], Some(home.path())), &[entry(r#"{"n":1}"#)]);
        let (seen, _) = run(Bus::new(vec![rule(0)], Some(home.path())), 0).await;
        assert_eq!(seen.len(), 1);
        let (seen, _) = run(Bus::new(vec![rule(0)], Some(home.path())), 0).await;
        assert_eq!(seen.len(), 0);
    }
}
