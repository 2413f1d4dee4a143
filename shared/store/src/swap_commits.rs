//! The writes of a swap, and their failures when other requests are first. The embedded DynamoDB never has transaction
//! conflicts.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use aws_sdk_dynamodb::{
    Client,
    operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsInput, TransactWriteItemsOutput},
    types::{CancellationReason, TransactWriteItem, error::TransactionCanceledException},
};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use domain::{
    audit::Actor,
    calendar::WorkDate,
    day::{Day, DayChange, Month},
    event::Subject,
    id::{DepartmentId, EventId, UserId},
    roster::Proposal,
    schedule::{DayPlan, PlanCause, PlannedDay, Planner, Schedule, ScheduleYear, SiteBook},
    settings::Settings,
    swap::{Approval, Swap},
    user::User,
};
use fixtures::{SameByte, maria};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    Commit, CommitError, Condition, Stamp, Store, StoreError,
    item::{Attributes, Item},
    keys::{self, Key},
    rescheduling::{ScheduleQuery, ScheduleSnapshot},
};

fn user(number: u128) -> UserId {
    UserId::from(ulid::Ulid::from_parts(1, number))
}

fn person(number: u128) -> User {
    User { id: user(number), department_id: None, version: 4, ..maria() }
}

/// Monday, 2 November 2026, noon; all people work 09:00-18:00 on weekdays.
fn now() -> Timestamp {
    "2026-11-02T12:00:00Z".parse().unwrap()
}

fn date(text: &str) -> WorkDate {
    text.parse().unwrap()
}

/// The stored Tuesday of the requester, which was opened in advance.
fn opened(person: &User) -> Day {
    let (settings, sites, schedule) = (Settings::default(), SiteBook::default(), Schedule::default());
    let years = BTreeMap::new();
    let planner =
        Planner { person, settings: &settings, sites: &sites, schedule: &schedule, years: &years, holidays: &[] };
    DayChange::new(None, Day::open(&planner, date("2026-11-03")), now()).after().clone()
}

/// Maria's Tuesday was opened in advance; John has the day off by a manager's plan.
fn stored() -> String {
    let (asker, other) = (person(1), person(2));
    let day = opened(&asker);
    let off =
        PlannedDay { plan: DayPlan::Off, cause: PlanCause::Override { reason: None }, version: 3, replaced_swap: None };
    let year = ScheduleYear { days: [(day.date(), off)].into(), version: 3, ..ScheduleYear::default() };
    let items = [
        Item::new(keys::profile(asker.id), &asker).unwrap(),
        Item::new(keys::profile(other.id), &other).unwrap(),
        Item::new(keys::day(asker.id, day.date()), &day).unwrap(),
        Item::new(keys::schedule_year(other.id, 2026), &year).unwrap(),
    ];
    let items = items.map(|item| serde_dynamo::Item::from(item.attributes));
    json!({"Responses": {"rollcall": items}}).to_string()
}

fn store(transact: &Rule) -> Store {
    let read = mock!(Client::batch_get_item).sequence().http_status(200, Some(stored())).repeatedly().build();
    let client: Client = mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [&read, transact]);
    Store::new(client, "rollcall", Arc::new(SameByte(7)))
}

async fn snapshot(store: &Store) -> ScheduleSnapshot {
    let people = [user(1), user(2)];
    let query = ScheduleQuery { caller: user(2), people: &people, dates: &[], repeat: None };
    store.schedule_snapshot(&query, now()).await.unwrap()
}

fn stamp() -> Stamp {
    let actor = Actor::User { id: user(2) };
    Stamp { event_id: EventId::generate(now(), &SameByte(7)), at: now(), actor, request_id: None }
}

/// Maria and John.
fn people(snapshot: &ScheduleSnapshot) -> [&User; 2] {
    [1, 2].map(|number| &snapshot.person(user(number)).unwrap().person)
}

/// John is asked to take Maria's Tuesday.
fn requested(snapshot: &ScheduleSnapshot) -> Swap {
    let swapping = snapshot.swapping(snapshot.person(user(1)).unwrap(), snapshot.person(user(2)).unwrap());
    let proposal = Proposal { my_date: date("2026-11-03"), their_date: None, note: None };
    swapping.ask(proposal, &SameByte(7)).unwrap()
}

/// Returns the commit of John's acceptance.
fn acceptance(snapshot: &ScheduleSnapshot) -> Commit {
    let requested = requested(snapshot);
    let swapping = snapshot.swapping(snapshot.person(user(1)).unwrap(), snapshot.person(user(2)).unwrap());
    let made = swapping.make(&requested).unwrap();
    let swap = requested.accepted(Approval::NotNeeded, None, now()).unwrap();
    let facts = vec![swap.accepted_fact(), swap.made_fact()];
    let mut commit = snapshot.commit(stamp(), Subject::User(user(1)), facts, &[made.asker, made.other]).unwrap();
    commit.put_swap(people(snapshot), &swap).unwrap();
    commit
}

/// Sends the commit that `commit` returns, and returns the actions of its transaction.
async fn sent(commit: impl FnOnce(&ScheduleSnapshot) -> Commit) -> Vec<TransactWriteItem> {
    let sent: Arc<Mutex<Vec<TransactWriteItem>>> = Arc::default();
    let seen = Arc::clone(&sent);
    let rule = mock!(Client::transact_write_items)
        .match_requests(move |request: &TransactWriteItemsInput| {
            *seen.lock().unwrap() = request.transact_items().to_vec();
            true
        })
        .then_output(|| TransactWriteItemsOutput::builder().build());
    let store = store(&rule);
    commit(&snapshot(&store).await).send(&store).await.unwrap();
    assert_eq!(rule.num_calls(), 1);
    sent.lock().unwrap().clone()
}

/// Returns the item of an action, the kind of the action, and its condition.
fn told(action: &TransactWriteItem) -> (String, &'static str, Option<String>) {
    let name = |key: &Attributes| Key::of(key).to_string();
    if let Some(put) = action.put() {
        return (name(put.item()), "put", put.condition_expression().map(str::to_owned));
    }
    if let Some(update) = action.update() {
        return (name(update.key()), "update", update.condition_expression().map(str::to_owned));
    }
    let check = action.condition_check().unwrap();
    (name(check.key()), "check", Some(check.condition_expression().to_owned()))
}

#[tokio::test]
async fn a_swap_is_one_transaction_on_exactly_what_was_read() {
    let sent = sent(acceptance).await;
    let told: BTreeMap<String, (&str, Option<String>)> =
        sent.iter().map(told).map(|(key, what, condition)| (key, (what, condition))).collect();
    assert_eq!(told.len(), sent.len(), "a transaction takes an item once");
    let does = |key: &Key| told.get(&key.to_string()).map(|(what, condition)| (*what, condition.as_deref()));
    let (absent, version) = (Some("attribute_not_exists(#pk)"), Some("#version = :expected"));
    for who in [user(1), user(2)] {
        assert_eq!(does(&keys::profile(who)), Some(("check", version)));
        assert_eq!(does(&keys::schedule(who)), Some(("check", absent)));
        assert_eq!(does(&keys::schedule_year(who, 2027)), Some(("check", absent)));
        // A punch may change tomorrow's day during this decision.
        assert_eq!(does(&keys::presence(who)), Some(("put", absent)));
        // Leave may be requested during this decision, and be counted by the earlier roster.
        assert_eq!(does(&keys::open_leave(who)), Some(("put", absent)));
    }
    assert_eq!(does(&keys::schedule_year(user(1), 2026)), Some(("put", absent)));
    assert_eq!(does(&keys::schedule_year(user(2), 2026)), Some(("put", version)));
    assert_eq!(does(&keys::day(user(1), date("2026-11-03"))), Some(("put", version)), "her stored day follows");
    assert_eq!(does(&keys::month(user(1), Month::of(date("2026-11-03")), None)), Some(("update", None)));
    assert_eq!(does(&keys::day(user(2), date("2026-11-03"))), None, "his isn't stored yet");
    let swaps: Vec<&String> = told.keys().filter(|key| key.contains(" / SWAP#")).collect();
    assert_eq!(swaps.len(), 2, "{swaps:?}");
}

fn cancelled(count: usize, at: usize, code: &'static str) -> TransactWriteItemsError {
    let reasons = (0..count).map(|index| {
        let code = if index == at { code } else { "None" };
        CancellationReason::builder().code(code).build()
    });
    TransactWriteItemsError::TransactionCanceledException(
        TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons.collect())).build(),
    )
}

#[tokio::test(start_paused = true)]
async fn any_failed_condition_of_a_swap_is_a_version_conflict() {
    let count = sent(acceptance).await.len();
    let mut guarded = 0;
    for at in 0..count {
        let rule = mock!(Client::transact_write_items)
            .sequence()
            .error(move || cancelled(count, at, "ConditionalCheckFailed"))
            .build();
        let store = store(&rule);
        match acceptance(&snapshot(&store).await).send(&store).await.unwrap_err() {
            CommitError::ConditionFailed(Condition::Version) => guarded += 1,
            // The event, the copy of the swap and the month have no condition that could fail.
            CommitError::Store(StoreError::Refused { .. }) => {}
            CommitError::ConditionFailed(condition) => panic!("{at}: {condition:?}"),
            CommitError::Store(error) => panic!("{at}: {error:?}"),
        }
    }
    // For each of the two: profile, patterns, presence, two years, open leave; then Maria's stored day and the swap.
    assert_eq!((guarded, count), (2 * 6 + 1 + 1, 17));
}

#[tokio::test(start_paused = true)]
async fn a_swap_that_collides_with_a_punch_is_tried_again_as_it_is() {
    let rule = mock!(Client::transact_write_items)
        .sequence()
        .error(|| cancelled(30, 3, "TransactionConflict"))
        .output(|| TransactWriteItemsOutput::builder().build())
        .build();
    let store = store(&rule);
    acceptance(&snapshot(&store).await).send(&store).await.unwrap();
    assert_eq!(rule.num_calls(), 2);
}

#[tokio::test]
async fn only_undecided_swaps_are_in_the_index_of_expiring_items() {
    let expires = async |step: fn(Swap) -> Swap| {
        let put = |snapshot: &ScheduleSnapshot| {
            let mut commit = Commit::without_event(stamp());
            commit.put_swap(people(snapshot), &step(requested(snapshot))).unwrap();
            commit
        };
        let sent = sent(put).await;
        let expiring = sent.iter().find_map(|action| action.put()?.item().get("gsi2sk")?.as_s().ok());
        expiring.map(|sort| sort.split('#').next().unwrap().to_owned())
    };
    let begins = Some("2026-11-03T00:00:00.000Z".to_owned());
    assert_eq!(expires(|requested| requested).await, begins);
    assert_eq!(expires(|requested| requested.accepted(Approval::Needed, None, now()).unwrap()).await, begins);
    assert_eq!(expires(|requested| requested.accepted(Approval::NotNeeded, None, now()).unwrap()).await, None);
    assert_eq!(expires(|requested| requested.declined(None, now()).unwrap()).await, None);
    assert_eq!(expires(|requested| requested.withdrawn(now()).unwrap()).await, None);
}

#[tokio::test]
async fn a_department_has_a_swap_in_its_list_once() {
    let listed = async |of_other: Option<DepartmentId>| {
        let put = |snapshot: &ScheduleSnapshot| {
            let mut commit = Commit::without_event(stamp());
            commit.put_swap(people(snapshot), &Swap { with_department_id: of_other, ..requested(snapshot) }).unwrap();
            commit
        };
        let sent = sent(put).await;
        let indexed = sent.iter().filter_map(|action| Some(action.put()?.item().get("gsi1pk")?.as_s().ok()?.clone()));
        indexed.collect::<Vec<String>>()
    };
    assert_eq!(listed(None).await, ["SWAPS#NONE"]);
    let harbour = DepartmentId::from(ulid::Ulid::from_parts(1, 5));
    assert_eq!(listed(Some(harbour)).await, ["SWAPS#NONE".to_owned(), format!("SWAPS#{harbour}")]);
}
