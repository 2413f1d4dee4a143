//! Inboxes with repeated events, and with more items than are counted.

use std::{collections::HashMap, sync::Arc, time::Duration};

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use domain::{
    calendar::Zone,
    id::{EventId, UserId},
    notification::{Notification, NotificationDraft, NotificationKind, NotificationText},
    ports::Clock,
};
use jiff::Timestamp;
use rollcall_tests::{Company, Person};
use runtime::{Deadline, Environment, events::Invocation, system::SystemEntropy};
use serde_json::{Map, Value, json};
use store::{Stamp, Store};

use crate::table::Table;

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
struct Standing(Timestamp);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }
}

async fn table_name(company: &Company) -> String {
    let tables = Client::new(company.stack.sdk()).list_tables().send().await.unwrap();
    tables.table_names()[0].clone()
}

/// Converts an attribute to the form in which the stream writes it.
#[expect(clippy::wildcard_enum_match_arm, reason = "the SDK's enum may grow")]
fn shown(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({"S": text}),
        AttributeValue::N(number) => json!({"N": number}),
        AttributeValue::Bool(value) => json!({"BOOL": value}),
        AttributeValue::Null(value) => json!({"NULL": value}),
        AttributeValue::L(list) => json!({"L": list.iter().map(shown).collect::<Vec<_>>()}),
        AttributeValue::M(map) => json!({"M": shown_item(map)}),
        other => panic!("no event has {other:?}"),
    }
}

fn shown_item(item: &HashMap<String, AttributeValue>) -> Map<String, Value> {
    item.iter().map(|(name, value)| (name.clone(), shown(value))).collect()
}

/// Returns the outbox of some subjects as a batch of the stream.
async fn batch(company: &Company, subjects: &[String]) -> Value {
    let table = Table::of(company);
    let mut records = Vec::new();
    for subject in subjects {
        for item in table.partition(&format!("OUTBOX#{subject}")).await {
            let keys = json!({"pk": shown(&item["pk"]), "sk": shown(&item["sk"])});
            let number = format!("{:021}", records.len() + 1);
            records.push(json!({"eventName": "INSERT",
                "dynamodb": {"Keys": keys, "NewImage": shown_item(&item), "SequenceNumber": number}}));
        }
    }
    json!({"Records": records})
}

/// Sends a batch to `notify`, independently of the stack's own reader of the stream.
async fn notify(company: &Company, now: &str, batch: Value) -> Value {
    let table = table_name(company).await;
    let environment = Environment {
        variables: [("TABLE_NAME", table.as_str()), ("LIVE_URL", "ws://127.0.0.1:9")].into_iter().collect(),
        sdk: company.stack.sdk().clone(),
        clock: Arc::new(Standing(now.parse().unwrap())),
        entropy: Arc::new(SystemEntropy),
    };
    let function = notify::function(&environment).await.unwrap();
    let invocation =
        Invocation { request_id: "again".to_owned(), deadline: Deadline::constant(Duration::from_mins(1)) };
    function.invoke(batch, invocation).await.unwrap()
}

/// Returns the text of a notification that an earlier release stored.
fn written(number: usize) -> NotificationText {
    NotificationText::Written { title: format!("Absence {number}"), body: "Somebody did not come.".to_owned() }
}

async fn settle(company: &Company) {
    let reply = company.post("/_local/settle").send().await;
    assert!(reply.status.is_success(), "{}", reply.text);
}

#[tokio::test]
async fn a_repeated_batch_notifies_nobody_twice() {
    let company = Company::start().await;
    let department = company.department("Harbour").await;
    let more = json!({"role": "manager", "manages": [department], "department_id": department});
    let hana = company.person("hana", more).await;
    company.person("maria", json!({"department_id": department})).await;
    company.set_clock("2026-11-02T09:20:00+03:00").await;
    let maria = company.sign_in("maria").await;
    company.post("/clock/in").by(&maria).json(json!({})).send().await.expect(201);
    company.post("/clock/out").by(&maria).json(json!({})).send().await.expect(200);
    settle(&company).await;

    let table = Table::of(&company);
    let inbox = async |person: &Person| {
        let mut items = table.partition(&format!("USER#{}", person.id)).await;
        items
            .retain(|item| ["NOTE#", "INBOX", "TOLD#"].iter().any(|kind| item["sk"].as_s().unwrap().starts_with(kind)));
        items
    };
    let before = [inbox(&hana).await, inbox(&company.admin).await, inbox(&maria).await];
    assert_eq!(
        before.each_ref().map(Vec::len),
        [3, 3, 3],
        "a notification, a mark, and the state: late, and what it cost"
    );

    let subjects = [format!("user:{}", maria.id), format!("user:{}", hana.id)];
    let again = batch(&company, &subjects).await;
    assert!(again["Records"].as_array().unwrap().len() >= 4);
    for now in ["2026-11-02T09:20:00+03:00", "2026-11-02T09:20:01+03:00", "2026-11-03T12:00:00+03:00"] {
        let answer = notify(&company, now, again.clone()).await;
        assert_eq!(answer, json!({"batchItemFailures": []}));
        let after = [inbox(&hana).await, inbox(&company.admin).await, inbox(&maria).await];
        assert_eq!(after, before, "at {now}");
    }

    // A person who became a manager of the department since then is notified; the earlier recipients aren't notified again.
    let wilma = company.person("wilma", json!({"role": "manager", "manages": [department]})).await;
    settle(&company).await;
    notify(&company, "2026-11-02T09:20:02+03:00", again).await;
    assert_eq!(inbox(&wilma).await.len(), 3);
    assert_eq!([inbox(&hana).await, inbox(&company.admin).await, inbox(&maria).await], before);
}

#[tokio::test]
async fn a_batch_stops_at_an_invalid_record_after_the_records_before_it() {
    let company = Company::start().await;
    let newton = json!({"username": "newton", "full_name": "Newton", "password": rollcall_tests::company::PASSWORD});
    let newton = company.post("/auth/register").json(newton).send().await.expect(201);
    settle(&company).await;
    let mut again = batch(&company, &[format!("user:{}", newton.str("id"))]).await;
    let mut garbage = again["Records"][0].clone();
    garbage["dynamodb"]["NewImage"]["facts"] = json!({"S": "?"});
    garbage["dynamodb"]["SequenceNumber"] = json!("7");
    again["Records"].as_array_mut().unwrap().push(garbage);
    let answer = notify(&company, "2026-11-02T08:00:00+03:00", again).await;
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "7"}]}));
}

#[tokio::test]
async fn of_more_than_a_hundred_unread_a_hundred_are_counted_and_all_are_listed() {
    let company = Company::start().await;
    settle(&company).await;
    let client = Client::new(company.stack.sdk());
    let store = Store::new(client, &table_name(&company).await, Arc::new(SystemEntropy));
    let now: Timestamp = rollcall_tests::company::MONDAY_MORNING.parse().unwrap();
    let ada: UserId = company.admin.id.parse().unwrap();
    let stamp = Stamp {
        event_id: EventId::generate(now, &SystemEntropy),
        at: now,
        actor: domain::audit::Actor::System,
        request_id: None,
    };
    let letter = |number: usize| NotificationDraft {
        to: ada,
        event_id: EventId::generate(now, &SystemEntropy),
        kind: NotificationKind::Absent,
        text: written(number),
        data: std::collections::BTreeMap::new(),
        created_at: now,
        zone: Zone::UTC,
    };
    let letters: Vec<NotificationDraft> = (0..103).map(letter).collect();
    let inbox = store.inbox(ada).await.unwrap();
    let written = store.write_notifications(ada, inbox, &letters.iter().collect::<Vec<_>>(), &stamp).await.unwrap();
    let title = |note: &Notification| match &note.text {
        NotificationText::Written { title, .. } => title.clone(),
        NotificationText::Content { content, .. } => panic!("{content:?} has no words yet"),
    };
    let titles = |notes: &[Notification]| notes.iter().map(title).collect::<Vec<_>>();
    let in_order: Vec<String> = (0..103).map(|number| format!("Absence {number}")).collect();
    assert_eq!(titles(&written), in_order);

    let unread = async || {
        let (mut found, mut count, mut cursor) = (Vec::new(), Value::Null, String::new());
        loop {
            let path = format!("/notifications?unread=true&limit=40{cursor}");
            let page = company.get(&path).by(&company.admin).send().await.expect(200);
            found.extend(page.items().iter().map(|item| item["title"].as_str().unwrap().to_owned()));
            count.clone_from(&page.body["unread_count"]);
            let Some(next) = page.body["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        found.reverse();
        (found, count)
    };
    assert_eq!(unread().await, (in_order.clone(), json!(100)));

    // The oldest item, one of the newest, and the items that aren't counted yet.
    let read = async |number: usize| {
        let path = format!("/notifications/{}/read", written[number].id);
        company.post(&path).by(&company.admin).json(json!({})).send().await.expect(200);
    };
    let mut left = in_order;
    for (number, count) in [(0, 100), (100, 100), (50, 100), (51, 99), (1, 98)] {
        read(number).await;
        left.retain(|title| *title != format!("Absence {number}"));
        assert_eq!(unread().await, (left.clone(), json!(count)), "after reading {number}");
    }

    // When an event is repeated, its earlier recipients get the same notifications.
    let inbox = store.inbox(ada).await.unwrap();
    let again =
        store.write_notifications(ada, inbox.clone(), &letters.iter().collect::<Vec<_>>(), &stamp).await.unwrap();
    assert_eq!(
        again.iter().map(|note| note.id).collect::<Vec<_>>(),
        written.iter().map(|note| note.id).collect::<Vec<_>>()
    );
    assert_eq!(store.inbox(ada).await.unwrap(), inbox);
    let after = store.notifications_after(written[100].id, 10).await.unwrap();
    assert_eq!((titles(&after.items), after.more), (vec!["Absence 101".to_owned(), "Absence 102".to_owned()], false));
}

#[tokio::test]
async fn writers_at_one_inbox_at_the_same_time_lose_nothing() {
    let company = Company::start().await;
    let department = company.department("Harbour").await;
    let store = Store::new(Client::new(company.stack.sdk()), &table_name(&company).await, Arc::new(SystemEntropy));
    let hana = company.person("hana", json!({"role": "manager", "manages": [department]})).await;
    settle(&company).await;
    let now: Timestamp = rollcall_tests::company::MONDAY_MORNING.parse().unwrap();
    let to: UserId = hana.id.parse().unwrap();
    let writers = (0..6).map(|number| {
        let store = store.clone();
        async move {
            let event_id = EventId::generate(now, &SystemEntropy);
            let actor = domain::audit::Actor::System;
            let stamp = Stamp { event_id, at: now, actor, request_id: None };
            let letter = NotificationDraft {
                to,
                event_id,
                kind: NotificationKind::Absent,
                text: written(number),
                data: std::collections::BTreeMap::new(),
                created_at: now,
                zone: Zone::UTC,
            };
            // All of them have read the inbox before any has written.
            store.write_notifications(to, domain::notification::Inbox::default(), &[&letter], &stamp).await.unwrap()
        }
    });
    let written = futures_util::future::join_all(writers).await;
    assert!(written.iter().all(|notes| notes.len() == 1));
    let inbox = company.get("/notifications").by(&hana).send().await.expect(200);
    assert_eq!((inbox.items().len(), &inbox.body["unread_count"]), (6, &json!(6)));
}
