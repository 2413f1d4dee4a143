//! `POST /roster/import`, and the work that follows. `jobs` does the work, or a test does it like `jobs` if it controls the
//! progress.

use std::{
    fmt::Write,
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use domain::{
    job::{Job, JobStatus},
    ports::{Clock, Entropy},
};
use jiff::{SignedDuration, Timestamp};
use local::{AwsCall, Fault};
use rollcall_tests::{Company, Person, Reply};
use roster_import::{Progress, continue_import};
use serde_json::json;
use store::Store;

use super::Team;
use crate::{
    long_work::{PLENTY, bring, renamed},
    table::Table,
};

/// A clock that advances by a second with each reading.
#[derive(Debug)]
struct Ticking {
    start: Timestamp,
    looks: AtomicU64,
}

impl Ticking {
    fn from(start: &str) -> Self {
        Self { start: start.parse().unwrap(), looks: AtomicU64::new(0) }
    }

    fn after(&self, seconds: i64) -> Timestamp {
        self.start + SignedDuration::from_secs(seconds)
    }
}

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        self.after(i64::try_from(self.looks.fetch_add(1, Ordering::Relaxed)).unwrap())
    }
}

/// A sequence of numbers that differ from each other and are the same in every test.
#[derive(Debug, Default)]
struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        for (byte, digit) in bytes.iter_mut().rev().zip(number.iter().rev().chain(std::iter::repeat(&7))) {
            *byte = *digit;
        }
    }
}

struct Work {
    store: Store,
    clock: Ticking,
    entropy: Arc<Counting>,
}

impl Work {
    fn of(company: &Company) -> Self {
        let entropy = Arc::new(Counting::default());
        let client = aws_sdk_dynamodb::Client::new(company.stack.sdk());
        let store = Store::new(client, "rollcall", Arc::clone(&entropy) as Arc<dyn Entropy>);
        Self { store, clock: Ticking::from("2026-11-02T05:00:00Z"), entropy }
    }

    async fn go_on(&self, id: &str, deadline: Timestamp) -> Progress {
        continue_import(&self.store, &self.clock, &*self.entropy, id.parse().unwrap(), deadline).await.unwrap()
    }

    async fn finish(&self, id: &str) -> Job {
        match self.go_on(id, Timestamp::MAX).await {
            Progress::Finished(job) => job,
            Progress::Unfinished(_) | Progress::Unknown => panic!("not finished"),
        }
    }
}

async fn import(company: &Company, by: &Person, sheet: &str) -> Reply {
    company.post("/roster/import").by(by).raw("text/csv; charset=utf-8", sheet).send().await
}

/// Returns the number of imported changes in the audit of a person.
async fn audited(company: &Company, person: &str) -> usize {
    let entries = Table::of(company).partition(&format!("AUDIT#user:{person}")).await;
    entries.iter().filter(|entry| entry["action"].as_s().unwrap() == "roster_imported").count()
}

#[tokio::test]
async fn a_sheet_of_patterns_is_applied_person_by_person() {
    let team = Team::start().await;
    let sheet = "username,effective_from,weekday,start,end,break_minutes\n\
        maria,2026-11-03,tuesday,09:00,12:00,\n\
        maria,2026-11-03,tuesday,13:00,17:00,\n\
        maria,2026-11-03,sunday,,,\n\
        john,2026-11-03,wed,22:00,06:00,30\n\
        john,2026-11-03,sat,,,\n\
        john,2026-11-03,sun,,,\n";
    let queued = import(&team.company, &team.manager, sheet).await.expect(202);
    assert_eq!((&queued.body["status"], &queued.body["progress"]), (&json!("queued"), &json!({"done": 0, "total": 2})));
    let id = queued.str("id").to_owned();
    assert_eq!(queued.header("location"), Some(format!("/roster/import/{id}").as_str()));
    team.company.settle().await;
    let seen = team.company.get(&format!("/roster/import/{id}")).by(&team.manager).send().await.expect(200);
    assert_eq!((&seen.body["status"], &seen.body["progress"]["done"]), (&json!("done"), &json!(2)));
    let grid = team.company.get("/roster?from=2026-11-03&to=2026-11-04").by(&team.manager).send().await.expect(200);
    let row = grid.items().iter().find(|row| row["user_id"] == json!(team.maria.id)).unwrap();
    assert_eq!(row["days"][0]["shifts"].as_array().unwrap().len(), 2);
    assert_eq!(team.shifts(&team.maria, "2026-11-03", "2026-11-09").await.len(), 2);
    assert_eq!(
        team.shifts(&team.john, "2026-11-03", "2026-11-09").await,
        ["2026-11-04T22:00:00+03:00 2026-11-05T06:00:00+03:00"]
    );
    assert_eq!(audited(&team.company, &team.maria.id).await, 1);
}

#[tokio::test]
async fn the_same_event_again_changes_nothing() {
    let team = Team::start().await;
    let mut bus = team.company.stack.listen();
    let sheet = "username,date,start,end\nmaria,2026-11-07,10:00,14:00\n";
    let id = import(&team.company, &team.manager, sheet).await.expect(202).str("id").to_owned();
    team.company.settle().await;
    let plan = json!({"shifts": [{"start": "12:00", "end": "15:00"}], "reason": "The fair opens at noon"});
    team.plan(&team.maria, "2026-11-07", plan).await.expect(200);
    let path = format!("/roster/import/{id}");
    let before = team.company.get(&path).by(&team.manager).send().await.expect(200).body;
    let event = std::iter::from_fn(|| bus.try_recv().ok()).find(|event| event["detail-type"] == KIND).unwrap();
    bring(&team.company, event.clone(), PLENTY).await;
    bring(&team.company, renamed(event), PLENTY).await;
    assert_eq!(team.company.get(&path).by(&team.manager).send().await.expect(200).body, before);
    assert_eq!(
        team.shifts(&team.maria, "2026-11-07", "2026-11-07").await,
        ["2026-11-07T12:00:00+03:00 2026-11-07T15:00:00+03:00"],
        "what was planned since stays"
    );
    assert_eq!(audited(&team.company, &team.maria.id).await, 1);
}

/// The kind of the fact that requests an import.
const KIND: &str = "roster_import_requested";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_dies_at_any_of_its_calls_is_done_once_all_the_same() {
    let team = Team::start().await;
    team.company.settle().await;
    for call in 0..10 {
        let made = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&made);
        team.company.stack.faults().plan(move |aws: AwsCall<'_>| {
            let is_it = aws.by == "jobs" && counted.fetch_add(1, Ordering::Relaxed) == call;
            is_it.then_some(if call % 2 == 0 { Fault::DiesAfter } else { Fault::DiesBefore })
        });
        let date = format!("2026-11-{:02}", 10 + call);
        let sheet = format!("username,date,start,end\nmaria,{date},10:00,14:00\njohn,{date},10:00,14:00\n");
        let id = import(&team.company, &team.manager, &sheet).await.expect(202).str("id").to_owned();
        team.company.settle().await;
        assert!(made.load(Ordering::Relaxed) > call, "there is no call {call}");
        let seen = team.company.get(&format!("/roster/import/{id}")).by(&team.manager).send().await.expect(200);
        assert_eq!((&seen.body["status"], &seen.body["progress"]["done"]), (&json!("done"), &json!(2)), "call {call}");
        for person in [&team.maria, &team.john] {
            assert_eq!(team.shifts(person, &date, &date).await.len(), 1);
            assert_eq!(audited(&team.company, &person.id).await, call + 1, "after a death at call {call}");
        }
    }
    assert_eq!(team.company.stack.dead_letters()["queues"][0]["messages"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_at_the_end_of_its_time_is_handed_on() {
    let team = Team::start().await;
    let sheet = "username,date,start,end\nmaria,2026-11-07,10:00,14:00\n";
    let mut bus = team.company.stack.listen();
    stand_still(&team.company);
    let id = import(&team.company, &team.manager, sheet).await.expect(202).str("id").to_owned();
    team.company.settle().await;
    team.company.stack.faults().clear();
    let event = std::iter::from_fn(|| bus.try_recv().ok()).find(|event| event["detail-type"] == KIND).unwrap();
    bring(&team.company, event, Duration::ZERO).await;
    team.company.settle().await;
    let handed_on = std::iter::from_fn(|| bus.try_recv().ok()).find(|event| event["detail-type"] == "work_continues");
    assert_eq!(handed_on.unwrap()["detail"]["subject"], json!(format!("job:{id}")));
    let seen = team.company.get(&format!("/roster/import/{id}")).by(&team.manager).send().await.expect(200);
    assert_eq!(seen.body["status"], "done");
    assert_eq!(audited(&team.company, &team.maria.id).await, 1);
}

/// Disables `jobs`, so that the test does its work.
fn stand_still(company: &Company) {
    company.stack.faults().plan(|call: AwsCall<'_>| (call.by == "jobs").then_some(Fault::DiesBefore));
}

#[tokio::test]
async fn a_sheet_of_dates_plans_them() {
    let team = Team::start().await;
    let admin = team.company.sign_in("ada").await;
    let site = json!({"name": "Berlin", "time_zone": "Europe/Berlin"});
    team.company.post("/sites").by(&admin).json(site).send().await.expect(201);
    let sheet = format!(
        "user_id;date;start;end;break_minutes;site;reason\n{maria};2026-11-07;10:00;14:00;;berlin;Fair\n{maria};2026-11-03;;;;;\n",
        maria = team.maria.id
    );
    import(&team.company, &team.manager, &sheet).await.expect(202);
    team.company.settle().await;
    assert_eq!(
        team.shifts(&team.maria, "2026-11-03", "2026-11-07").await.last().unwrap(),
        "2026-11-07T12:00:00+03:00 2026-11-07T16:00:00+03:00"
    );
    let read = team.company.get("/roster/me").by(&team.maria).send().await.expect(200);
    assert_eq!((&read.body["days"][0]["off"], &read.body["days"][1]["reason"]), (&json!(true), &json!("Fair")));
}

#[tokio::test]
async fn with_anything_wrong_nothing_is_written() {
    let team = Team::start().await;
    let elsewhere = team.company.department("Packing").await;
    team.company.person("nina", json!({"department_id": elsewhere})).await;
    let sheet = "username,date,start,end,site\n\
        maria,2026-11-07,10:00,14:00,\n\
        maria,2026-11-07,13:00,15:00,\n\
        maria,2026-11-01,10:00,14:00,\n\
        nina,2026-11-07,10:00,14:00,\n\
        nobody,2026-11-07,10:00,14:00,Nowhere\n\
        manager,2026-11-07,10:00,14:00,\n\
        john,2028-11-07,10:00,14:00,\n";
    let refused = import(&team.company, &team.manager, sheet).await.expect_problem(422, "invalid_values");
    let paths: Vec<&str> =
        refused.body["errors"].as_array().unwrap().iter().map(|error| error["path"].as_str().unwrap()).collect();
    assert_eq!(
        paths,
        [
            "row 4, column date",
            "row 5, column username",
            "row 6, column username",
            "row 6, column site",
            "row 7, column username",
            "row 8, column date",
            "row 3, column start",
        ]
    );
    let read = team.company.get("/roster/me").by(&team.maria).send().await.expect(200);
    assert_eq!(read.body["days"], json!([]));
    for (sheet, path) in [
        ("username,effective_from,weekday,start,end\nmaria,2026-11-03,monday,09:00,17:00\n", "row 2, column weekday"),
        (
            "username,effective_from,weekday,start,end\nmaria,2026-11-03,fri,,\nmaria,2026-11-03,sat,,\nmaria,2026-11-03,sun,,\n",
            "row 2, column weekday",
        ),
        (
            "username,effective_from,weekday,start,end\nmaria,2026-11-03,sun,,\nmaria,2026-11-03,mon,09:00,17:00\nmaria,2026-11-03,mon,16:00,17:00\n",
            "row 4, column start",
        ),
        (
            "username,effective_from,weekday,start,end\nmaria,2026-11-03,sun,,\nmaria,2026-11-03,sun,09:00,17:00\n",
            "row 3, column weekday",
        ),
        ("username,date\n", "row 1, column start"),
    ] {
        import(&team.company, &team.manager, sheet).await.expect_invalid(path);
    }
    let json = team.company.post("/roster/import").by(&team.manager).json(json!({}));
    json.send().await.expect_problem(415, "unsupported_media_type");
    import(&team.company, &team.maria, sheet).await.expect_problem(403, "forbidden");
    let large = format!("username,date,start,end\n{}", "maria,2026-11-07,10:00,14:00\n".repeat(40_000));
    import(&team.company, &team.manager, &large).await.expect_problem(413, "body_too_large");
}

/// Returns the errors of a refused import as `path: message`.
async fn refused(team: &Team, sheet: &str) -> Vec<String> {
    let reply = import(&team.company, &team.manager, sheet).await.expect_problem(422, "invalid_values");
    let told = |error: &serde_json::Value| {
        format!("{}: {}", error["path"].as_str().unwrap(), error["message"].as_str().unwrap())
    };
    reply.body["errors"].as_array().unwrap().iter().map(told).collect()
}

async fn site(team: &Team, name: &str, zone: &str) -> String {
    let call = team.company.post("/sites").by(&team.company.admin);
    call.json(json!({"name": name, "time_zone": zone})).send().await.expect(201).str("id").to_owned()
}

/// Helsinki's clocks are an hour ahead of Stockholm's.
#[tokio::test]
async fn an_import_looks_for_overlaps_on_instants_before_it_answers() {
    let team = Team::start().await;
    site(&team, "Helsinki", "Europe/Helsinki").await;
    site(&team, "Stockholm", "Europe/Stockholm").await;
    let dates = "username,date,start,end,site\n";
    let weekly = "username,effective_from,weekday,start,end,site\nmaria,2026-11-09,sunday,,,\n";
    for (header, slot) in [(dates, "2026-11-09"), (weekly, "2026-11-09,monday")] {
        let first = header.lines().count() + 1;
        let at_once = format!("{header}maria,{slot},08:00,11:00,Stockholm\nmaria,{slot},11:00,15:00,Helsinki\n");
        let [told] = refused(&team, &at_once).await.try_into().unwrap();
        let expected = format!("row {}, column start: must not overlap with row {first}: ", first + 1);
        assert!(told.starts_with(&expected) && told.contains("11:00-15:00 (Europe/Helsinki)"), "{told}");
        let read = team.company.get("/roster/me").by(&team.maria).send().await.expect(200);
        assert_eq!((&read.body["days"], &read.body["patterns"]), (&json!([]), &json!([])));
    }
    for (header, slot) in [(dates, "2026-11-09"), (weekly, "2026-11-09,monday")] {
        let apart = format!("{header}maria,{slot},08:00,12:00,Helsinki\nmaria,{slot},11:30,15:00,Stockholm\n");
        let id = import(&team.company, &team.manager, &apart).await.expect(202).str("id").to_owned();
        team.company.settle().await;
        let seen = team.company.get(&format!("/roster/import/{id}")).by(&team.manager).send().await.expect(200);
        assert_eq!((&seen.body["status"], &seen.body["failures"]), (&json!("done"), &json!([])));
        assert_eq!(team.shifts(&team.maria, "2026-11-09", "2026-11-09").await.len(), 2);
    }
}

/// The last night of one pattern ends at 23:30 UTC; the first morning of the next begins at 23:00 UTC.
#[tokio::test]
async fn the_seam_between_two_patterns_of_a_sheet_is_looked_at_on_instants() {
    let team = Team::start().await;
    site(&team, "Helsinki", "Europe/Helsinki").await;
    site(&team, "Stockholm", "Europe/Stockholm").await;
    let sheet = |evening: &str, morning: &str| {
        format!(
            "username,effective_from,weekday,start,end,site\n\
             maria,2026-11-16,monday,{morning}\nmaria,2026-11-16,sunday,,,\n\
             maria,2026-11-09,sunday,{evening}\nmaria,2026-11-09,saturday,,,\n"
        )
    };
    let at_once = sheet("20:00,00:30,Stockholm", "01:00,09:00,Helsinki");
    assert_eq!(
        refused(&team, &at_once).await,
        ["row 4, column start: must not overlap with row 2: 2026-11-15 20:00-00:30 (Europe/Stockholm) and \
          2026-11-16 01:00-09:00 (Europe/Helsinki)"]
    );
    let apart = sheet("20:00,01:30,Helsinki", "01:00,09:00,Stockholm");
    import(&team.company, &team.manager, &apart).await.expect(202);
    team.company.settle().await;
    assert_eq!(team.shifts(&team.maria, "2026-11-15", "2026-11-16").await.len(), 2);
    assert_eq!(audited(&team.company, &team.maria.id).await, 1, "both patterns are one change");
}

#[tokio::test]
async fn an_overlap_with_what_is_planned_already_is_refused_with_nothing_written() {
    let team = Team::start().await;
    let night = json!({"shifts": [{"start": "22:00", "end": "12:00"}], "reason": "r"});
    team.plan(&team.maria, "2026-11-06", night).await.expect(200);
    let sheet = "username,date,start,end\njohn,2026-11-07,10:00,14:00\nmaria,2026-11-07,10:00,14:00\n\
        maria,2026-11-07,13:00,15:00\nmaria,2026-11-08,10:00,14:00\n";
    assert_eq!(
        refused(&team, sheet).await,
        ["row 3, column start: must not have shifts that overlap: 2026-11-06 22:00-12:00 and 2026-11-07 10:00-14:00",],
        "row 4 only overlaps with row 3"
    );
    assert!(team.shifts(&team.john, "2026-11-07", "2026-11-07").await.is_empty());
}

#[tokio::test]
async fn rows_are_told_as_a_spreadsheet_counts_them_also_after_blank_lines() {
    let team = Team::start().await;
    let sheet = "username,date,start,end,reason\n\nmaria,2026-11-07,10:00,14:00,\"Two\nlines\"\n\n\njohn,2026-11-07,25:00,14:00,\n";
    let told = refused(&team, sheet).await;
    assert_eq!(told, ["row 6, column start: must be a time of day such as 08:30"]);
    stand_still(&team.company);
    let sheet = sheet.replace("25:00", "10:00");
    let id = import(&team.company, &team.manager, &sheet).await.expect(202).str("id").to_owned();
    let night = json!({"shifts": [{"start": "22:00", "end": "12:00"}], "reason": "r"});
    team.plan(&team.john, "2026-11-06", night).await.expect(200);
    let job = Work::of(&team.company).finish(&id).await;
    let failed: Vec<&str> = job.failures.iter().map(|failure| failure.path.as_str()).collect();
    assert_eq!(failed, ["row 6"]);
}

#[tokio::test]
async fn a_site_is_named_whatever_the_case_and_normal_form_of_its_name() {
    let team = Team::start().await;
    site(&team, "İbrahim Rıhtımı", "Europe/Istanbul").await;
    site(&team, "Zürich", "Europe/Zurich").await;
    let names = ["ibrahim rıhtımı", "I\u{307}BRAHI\u{307}M RIHTIMI", "zürich", "ZU\u{308}RICH"];
    let mut sheet = "username,date,start,end,site\n".to_owned();
    for (number, name) in (10..).zip(names) {
        writeln!(sheet, "maria,2026-11-{number},10:00,14:00,{name}").unwrap();
    }
    import(&team.company, &team.manager, &sheet).await.expect(202);
    team.company.settle().await;
    assert_eq!(team.shifts(&team.maria, "2026-11-10", "2026-11-13").await.len(), 4);
    // Another site with the same name makes the name ambiguous.
    site(&team, "ZÜRICH", "Europe/Zurich").await;
    let told = refused(&team, "username,date,start,end,site\nmaria,2026-11-20,10:00,14:00,zurich\n").await;
    assert_eq!(told, ["row 2, column site: must be an id, because several sites have this name"]);
    let exact = "username,date,start,end,site\nmaria,2026-11-20,10:00,14:00,ZÜRICH\n";
    import(&team.company, &team.manager, exact).await.expect(202);
}

#[tokio::test]
async fn a_sheet_names_at_most_500_people() {
    let team = Team::start().await;
    let mut sheet = "user_id,date,start,end\n".to_owned();
    for number in 0..501 {
        writeln!(sheet, "01JBN2V7Q4W0M3T9K5ZXH8R{number:03},2026-11-07,10:00,14:00").unwrap();
    }
    assert_eq!(refused(&team, &sheet).await, ["row 502: is one person too many: a sheet names at most 500 people"]);
}

#[tokio::test]
async fn what_cannot_be_applied_any_more_is_told_and_the_rest_is_done() {
    let team = Team::start().await;
    stand_still(&team.company);
    let sheet = "username,date,start,end\nmaria,2026-11-07,10:00,14:00\njohn,2026-11-07,10:00,14:00\n";
    let id = import(&team.company, &team.manager, sheet).await.expect(202).str("id").to_owned();
    // Meanwhile, her Friday night shift extends into the Saturday.
    let night = json!({"shifts": [{"start": "22:00", "end": "12:00"}], "reason": "r"});
    team.plan(&team.maria, "2026-11-06", night).await.expect(200);
    let job = Work::of(&team.company).finish(&id).await;
    assert_eq!((job.status, job.done), (JobStatus::Done, 2));
    assert_eq!(job.failures.len(), 1);
    assert_eq!(job.failures[0].path, "row 2");
    assert!(job.failures[0].message.contains("overlap"), "{:?}", job.failures);
    assert_eq!(team.shifts(&team.john, "2026-11-07", "2026-11-07").await.len(), 1);
}

/// Creates a department with the given number of people, and a sheet with a Saturday for each.
async fn many(team: &Team, count: usize) -> (Vec<Person>, String) {
    let mut people = Vec::new();
    let mut sheet = "username,date,start,end\n".to_owned();
    for number in 0..count {
        let name = format!("worker{number:02}");
        people.push(team.company.person(&name, json!({"department_id": team.department})).await);
        writeln!(sheet, "{name},2026-11-07,10:00,14:00").unwrap();
    }
    (people, sheet)
}

async fn all_have_it_once(team: &Team, people: &[Person]) {
    for person in people {
        assert_eq!(team.shifts(person, "2026-11-07", "2026-11-07").await.len(), 1);
        assert_eq!(audited(&team.company, &person.id).await, 1, "{}", person.username);
    }
}

#[tokio::test]
async fn at_its_deadline_it_stops_and_goes_on_from_there() {
    let team = Team::start().await;
    stand_still(&team.company);
    let (people, sheet) = many(&team, 5).await;
    let id = import(&team.company, &team.manager, &sheet).await.expect(202).str("id").to_owned();
    let work = Work::of(&team.company);
    let Progress::Unfinished(job) = work.go_on(&id, work.clock.after(2)).await else { panic!("too far") };
    assert_eq!((job.status, job.done), (JobStatus::Running, 2));
    assert_eq!(work.finish(&id).await.status, JobStatus::Done);
    all_have_it_once(&team, &people).await;
    assert_eq!(work.go_on("01JBN2V7Q4W0M3T9K5ZXH8R6CD", Timestamp::MAX).await, Progress::Unknown);
}

/// Polls a run the given number of times and then drops it at any point, like a killed process.
async fn killed_after(polls: usize, run: impl Future<Output = Progress>) -> Option<Progress> {
    let mut run = pin!(run);
    let mut left = polls;
    std::future::poll_fn(move |context: &mut Context<'_>| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        run.as_mut().poll(context).map(Some)
    })
    .await
}

#[tokio::test]
async fn killed_again_and_again_it_does_each_step_once() {
    let team = Team::start().await;
    stand_still(&team.company);
    let (people, sheet) = many(&team, 6).await;
    let id = import(&team.company, &team.manager, &sheet).await.expect(202).str("id").to_owned();
    let work = Work::of(&team.company);
    let mut kills = 0;
    let job = loop {
        // The number of polls grows, so that the run is killed at many points and finally finishes.
        match Box::pin(killed_after(1 + kills / 3, work.go_on(&id, Timestamp::MAX))).await {
            Some(Progress::Finished(job)) => break job,
            Some(Progress::Unfinished(_) | Progress::Unknown) => panic!("neither late nor lost"),
            None => kills += 1,
        }
    };
    assert!(kills > 0, "nobody killed it");
    assert_eq!((job.status, job.failures.len()), (JobStatus::Done, 0));
    all_have_it_once(&team, &people).await;
}

#[tokio::test]
async fn two_runs_at_once_do_each_step_once() {
    let team = Team::start().await;
    stand_still(&team.company);
    let (people, sheet) = many(&team, 6).await;
    let id = import(&team.company, &team.manager, &sheet).await.expect(202).str("id").to_owned();
    let work = Work::of(&team.company);
    let runs = Box::pin(futures_util::future::join(work.finish(&id), work.finish(&id))).await;
    assert_eq!(runs.0, runs.1);
    all_have_it_once(&team, &people).await;
}

#[tokio::test]
async fn the_same_sheet_under_one_key_begins_one_import() {
    let team = Team::start().await;
    let sheet = "username,date,start,end\nmaria,2026-11-07,10:00,14:00\n";
    let send = || {
        let call = team.company.post("/roster/import").by(&team.manager).header("Idempotency-Key", "november");
        call.raw("text/csv", sheet).send()
    };
    let first = send().await.expect(202);
    let again = send().await.expect(202);
    assert_eq!((again.header("idempotent-replayed"), &again.body), (Some("true"), &first.body));
    let events = Table::of(&team.company).partition(&format!("OUTBOX#job:{}", first.str("id"))).await;
    assert_eq!(events.len(), 1);
}
