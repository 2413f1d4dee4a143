use rollcall_tests::{Company, company::PASSWORD};
use serde_json::{Value, json};

#[tokio::test]
async fn disabling_ends_sign_ins_and_keeps_the_person() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let maria = company.person("maria", json!({"department_id": harbour, "time_zone": "America/New_York"})).await;
    let path = format!("/users/{}", maria.id);
    let delete = |tag: &'static str| company.delete(&path).by(&company.admin).header("if-match", tag).send();
    delete("\"7\"").await.expect_problem(412, "precondition_failed");
    let gone = delete("\"1\"").await.expect(204);
    assert_eq!(gone.text, "");

    let read = company.get(&path).by(&company.admin).send().await.expect(200);
    assert_eq!(read.body["status"], "disabled");
    assert_eq!(read.body["left_on"], "2026-11-02", "it is one in the morning in New York");
    assert_eq!(read.body["version"], 2);
    let login = || company.post("/auth/login").json(json!({"username": "maria", "password": PASSWORD})).send();
    login().await.expect_problem(403, "account_disabled");
    let refresh = company.post("/auth/refresh").json(json!({"refresh_token": maria.refresh_token}));
    refresh.send().await.expect_problem(403, "account_disabled");

    company.delete(&path).by(&company.admin).send().await.expect(204);
    let unchanged = company.get(&path).by(&company.admin).send().await.expect(200);
    assert_eq!(unchanged.body["version"], 2);

    let back = company.patch(&path).by(&company.admin).json(json!({"status": "active"})).send().await.expect(200);
    assert_eq!((&back.body["status"], &back.body["left_on"]), (&json!("active"), &Value::Null));
    login().await.expect(200);
    company.post("/auth/refresh").json(json!({"refresh_token": maria.refresh_token})).send().await.expect(401);
}

#[tokio::test]
async fn disabling_by_a_change_does_the_same() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let path = format!("/users/{}", maria.id);
    let gone = company.patch(&path).by(&company.admin).json(json!({"status": "disabled"})).send().await.expect(200);
    assert_eq!((&gone.body["status"], &gone.body["left_on"]), (&json!("disabled"), &json!("2026-11-02")));
    let refresh = company.post("/auth/refresh").json(json!({"refresh_token": maria.refresh_token}));
    refresh.send().await.expect_problem(403, "account_disabled");
}

#[tokio::test]
async fn a_registration_is_activated_by_who_manages_everyone() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let manager = company.person("mona", json!({"role": "manager", "manages": [harbour]})).await;
    let general = company.person("gina", json!({"role": "manager", "manages_all": true})).await;
    let body = json!({"username": "maria", "full_name": "Maria Weber", "password": PASSWORD});
    let maria = company.post("/auth/register").json(body).send().await.expect(201);
    let path = format!("/users/{}", maria.str("id"));
    let activate = json!({"status": "active", "department_id": harbour});
    company.patch(&path).by(&manager).json(activate.clone()).send().await.expect_problem(404, "not_found");
    let active = company.patch(&path).by(&general).json(activate).send().await.expect(200);
    assert_eq!(active.body["hired_on"], "2026-11-02");
    assert_eq!(active.body["department_id"], json!(harbour));
    company.get(&path).by(&manager).send().await.expect(200);
}

/// Returns the weekdays of a month that begins on a Monday, as `2027-02-01` does.
fn weekdays(month: &str) -> impl Iterator<Item = String> {
    (1..=26).filter(|day| day % 7 != 6 && day % 7 != 0).map(move |day| format!("{month}-{day:02}"))
}

/// The person has more of each kind than one transaction contains, and a profile that affects all counters.
#[tokio::test]
async fn all_open_items_of_a_leaver_end_whatever_their_number() {
    let company = Company::start().await;
    let (assembly, packing) = (company.department("Assembly").await, company.department("Packing").await);
    let manager = json!({"role": "manager", "manages": [assembly], "department_id": assembly});
    let manager = company.person("manager", manager).await;
    let john = company.person("john", json!({"department_id": assembly})).await;
    let maria = company.person("maria", json!({"department_id": assembly})).await;
    let site = company.post("/sites").by(&company.admin).json(json!({"name": "Berlin", "time_zone": "Europe/Berlin"}));
    let site = site.send().await.expect(201).str("id").to_owned();

    for number in 0..5 {
        let body = json!({"counted": true, "annual_days": 30});
        let call = company.put(&format!("/leave/types/kind_{number}")).by(&company.admin).json(body);
        call.send().await.expect(200);
    }
    let ask = async |body: Value| {
        let call = company.post("/leave/requests").by(&maria).json(body);
        let id = call.send().await.expect(201).str("id").to_owned();
        let decision = company.post(&format!("/leave/requests/{id}/decision")).by(&manager);
        decision.json(json!({"status": "approved"})).send().await.expect(200);
    };
    for (number, date) in weekdays("2027-03").enumerate() {
        ask(json!({"type": format!("kind_{}", number % 5), "start_date": date, "end_date": date})).await;
    }
    ask(json!({"type": "kind_0", "start_date": "2026-12-28", "end_date": "2027-01-08"})).await;
    ask(json!({"start_date": "2026-11-02", "end_date": "2026-11-02", "start_half": "afternoon"})).await;

    for date in weekdays("2026-06") {
        let session =
            json!({"clock_in": format!("{date}T09:00:00+03:00"), "clock_out": format!("{date}T18:00:00+03:00")});
        let body = json!({"sessions": [session], "reason": "I was there"});
        let path = format!("/attendance/me/{date}/corrections");
        company.post(&path).by(&maria).json(body).send().await.expect(201);
    }
    for date in weekdays("2027-02").take(12) {
        let off = json!({"off": true, "reason": "Fair"});
        let path = format!("/roster/{}/days/{date}", john.id);
        company.put(&path).by(&manager).json(off).send().await.expect(200);
        let swap = json!({"my_date": date, "with_user_id": john.id});
        company.post("/roster/swaps").by(&maria).json(swap).send().await.expect(201);
    }
    company.post("/roster/me/calendar").by(&maria).json(json!({})).send().await.expect(201);
    company.set_clock("2026-11-02T09:37:00+03:00").await;
    let maria = company.sign_in("maria").await;
    company.post("/clock/in").by(&maria).json(json!({})).send().await.expect(201);

    let admin = company.sign_in("ada").await;
    let gone = json!({"status": "disabled", "username": "gone", "email": "gone@example.com", "full_name": "Gone",
        "department_id": packing, "site_id": site});
    let gone = company.patch(&format!("/users/{}", maria.id)).by(&admin).json(gone).send().await.expect(200);
    assert_eq!(gone.body["status"], "disabled");
    let open =
        async |path: &str| company.get(&format!("{path}user_id={}", maria.id)).by(&admin).send().await.expect(200);
    assert_eq!(open("/leave/requests?status=pending&").await.items().len(), 0);
    let approved = open("/leave/requests?status=approved&limit=200&").await;
    assert_eq!(approved.items().len(), 0, "{}", approved.text);
    assert_eq!(open("/corrections?status=pending&").await.items().len(), 0);
    assert_eq!(open("/corrections?status=withdrawn&limit=200&").await.items().len(), 20);
    let swaps = company.get("/roster/swaps?user_id=me&limit=200").by(&company.sign_in("john").await).send().await;
    let withdrawn = swaps.items().iter().filter(|swap| swap["status"] == "withdrawn").count();
    assert_eq!(withdrawn, 12);
    let day = company.get(&format!("/attendance/{}/2026-11-02", maria.id)).by(&admin).send().await.expect(200);
    assert_eq!(day.body["sessions"][0]["clock_out"]["at"], "2026-11-02T09:37:00+03:00");
}
