//! Inboxes: the recipients of notifications, read and unread items, and preferences.

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

/// A department, its people, its managers and other managers.
struct Scene {
    company: Company,
    department: String,
    maria: Person,
    paul: Person,
    hana: Person,
    wilma: Person,
    gina: Person,
}

impl Scene {
    async fn start() -> Self {
        let company = Company::start().await;
        // The deduction for lateness causes notifications of its own.
        company.settings(json!({"late_deduction": {"mode": "off"}})).await;
        let (harbour, workshop) = (company.department("Harbour").await, company.department("Workshop").await);
        let manager = |of: &str| json!({"role": "manager", "manages": [of], "department_id": of});
        let maria = company.person("maria", json!({"department_id": harbour})).await;
        let paul = company.person("paul", json!({"department_id": harbour})).await;
        let hana = company.person("hana", manager(&harbour)).await;
        let wilma = company.person("wilma", manager(&workshop)).await;
        let gina = company.person("gina", json!({"role": "manager", "manages_all": true})).await;
        settle(&company).await;
        Self { company, department: harbour, maria, paul, hana, wilma, gina }
    }

    /// Returns all people by name.
    fn everyone(&self) -> [(&'static str, &Person); 6] {
        let Self { company, maria, paul, hana, wilma, gina, .. } = self;
        [("ada", &company.admin), ("gina", gina), ("hana", hana), ("maria", maria), ("paul", paul), ("wilma", wilma)]
    }

    /// Returns the items of all inboxes, newest first: `hana: late_arrival`.
    async fn inboxes(&self) -> Vec<String> {
        settle(&self.company).await;
        let mut lines = Vec::new();
        for (name, person) in self.everyone() {
            let reply = inbox(&self.company, person).await;
            let kinds = kinds(&reply);
            if !kinds.is_empty() {
                lines.push(format!("{name}: {}", kinds.join(", ")));
            }
        }
        lines
    }

    /// Moves the clock, and signs everyone in again.
    async fn at(&mut self, now: &str) {
        self.company.set_clock(now).await;
        self.company.admin = self.company.sign_in("ada").await;
        for person in [&mut self.maria, &mut self.paul, &mut self.hana, &mut self.wilma, &mut self.gina] {
            *person = self.company.sign_in(&person.username.clone()).await;
        }
    }

    async fn edit_marias_monday(&self, clock_out: &str) {
        let sessions = json!([{"clock_in": "2026-11-02T07:00:00+03:00", "clock_out": clock_out, "breaks": []}]);
        let path = format!("/attendance/{}/2026-11-02", self.maria.id);
        let edit = self.company.put(&path).by(&self.hana).json(json!({"sessions": sessions, "reason": "As agreed"}));
        edit.send().await.expect(200);
    }
}

async fn settle(company: &Company) {
    let reply = company.post("/_local/settle").send().await;
    assert!(reply.status.is_success(), "{}", reply.text);
}

async fn inbox(company: &Company, person: &Person) -> Reply {
    // The clock may have moved since the person signed in.
    let person = company.sign_in(&person.username).await;
    company.get("/notifications").by(&person).send().await.expect(200)
}

fn kinds(reply: &Reply) -> Vec<&str> {
    reply.items().iter().map(|item| item["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_late_arrival_notifies_only_the_persons_deciders() {
    let mut scene = Scene::start().await;
    scene.at("2026-11-02T09:20:00+03:00").await;
    let company = &scene.company;
    company.post("/clock/in").by(&scene.maria).json(json!({})).send().await.expect(201);
    assert_eq!(
        scene.inboxes().await,
        ["ada: late_arrival", "gina: late_arrival", "hana: late_arrival"],
        "neither the person, nor a colleague, nor another department's manager"
    );
    let reply = inbox(company, &scene.hana).await;
    let item = &reply.items()[0];
    assert_eq!(item["title"], "maria of the test came late");
    assert_eq!(item["body"], "maria of the test clocked in 20 min late on Mon 2 Nov 2026.");
    assert_eq!((&item["data"]["user_id"], &item["data"]["date"]), (&json!(scene.maria.id), &json!("2026-11-02")));
    assert_eq!(item["data"]["late_seconds"], 1200);
    assert_eq!((&item["created_at"], &item["read_at"]), (&json!("2026-11-02T09:20:00+03:00"), &Value::Null));
    assert_eq!(reply.body["unread_count"], 1);
}

#[tokio::test]
async fn an_automatic_clock_out_notifies_the_person_even_if_they_caused_it() {
    let mut scene = Scene::start().await;
    scene.at("2026-11-02T08:55:00+03:00").await;
    scene.company.post("/clock/in").by(&scene.maria).json(json!({})).send().await.expect(201);
    scene.at("2026-11-03T08:55:00+03:00").await;
    scene.company.post("/clock/in").by(&scene.maria).json(json!({})).send().await.expect(201);
    let told = ["ada", "gina", "hana", "maria"].map(|name| format!("{name}: auto_clocked_out"));
    assert_eq!(scene.inboxes().await, told);
    let own = inbox(&scene.company, &scene.maria).await;
    assert!(own.items()[0]["body"].as_str().unwrap().starts_with("Your session of Mon 2 Nov 2026"), "{}", own.text);
}

#[tokio::test]
async fn a_correction_notifies_the_deciders_and_its_decision_the_requester() {
    let scene = Scene::start().await;
    let session =
        json!({"clock_in": "2026-11-02T07:00:00+03:00", "clock_out": "2026-11-02T07:30:00+03:00", "breaks": []});
    let ask = json!({"sessions": [session], "reason": "The terminal was out of order"});
    let ask = scene.company.post("/attendance/me/2026-11-02/corrections").by(&scene.maria).json(ask);
    let correction = ask.send().await.expect(201).str("id").to_owned();
    let asked = ["ada", "gina", "hana"].map(|name| format!("{name}: correction_requested"));
    assert_eq!(scene.inboxes().await, asked);
    let path = format!("/corrections/{correction}/decision");
    scene.company.post(&path).by(&scene.hana).json(json!({"status": "approved"})).send().await.expect(200);
    let mut decided = asked.to_vec();
    decided.push("maria: correction_decided".to_owned());
    assert_eq!(scene.inboxes().await, decided, "and not of the edit besides");
    let item = &inbox(&scene.company, &scene.maria).await.body["items"][0];
    assert_eq!((&item["data"]["correction_id"], &item["data"]["decision"]), (&json!(correction), &json!("approved")));
}

#[tokio::test]
async fn an_edit_notifies_only_the_person() {
    let scene = Scene::start().await;
    scene.edit_marias_monday("2026-11-02T07:30:00+03:00").await;
    assert_eq!(scene.inboxes().await, ["maria: day_edited"]);
}

#[tokio::test]
async fn a_registration_notifies_admins_and_general_managers() {
    let scene = Scene::start().await;
    let newton =
        json!({"username": "newton", "full_name": "Newton New", "password": rollcall_tests::company::PASSWORD});
    scene.company.post("/auth/register").json(newton).send().await.expect(201);
    assert_eq!(scene.inboxes().await, ["ada: registration_pending", "gina: registration_pending"]);
    let item = &inbox(&scene.company, &scene.gina).await.body["items"][0];
    assert_eq!(item["title"], "Newton New registered");
}

#[tokio::test]
async fn notifications_go_to_the_current_managers() {
    let mut scene = Scene::start().await;
    let admin = scene.company.admin.clone();
    let change = async |scene: &Scene, person: &Person, patch: Value| {
        let path = format!("/users/{}", person.id);
        scene.company.patch(&path).by(&admin).json(patch).send().await.expect(200);
    };
    change(&scene, &scene.wilma, json!({"manages": [scene.department]})).await;
    change(&scene, &scene.hana, json!({"role": "employee"})).await;
    change(&scene, &scene.gina, json!({"manages_all": false, "manages": []})).await;
    scene.at("2026-11-02T09:20:00+03:00").await;
    scene.company.post("/clock/in").by(&scene.maria).json(json!({})).send().await.expect(201);
    assert_eq!(scene.inboxes().await, ["ada: late_arrival", "wilma: late_arrival"]);

    // While she is disabled she gets no notifications; after her return she does.
    let (path, admin) = (format!("/users/{}", scene.wilma.id), scene.company.admin.clone());
    scene.company.delete(&path).by(&admin).send().await.expect(204);
    scene.company.post("/clock/in").by(&scene.paul).json(json!({})).send().await.expect(201);
    settle(&scene.company).await;
    scene.company.patch(&path).by(&admin).json(json!({"status": "active"})).send().await.expect(200);
    assert_eq!(scene.inboxes().await, ["ada: late_arrival, late_arrival", "wilma: late_arrival"]);
    scene.company.post("/clock/in").by(&scene.hana).json(json!({})).send().await.expect(201);
    let told = ["ada: late_arrival, late_arrival, late_arrival", "wilma: late_arrival, late_arrival"];
    assert_eq!(scene.inboxes().await, told);
}

#[tokio::test]
async fn notifications_contain_only_data_that_the_api_shows_the_recipient() {
    let mut scene = Scene::start().await;
    scene.edit_marias_monday("2026-11-02T07:30:00+03:00").await;
    let newton =
        json!({"username": "newton", "full_name": "Newton New", "password": rollcall_tests::company::PASSWORD});
    scene.company.post("/auth/register").json(newton).send().await.expect(201);
    scene.at("2026-11-02T09:20:00+03:00").await;
    for person in [&scene.maria, &scene.paul, &scene.hana, &scene.wilma, &scene.gina] {
        scene.company.post("/clock/in").by(person).json(json!({})).send().await.expect(201);
    }
    scene.at("2026-11-03T08:55:00+03:00").await;
    scene.company.post("/clock/in").by(&scene.maria).json(json!({})).send().await.expect(201);
    let ask = json!({"sessions": [], "reason": "I was not there"});
    let ask = scene.company.post("/attendance/me/2026-11-02/corrections").by(&scene.maria).json(ask);
    ask.send().await.expect(201);
    settle(&scene.company).await;

    let mut told = 0;
    for (name, person) in scene.everyone() {
        let reply = inbox(&scene.company, person).await;
        let mut seen = std::collections::BTreeSet::new();
        for item in reply.items() {
            told += 1;
            let about = item["data"]["user_id"].as_str().unwrap();
            let shown = scene.company.get(&format!("/users/{about}")).by(person).send().await;
            assert_eq!(shown.status, 200, "{name} was told of someone they may not see: {item}");
            let same = (item["kind"].to_string(), item["data"].to_string());
            assert!(seen.insert(same), "{name} was told twice: {item}");
        }
        assert_eq!(reply.body["unread_count"], reply.items().len());
    }
    // Late arrivals: those of maria and paul have three recipients each, those of hana, wilma and gina fewer. Other kinds follow.
    assert!(told > 15, "{told}");
}

#[tokio::test]
async fn muted_notifications_are_not_delivered_after_unmuting() {
    let mut scene = Scene::start().await;
    let preferences = "/notifications/preferences";
    let before = scene.company.get(preferences).by(&scene.hana).send().await.expect(200);
    assert_eq!((&before.body["muted"], &before.body["version"]), (&json!([]), &json!(0)));
    assert_eq!(before.header("etag"), Some("\"0\""));
    let mute = |muted: Value| scene.company.put(preferences).by(&scene.hana).json(json!({"muted": muted}));
    mute(json!(["left_early", "late_arrival", "late_arrival"])).send().await.expect_invalid("muted");
    let muted = mute(json!(["left_early", "late_arrival"])).send().await.expect(200);
    assert_eq!((&muted.body["muted"], &muted.body["version"]), (&json!(["late_arrival", "left_early"]), &json!(1)));
    mute(json!([])).header("if-match", "\"0\"").send().await.expect_problem(412, "precondition_failed");
    mute(json!(["late_arrival", "lateness"])).send().await.expect_invalid("muted[1]");
    mute(json!("late_arrival")).send().await.expect_invalid("muted");

    scene.at("2026-11-02T09:20:00+03:00").await;
    scene.company.post("/clock/in").by(&scene.maria).json(json!({})).send().await.expect(201);
    assert_eq!(scene.inboxes().await, ["ada: late_arrival", "gina: late_arrival"]);
    scene.company.put(preferences).by(&scene.hana).json(json!({"muted": []})).send().await.expect(200);
    scene.company.post("/clock/in").by(&scene.paul).json(json!({})).send().await.expect(201);
    settle(&scene.company).await;
    let heard = inbox(&scene.company, &scene.hana).await;
    assert_eq!(heard.items().len(), 1, "only what came since: {}", heard.text);
    assert_eq!(heard.items()[0]["data"]["user_id"], json!(scene.paul.id));
}

#[tokio::test]
async fn a_notification_is_marked_as_read_once_by_its_recipient() {
    let mut scene = Scene::start().await;
    for minute in ["30", "31", "32"] {
        scene.edit_marias_monday(&format!("2026-11-02T07:{minute}:00+03:00")).await;
    }
    settle(&scene.company).await;
    let reply = inbox(&scene.company, &scene.maria).await;
    assert_eq!((reply.items().len(), &reply.body["unread_count"]), (3, &json!(3)));
    let ids: Vec<String> = reply.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    assert!(ids.is_sorted_by(|newer, older| newer > older), "newest first, though the clock stands still: {ids:?}");

    let path = format!("/notifications/{}/read", ids[1]);
    for (name, other) in scene.everyone().into_iter().filter(|(name, _)| *name != "maria") {
        let refused = scene.company.post(&path).by(other).json(json!({})).send().await;
        assert_eq!(refused.status, 404, "{name}: {}", refused.text);
    }
    let read = scene.company.post(&path).by(&scene.maria).json(json!({})).send().await.expect(200);
    assert_eq!((read.str("id"), read.str("read_at")), (ids[1].as_str(), "2026-11-02T08:00:00+03:00"));
    scene.at("2026-11-02T08:05:00+03:00").await;
    let again = scene.company.post(&path).by(&scene.maria).json(json!({})).send().await.expect(200);
    assert_eq!(again.str("read_at"), "2026-11-02T08:00:00+03:00", "it stays read since then");

    let unread = scene.company.get("/notifications?unread=true").by(&scene.maria).send().await.expect(200);
    let left: Vec<&str> = unread.items().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!((left, &unread.body["unread_count"]), (vec![ids[0].as_str(), ids[2].as_str()], &json!(2)));

    scene.company.post("/notifications/read-all").by(&scene.maria).json(json!({})).send().await.expect(204);
    let all = scene.company.get("/notifications").by(&scene.maria).send().await.expect(200);
    let read_at: Vec<&str> = all.items().iter().map(|item| item["read_at"].as_str().unwrap()).collect();
    let (at_eight, later) = ("2026-11-02T08:00:00+03:00", "2026-11-02T08:05:00+03:00");
    assert_eq!((read_at, &all.body["unread_count"]), (vec![later, at_eight, later], &json!(0)));
    let unread = scene.company.get("/notifications?unread=true").by(&scene.maria).send().await.expect(200);
    assert!(unread.items().is_empty(), "{}", unread.text);

    scene.edit_marias_monday("2026-11-02T07:40:00+03:00").await;
    settle(&scene.company).await;
    assert_eq!(inbox(&scene.company, &scene.maria).await.body["unread_count"], 1, "what comes afterwards is unread");
    for garbage in ["x", "me", &scene.maria.id] {
        let path = format!("/notifications/{garbage}/read");
        scene.company.post(&path).by(&scene.maria).json(json!({})).send().await.expect_problem(404, "not_found");
    }
}

#[tokio::test]
async fn an_inbox_is_listed_in_pages_newest_first() {
    let scene = Scene::start().await;
    for minute in 30..37 {
        scene.edit_marias_monday(&format!("2026-11-02T07:{minute}:00+03:00")).await;
    }
    settle(&scene.company).await;
    for filter in ["", "&unread=true"] {
        let mut ids: Vec<String> = Vec::new();
        let mut cursor = String::new();
        let mut pages = 0;
        loop {
            let path = format!("/notifications?limit=3{filter}{cursor}");
            let page = scene.company.get(&path).by(&scene.maria).send().await.expect(200);
            assert_eq!(page.body["unread_count"], 7);
            ids.extend(page.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            pages += 1;
            let Some(next) = page.body["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!((ids.len(), pages), (7, 3));
        assert!(ids.is_sorted_by(|newer, older| newer > older));
        let foreign = format!("/notifications?limit=3{filter}{cursor}");
        scene.company.get(&foreign).by(&scene.paul).send().await.expect_problem(400, "invalid_cursor");
    }
    scene.company.get("/notifications?unread=perhaps").by(&scene.maria).send().await.expect_invalid("unread");
    scene.company.get("/notifications?read=true").by(&scene.maria).send().await.expect_invalid("read");
}

#[tokio::test]
async fn a_repeated_request_gets_its_first_answer() {
    let mut scene = Scene::start().await;
    scene.edit_marias_monday("2026-11-02T07:30:00+03:00").await;
    settle(&scene.company).await;
    let id = inbox(&scene.company, &scene.maria).await.items()[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/notifications/{id}/read");
    let read = |scene: &Scene| {
        scene.company.post(&path).by(&scene.maria).header("idempotency-key", "once").json(json!({})).send()
    };
    let first = read(&scene).await.expect(200);
    scene.at("2026-11-02T08:05:00+03:00").await;
    let second = read(&scene).await.expect(200);
    assert_eq!((&second.body, second.header("idempotent-replayed")), (&first.body, Some("true")));
}

#[tokio::test]
async fn an_inbox_costs_two_reads_and_marking_one_read_and_one_transaction() {
    let scene = Scene::start().await;
    for minute in ["30", "31"] {
        scene.edit_marias_monday(&format!("2026-11-02T07:{minute}:00+03:00")).await;
    }
    settle(&scene.company).await;
    let id = inbox(&scene.company, &scene.maria).await.items()[0]["id"].as_str().unwrap().to_owned();
    let calls = async |call: rollcall_tests::Call, status: u16| {
        scene.company.stack.reset_calls();
        call.send().await.expect(status);
        let report = scene.company.get("/_local/calls").send().await.expect(200);
        let routes = report.body["routes"].as_array().unwrap();
        let route = routes.iter().find(|route| route["route"].as_str().unwrap().contains("/notifications")).unwrap();
        let operation =
            |operation: &Value| format!("{} {}", operation["count"], operation["operation"].as_str().unwrap());
        route["operations"].as_array().unwrap().iter().map(operation).collect::<Vec<_>>().join(", ")
    };
    let (company, maria) = (&scene.company, &scene.maria);
    assert_eq!(calls(company.get("/notifications").by(maria), 200).await, "1 BatchGetItem, 1 Query");
    assert_eq!(calls(company.get("/notifications?unread=true").by(maria), 200).await, "2 BatchGetItem");
    let path = format!("/notifications/{id}/read");
    let one_read_one_write = "1 BatchGetItem, 1 TransactWriteItems";
    assert_eq!(calls(company.post(&path).by(maria).json(json!({})), 200).await, one_read_one_write);
    assert_eq!(calls(company.post("/notifications/read-all").by(maria).json(json!({})), 204).await, one_read_one_write);
    let preferences = company.put("/notifications/preferences").by(maria).json(json!({"muted": ["absent"]}));
    assert_eq!(calls(preferences, 200).await, one_read_one_write);
}
