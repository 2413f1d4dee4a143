//! Days that wait for a manager: their list, the actions that remove them, and the weekly notifications.

use std::collections::BTreeSet;

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

struct Scene {
    company: Company,
    harbour: String,
    workshop: String,
}

/// Maria and paul work in the harbour, which hana manages; wilma manages the workshop.
async fn scene() -> Scene {
    let company = Company::start().await;
    let (harbour, workshop) = (company.department("Harbour").await, company.department("Workshop").await);
    for (username, more) in [
        ("maria", json!({"full_name": "Maria", "department_id": harbour})),
        ("paul", json!({"full_name": "Paul", "department_id": harbour})),
        ("hana", json!({"full_name": "Hana", "role": "manager", "manages": [harbour], "department_id": harbour})),
        ("wilma", json!({"full_name": "Wilma", "role": "manager", "manages": [workshop]})),
    ] {
        company.person(username, more).await;
    }
    Scene { company, harbour, workshop }
}

impl Scene {
    async fn at(&self, username: &str, now: &str) -> Person {
        self.company.set_clock(&format!("2026-11-{now}:00+03:00")).await;
        self.company.sign_in(username).await
    }

    async fn run(&self, schedule: &str) -> Value {
        let reply = self.company.post(&format!("/_local/schedules/{schedule}")).send().await.expect(200);
        self.company.settle().await;
        reply.body
    }

    /// Lets people work on their free Saturday from ten o'clock and forget to clock out.
    async fn forgets_saturday(&self, usernames: &[&str]) {
        for username in usernames {
            let person = self.at(username, "07T10:00").await;
            self.company.post("/clock/in").by(&person).json(json!({})).send().await.expect(201);
        }
        self.company.set_clock("2026-11-08T02:05:00+03:00").await;
        self.run("close-day").await;
    }

    async fn reviews(&self, person: &Person, query: &str) -> Reply {
        self.company.get(&format!("/attendance/reviews{query}")).by(person).send().await
    }

    /// Returns the people whose days wait, as a manager sees them.
    async fn waiting(&self, manager: &str) -> BTreeSet<String> {
        let manager = self.company.sign_in(manager).await;
        names(&[self.reviews(&manager, "").await.expect(200)])
    }

    /// Returns the weekly notifications in a person's inbox, newest first.
    async fn told(&self, username: &str) -> Vec<Value> {
        let person = self.company.sign_in(username).await;
        let inbox = self.company.get("/notifications").by(&person).send().await.expect(200);
        inbox.items().iter().filter(|item| item["kind"] == "days_to_review").cloned().collect()
    }
}

/// Returns the people on the given pages.
fn names(pages: &[Reply]) -> BTreeSet<String> {
    pages.iter().flat_map(Reply::items).map(|row| row["full_name"].as_str().unwrap().to_owned()).collect()
}

fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

#[tokio::test]
async fn a_guessed_day_is_listed_with_what_was_guessed_until_somebody_edits_it() {
    let scene = scene().await;
    scene.forgets_saturday(&["maria"]).await;
    let hana = scene.at("hana", "09T09:00").await;
    let page = scene.reviews(&hana, "").await.expect(200);
    let [row] = page.items().as_slice() else { panic!("one day waits: {}", page.text) };
    let session = &row["sessions"][0];
    assert_eq!(
        (&row["full_name"], &row["date"], &row["department_id"], &row["reasons"]),
        (&json!("Maria"), &json!("2026-11-07"), &json!(scene.harbour), &json!(["needs_review"]))
    );
    assert_eq!((&session["reasons"], &session["clock_out"]["source"]), (&json!(["needs_review"]), &json!("auto")));
    assert_eq!(session["clock_in"]["at"], "2026-11-07T10:00:00+03:00");
    assert_eq!(session["clock_out"]["at"], "2026-11-07T19:00:00+03:00");
    let figures = ["worked_seconds", "overtime_seconds", "withheld_overtime_seconds"].map(|figure| &row[figure]);
    assert_eq!(figures, [&json!(32_400), &json!(0), &json!(32_400)]);

    // The same times confirm the estimate.
    let path = format!("/attendance/{}/2026-11-07", row["user_id"].as_str().unwrap());
    let times =
        json!({"id": session["id"], "clock_in": session["clock_in"]["at"], "clock_out": session["clock_out"]["at"]});
    let edit = scene.company.put(&path).by(&hana).json(json!({"sessions": [times], "reason": "She confirms it"}));
    let day = edit.header("If-Match", &format!("\"{}\"", row["version"])).send().await.expect(200);
    assert_eq!(day.body["overtime_seconds"], 32_400);
    assert_eq!(scene.reviews(&hana, "").await.expect(200).items().len(), 0);
}

#[tokio::test]
async fn days_to_review_are_shown_to_who_manages_the_person() {
    let scene = scene().await;
    scene.forgets_saturday(&["maria", "hana"]).await;
    scene.company.set_clock("2026-11-09T09:00:00+03:00").await;
    assert_eq!(scene.waiting("ada").await, set(["Maria", "Hana"]));
    assert_eq!(scene.waiting("hana").await, set(["Maria"]), "one's own day is for somebody else to look at");
    assert_eq!(scene.waiting("wilma").await, set([]));
    let (ada, wilma, maria) = (
        scene.company.sign_in("ada").await,
        scene.company.sign_in("wilma").await,
        scene.company.sign_in("maria").await,
    );
    scene.reviews(&maria, "").await.expect_problem(403, "forbidden");
    scene.reviews(&wilma, &format!("?department_id={}", scene.harbour)).await.expect_problem(403, "forbidden");
    for (query, count) in [
        (format!("?department_id={}", scene.harbour), 2),
        (format!("?department_id={}", scene.workshop), 0),
        ("?from=2026-11-07&to=2026-11-07".to_owned(), 2),
        ("?from=2026-11-08".to_owned(), 0),
        ("?to=2026-11-06".to_owned(), 0),
    ] {
        assert_eq!(scene.reviews(&ada, &query).await.expect(200).items().len(), count, "{query}");
    }
    scene.reviews(&ada, "?from=2026-11-08&to=2026-11-07").await.expect_invalid("to");

    let first = scene.reviews(&ada, "?limit=1").await.expect(200);
    let cursor = first.str("next_cursor");
    let second = scene.reviews(&ada, &format!("?limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!((first.items().len(), second.items().len(), second.body.get("next_cursor")), (1, 1, None));
    scene.reviews(&ada, &format!("?from=2026-11-01&cursor={cursor}")).await.expect_problem(400, "invalid_cursor");
    assert_eq!(names(&[first, second]), set(["Maria", "Hana"]));
}

#[tokio::test]
async fn days_to_review_of_a_moved_person_move_to_the_new_department() {
    let scene = scene().await;
    scene.forgets_saturday(&["maria"]).await;
    let ada = scene.at("ada", "09T09:00").await;
    let path = format!("/users/{}", scene.company.sign_in("maria").await.id);
    let moved = json!({"department_id": scene.workshop});
    scene.company.patch(&path).by(&ada).json(moved).send().await.expect(200);
    scene.company.settle().await;
    assert_eq!(scene.waiting("hana").await, set([]));
    assert_eq!(scene.waiting("wilma").await, set(["Maria"]));
    let nowhere = json!({"department_id": null});
    scene.company.patch(&path).by(&ada).json(nowhere).send().await.expect(200);
    scene.company.settle().await;
    assert_eq!(scene.waiting("wilma").await, set([]));
    assert_eq!(scene.waiting("ada").await, set(["Maria"]));
}

#[tokio::test]
async fn managers_are_notified_once_a_week_of_days_to_review() {
    let scene = scene().await;
    // The previous week was already notified, and nothing waited.
    scene.run("housekeeping").await;
    scene.forgets_saturday(&["maria", "paul"]).await;
    scene.run("housekeeping").await;
    assert_eq!(scene.told("hana").await.len(), 0, "it is Sunday");

    scene.company.set_clock("2026-11-09T05:10:00+03:00").await;
    scene.run("housekeeping").await;
    scene.run("housekeeping").await;
    let told = scene.told("hana").await;
    let [news] = told.as_slice() else { panic!("once: {told:?}") };
    assert_eq!(news["title"], "2 days wait for your review");
    let body = |names: &str| format!("Guessed times or flagged clock-ins: {names}. The oldest day is Sat 7 Nov 2026.");
    let either = [body("Maria (1), Paul (1)"), body("Paul (1), Maria (1)")];
    assert!(either.iter().any(|body| news["body"] == body.as_str()), "{news}");
    assert_eq!((&news["data"]["days"], &news["data"]["more"]), (&json!(2), &json!(0)));
    assert_eq!(scene.told("ada").await.len(), 1);
    assert_eq!(scene.told("wilma").await.len() + scene.told("maria").await.len(), 0);

    scene.company.set_clock("2026-11-10T05:10:00+03:00").await;
    scene.run("housekeeping").await;
    assert_eq!(scene.told("hana").await.len(), 1);
    // Days that still wait are notified again the next week, also by a late run.
    scene.company.set_clock("2026-11-18T05:10:00+03:00").await;
    scene.run("housekeeping").await;
    assert_eq!(scene.told("hana").await.len(), 2);
}

#[tokio::test]
async fn a_page_of_days_to_review_is_one_query_and_one_read() {
    let scene = scene().await;
    scene.forgets_saturday(&["maria", "paul"]).await;
    let hana = scene.at("hana", "09T09:00").await;
    scene.company.delete("/_local/calls").send().await;
    assert_eq!(scene.reviews(&hana, "").await.expect(200).items().len(), 2);
    let report = scene.company.get("/_local/calls").send().await.expect(200).body;
    let routes = report["routes"].as_array().unwrap();
    let route = routes.iter().find(|route| route["route"] == "GET /attendance/reviews").unwrap();
    let calls: Vec<(&str, u64)> = route["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| (of["operation"].as_str().unwrap(), of["count"].as_u64().unwrap()))
        .collect();
    // One batch reads the session, and one the name of the department.
    assert_eq!(calls.into_iter().collect::<BTreeSet<_>>(), [("BatchGetItem", 3), ("GetItem", 1), ("Query", 1)].into());
}
