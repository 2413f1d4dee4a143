//! Names next to ids: the current names of people, departments and sites, including people who left and deleted items.

use rollcall_tests::{Company, Person};
use serde_json::{Value, json};

/// Two people of a department at a site, and their manager.
struct Team {
    company: Company,
    department: String,
    site: String,
    maria: Person,
    john: Person,
    manager: Person,
}

impl Team {
    async fn start() -> Self {
        let company = Company::start().await;
        let department = company.department("Logistics").await;
        let site = json!({"name": "Izmir", "time_zone": "Europe/Istanbul"});
        let site = company.post("/sites").by(&company.admin).json(site).send().await.expect(201).str("id").to_owned();
        let of = |name: &str| json!({"full_name": name, "department_id": department, "site_id": site});
        let maria = company.person("maria", of("Maria Yıldız")).await;
        let john = company.person("john", of("John Stone")).await;
        let more = json!({"full_name": "Mara Boss", "role": "manager", "manages": [department]});
        let manager = company.person("mara", more).await;
        let shift = json!({"start": "09:00", "end": "18:00", "site_id": site});
        let today = json!({"shifts": [shift], "reason": "Every hand is needed"});
        let path = format!("/roster/{}/days/2026-11-02", maria.id);
        company.put(&path).by(&manager).json(today).send().await.expect(200);
        Self { company, department, site, maria, john, manager }
    }

    async fn get(&self, path: &str, by: &Person) -> Value {
        self.company.get(path).by(by).send().await.expect(200).body
    }

    async fn swap(&self) -> Value {
        // John is off on that Saturday.
        let saturday = json!({"shifts": [{"start": "10:00", "end": "14:00"}], "reason": "Stocktaking"});
        let path = format!("/roster/{}/days/2026-11-07", self.maria.id);
        self.company.put(&path).by(&self.manager).json(saturday).send().await.expect(200);
        let ask = json!({"my_date": "2026-11-07", "with_user_id": self.john.id});
        self.company.post("/roster/swaps").by(&self.maria).json(ask).send().await.expect(201).body
    }
}

#[tokio::test]
async fn requests_swaps_corrections_and_days_name_their_people() {
    let team = Team::start().await;
    let (company, maria, manager) = (&team.company, &team.maria, &team.manager);
    let leave = json!({"start_date": "2026-11-03", "end_date": "2026-11-03"});
    let asked = company.post("/leave/requests").by(maria).json(leave).send().await.expect(201).body;
    assert_eq!((&asked["user_name"], &asked["decided_by_name"]), (&json!("Maria Yıldız"), &Value::Null));
    let decision = format!("/leave/requests/{}/decision", asked["id"].as_str().unwrap());
    let approved =
        company.post(&decision).by(manager).json(json!({"status": "approved"})).send().await.expect(200).body;
    assert_eq!(approved["decided_by_name"], "Mara Boss");
    assert_eq!(approved["history"][1]["by"], json!({"kind": "user", "id": manager.id, "name": "Mara Boss"}));
    let ledger = team.get("/leave/balances/me/ledger", maria).await;
    let booked = ledger["items"].as_array().unwrap().iter().find(|it| it["kind"] == "use").unwrap();
    assert_eq!(booked["by"]["name"], "Mara Boss");

    let swap = team.swap().await;
    assert_eq!((&swap["from_user_name"], &swap["with_user_name"]), (&json!("Maria Yıldız"), &json!("John Stone")));

    let day = company.post("/clock/in").by(maria).json(json!({})).send().await.expect(201).body;
    assert_eq!((&day["user_name"], &day["shifts"][0]["site_name"]), (&json!("Maria Yıldız"), &json!("Izmir")));
    let history = team.get("/attendance/me/2026-11-02/history", maria).await;
    assert_eq!(history["items"][0]["by"]["name"], "Maria Yıldız");
    let session = json!({"clock_in": "2026-10-30T09:00:00+03:00", "clock_out": "2026-10-30T18:00:00+03:00"});
    let correction = json!({"reason": "I forgot", "sessions": [session]});
    let call = company.post("/attendance/me/2026-10-30/corrections").by(maria).json(correction);
    assert_eq!(call.send().await.expect(201).body["user_name"], "Maria Yıldız");
}

#[tokio::test]
async fn lists_name_people_departments_and_sites() {
    let team = Team::start().await;
    let (manager, admin) = (&team.manager, &team.company.admin);
    let user = team.get(&format!("/users/{}", team.maria.id), manager).await;
    assert_eq!((&user["department_name"], &user["site_name"]), (&json!("Logistics"), &json!("Izmir")));
    let user = team.get(&format!("/users/{}", manager.id), admin).await;
    assert_eq!((&user["manages_names"], &user["site_name"]), (&json!(["Logistics"]), &Value::Null));
    let board = team.get("/attendance/board", manager).await;
    let line = board["items"].as_array().unwrap().iter().find(|it| it["user_id"] == team.maria.id.as_str()).unwrap();
    assert_eq!((&line["user_name"], &line["department_name"]), (&json!("Maria Yıldız"), &json!("Logistics")));
    let roster = team.get("/roster?from=2026-11-02&to=2026-11-02", manager).await;
    let row = roster["items"].as_array().unwrap().iter().find(|it| it["user_id"] == team.maria.id.as_str()).unwrap();
    assert_eq!(
        (&row["user_name"], &row["days"][0]["shifts"][0]["site_name"]),
        (&json!("Maria Yıldız"), &json!("Izmir"))
    );
    let kiosk = json!({"site_id": team.site, "name": "Entrance"});
    let kiosk = team.company.post("/kiosks").by(admin).json(kiosk).send().await.expect(201).body;
    assert_eq!(kiosk["site_name"], "Izmir");
    let directory = team.get("/users/directory?q=maria", &team.john).await;
    assert_eq!(directory["items"][0]["department_name"], "Logistics");
    let audit = team.get(&format!("/audit?subject=user:{}", team.maria.id), admin).await;
    let entries = audit["items"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["action"] == "user_created").unwrap();
    assert_eq!((&entry["actor"]["name"], &entry["subject_name"]), (&json!("Ada Admin"), &json!("Maria Yıldız")));
    assert_eq!(entry["after"]["department_name"], "Logistics");
}

#[tokio::test]
async fn notifications_name_the_people_in_their_data() {
    let team = Team::start().await;
    team.swap().await;
    team.company.settle().await;
    let inbox = team.get("/notifications", &team.john).await;
    let data = &inbox["items"][0]["data"];
    assert_eq!((&data["user_name"], &data["with_user_name"]), (&json!("Maria Yıldız"), &json!("John Stone")));
}

#[tokio::test]
async fn names_are_current_in_replays_and_for_people_who_left() {
    let team = Team::start().await;
    let (company, maria) = (&team.company, &team.maria);
    let ask = || {
        let body = json!({"start_date": "2026-11-05", "end_date": "2026-11-05"});
        company.post("/leave/requests").by(maria).header("Idempotency-Key", "one").json(body)
    };
    let asked = ask().send().await.expect(201);
    let path = format!("/leave/requests/{}", asked.str("id"));
    let user = format!("/users/{}", maria.id);
    let renamed = json!({"full_name": "Maria Stone"});
    company.patch(&user).by(&company.admin).json(renamed).send().await.expect(200);
    assert_eq!(team.get(&path, &team.manager).await["user_name"], "Maria Stone");
    let replay = ask().send().await.expect(201);
    assert_eq!(replay.header("idempotent-replayed"), Some("true"));
    assert_eq!(replay.body["user_name"], "Maria Stone");
    let day = company.post("/clock/in").by(maria).json(json!({})).send().await.expect(201);
    assert_eq!(day.body["user_name"], "Maria Stone");
    company.delete(&user).by(&company.admin).send().await.expect(204);
    assert_eq!(team.get(&path, &team.manager).await["user_name"], "Maria Stone");
}

#[tokio::test]
async fn deleted_departments_and_sites_keep_their_latest_name() {
    let team = Team::start().await;
    let (company, admin) = (&team.company, &team.company.admin);
    let site = json!({"name": "Bursa", "time_zone": "Europe/Istanbul"});
    let site = company.post("/sites").by(admin).json(site).send().await.expect(201).str("id").to_owned();
    let department = company.department("Prototypes").await;
    let path = format!("/users/{}", team.john.id);
    for (at, department_id, site_id) in [
        ("2026-11-02T08:00:01+03:00", json!(department), json!(site)),
        ("2026-11-02T08:00:02+03:00", json!(team.department), json!(team.site)),
    ] {
        // Entries of the same millisecond have no order.
        company.set_clock(at).await;
        let moved = json!({"department_id": department_id, "site_id": site_id});
        company.patch(&path).by(admin).json(moved).send().await.expect(200);
    }
    company.delete(&format!("/departments/{department}")).by(admin).send().await.expect(204);
    company.delete(&format!("/sites/{site}")).by(admin).send().await.expect(204);
    let audit = team.get(&format!("/audit?subject=user:{}", team.john.id), admin).await;
    let before = &audit["items"][0]["before"];
    assert_eq!((&before["department_name"], &before["site_name"]), (&json!("Prototypes"), &json!("Bursa")));
    let after = &audit["items"][0]["after"];
    assert_eq!((&after["department_name"], &after["site_name"]), (&json!("Logistics"), &json!("Izmir")));
    let of_department = team.get(&format!("/audit?subject=department:{department}"), admin).await;
    assert_eq!(of_department["items"][0]["subject_name"], "Prototypes");
}

/// docs/data-model.md#names-beside-ids
#[tokio::test]
async fn a_list_reads_the_names_that_it_lacks_in_one_batch() {
    let team = Team::start().await;
    for number in 0..10 {
        let department = team.company.department(&format!("Team {number}")).await;
        team.company.person(&format!("person{number}"), json!({"department_id": department})).await;
    }
    let admin = team.company.sign_in("ada").await;
    team.company.reset_calls().await;
    let users = team.get("/users?limit=200", &admin).await;
    assert!(
        users["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|it| it["department_id"].is_null() || it["department_name"].is_string())
    );
    let report = team.company.get("/_local/calls").send().await.expect(200).body;
    let route = report["routes"].as_array().unwrap().iter().find(|it| it["route"] == "GET /users").unwrap();
    let batches = route["operations"].as_array().unwrap().iter().find(|it| it["operation"] == "BatchGetItem").unwrap();
    // One batch reads the settings and sites for the time zones, and one the names of eleven departments.
    assert_eq!(batches["count"], 2, "{route}");
}

#[tokio::test]
async fn a_shift_may_be_sent_back_with_the_name_of_its_site() {
    let team = Team::start().await;
    let shifts = json!([{"start": "08:00", "end": "16:00", "site_id": team.site}]);
    let path = format!("/roster/{}/days/2026-11-10", team.maria.id);
    let plan = json!({"shifts": shifts, "reason": "Stocktaking"});
    team.company.put(&path).by(&team.manager).json(plan).send().await.expect(200);
    let read = format!("/roster/{}?from=2026-11-10&to=2026-11-10", team.maria.id);
    let planned = team.get(&read, &team.manager).await["days"][0]["shifts"].clone();
    assert_eq!(planned[0]["site_name"], "Izmir");
    let again = json!({"shifts": planned, "reason": "Stocktaking"});
    team.company.put(&path).by(&team.manager).json(again).send().await.expect(200);
    assert_eq!(team.get(&read, &team.manager).await["days"][0]["shifts"], planned);
}
