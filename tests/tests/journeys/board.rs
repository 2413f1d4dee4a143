//! The board: its people, the parts that each caller sees, and its cost.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use aws_sdk_dynamodb::Client;
use domain::{
    calendar::WorkDate,
    day::{Day, DayChange},
    event::{AccountFact, Fact, Subject},
    lateness::SameLateness,
    ports::Clock,
    schedule::{Planner, Schedule, SiteBook},
    settings::Settings,
    text::Name,
    user::User,
};
use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};
use store::{Commit, Store};

use crate::bulk_fixtures::{self, Counter};

async fn at(company: &Company, person: &Person, now: &str) -> Person {
    company.set_clock(&format!("2026-11-{now}:00+03:00")).await;
    company.sign_in(&person.username).await
}

async fn punch(company: &Company, person: &Person, path: &str, now: &str) {
    let person = at(company, person, now).await;
    let reply = company.post(path).by(&person).json(json!({})).send().await;
    assert!(reply.status.is_success(), "{}", reply.text);
}

async fn board(company: &Company, person: &Person, query: &str) -> Reply {
    company.get(&format!("/attendance/board{query}")).by(person).send().await
}

/// Returns all pages of a board.
async fn walk(company: &Company, person: &Person, query: &str) -> Vec<Reply> {
    let mut pages = vec![board(company, person, query).await.expect(200)];
    while let Some(cursor) = pages.last().unwrap().body["next_cursor"].as_str() {
        assert!(pages.len() < 100, "the board ends");
        let join = if query.is_empty() { '?' } else { '&' };
        let next = format!("{query}{join}cursor={cursor}");
        pages.push(board(company, person, &next).await.expect(200));
    }
    pages
}

fn people(pages: &[Reply], field: &str) -> Vec<Value> {
    pages.iter().flat_map(Reply::items).map(|line| line[field].clone()).collect()
}

fn fields(line: &Value) -> BTreeSet<&str> {
    line.as_object().unwrap().keys().map(String::as_str).collect()
}

struct Cast {
    company: Company,
    harbour: String,
    workshop: String,
    anna: Person,
    bert: Person,
    carl: Person,
    mona: Person,
    otto: Person,
}

/// Anna, Bert, Carl and Dora work in the harbour, which Mona manages. Wim works in the workshop, which Otto manages. On Monday
/// Anna works, Bert was late and is on a break, and Carl has clocked out. Dora and Wim haven't clocked in.
async fn cast() -> Cast {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    company.set_clock("2026-11-02T08:01:00+03:00").await;
    let workshop = company.department("Workshop").await;
    let employee = async |username: &str, name: &str, department: &str| {
        company.person(username, json!({"full_name": name, "department_id": department})).await
    };
    let anna = employee("anna", "Anna", &harbour).await;
    let bert = employee("bert", "bert", &harbour).await;
    let carl = employee("carl", "Carl", &harbour).await;
    employee("dora", "Dora", &harbour).await;
    employee("wim", "Wim", &workshop).await;
    let mona = company.person("mona", json!({"full_name": "Mona", "role": "manager", "manages": [harbour]})).await;
    let otto = company.person("otto", json!({"full_name": "Otto", "role": "manager", "manages": [workshop]})).await;
    for (person, path, now) in [
        (&anna, "/clock/in", "02T09:00"),
        (&carl, "/clock/in", "02T09:01"),
        (&bert, "/clock/in", "02T09:30"),
        (&carl, "/clock/out", "02T10:00"),
        (&bert, "/breaks/start", "02T10:10"),
    ] {
        punch(&company, person, path, now).await;
    }
    let [anna, bert, carl, mona, otto] = [
        company.sign_in(&anna.username).await,
        company.sign_in(&bert.username).await,
        company.sign_in(&carl.username).await,
        company.sign_in(&mona.username).await,
        company.sign_in(&otto.username).await,
    ];
    Cast { company, harbour, workshop, anna, bert, carl, mona, otto }
}

#[tokio::test]
async fn a_manager_sees_everyones_line_and_the_counts_on_the_first_page() {
    let cast = cast().await;
    let page = board(&cast.company, &cast.mona, "").await.expect(200);
    assert_eq!(page.body["date"], "2026-11-02");
    let lines = page.items();
    assert_eq!(people(std::slice::from_ref(&page), "full_name"), ["Anna", "bert", "Carl", "Dora"]);
    assert_eq!(people(std::slice::from_ref(&page), "presence"), ["working", "on_break", "out", "out"]);
    assert_eq!(
        people(std::slice::from_ref(&page), "status"),
        [json!("present"), json!("present"), json!("present"), Value::Null]
    );
    let line = json!({
        "view": "full", "user_id": cast.bert.id, "user_name": "bert", "full_name": "bert",
        "department_id": cast.harbour, "department_name": "Harbour", "status": "present",
        "presence": "on_break", "since": "2026-11-02T10:10:00+03:00",
        "shift": {"id": "2026-11-02T09:00", "start_at": "2026-11-02T09:00:00+03:00", "end_at": "2026-11-02T18:00:00+03:00"},
        "late_seconds": 1800, "leave": null, "flags": ["late"], "has_photo": false,
    });
    assert_eq!(lines[1], line);
    assert_eq!(lines[2]["since"], "2026-11-02T10:00:00+03:00");
    assert_eq!(fields(&lines[3]), fields(&line), "a day that isn't opened has every field too");
    let counts = json!({"working": 1, "on_break": 1, "late": 1, "absent": 0, "on_leave": 0, "expected": 0, "out": 2, "not_opened": 1});
    assert_eq!(page.body["counts"], counts);

    let narrowed = board(&cast.company, &cast.mona, &format!("?department_id={}", cast.harbour)).await.expect(200);
    assert_eq!(narrowed.body, page.body);
    let admin = cast.company.sign_in("ada").await;
    let general =
        cast.company.person("gina", json!({"full_name": "Gina", "role": "manager", "manages_all": true})).await;
    for person in [&admin, &general] {
        let everyone = walk(&cast.company, person, "?date=2026-11-02").await;
        assert_eq!(
            people(&everyone, "full_name"),
            ["Anna", "bert", "Carl", "Dora", "Wim", "Gina", "Mona", "Otto"],
            "by department and name; whoever isn't tracked is on it only with a day"
        );
        assert_eq!(everyone[0].body["counts"]["out"], 6);
    }
}

#[tokio::test]
async fn in_pages_of_any_size_everyone_comes_once_and_the_counts_once() {
    let cast = cast().await;
    let admin = cast.company.sign_in("ada").await;
    let whole = people(&walk(&cast.company, &admin, "?date=2026-11-02").await, "user_id");
    assert_eq!(whole.len(), 7);
    for limit in [1, 2, 3, 6, 7] {
        let pages = walk(&cast.company, &admin, &format!("?date=2026-11-02&limit={limit}")).await;
        assert_eq!(people(&pages, "user_id"), whole, "in pages of {limit}");
        let counted: Vec<bool> = pages.iter().map(|page| page.body.get("counts").is_some()).collect();
        assert_eq!(counted.iter().filter(|is| **is).count(), 1);
        assert!(counted[0]);
        assert_eq!(pages[0].body["counts"]["working"], 1);
    }
}

#[tokio::test]
async fn an_employee_sees_the_presence_of_their_department_and_nothing_else() {
    let cast = cast().await;
    for query in [String::new(), format!("?department_id={}", cast.harbour), "?limit=2".to_owned()] {
        let pages = walk(&cast.company, &cast.anna, &query).await;
        assert_eq!(people(&pages, "full_name"), ["Anna", "bert", "Carl", "Dora"], "{query}");
        assert_eq!(people(&pages, "presence"), ["working", "on_break", "out", "out"], "{query}");
        for page in &pages {
            assert_eq!(page.body.get("counts"), None);
            for line in page.items() {
                assert_eq!(fields(line), BTreeSet::from(["view", "user_id", "user_name", "full_name", "presence"]));
            }
        }
    }
    let other = board(&cast.company, &cast.anna, &format!("?department_id={}", cast.workshop)).await;
    other.expect_problem(403, "forbidden");
    // Whether a colleague had a day at all isn't shown either.
    let yesterday = board(&cast.company, &cast.anna, "?date=2026-10-30").await.expect(200);
    assert_eq!(people(&[yesterday], "presence"), ["out"; 4]);
    let loner = cast.company.person("lou", json!({})).await;
    assert_eq!(board(&cast.company, &loner, "").await.expect(200).items().len(), 0);
}

#[tokio::test]
async fn another_departments_manager_gets_nothing_of_it() {
    let cast = cast().await;
    assert_eq!(people(&[board(&cast.company, &cast.otto, "").await.expect(200)], "full_name"), ["Wim"]);
    let harbour = board(&cast.company, &cast.otto, &format!("?department_id={}", cast.harbour)).await;
    harbour.expect_problem(403, "forbidden");
    // In their own department, a manager of another department is a colleague.
    let rita = cast
        .company
        .person(
            "rita",
            json!({"full_name": "Rita", "role": "manager", "manages": [cast.workshop], "department_id": cast.harbour}),
        )
        .await;
    let page = board(&cast.company, &rita, &format!("?department_id={}", cast.harbour)).await.expect(200);
    assert_eq!(fields(&page.items()[0]), BTreeSet::from(["view", "user_id", "user_name", "full_name", "presence"]));
    assert_eq!(people(&[board(&cast.company, &rita, "").await.expect(200)], "full_name"), ["Wim"]);
    let nobodys = cast.company.person("nina", json!({"role": "manager", "manages": []})).await;
    let page = board(&cast.company, &nobodys, "").await.expect(200);
    assert_eq!((page.items().len(), &page.body["counts"]["out"]), (0, &json!(0)));
}

#[tokio::test]
async fn the_board_of_a_past_date_shows_only_stored_days() {
    let cast = cast().await;
    let mona = at(&cast.company, &cast.mona, "03T15:00").await;
    let page = board(&cast.company, &mona, "?date=2026-11-02").await.expect(200);
    assert_eq!(people(std::slice::from_ref(&page), "full_name"), ["Anna", "bert", "Carl"]);
    assert_eq!(page.body["counts"]["not_opened"], 0);
    let today = board(&cast.company, &mona, "").await.expect(200);
    assert_eq!((today.items().len(), &today.body["counts"]["not_opened"]), (4, &json!(4)));
}

#[tokio::test]
async fn a_renamed_person_comes_once_and_under_the_new_name() {
    let cast = cast().await;
    let admin = cast.company.sign_in("ada").await;
    let path = format!("/users/{}", cast.anna.id);
    cast.company.patch(&path).by(&admin).json(json!({"full_name": "Zoe"})).send().await.expect(200);
    let page = board(&cast.company, &cast.mona, "").await.expect(200);
    assert_eq!(people(&[page], "full_name"), ["Zoe", "bert", "Carl", "Dora"], "in her place until her day changes");
    // A disabled person is removed from the board after their last day.
    cast.company.delete(&format!("/users/{}", cast.carl.id)).by(&admin).send().await.expect(204);
    assert_eq!(board(&cast.company, &cast.mona, "").await.expect(200).items().len(), 4);
    assert_eq!(people(&[board(&cast.company, &cast.bert, "").await.expect(200)], "full_name"), ["Zoe", "bert", "Dora"]);
}

#[tokio::test]
async fn a_person_renamed_during_the_date_comes_once_in_pages_of_any_size() {
    let cast = cast().await;
    let admin = cast.company.sign_in("ada").await;
    let path = format!("/users/{}", cast.anna.id);
    cast.company.patch(&path).by(&admin).json(json!({"full_name": "Zoe"})).send().await.expect(200);
    for limit in 1..=4 {
        for person in [&cast.mona, &cast.bert] {
            let pages = walk(&cast.company, person, &format!("?limit={limit}")).await;
            assert_eq!(people(&pages, "full_name"), ["Zoe", "bert", "Carl", "Dora"], "in pages of {limit}");
            assert_eq!(people(&pages, "presence"), ["working", "on_break", "out", "out"]);
        }
    }
}

#[tokio::test]
async fn a_person_moved_during_the_date_is_listed_once_in_its_department() {
    let cast = cast().await;
    let wim = cast.company.sign_in("wim").await;
    let admin = cast.company.sign_in("ada").await;
    let path = format!("/users/{}", cast.anna.id);
    let moved = json!({"department_id": cast.workshop});
    cast.company.patch(&path).by(&admin).json(moved).send().await.expect(200);
    cast.company.settle().await;

    // After a clock-in in the harbour she stays on its board for the rest of the date, for managers and for colleagues.
    for person in [&cast.mona, &cast.bert] {
        let page = board(&cast.company, person, "").await.expect(200);
        assert_eq!(people(std::slice::from_ref(&page), "full_name"), ["Anna", "bert", "Carl", "Dora"]);
        assert_eq!(page.items()[0]["presence"], "working");
    }
    for person in [&cast.otto, &wim] {
        assert_eq!(people(&[board(&cast.company, person, "").await.expect(200)], "full_name"), ["Wim"]);
    }
    let everyone = walk(&cast.company, &admin, "?date=2026-11-02&limit=3").await;
    assert_eq!(people(&everyone, "full_name"), ["Anna", "bert", "Carl", "Dora", "Wim", "Mona", "Otto"]);
    let counts = &everyone[0].body["counts"];
    assert_eq!((&counts["working"], &counts["out"], &counts["not_opened"]), (&json!(1), &json!(5), &json!(4)));
    let of_workshop = board(&cast.company, &cast.otto, "").await.expect(200);
    assert_eq!((&of_workshop.body["counts"]["out"], &of_workshop.body["counts"]["working"]), (&json!(1), &json!(0)));

    // From the next date on she is on the workshop's board.
    let tomorrow = "?date=2026-11-03";
    let of = async |person: &Person| people(&[board(&cast.company, person, tomorrow).await.expect(200)], "full_name");
    assert_eq!(
        (of(&cast.mona).await, of(&cast.otto).await),
        (vec![json!("bert"), json!("Carl"), json!("Dora")], vec![json!("Anna"), json!("Wim")])
    );
}

#[tokio::test]
async fn a_cursor_serves_its_own_board_and_caller_only() {
    let cast = cast().await;
    let first = board(&cast.company, &cast.mona, "?limit=1").await.expect(200);
    let cursor = first.str("next_cursor");
    board(&cast.company, &cast.mona, &format!("?cursor={cursor}")).await.expect(200);
    board(&cast.company, &cast.mona, &format!("?date=2026-11-02&cursor={cursor}")).await.expect(200);
    let admin = cast.company.sign_in("ada").await;
    for (query, person) in [
        (format!("?date=2026-11-03&cursor={cursor}"), &cast.mona),
        (format!("?department_id={}&cursor={cursor}", cast.harbour), &admin),
        (format!("?cursor={cursor}"), &cast.otto),
        (format!("?cursor={}", &cursor[1..]), &cast.mona),
    ] {
        board(&cast.company, person, &query).await.expect_problem(400, "invalid_cursor");
    }
    for (query, path) in
        [("?date=today", "date"), ("?limit=0", "limit"), ("?department_id=x", "department_id"), ("?q=x", "q")]
    {
        board(&cast.company, &cast.mona, query).await.expect_invalid(path);
    }
}

/// Creates a department with the given number of people directly in the table. Each has a stored day of 2 November, in the form
/// in which the scheduled job creates it.
async fn make_department(company: &Company, department: &str, size: usize) {
    let client = Client::new(company.stack.sdk());
    let tables = client.list_tables().send().await.unwrap();
    let store = Store::new(client, &tables.table_names()[0], Arc::new(Counter::default()));
    let now = company.stack.clock().now();
    let date: WorkDate = "2026-11-02".parse().unwrap();
    let settings = Settings::default();
    let department = department.parse().unwrap();
    for number in 0..size {
        let full_name = Name::parse(&format!("Person {number:04} of the Crowd")).unwrap();
        let person = User { full_name, ..bulk_fixtures::person(number, department, now) };
        let planner = Planner {
            person: &person,
            settings: &settings,
            sites: &SiteBook::default(),
            schedule: &Schedule::default(),
            years: &BTreeMap::new(),
            holidays: &[],
        };
        let day = DayChange::new(None, Day::open(&planner, date), now);
        let stamp = bulk_fixtures::stamp(number, now);
        let mut commit =
            Commit::new(stamp, Subject::User(person.id), vec![Fact::Account(AccountFact::UserCreated)]).unwrap();
        commit.create_user(&person).unwrap();
        commit.note_days(&person, &[SameLateness::of(&day, now).unwrap()]).unwrap();
        commit.send(&store).await.unwrap();
    }
}

/// Returns the number of queries of a request, and the units that they read.
async fn queries(company: &Company) -> (u64, f64) {
    let report = company.get("/_local/calls").send().await.expect(200).body;
    let route =
        report["routes"].as_array().unwrap().iter().find(|route| route["route"] == "GET /attendance/board").unwrap();
    let operations = route["operations"].as_array().unwrap();
    let (queries, others): (Vec<&Value>, Vec<&Value>) = operations.iter().partition(|of| of["operation"] == "Query");
    let of_session_and_names = |of: &&Value| (&of["operation"], &of["count"]) == (&json!("BatchGetItem"), &json!(2));
    assert!(others.iter().all(of_session_and_names), "the session and the department's name: {operations:?}");
    let units = queries.iter().map(|of| of["read_units"].as_f64().unwrap()).sum();
    (queries.iter().map(|of| of["count"].as_u64().unwrap()).sum(), units)
}

#[tokio::test]
async fn a_page_of_the_board_costs_one_query_and_the_first_at_most_two() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    make_department(&company, &harbour, 1000).await;
    for (now, of_first_page) in [("02T08:00", 2), ("03T15:00", 1)] {
        let admin = at(&company, &company.admin, now).await;
        let mut seen = BTreeSet::new();
        let mut query = format!("?date=2026-11-02&department_id={harbour}&limit=200");
        for number in 1..=5 {
            company.delete("/_local/calls").send().await;
            let page = board(&company, &admin, &query).await.expect(200);
            let (count, units) = queries(&company).await;
            println!("{now} page {number}: {count} queries, {units} read units, {} bytes", page.text.len());
            assert_eq!(count, if number == 1 { of_first_page } else { 1 }, "page {number}");
            seen.extend(page.items().iter().map(|line| line["user_id"].to_string()));
            assert_eq!(seen.len(), 200 * number);
            if number == 1 {
                assert_eq!(page.body["counts"]["out"], 1000);
            }
            match page.body["next_cursor"].as_str() {
                Some(cursor) => query = format!("?date=2026-11-02&department_id={harbour}&limit=200&cursor={cursor}"),
                None => assert_eq!(number, 5),
            }
        }
    }
}
