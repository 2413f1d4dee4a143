//! The bus: `PutEvents`, the rules that the template declares, and the functions that the rules invoke. Each event is
//! retried until it is handled or given up.
//!
//! An event that matches a rule is stored in the data folder until its function has handled it. If the stack ends
//! before, it continues after the next start.

use std::{
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use domain::{id::new_ulid, ports::Clock};
use http::Response;
use runtime::system::{SystemClock, SystemEntropy};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, mpsc, watch};

use super::{dead_letters::DeadLetters, functions::Functions, spool::Spool};
use crate::{
    aws::{ACCOUNT, EVENT_BUS, REGION, json_answer},
    template::Rule,
};

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
/// The maximum number of entries in a call (an AWS limit).
const ENTRIES: usize = 10;
/// The maximum total size of the entries in a call, in bytes (an AWS limit).
const BYTES: usize = 256 * 1024;
/// The maximum number of concurrent invocations.
const CONCURRENCY: usize = 4;
/// The pause before a retry. Lambda waits one minute before the first retry and two before the second, which is too
/// long on a developer's machine.
const PAUSE: Duration = Duration::from_millis(10);

/// The event bus.
#[derive(Debug)]
pub(crate) struct Bus {
    rules: Vec<Rule>,
    waiting: Spool,
    /// The number of deliveries that aren't done.
    pending: watch::Sender<usize>,
    sender: mpsc::UnboundedSender<Delivery>,
    receiver: Mutex<Option<mpsc::UnboundedReceiver<Delivery>>>,
    /// The listeners that get every event, regardless of the rules.
    listeners: Mutex<Vec<mpsc::UnboundedSender<Value>>>,
}

/// An event to be delivered to the function of a rule.
#[derive(Debug)]
struct Delivery {
    /// The name of the event in the spool.
    kept_as: String,
    rule: String,
    event: Value,
}

impl Bus {
    /// Creates a bus with the rules. It stores pending deliveries in a subfolder of `folder`.
    pub(crate) fn new(rules: Vec<Rule>, folder: Option<&Path>) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        let waiting = Spool::open(folder.map(|folder| folder.join("deliveries")));
        let bus = Self {
            rules,
            waiting,
            pending: watch::Sender::new(0),
            sender,
            receiver: Mutex::new(Some(receiver)),
            listeners: Mutex::default(),
        };
        for (kept_as, mut message) in bus.waiting.messages() {
            let rule = message["rule"].as_str().unwrap_or_default().to_owned();
            bus.send(Delivery { kept_as, rule, event: message["event"].take() });
        }
        bus
    }

    /// Answers a request as EventBridge does.
    pub(crate) fn answer(&self, operation: &str, body: &[u8]) -> Response<Bytes> {
        if operation != "PutEvents" {
            return refuse("UnknownOperationException", &format!("the local stack has no operation {operation}"));
        }
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        let Some(entries) = request["Entries"].as_array().filter(|entries| (1..=ENTRIES).contains(&entries.len()))
        else {
            return refuse("ValidationException", "1 to 10 entries are put at once.");
        };
        if entries.iter().map(size).sum::<usize>() > BYTES {
            return refuse("ValidationException", "Total size of the entries in the request is over the limit.");
        }
        let told: Vec<Value> = entries.iter().map(|entry| self.put(entry)).collect();
        let failed = told.iter().filter(|told| told["EventId"].is_null()).count();
        json_answer(200, CONTENT_TYPE, json!({"FailedEntryCount": failed, "Entries": told}).to_string())
    }

    /// Puts one entry on the bus, and returns its result.
    fn put(&self, entry: &Value) -> Value {
        let failed = |code: &str, message: &str| json!({"ErrorCode": code, "ErrorMessage": message});
        let text = |field: &str| entry[field].as_str().filter(|text| !text.is_empty());
        if text("EventBusName") != Some(EVENT_BUS) {
            return failed("InvalidArgument", "There is no such event bus.");
        }
        let (Some(source), Some(detail_type), Some(detail)) = (text("Source"), text("DetailType"), text("Detail"))
        else {
            return failed("InvalidArgument", "Source, DetailType and Detail are required.");
        };
        let Ok(detail @ Value::Object(_)) = serde_json::from_str::<Value>(detail) else {
            return failed("MalformedDetail", "Detail is malformed.");
        };
        let id = new_ulid(SystemClock.now(), &SystemEntropy).to_string();
        let time = entry["Time"].as_f64().and_then(|seconds| format!("{seconds:.0}").parse().ok());
        let time = time.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()).unwrap_or(SystemClock.now());
        let event = json!({
            "version": "0",
            "id": id,
            "detail-type": detail_type,
            "source": source,
            "account": ACCOUNT,
            "time": format!("{time:.0}"),
            "region": REGION,
            "resources": entry.get("Resources").cloned().unwrap_or_else(|| json!([])),
            "detail": detail,
        });
        self.listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|listener| listener.send(event.clone()).is_ok());
        for rule in self.rules.iter().filter(|rule| rule.pattern.matches(&event)) {
            let kept_as = match self.waiting.keep(json!({"rule": rule.name, "event": event})) {
                Ok(kept_as) => kept_as,
                // The sender puts the event again, so it may come twice for the rules before this one.
                Err(error) => {
                    tracing::error!(%error, rule = rule.name, "an event can't be stored");
                    return failed("InternalFailure", "The event can't be stored.");
                }
            };
            self.send(Delivery { kept_as, rule: rule.name.clone(), event: event.clone() });
        }
        json!({"EventId": id})
    }

    /// Waits until all events that aren't delivered are on disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.waiting.sync()
    }

    /// Puts an event of an AWS service, which the account's default bus has in the cloud. Rules tell the sources apart.
    pub(crate) fn put_of_service(&self, source: &str, detail_type: &str, detail: &Value) {
        let entry = json!({
            "EventBusName": EVENT_BUS,
            "Source": source,
            "DetailType": detail_type,
            "Detail": detail.to_string(),
        });
        self.put(&entry);
    }

    /// Returns a receiver of every event that is put from now on.
    pub(crate) fn listen(&self) -> mpsc::UnboundedReceiver<Value> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        receiver
    }

    fn send(&self, delivery: Delivery) {
        self.pending.send_modify(|pending| *pending += 1);
        // The receiver is gone when the stack ends. Stored events are delivered after the next start.
        let _ = self.sender.send(delivery);
    }

    /// Invokes the functions of the rules until the stack ends.
    pub(super) async fn deliver(
        self: Arc<Self>,
        functions: Arc<Functions>,
        dead_letters: Arc<DeadLetters>,
        mut ended: watch::Receiver<bool>,
    ) {
        let Some(mut receiver) = self.receiver.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let at_once = Arc::new(Semaphore::new(CONCURRENCY));
        loop {
            let delivery = tokio::select! {
                delivery = receiver.recv() => delivery,
                _ = ended.changed() => return,
            };
            let (Some(delivery), Ok(permit)) = (delivery, Arc::clone(&at_once).acquire_owned().await) else { return };
            let (bus, functions, dead_letters) = (Arc::clone(&self), Arc::clone(&functions), Arc::clone(&dead_letters));
            tokio::spawn(async move {
                bus.execute(delivery, &functions, &dead_letters).await;
                drop(permit);
            });
        }
    }

    async fn execute(&self, delivery: Delivery, functions: &Functions, dead_letters: &DeadLetters) {
        let Delivery { kept_as, rule, event } = delivery;
        // The rule may have been removed from the template since the stack last ended.
        if let Some(rule) = self.rules.iter().find(|known| known.name == rule) {
            let mut failure = None;
            for tried in 0..=rule.retries {
                match functions.invoke(&rule.function, event.clone()).await {
                    Ok(_) => {
                        failure = None;
                        break;
                    }
                    Err(error) => {
                        tracing::warn!(function = rule.function, error, tried, "an event failed");
                        failure = Some(error);
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            }
            if let (Some(error), Some(queue)) = (failure, &rule.on_failure) {
                let context = json!({"functionArn": rule.function, "condition": "RetriesExhausted", "approximateInvokeCount": rule.retries + 1});
                let response = json!({"errorMessage": error});
                let message = json!({"version": "1.0", "requestContext": context, "requestPayload": event, "responsePayload": response});
                dead_letters.send(queue, message);
            }
        }
        self.waiting.forget(&kept_as);
        self.pending.send_modify(|pending| *pending -= 1);
    }

    /// Waits until all deliveries are done.
    pub(super) async fn idle(&self) {
        // The sender lives as long as `self`.
        let _ = self.pending.subscribe().wait_for(|pending| *pending == 0).await;
    }
}

/// Returns the size of an entry, as AWS counts it.
fn size(entry: &Value) -> usize {
    let text = |field: &str| entry[field].as_str().map_or(0, str::len);
    let resources = entry["Resources"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::len);
    let time = if entry["Time"].is_null() { 0 } else { 14 };
    time + text("Source") + text("DetailType") + text("Detail") + resources.sum::<usize>()
}

fn refuse(kind: &str, message: &str) -> Response<Bytes> {
    json_answer(400, CONTENT_TYPE, json!({"__type": kind, "message": message}).to_string())
}
