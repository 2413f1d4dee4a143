//! Disabling people while they continue to act, and the remaining work of a killed run.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use domain::{
    audit::Actor,
    event::{AccountFact, Fact, Subject},
    id::{EventId, UserId},
    user::{User, UserStatus},
};
use reqwest::Method;
use rollcall_tests::{Call, Company, Person};
use runtime::system::SystemEntropy;
use serde_json::{Value, json};
use store::{Commit, Stamp};

use crate::table::{Item, Table};

/// A company with a manager of one department, and with John, who is off on some dates.
struct Firm {
    company: Company,
    department: String,
    manager: Person,
    john: Person,
}

/// Dates in February 2027 on which John is off, so that he can take others' shifts.
const JOHNS_OFFS: [&str; 4] = ["2027-02-01", "2027-02-02", "2027-02-03", "2027-02-04"];

impl Firm {
    async fn start() -> Self {
        let company = Company::start().await;
        let department = company.department("Assembly").await;
        let manager = json!({"role": "manager", "manages": [department], "department_id": department});
        let manager = company.person("manager", manager).await;
        let john = company.person("john", json!({"department_id": department})).await;
        let free = json!({"counted": false, "backdate_days": 366});
        company.put("/leave/types/free").by(&company.admin).json(free).send().await.expect(200);
        let firm = Self { company, department, manager, john };
        for date in JOHNS_OFFS {
            firm.plan_off(&firm.john.id, date).await;
        }
        firm
    }

    async fn plan_off(&self, user: &str, date: &str) {
        let off = json!({"off": true, "reason": "Fair"});
        let path = format!("/roster/{user}/days/{date}");
        self.company.put(&path).by(&self.manager).json(off).send().await.expect(200);
    }

    async fn person(&self, username: &str) -> Person {
        self.company.person(username, json!({"department_id": self.department})).await
    }

    fn call(&self, method: Method, path: &str, by: &Person, body: Value) -> Call {
        self.company.call(method, path).by(by).json(body)
    }

    /// Returns all requests about a person that the person, their manager and John can send.
    fn requests(&self, person: &Person, number: usize) -> Vec<Call> {
        let post = |path: &str, by: &Person, body: Value| self.call(Method::POST, path, by, body);
        let day = |month: &str| format!("2027-{month}-{:02}", number % 4 + 1);
        let (march, april, june) = (day("03"), day("04"), format!("2026-06-{:02}", number % 4 + 1));
        let session =
            json!({"clock_in": format!("{june}T09:00:00+03:00"), "clock_out": format!("{june}T18:00:00+03:00")});
        let entered = json!({"user_id": person.id, "type": "free", "start_date": april, "end_date": april});
        let pin = format!("/users/{}/pin", person.id);
        vec![
            post("/leave/requests", person, json!({"type": "free", "start_date": march, "end_date": march})),
            post("/leave/requests", &self.manager, entered),
            post("/roster/swaps", person, json!({"my_date": JOHNS_OFFS[number % 4], "with_user_id": self.john.id})),
            post("/roster/swaps", &self.john, json!({"my_date": "2027-05-03", "with_user_id": person.id})),
            post(
                &format!("/attendance/me/{june}/corrections"),
                person,
                json!({"sessions": [session], "reason": "Forgot"}),
            ),
            post("/roster/me/calendar", person, json!({})),
            self.call(Method::PUT, &pin, person, json!({"pin": "7391"})),
            post("/clock/in", person, json!({})),
        ]
    }

    /// Returns the person's open items, according to lists and the table.
    async fn open(&self, person: &Person) -> Vec<String> {
        let admin = self.company.sign_in("ada").await;
        let list = async |path: &str| {
            let reply = self.company.get(&format!("{path}user_id={}&limit=200", person.id)).by(&admin).send().await;
            reply.expect(200).items().clone()
        };
        let mut open = Vec::new();
        for status in ["pending", "approved"] {
            open.extend(list(&format!("/leave/requests?status={status}&")).await.iter().map(Value::to_string));
        }
        open.extend(list("/corrections?status=pending&").await.iter().map(Value::to_string));
        for status in ["pending", "accepted", "approved"] {
            open.extend(list(&format!("/roster/swaps?status={status}&")).await.iter().map(Value::to_string));
        }
        let table = Table::of(&self.company).partition(&format!("USER#{}", person.id)).await;
        open.extend(table.iter().filter(|item| item["sk"].as_s().unwrap() == "FEED").map(|item| format!("{item:?}")));
        let is_ahead = |item: &&Item| {
            let sort = item["sk"].as_s().unwrap();
            (sort.starts_with("LEAVE#") || sort.starts_with("SWAP#")) && item.contains_key("gsi2pk")
        };
        open.extend(table.iter().filter(is_ahead).map(|item| format!("{item:?}")));
        let day = self.company.get(&format!("/attendance/{}/2026-11-02", person.id)).by(&admin).send().await;
        let sessions = day.body["sessions"].as_array().cloned().unwrap_or_default();
        open.extend(sessions.iter().filter(|it| it["clock_out"].is_null()).map(Value::to_string));
        open
    }
}

#[tokio::test]
async fn no_request_made_during_a_disabling_stays_open() {
    let firm = Firm::start().await;
    for round in 0..12 {
        let maria = firm.person(&format!("maria{round}")).await;
        firm.plan_off(&maria.id, "2027-05-03").await;
        let admin = firm.company.sign_in("ada").await;
        let mut calls: Vec<Call> = (0..3).flat_map(|number| firm.requests(&maria, number)).collect();
        let at = round * calls.len() / 12;
        calls.insert(at, firm.company.delete(&format!("/users/{}", maria.id)).by(&admin));
        let sent: Vec<_> = calls.into_iter().map(|call| tokio::spawn(call.send())).collect();
        for (place, reply) in sent.into_iter().enumerate() {
            let reply = reply.await.unwrap();
            assert!(reply.status.as_u16() < 500, "{place}: {} {}", reply.status, reply.text);
            if place == at {
                reply.expect(204);
            }
        }
        firm.company.settle().await;
        let open = firm.open(&maria).await;
        assert!(open.is_empty(), "round {round}: {open:#?}");

        let corrections = format!("/corrections?user_id={}&limit=200", maria.id);
        let corrections = firm.company.get(&corrections).by(&admin).send().await.expect(200);
        for correction in corrections.items() {
            let path = format!("/corrections/{}/decision", correction["id"].as_str().unwrap());
            let approval = firm.company.post(&path).by(&firm.manager).json(json!({"status": "approved"}));
            approval.send().await.expect_problem(409, "already_decided");
        }
    }
}

#[tokio::test]
async fn requests_of_a_person_cannot_delay_their_disabling() {
    let firm = Arc::new(Firm::start().await);
    let maria = firm.person("maria").await;
    firm.plan_off(&maria.id, "2027-05-03").await;
    let admin = firm.company.sign_in("ada").await;
    let (over, begun) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let storm = (0..16).map(|number| {
        let (firm, maria, over, begun) = (Arc::clone(&firm), maria.clone(), Arc::clone(&over), Arc::clone(&begun));
        tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                begun.fetch_add(1, Ordering::Relaxed);
                let call = firm.requests(&maria, number).swap_remove(number % 8);
                call.send().await;
                firm.call(Method::POST, "/clock/out", &maria, json!({})).send().await;
            }
        })
    });
    let storm: Vec<_> = storm.collect();
    while begun.load(Ordering::Relaxed) < storm.len() {
        tokio::task::yield_now().await;
    }
    firm.company.delete(&format!("/users/{}", maria.id)).by(&admin).send().await.expect(204);
    over.store(true, Ordering::Relaxed);
    for one in storm {
        one.await.unwrap();
    }
    firm.company.settle().await;
    assert_eq!(firm.open(&maria).await, Vec::<String>::new());
}

/// Executes the first part of disabling a person, as if the run was killed right after it.
async fn disable_and_die(firm: &Firm, person: &Person, fact: Fact) {
    let store = Table::of(&firm.company).store(Arc::new(SystemEntropy)).await;
    let id: UserId = person.id.parse().unwrap();
    let before = store.user(id).await.unwrap().unwrap();
    let at = "2026-11-02T10:00:00+03:00".parse().unwrap();
    let after = User {
        status: UserStatus::Disabled,
        employments: before.employments.ended("2026-11-02".parse().unwrap()),
        version: before.version + 1,
        updated_at: at,
        ..before.clone()
    };
    let stamp = Stamp { event_id: EventId::generate(at, &SystemEntropy), at, actor: Actor::System, request_id: None };
    let mut commit = Commit::new(stamp, Subject::User(id), vec![fact]).unwrap();
    commit.change_user(&before, &after).unwrap();
    commit.end_access(id).unwrap();
    commit.send(&store).await.unwrap();
}

/// Returns a person with every kind of open item.
async fn busy(firm: &Firm) -> Person {
    let maria = firm.person("maria").await;
    firm.plan_off(&maria.id, "2027-05-03").await;
    for call in firm.requests(&maria, 0) {
        let reply = call.send().await;
        assert!(reply.status.is_success(), "{}", reply.text);
    }
    assert!(firm.open(&maria).await.len() >= 6, "{:#?}", firm.open(&maria).await);
    maria
}

#[tokio::test]
async fn an_interrupted_disabling_is_finished_by_jobs() {
    let firm = Firm::start().await;
    firm.company.settings(json!({"prorate_first_year": true})).await;
    let maria = busy(&firm).await;
    assert_eq!(Table::of(&firm.company).ledger_minutes(&maria.id).await, [7200]);
    disable_and_die(&firm, &maria, Fact::Account(AccountFact::UserDisabled)).await;
    firm.company.settle().await;
    assert_eq!(Table::of(&firm.company).ledger_minutes(&maria.id).await, [7200, -1200], "ten months of twelve count");
    assert_eq!(firm.open(&maria).await, Vec::<String>::new());
    let admin = firm.company.sign_in("ada").await;
    let day = firm.company.get(&format!("/attendance/{}/2026-11-02", maria.id)).by(&admin).send().await.expect(200);
    assert_eq!(day.body["sessions"][0]["clock_out"]["at"], "2026-11-02T10:00:00+03:00", "when she was disabled");
}

#[tokio::test]
async fn a_reactivated_person_has_no_open_requests_from_before() {
    let firm = Firm::start().await;
    let maria = busy(&firm).await;
    // The fact isn't one that `jobs` processes, as if its invocation were still to come.
    disable_and_die(&firm, &maria, Fact::Account(AccountFact::PinChanged)).await;
    firm.company.settle().await;
    assert!(!firm.open(&maria).await.is_empty());
    let admin = firm.company.sign_in("ada").await;
    let back = firm.company.patch(&format!("/users/{}", maria.id)).by(&admin).json(json!({"status": "active"}));
    back.send().await.expect(200);
    assert_eq!(firm.open(&maria).await, Vec::<String>::new());
}

#[tokio::test]
async fn open_requests_of_a_disabled_person_cannot_be_approved() {
    let firm = Firm::start().await;
    let maria = busy(&firm).await;
    disable_and_die(&firm, &maria, Fact::Account(AccountFact::PinChanged)).await;
    let admin = firm.company.sign_in("ada").await;
    let approved = json!({"status": "approved"});
    for list in ["/leave/requests?status=pending&", "/corrections?status=pending&"] {
        let found = firm.company.get(&format!("{list}user_id={}", maria.id)).by(&admin).send().await.expect(200);
        let (path, _) = list.split_once('?').unwrap();
        let path = format!("{path}/{}/decision", found.items()[0]["id"].as_str().unwrap());
        let decision = firm.company.post(&path).by(&firm.manager).json(approved.clone());
        decision.send().await.expect_problem(409, "already_decided");
    }
    let swaps = firm.company.get("/roster/swaps?user_id=me&status=pending").by(&firm.john).send().await.expect(200);
    let asked = swaps.items().iter().find(|swap| swap["with_user_id"] == json!(firm.john.id)).unwrap();
    let path = format!("/roster/swaps/{}/decision", asked["id"].as_str().unwrap());
    let accepted = firm.company.post(&path).by(&firm.john).json(json!({"status": "accepted"}));
    accepted.send().await.expect_problem(409, "already_decided");
}

#[tokio::test]
async fn someone_with_forty_requests_is_renamed_and_given_fifty_departments() {
    let firm = Firm::start().await;
    let maria = firm.person("maria").await;
    let mut departments = Vec::new();
    for number in 0..50 {
        departments.push(firm.company.department(&format!("Department {number}")).await);
    }
    let weekdays = (1..=28).flat_map(|day| ["01", "02", "03"].map(|month| format!("2027-{month}-{day:02}")));
    let is_weekday = |date: &String| date.parse::<jiff::civil::Date>().unwrap().weekday().to_monday_zero_offset() < 5;
    for date in weekdays.filter(is_weekday).take(40) {
        let leave = json!({"type": "free", "start_date": date, "end_date": date});
        firm.call(Method::POST, "/leave/requests", &maria, leave).send().await.expect(201);
    }
    let admin = firm.company.sign_in("ada").await;
    let site = json!({"name": "Pier", "time_zone": "UTC"});
    let site = firm.company.post("/sites").by(&admin).json(site).send().await.expect(201).str("id").to_owned();
    let change = json!({"full_name": "Maria Berger", "username": "maria.berger", "email": "berger@example.com",
        "role": "manager", "manages": departments, "department_id": departments[7], "site_id": site,
        "time_zone": "Europe/Berlin"});
    firm.company.patch(&format!("/users/{}", maria.id)).by(&admin).json(change).send().await.expect(200);
    firm.company.settle().await;
    let listed = format!("/leave/calendar?from=2027-01-01&to=2027-03-31&department_id={}&limit=200", departments[7]);
    let listed = firm.company.get(&listed).by(&admin).send().await.expect(200);
    assert_eq!(listed.items().len(), 40, "{}", listed.text);
    assert!(listed.items().iter().all(|leave| leave["full_name"] == "Maria Berger"), "{}", listed.text);
}
