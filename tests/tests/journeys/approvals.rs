//! The list of all items that wait for a decision, bulk decisions, and the allowed actions of each caller.

use std::collections::BTreeSet;

use rollcall_tests::{Call, Company, Person, Reply};
use serde_json::{Value, json};

/// Maria and paul work in the harbour, which hana manages and belongs to; walter works in the workshop.
struct Scene {
    company: Company,
    harbour: String,
    maria: Person,
    paul: Person,
    walter: Person,
    hana: Person,
}

impl Scene {
    async fn start() -> Self {
        let company = Company::start().await;
        company.settings(json!({"swap_needs_manager": true, "clock_in_on_leave": "flag"})).await;
        let (harbour, workshop) = (company.department("Harbour").await, company.department("Workshop").await);
        let maria = company.person("maria", json!({"department_id": harbour})).await;
        let paul = company.person("paul", json!({"department_id": harbour})).await;
        let walter = company.person("walter", json!({"department_id": workshop})).await;
        let manages = json!({"role": "manager", "manages": [harbour], "department_id": harbour});
        let hana = company.person("hana", manages).await;
        Self { company, harbour, maria, paul, walter, hana }
    }

    async fn at(&self, time: &str, username: &str) -> Person {
        self.company.set_clock(&format!("2026-11-02T{time}:00+03:00")).await;
        self.company.sign_in(username).await
    }

    async fn asks_for_leave(&self, person: &Person, date: &str) -> Value {
        let body = json!({"start_date": date, "end_date": date});
        self.company.post("/leave/requests").by(person).json(body).send().await.expect(201).body
    }

    async fn asks_for_a_correction(&self, person: &Person) -> Value {
        let session = json!({"clock_in": "2026-11-02T07:00:00+03:00", "clock_out": "2026-11-02T07:30:00+03:00"});
        let body = json!({"sessions": [session], "reason": "I forgot"});
        let path = "/attendance/me/2026-11-02/corrections";
        self.company.post(path).by(person).json(body).send().await.expect(201).body
    }

    /// Maria offers paul a Saturday on which only she works.
    async fn asks_for_a_swap(&self) -> Value {
        let plan = json!({"shifts": [{"start": "10:00", "end": "14:00"}], "reason": "r"});
        let path = format!("/roster/{}/days/2026-11-21", self.maria.id);
        let admin = self.company.sign_in("ada").await;
        self.company.put(&path).by(&admin).json(plan).send().await.expect(200);
        let ask = json!({"my_date": "2026-11-21", "with_user_id": self.paul.id});
        let maria = self.company.sign_in("maria").await;
        self.company.post("/roster/swaps").by(&maria).json(ask).send().await.expect(201).body
    }

    async fn registers(&self, username: &str) -> String {
        let body = json!({"username": username, "full_name": username, "password": rollcall_tests::company::PASSWORD});
        self.company.post("/auth/register").json(body).send().await.expect(201).str("id").to_owned()
    }

    async fn approvals(&self, person: &Person) -> Reply {
        self.company.get("/approvals").by(person).send().await.expect(200)
    }

    fn decide(&self, person: &Person, decisions: Value) -> Call {
        self.company.post("/approvals/decisions").by(person).json(json!({"decisions": decisions}))
    }
}

fn kinds(reply: &Reply) -> Vec<&str> {
    reply.items().iter().map(|item| item["kind"].as_str().unwrap()).collect()
}

fn statuses(reply: &Reply) -> Vec<u64> {
    reply.body["results"].as_array().unwrap().iter().map(|result| result["status"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn all_kinds_wait_in_one_list_the_oldest_first() {
    let scene = Scene::start().await;
    let leave = scene.asks_for_leave(&scene.maria, "2026-11-09").await;
    let maria = scene.at("08:01", "maria").await;
    let correction = scene.asks_for_a_correction(&maria).await;
    scene.at("08:02", "ada").await;
    let swap = scene.asks_for_a_swap().await;
    let paul = scene.at("08:03", "paul").await;
    scene.registers("nora").await;
    // The swap waits for paul first.
    let of_paul = scene.approvals(&paul).await;
    assert_eq!(kinds(&of_paul), ["swap"]);
    assert_eq!(of_paul.items()[0]["swap"]["allowed_actions"], json!(["accept", "decline"]));
    let accepted = json!([{"kind": "swap", "id": swap["id"], "status": "accepted"}]);
    let accepted = scene.decide(&paul, accepted).send().await.expect(200);
    assert_eq!(accepted.body["results"][0]["swap"]["status"], "accepted");
    assert_eq!(kinds(&scene.approvals(&paul).await), Vec::<&str>::new());

    let hana = scene.at("08:04", "hana").await;
    let of_hana = scene.approvals(&hana).await;
    assert_eq!(kinds(&of_hana), ["leave_request", "correction", "swap"]);
    let items = of_hana.items();
    assert_eq!(items[0]["leave_request"]["id"], leave["id"]);
    assert_eq!(items[0]["leave_request"]["allowed_actions"], json!(["approve", "reject", "cancel"]));
    assert_eq!(
        (&items[0]["user_id"], &items[0]["since"]),
        (&json!(scene.maria.id), &json!("2026-11-02T08:00:00+03:00"))
    );
    assert_eq!(items[1]["correction"]["id"], correction["id"]);
    assert_eq!(items[1]["correction"]["after"]["worked_seconds"], 1_800);
    assert_eq!(items[1]["correction"]["allowed_actions"], json!(["approve", "reject"]));
    assert_eq!(items[2]["swap"]["allowed_actions"], json!(["approve", "reject"]));
    let counts = &of_hana.body["counts"];
    assert_eq!(
        (&counts["leave_request"], &counts["total"], &counts["has_more"]),
        (&json!(1), &json!(3), &json!(false))
    );
    // Registrations are for admins, and managers of everyone.
    let admin = scene.company.sign_in("ada").await;
    let of_admin = scene.approvals(&admin).await;
    assert_eq!(kinds(&of_admin), ["leave_request", "correction", "swap", "registration"]);
    assert_eq!(of_admin.items()[3]["user"]["username"], "nora");
    assert_eq!(kinds(&scene.approvals(&scene.company.sign_in("walter").await).await), Vec::<&str>::new());
}

#[tokio::test]
async fn the_pages_of_approvals_hold_each_once_in_order() {
    let scene = Scene::start().await;
    let mut asked = Vec::new();
    for (minute, date) in ["2026-11-09", "2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13"].iter().enumerate() {
        for username in ["maria", "paul", "walter"] {
            let person = scene.at(&format!("08:{minute:02}"), username).await;
            asked.push(scene.asks_for_leave(&person, date).await["id"].as_str().unwrap().to_owned());
        }
    }
    let admin = scene.company.sign_in("ada").await;
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = scene.company.get(&format!("/approvals?limit=4{cursor}")).by(&admin).send().await.expect(200);
        assert_eq!(page.body["counts"].is_object(), cursor.is_empty(), "the first page has the counts");
        let ids = page.items().iter().map(|item| item["leave_request"]["id"].as_str().unwrap().to_owned());
        found.extend(ids);
        let Some(next) = page.body["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found.len(), 15);
    assert_eq!(found.iter().collect::<BTreeSet<_>>(), asked.iter().collect::<BTreeSet<_>>());
    // Items with the same instant are ordered by id.
    let minute = |id: &String| asked.iter().position(|asked| asked == id).unwrap() / 3;
    assert!(found.windows(2).all(|pair| minute(&pair[0]) <= minute(&pair[1])), "{found:?}");
    let walter = scene.company.get(&format!("/approvals?limit=4{cursor}")).by(&scene.walter).send().await;
    assert_eq!(walter.status, 400, "a cursor is its caller's");
}

#[tokio::test]
async fn a_managers_own_requests_are_not_in_their_approvals() {
    let scene = Scene::start().await;
    let own = scene.asks_for_leave(&scene.hana, "2026-11-09").await;
    let marias = scene.asks_for_leave(&scene.maria, "2026-11-09").await;
    scene.asks_for_a_correction(&scene.hana).await;
    let ids = |reply: &Reply| reply.items().iter().map(|item| item["id"].clone()).collect::<Vec<_>>();
    let list = async |path: &str| scene.company.get(path).by(&scene.hana).send().await.expect(200);
    assert_eq!(ids(&list("/leave/requests?status=pending").await), [marias["id"].clone()]);
    assert_eq!(ids(&list("/corrections?status=pending").await), Vec::<Value>::new());
    assert_eq!(kinds(&scene.approvals(&scene.hana).await), ["leave_request"]);
    // Their own requests are still in their own list, where they can change and withdraw them.
    let mine = list("/leave/requests?user_id=me&status=pending").await;
    assert_eq!(ids(&mine), [own["id"].clone()]);
    assert_eq!(mine.items()[0]["allowed_actions"], json!(["change", "cancel"]));
    assert_eq!(own["allowed_actions"], json!(["change", "cancel"]));
}

#[tokio::test]
async fn many_decisions_are_made_each_by_itself_and_answered_in_order() {
    let scene = Scene::start().await;
    let leave = scene.asks_for_leave(&scene.maria, "2026-11-09").await;
    let correction = scene.asks_for_a_correction(&scene.maria).await;
    let walters = scene.asks_for_leave(&scene.walter, "2026-11-09").await;
    let own = scene.asks_for_leave(&scene.hana, "2026-11-09").await;
    let decisions = json!([
        {"kind": "leave_request", "id": leave["id"], "status": "approved", "note": "Enjoy"},
        {"kind": "leave_request", "id": walters["id"], "status": "approved"},
        {"kind": "leave_request", "id": own["id"], "status": "approved"},
        {"kind": "correction", "id": correction["id"], "status": "rejected"},
        {"kind": "leave_request", "id": leave["id"], "status": "rejected"},
        {"kind": "correction", "id": "nonsense", "status": "rejected"},
    ]);
    let decided =
        scene.decide(&scene.hana, decisions.clone()).header("idempotency-key", "once").send().await.expect(200);
    assert_eq!(statuses(&decided), [200, 404, 403, 200, 409, 404]);
    let results = decided.body["results"].as_array().unwrap();
    assert_eq!(
        (&results[0]["leave_request"]["status"], &results[0]["leave_request"]["note"]),
        (&json!("approved"), &json!("Enjoy"))
    );
    assert_eq!(results[2]["problem"]["code"], "own_request");
    assert_eq!(results[3]["correction"]["status"], "rejected");
    assert_eq!(results[4]["problem"]["code"], "already_decided");
    // A repeat decides nothing twice and gets the same response.
    let again = scene.decide(&scene.hana, decisions).header("idempotency-key", "once").send().await.expect(200);
    assert_eq!(statuses(&again), [200, 404, 403, 200, 409, 404]);
    assert_eq!(again.body["results"][0], decided.body["results"][0]);
    // A decision at the endpoint and a decision in the list have the same effect.
    let path = format!("/leave/requests/{}", leave["id"].as_str().unwrap());
    let read = scene.company.get(&path).by(&scene.hana).send().await.expect(200);
    assert_eq!(read.body, results[0]["leave_request"]);
    let audit = scene
        .company
        .get(&format!("/audit?subject=user:{}", scene.maria.id))
        .by(&scene.company.sign_in("ada").await)
        .send()
        .await
        .expect(200);
    let actions: Vec<&str> = audit.items().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions.iter().filter(|action| **action == "leave_approved").count(), 1);
    let too_many = json!(vec![json!({"kind": "correction", "id": "x", "status": "rejected"}); 51]);
    scene.decide(&scene.hana, too_many).send().await.expect_invalid("decisions");
    scene.decide(&scene.hana, json!([])).send().await.expect_invalid("decisions");
}

/// What a manager sees may have changed by the time they decide.
#[tokio::test]
async fn a_decision_about_a_version_is_refused_once_there_is_another() {
    let scene = Scene::start().await;
    let (company, hana) = (&scene.company, &scene.hana);
    let seen = scene.asks_for_leave(&scene.maria, "2026-11-09").await;
    let path = format!("/leave/requests/{}", seen["id"].as_str().unwrap());
    let longer = json!({"start_date": "2026-11-09", "end_date": "2026-11-13"});
    let changed = company.put(&path).by(&scene.maria).json(longer).send().await.expect(200).body;
    let decision = |version: &Value| json!([{"kind": "leave_request", "id": seen["id"], "version": version, "status": "approved"}]);
    let refused = scene.decide(hana, decision(&seen["version"])).send().await.expect(200);
    assert_eq!(statuses(&refused), [412], "{}", refused.text);
    assert_eq!(refused.body["results"][0]["problem"]["code"], "precondition_failed");
    let decide = company.post(&format!("{path}/decision")).by(hana).header("if-match", "\"1\"");
    decide.json(json!({"status": "approved"})).send().await.expect_problem(412, "precondition_failed");
    let decided = scene.decide(hana, decision(&changed["version"])).send().await.expect(200);
    assert_eq!(statuses(&decided), [200], "{}", decided.text);
    assert_eq!(decided.body["results"][0]["leave_request"]["end_date"], "2026-11-13");

    // Whoever may not decide doesn't learn that there is another version.
    let of_walter = scene.decide(&scene.walter, decision(&seen["version"])).send().await.expect(200);
    assert_eq!(statuses(&of_walter), [404]);

    let (correction, swap) = (scene.asks_for_a_correction(&scene.maria).await, scene.asks_for_a_swap().await);
    for (person, path, status) in [
        (hana, format!("/corrections/{}/decision", correction["id"].as_str().unwrap()), "approved"),
        (&scene.paul, format!("/roster/swaps/{}/decision", swap["id"].as_str().unwrap()), "accepted"),
    ] {
        let decide =
            |tag| company.post(&path).by(person).header("if-match", tag).json(json!({"status": status})).send();
        decide("\"9\"").await.expect_problem(412, "precondition_failed");
        decide("\"1\"").await.expect(200);
    }
}

#[tokio::test]
async fn registrations_guessed_ends_and_flagged_clock_ins_are_decided_too() {
    let scene = Scene::start().await;
    let (nora, omar) = (scene.registers("nora").await, scene.registers("omar").await);
    let decisions = json!([
        {"kind": "registration", "id": nora, "status": "active"},
        {"kind": "registration", "id": omar, "status": "disabled"},
        {"kind": "registration", "id": nora, "status": "disabled"},
    ]);
    let of_hana = scene.decide(&scene.hana, decisions.clone()).send().await.expect(200);
    assert_eq!(statuses(&of_hana), [404, 404, 404]);
    let decided = scene.decide(&scene.company.admin, decisions).send().await.expect(200);
    assert_eq!(statuses(&decided), [200, 200, 409]);
    assert_eq!(decided.body["results"][0]["user"]["status"], "active");
    scene.company.sign_in("nora").await;

    // Paul forgets to clock out on a Saturday.
    scene.company.set_clock("2026-11-07T10:00:00+03:00").await;
    let paul = scene.company.sign_in("paul").await;
    scene.company.post("/clock/in").by(&paul).json(json!({})).send().await.expect(201);
    scene.company.set_clock("2026-11-08T02:05:00+03:00").await;
    scene.company.post("/_local/schedules/close-day").send().await.expect(200);
    scene.company.settle().await;
    let hana = scene.company.sign_in("hana").await;
    let waiting = scene.approvals(&hana).await;
    assert_eq!(kinds(&waiting), ["day_to_review"]);
    assert_eq!(waiting.items()[0]["day"]["allowed_actions"], json!(["edit"]));
    let version = &waiting.items()[0]["day"]["version"];
    let confirm = json!([{"kind": "day_to_review", "user_id": scene.paul.id, "date": "2026-11-07", "status": "confirmed",
        "reason": "He was here until then", "version": version}]);
    let mut stale = confirm.clone();
    stale[0]["version"] = json!(version.as_u64().unwrap() - 1);
    assert_eq!(statuses(&scene.decide(&hana, stale).send().await.expect(200)), [412]);
    let confirmed = scene.decide(&hana, confirm.clone()).send().await.expect(200);
    assert_eq!(statuses(&confirmed), [200], "{}", confirmed.text);
    assert_eq!(kinds(&scene.approvals(&hana).await), Vec::<&str>::new());
    let mut again = confirm;
    again[0]["version"] = confirmed.body["results"][0]["day"]["version"].clone();
    assert_eq!(statuses(&scene.decide(&hana, again).send().await.expect(200)), [409]);

    // Maria clocks in on leave.
    let leave = json!({"start_date": "2026-11-09", "end_date": "2026-11-09", "user_id": scene.maria.id});
    scene.company.post("/leave/requests").by(&hana).json(leave).send().await.expect(201);
    scene.company.set_clock("2026-11-09T09:00:00+03:00").await;
    let maria = scene.company.sign_in("maria").await;
    scene.company.post("/clock/in").by(&maria).json(json!({})).send().await.expect(201);
    let hana = scene.company.sign_in("hana").await;
    assert_eq!(kinds(&scene.approvals(&hana).await), ["flagged_clock_in"]);
    let acknowledge = json!([{"kind": "flagged_clock_in", "user_id": scene.maria.id, "date": "2026-11-09",
        "status": "acknowledged"}]);
    let mut stale = acknowledge.clone();
    stale[0]["version"] = json!(0);
    assert_eq!(statuses(&scene.decide(&hana, stale).send().await.expect(200)), [412]);
    assert_eq!(statuses(&scene.decide(&hana, acknowledge).send().await.expect(200)), [200]);
    assert_eq!(kinds(&scene.approvals(&hana).await), Vec::<&str>::new());
}

#[tokio::test]
async fn what_is_allowed_follows_the_caller() {
    let scene = Scene::start().await;
    let leave = scene.asks_for_leave(&scene.maria, "2026-11-09").await;
    let path = format!("/leave/requests/{}", leave["id"].as_str().unwrap());
    let actions = async |path: &str, person: &Person| {
        scene.company.get(path).by(person).send().await.expect(200).body["allowed_actions"].clone()
    };
    assert_eq!(actions(&path, &scene.maria).await, json!(["change", "cancel"]));
    assert_eq!(actions(&path, &scene.hana).await, json!(["approve", "reject", "cancel"]));
    let decide = json!([{"kind": "leave_request", "id": leave["id"], "status": "approved"}]);
    scene.decide(&scene.hana, decide).send().await.expect(200);
    assert_eq!(actions(&path, &scene.maria).await, json!(["cancel"]));
    let day = format!("/attendance/{}/2026-11-02", scene.maria.id);
    assert_eq!(actions(&day, &scene.maria).await, json!(["request_correction"]));
    assert_eq!(actions(&day, &scene.hana).await, json!(["edit"]));
    let person = format!("/users/{}", scene.maria.id);
    assert_eq!(actions(&person, &scene.maria).await, json!(["set_pin"]));
    let of_hana = actions(&person, &scene.hana).await;
    assert_eq!(
        of_hana,
        json!([
            "change",
            "disable",
            "reset_password",
            "set_pin",
            "set_badge",
            "plan_roster",
            "edit_days",
            "enter_leave",
            "adjust_leave"
        ])
    );
    // Only admins change a manager; both managers decide for each other's people.
    assert_eq!(actions(&format!("/users/{}", scene.hana.id), &scene.hana).await, json!(["set_pin"]));
    let people =
        scene.company.get(&format!("/users?department_id={}", scene.harbour)).by(&scene.hana).send().await.expect(200);
    assert!(people.items().iter().all(|person| person["allowed_actions"].is_array()));
}
