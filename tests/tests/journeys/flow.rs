//! The flow of events with every possible failure: nothing is lost, and nobody is notified twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::{
    audit::Actor,
    calendar::WorkDate,
    correction::{CorrectionId, Decision},
    day::EditCause,
    event::{AccountFact, DayFact, Fact, LeaveFact, Missing, PunchFact, RosterFact, Subject},
    id::{DepartmentId, EventId, LeaveRequestId, SwapId, UserId},
    ports::{Entropy, random_bytes},
    schedule::ShiftId,
};
use jiff::Timestamp;
use local::{AwsCall, Fault};
use rollcall_tests::{Company, Person};
use runtime::system::SystemEntropy;
use serde_json::json;
use store::{Commit, Stamp, Store};
use tokio::task::JoinSet;

use crate::{long_work::bring, table::Table};

/// The number of changes.
const CHANGES: usize = 500;

/// A deterministic pseudo-random number generator.
#[derive(Debug)]
struct Dice(Mutex<u64>);

impl Dice {
    fn roll(&self, sides: usize) -> usize {
        let mut state = self.0.lock().unwrap();
        // SplitMix64.
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }
}

impl Entropy for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill_with(|| u8::try_from(self.roll(256)).unwrap());
    }
}

/// Two departments with a manager and two employees each, and the admin.
struct Scene {
    company: Company,
    store: Store,
    departments: [DepartmentId; 2],
    /// The employees of department 0, then of department 1.
    employees: [[Person; 2]; 2],
    managers: [Person; 2],
}

impl Scene {
    async fn start() -> Self {
        let company = Company::start().await;
        let (mut departments, mut employees, mut managers) = (Vec::new(), Vec::new(), Vec::new());
        for (department, manager, people) in
            [("Harbour", "hana", ["maria", "paul"]), ("Workshop", "wilma", ["olga", "nils"])]
        {
            let department = company.department(department).await;
            departments.push(department.parse().unwrap());
            let office = json!({"role": "manager", "manages": [department], "department_id": department});
            managers.push(company.person(manager, office).await);
            let [one, other] = people.map(|name| company.person(name, json!({"department_id": department})));
            employees.push([one.await, other.await]);
        }
        let client = aws_sdk_dynamodb::Client::new(company.stack.sdk());
        let store = Store::new(client, "rollcall", Arc::new(SystemEntropy));
        let departments = departments.try_into().unwrap();
        let (employees, managers) = (employees.try_into().unwrap(), managers.try_into().unwrap());
        Self { company, store, departments, employees, managers }
    }

    fn everyone(&self) -> impl Iterator<Item = &Person> {
        self.employees.iter().flatten().chain(&self.managers).chain([&self.company.admin])
    }

    /// Returns the people who decide for an employee of a department.
    fn deciders(&self, department: usize) -> [String; 2] {
        [self.managers[department].id.clone(), self.company.admin.id.clone()]
    }

    async fn commit(&self, event_id: EventId, actor: Actor, subject: Subject, facts: Vec<Fact>) {
        let at = self.company.stack.clock().frozen().unwrap();
        let stamp = Stamp { event_id, at, actor, request_id: None };
        let mut commit = Commit::new(stamp, subject, facts).unwrap();
        commit.audit(subject, "tested", None, Some(&json!({"by": "a test"}))).unwrap();
        commit.send(&self.store).await.unwrap();
    }

    /// Returns all inbox items, as `event kind person`.
    async fn told(&self) -> Vec<String> {
        let table = Table::of(&self.company);
        let mut told = Vec::new();
        for person in self.everyone() {
            let items = table.partition(&format!("USER#{}", person.id)).await;
            let notes = items.iter().filter(|item| item["sk"].as_s().unwrap().starts_with("NOTE#"));
            told.extend(notes.map(|note| {
                let text = |name: &str| note[name].as_s().unwrap().as_str();
                line(text("event_id"), text("kind"), &person.id)
            }));
        }
        told.sort_unstable();
        told
    }
}

fn user(person: &Person) -> UserId {
    person.id.parse().unwrap()
}

fn line(event: impl std::fmt::Display, kind: &str, person: &str) -> String {
    format!("{event} {kind} {person}")
}

/// A change and the people it concerns: a second, simple model that the inboxes are compared with.
struct Change {
    subject: Subject,
    facts: Vec<Fact>,
    by: By,
    /// The kinds of notifications for the person.
    own: &'static [&'static str],
    /// The kinds of notifications for the people who decide for the person.
    deciders: &'static [&'static str],
    /// The kinds of notifications for a colleague.
    colleague: &'static [&'static str],
}

/// The person who makes the change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Themselves,
    Manager,
    System,
}

/// Returns one of the possible changes.
fn change(which: usize, person: UserId, colleague: UserId, department: DepartmentId, dice: &Dice) -> Change {
    let at: Timestamp = "2026-11-02T06:20:00Z".parse().unwrap();
    let date: WorkDate = "2026-11-02".parse().unwrap();
    let shift_id = "2026-11-02T09:00".to_owned();
    let session_id = domain::id::SessionId::generate(at, dice);
    let leave_type = || domain::schedule::LeaveTypeCode::parse("annual").unwrap();
    let subject = Subject::User(person);
    let silent = |facts, by| Change { subject, facts, by, own: &[], deciders: &[], colleague: &[] };
    let missing = |people: &[UserId]| {
        let shift_id = ShiftId::new(date, "09:00".parse().unwrap());
        let people = people.iter().map(|user_id| Missing { user_id: *user_id, shift_id }).collect();
        Change {
            subject: Subject::Department(department),
            deciders: &["not_arrived"],
            ..silent(vec![Fact::Day(DayFact::MissingPeople { people })], By::System)
        }
    };
    let clocked_in = Fact::Punch(PunchFact::ClockedIn { date, session_id, at });
    match which {
        0 => silent(vec![clocked_in], By::Themselves),
        1 => Change {
            deciders: &["late_arrival"],
            ..silent(
                vec![clocked_in, Fact::Punch(PunchFact::Late { date, shift_id, late_seconds: 1200 })],
                By::Themselves,
            )
        },
        2 => Change {
            own: &["late_deducted", "leave_balance_low"],
            deciders: &["late_arrival", "leave_balance_low"],
            ..silent(
                vec![
                    clocked_in,
                    Fact::Punch(PunchFact::Late { date, shift_id, late_seconds: 1200 }),
                    Fact::Leave(LeaveFact::LateDeducted { date, minutes: 20 }),
                    Fact::Leave(LeaveFact::LeaveBalanceLow { leave_type: leave_type(), year: 2026, minutes: 100 }),
                ],
                By::Themselves,
            )
        },
        3 => Change {
            own: &["auto_clocked_out"],
            deciders: &["auto_clocked_out"],
            ..silent(vec![Fact::Punch(PunchFact::AutoClockedOut { date, session_id, at })], By::System)
        },
        4 => Change {
            deciders: &["absent"],
            ..silent(
                vec![Fact::Day(DayFact::NotArrived { date, shift_id }), Fact::Day(DayFact::Absent { date })],
                By::System,
            )
        },
        // Two facts of the same kind cause one notification.
        5 => Change {
            own: &["roster_changed"],
            ..silent(
                vec![
                    Fact::Roster(RosterFact::DayPlanned { date }),
                    Fact::Roster(RosterFact::DayPlanned { date: date.next() }),
                ],
                By::Manager,
            )
        },
        6 => {
            let correction_id = CorrectionId::generate(person, at, dice);
            Change {
                deciders: &["correction_requested"],
                ..silent(vec![Fact::Day(DayFact::CorrectionRequested { correction_id, date })], By::Themselves)
            }
        }
        7 => {
            let correction_id = CorrectionId::generate(person, at, dice);
            let decided = Fact::Day(DayFact::CorrectionDecided { correction_id, date, decision: Decision::Approved });
            let edited = Fact::Day(DayFact::DayEdited { date, cause: EditCause::Correction });
            Change { own: &["correction_decided"], ..silent(vec![decided, edited], By::Manager) }
        }
        8 => {
            let request_id = LeaveRequestId::generate(person, at, dice);
            let asked = Fact::Leave(LeaveFact::LeaveRequested { request_id, start_date: date, end_date: date });
            Change { deciders: &["leave_requested"], ..silent(vec![asked], By::Themselves) }
        }
        9 => {
            let swap_id = SwapId::generate(person, at, dice);
            let asked = Fact::Roster(RosterFact::SwapRequested {
                swap_id,
                with_user_id: colleague,
                my_date: date,
                their_date: None,
            });
            Change { colleague: &["swap_requested"], ..silent(vec![asked], By::Themselves) }
        }
        10 => missing(&[person]),
        // Several no-shows cause one notification.
        11 => missing(&[person, colleague]),
        _ => silent(vec![Fact::Account(AccountFact::PinChanged)], By::Themselves),
    }
}

/// Makes every fifth call of `relay` and every seventeenth of `notify` fail (of its many push calls, every 97th), counted for
/// each operation. The failures alternate between before and after the call, and between a crash and a refusal.
fn trouble(scene: &Scene) -> Arc<Mutex<BTreeSet<String>>> {
    let happened: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let seen = Arc::clone(&happened);
    let made: Mutex<BTreeMap<String, usize>> = Mutex::default();
    scene.company.stack.faults().plan(move |call: AwsCall<'_>| {
        let every = match (call.by, call.operation) {
            ("relay", _) => 5,
            ("notify", "PostToConnection") => 97,
            ("notify", _) => 17,
            _ => return None,
        };
        let mut made = made.lock().unwrap();
        let count = made.entry(format!("{} {}", call.by, call.operation)).or_default();
        *count += 1;
        if !count.is_multiple_of(every) {
            return None;
        }
        let fault = [Fault::DiesBefore, Fault::DiesAfter, Fault::Refused, Fault::AnswerLost][*count / every % 4];
        seen.lock().unwrap().insert(format!("{} {} {fault:?}", call.by, call.operation));
        Some(fault)
    });
    happened
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_event_notifies_each_recipient_once_despite_any_failure() {
    let scene = Scene::start().await;
    scene.company.settle().await;
    let before: BTreeSet<String> = scene.told().await.into_iter().collect();
    let mut bus = scene.company.stack.listen();
    let screens = screens(&scene).await;
    let happened = trouble(&scene);

    let dice = Dice(Mutex::new(5));
    let mut expected = Vec::new();
    let mut events = BTreeSet::new();
    let at: Timestamp = scene.company.stack.clock().frozen().unwrap();
    for number in 1..=CHANGES {
        let (department, one) = (dice.roll(2), dice.roll(2));
        let (person, colleague) = (&scene.employees[department][one], &scene.employees[department][1 - one]);
        let Change { subject, facts, by, own, deciders, colleague: others } =
            change(dice.roll(13), user(person), user(colleague), scene.departments[department], &dice);
        let manager = &scene.managers[department];
        let actor = match by {
            By::Themselves => Actor::User { id: user(person) },
            By::Manager => Actor::User { id: user(manager) },
            By::System => Actor::System,
        };
        let event = EventId::generate(at, &dice);
        events.insert(event.to_string());
        expected.extend(own.iter().map(|kind| line(event, kind, &person.id)));
        expected.extend(others.iter().map(|kind| line(event, kind, &colleague.id)));
        for decider in scene.deciders(department) {
            expected.extend(deciders.iter().map(|kind| line(event, kind, &decider)));
        }
        scene.commit(event, actor, subject, facts).await;
        // Few changes at a time: more batches make more calls, so that each call fails in each way on a fast machine too.
        if number % 10 == 0 {
            scene.company.settle().await;
        }
    }
    scene.company.settle().await;
    scene.company.stack.faults().clear();
    scene.company.settle().await;

    drop(screens);

    let mut told = scene.told().await;
    told.retain(|line| !before.contains(line));
    expected.sort_unstable();
    let (lost, doubled) = difference(&expected, &told);
    assert_eq!((lost, doubled), (Vec::new(), Vec::new()), "lost, and doubled or made up");
    assert!(expected.len() > CHANGES / 2, "the changes concern people");

    let mut on_the_bus: BTreeMap<String, usize> = BTreeMap::new();
    while let Ok(event) = bus.try_recv() {
        assert_eq!((&event["source"], &event["detail"]["schema_version"]), (&json!("rollcall"), &json!(1)));
        *on_the_bus.entry(event["detail"]["id"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let missing: Vec<&String> = events.iter().filter(|event| !on_the_bus.contains_key(*event)).collect();
    assert_eq!(missing, Vec::<&String>::new(), "each is on the bus at least once");
    assert!(on_the_bus.values().any(|count| *count > 1), "nothing came twice: the faults did nothing");

    let happened = happened.lock().unwrap();
    let of_notify = ["TransactWriteItems", "BatchGetItem", "PostToConnection"].map(|call| format!("notify {call}"));
    for operation in ["relay PutEvents".to_owned()].into_iter().chain(of_notify) {
        for fault in ["DiesBefore", "DiesAfter", "Refused", "AnswerLost"] {
            let case = format!("{operation} {fault}");
            assert!(happened.contains(&case), "{case} never happened: {happened:?}");
        }
    }
    let letters = scene.company.stack.dead_letters();
    for queue in letters["queues"].as_array().unwrap() {
        assert_eq!(queue["messages"], json!([]), "{}", queue["name"]);
    }
}

/// Connects the people who decide, each with two connections. Messages may arrive there twice; inbox items may not.
async fn screens(scene: &Scene) -> JoinSet<()> {
    let mut screens = JoinSet::new();
    for person in scene.managers.iter().chain([&scene.company.admin]) {
        for _ in 0..2 {
            let mut socket = scene.company.connect(person).await;
            screens.spawn(async move { while socket.next().await.is_some() {} });
        }
    }
    screens
}

/// Returns the items that only the first list contains, and those that only the second contains, with their multiplicity.
fn difference(expected: &[String], told: &[String]) -> (Vec<String>, Vec<String>) {
    let count = |lines: &[String]| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for line in lines {
            *counts.entry(line.clone()).or_default() += 1;
        }
        counts
    };
    let beyond = |of: &BTreeMap<String, usize>, others: &BTreeMap<String, usize>| {
        let more = of.iter().filter(|(line, count)| others.get(*line).copied().unwrap_or_default() < **count);
        more.map(|(line, _)| line.clone()).collect()
    };
    let (expected, told) = (count(expected), count(told));
    (beyond(&expected, &told), beyond(&told, &expected))
}

/// Clocks everyone in, so that their days are stored.
async fn at_work(scene: &Scene) {
    scene.company.set_clock("2026-11-02T09:00:00+03:00").await;
    for person in scene.employees.iter().flatten() {
        let person = scene.company.sign_in(&person.username).await;
        scene.company.post("/clock/in").by(&person).json(json!({})).send().await.expect(201);
    }
}

async fn today(scene: &Scene, person: &Person) -> serde_json::Value {
    let admin = scene.company.sign_in("ada").await;
    scene.company.get(&format!("/attendance/{}/2026-11-02", person.id)).by(&admin).send().await.expect(200).body
}

/// Returns how often each person's days were updated after a change of the whole company.
async fn followed(scene: &Scene) -> BTreeMap<String, usize> {
    let table = Table::of(&scene.company);
    let mut followed = BTreeMap::new();
    for person in scene.employees.iter().flatten() {
        let events = table.partition(&format!("OUTBOX#user:{}", person.id)).await;
        let kind = |event: &std::collections::HashMap<_, aws_sdk_dynamodb::types::AttributeValue>| {
            event["facts"].as_l().unwrap()[0].as_m().unwrap()["kind"].as_s().unwrap().clone()
        };
        let count = events.iter().filter(|event| kind(event) == "days_followed").count();
        followed.insert(person.username.clone(), count);
    }
    followed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holiday_is_added_to_and_removed_from_everyones_stored_day() {
    let scene = Scene::start().await;
    at_work(&scene).await;
    let admin = scene.company.sign_in("ada").await;
    let holiday = json!({"date": "2026-11-02", "name": "Founders' day"});
    let holiday = scene.company.post("/holidays").by(&admin).json(holiday).send().await.expect(201);
    scene.company.settle().await;
    for person in scene.employees.iter().flatten() {
        let day = today(&scene, person).await;
        assert_eq!((&day["kind"], &day["shifts"]), (&json!("holiday"), &json!([])), "{}", person.username);
    }
    let id = holiday.str("id");
    scene.company.delete(&format!("/holidays/{id}")).by(&admin).send().await.expect(204);
    scene.company.settle().await;
    for person in scene.employees.iter().flatten() {
        assert_eq!(today(&scene, person).await["kind"], "workday", "{}", person.username);
    }
    assert!(followed(&scene).await.values().all(|count| *count == 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_killed_at_any_call_is_done_exactly_once() {
    let scene = Scene::start().await;
    at_work(&scene).await;
    scene.company.settle().await;
    let mut version = BTreeMap::new();
    for call in 0..14 {
        let made = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&made);
        scene.company.stack.faults().plan(move |aws: AwsCall<'_>| {
            let is_it = aws.by == "jobs" && counted.fetch_add(1, Ordering::Relaxed) == call;
            is_it.then_some(if call % 2 == 0 { Fault::DiesAfter } else { Fault::DiesBefore })
        });
        scene.company.settings(json!({"early_leave_grace_minutes": 10 + call})).await;
        scene.company.settle().await;
        assert!(made.load(Ordering::Relaxed) > call, "there is no call {call}");
        for (name, count) in followed(&scene).await {
            assert_eq!(count, call + 1, "{name}, after a death at call {call}");
        }
        for person in scene.employees.iter().flatten() {
            let day = today(&scene, person).await;
            let before = version.insert(person.id.clone(), day["version"].clone());
            assert_ne!(before.as_ref(), Some(&day["version"]), "{} follows the settings", person.username);
        }
    }
    assert_eq!(scene.company.stack.dead_letters()["queues"][0]["messages"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_near_its_time_limit_is_handed_over_and_resumed() {
    let scene = Scene::start().await;
    // More than one page of people.
    for number in 0..22 {
        scene.company.person(&format!("hand{number}"), json!({})).await;
    }
    at_work(&scene).await;
    scene.company.settle().await;
    let stack = &scene.company.stack;
    let cause = EventId::generate(stack.clock().frozen().unwrap(), &SystemEntropy);
    let event = json!({"source": "rollcall", "detail-type": "settings_changed", "detail": {
        "id": cause, "schema_version": 1, "at": "2026-11-02T06:00:00Z", "actor": {"kind": "system"},
        "subject": "settings", "request_id": null, "facts": [{"kind": "settings_changed", "fields": ["breaks"]}]}});
    let mut bus = stack.listen();
    bring(&scene.company, event, Duration::ZERO).await;
    let progress = async || {
        let items = Table::of(&scene.company).partition(&format!("JOB#{cause}")).await;
        let [item] = items.as_slice() else { panic!("{items:?}") };
        (*item["is_done"].as_bool().unwrap(), item["version"].as_n().unwrap().clone())
    };
    scene.company.settle().await;
    assert_eq!(bus.try_recv().unwrap()["detail-type"], "work_continues");
    assert_eq!(progress().await, (true, "2".to_owned()));
}

#[test]
fn random_test_values_are_reproducible_and_cover_the_range() {
    let [one, other] = [Dice(Mutex::new(1)), Dice(Mutex::new(1))];
    let sides: BTreeSet<usize> = (0..100).map(|_| one.roll(6)).collect();
    assert_eq!(sides.len(), 6);
    for _ in 0..100 {
        other.roll(6);
    }
    assert_eq!(random_bytes::<8>(&one), random_bytes::<8>(&other));
}
