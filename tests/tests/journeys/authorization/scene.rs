//! The items that the paths and bodies of rows name, and the calls.

use reqwest::Method;
use rollcall_tests::{Call, Company, Person};
use serde_json::{Value, json};

use super::bodies::{badge, balances, history, monday, pay_rules, sessions, sheet, sheet_of_people, terminal, webhook};

/// The items of a row's paths and bodies. They are created again for each call, because some calls end them.
#[derive(Default)]
pub(super) struct Scene {
    pub(super) user: String,
    pub(super) department: String,
    pub(super) site: String,
    pub(super) session: String,
    pub(super) correction: String,
    pub(super) leave: String,
    pub(super) holiday: String,
    pub(super) kiosk: String,
    pub(super) service_token: String,
    pub(super) terminal: String,
    pub(super) webhook: String,
    pub(super) delivery: String,
    pub(super) pay_rules: String,
    pub(super) swap: String,
    pub(super) import: String,
    pub(super) export: String,
    pub(super) notification: String,
    pub(super) number: usize,
}

/// Returns the items that the route needs.
pub(super) async fn scene(company: &Company, route: &str, department: &str, number: usize) -> Scene {
    let admin = company.sign_in("ada").await;
    let make = async |path: &str, body: Value| {
        company.post(path).by(&admin).json(body).send().await.expect(201).str("id").to_owned()
    };
    let mut scene = Scene { department: department.to_owned(), number, ..Scene::default() };
    if route.contains("/users/{id}") || route == "POST /roster/swaps" {
        let body = json!({"username": format!("target{number}"), "full_name": "Target", "department_id": department,
            "password": rollcall_tests::company::PASSWORD});
        scene.user = make("/users", body).await;
        if route.contains("/badge") {
            let path = format!("/users/{}/badge", scene.user);
            company.put(&path).by(&admin).json(badge(&scene)).send().await.expect(200);
        }
    } else if route.contains("{user_id}") {
        let person = company.sign_in("person").await;
        if route.contains("{session_id}") {
            let photo = crate::bucket::base64(&crate::bucket::camera_jpeg());
            let day = company.post("/clock/in").by(&person).json(photo).send().await.expect(201).body;
            scene.session =
                day["sessions"].as_array().and_then(|all| all.last()).unwrap()["id"].as_str().unwrap().to_owned();
            company.post("/clock/out").by(&person).json(json!({})).send().await.expect(200);
        }
        if route.starts_with("DELETE /roster/") {
            let path = format!("/roster/{}/days/2026-11-02", person.id);
            let plan = company.put(&path).by(&admin).json(json!({"off": true, "reason": "r"}));
            plan.send().await.expect(200);
        }
        scene.user = person.id;
    } else if route.contains("/leave/requests") {
        let person = company.sign_in("person").await;
        if route.contains("{id}") {
            let ask = company.post("/leave/requests").by(&person).json(monday(&scene));
            ask.send().await.expect(201).str("id").clone_into(&mut scene.leave);
        }
        scene.user = person.id;
    } else if route.contains("/corrections/{id}") {
        let person = company.sign_in("person").await;
        let ask = company.post("/attendance/me/2026-11-02/corrections").by(&person).json(sessions(&scene));
        ask.send().await.expect(201).str("id").clone_into(&mut scene.correction);
    } else if route.contains("/roster/swaps/{id}") {
        scene.swap = swap(company, &admin).await;
    } else if let Some((_, path)) = route.strip_suffix("/import/{id}").and_then(|route| route.split_once(' ')) {
        scene.import = import(company, path, &scene).await;
    } else if route.contains("/reports/exports/{id}") {
        let manager = company.sign_in("manager").await;
        let order = company.post("/reports/exports").by(&manager).json(json!({"report": "lateness"}));
        order.send().await.expect(202).str("id").clone_into(&mut scene.export);
    } else if route.contains("/reports/") {
        scene.user = company.sign_in("person").await.id;
    } else if route.contains("/notifications/{id}") {
        scene.notification = notification(company, &admin, number).await;
    } else if route.contains("/departments/{id}")
        || route.ends_with("/settings/preview")
        || route.ends_with("/pay/rules/preview")
    {
        // Previews compute the days of at most a hundred people, and the department of the callers has more.
        scene.department = make("/departments", json!({"name": "D"})).await;
    } else if route.contains("/sites/{id}") {
        scene.site = make("/sites", json!({"name": "S", "time_zone": "UTC"})).await;
    } else if route.contains("/kiosks") {
        scene.site = make("/sites", json!({"name": "S", "time_zone": "UTC"})).await;
        scene.kiosk = make("/kiosks", json!({"site_id": scene.site, "name": "K"})).await;
    } else if route.contains("/terminals") {
        delete_terminals(company, &admin).await;
        scene.site = make("/sites", json!({"name": "S", "time_zone": "UTC"})).await;
        if route.contains("/terminals/{id}") {
            scene.terminal = make("/terminals", terminal(&scene)).await;
        }
    } else if route.contains("/service-tokens/{id}") {
        let body = json!({"name": "Payroll", "scopes": ["users:read"], "expires_at": "2026-12-01T00:00:00Z"});
        scene.service_token = make("/service-tokens", body).await;
    } else if route.contains("/webhooks/{id}") {
        delete_webhooks(company, &admin).await;
        scene.webhook = make("/webhooks", webhook(&scene)).await;
        if route.contains("{delivery_id}") {
            let test = company.post(&format!("/webhooks/{}/test", scene.webhook)).by(&admin).send().await.expect(202);
            test.str("delivery_id").clone_into(&mut scene.delivery);
            company.settle().await;
        }
    } else if route.contains("/pay/templates/{name}") {
        let template = json!({"template": {"format": "json"}});
        company.put("/pay/templates/own").by(&admin).json(template).send().await.expect(200);
    } else if route.contains("/pay/rules/{id}") {
        scene.pay_rules = make("/pay/rules", pay_rules(&scene)).await;
    } else if route.contains("/pay/periods") {
        let periods = json!({"pay_period": {"kind": "month"}});
        company.patch("/settings").by(&admin).json(periods).send().await.expect(200);
    } else if route.contains("/holidays/{id}") {
        let date = format!("2028-{:02}-01", number % 12 + 1);
        scene.holiday = make("/holidays", json!({"date": date, "name": format!("H{number}")})).await;
    }
    scene
}

/// Requests a swap of the person with the colleague, and returns its id.
async fn swap(company: &Company, admin: &Person) -> String {
    let (person, colleague) = (company.sign_in("person").await, company.sign_in("colleague").await);
    // A Saturday on which only the person works.
    let path = format!("/roster/{}/days/2026-11-21", person.id);
    let plan = json!({"shifts": [{"start": "10:00", "end": "14:00"}], "reason": "r"});
    company.put(&path).by(admin).json(plan).send().await.expect(200);
    let ask = json!({"my_date": "2026-11-21", "with_user_id": colleague.id});
    let asked = company.post("/roster/swaps").by(&person).json(ask).send().await.expect(201);
    asked.str("id").to_owned()
}

/// Lets a person register, and returns the id of the newest notification of an admin.
async fn notification(company: &Company, admin: &Person, number: usize) -> String {
    let newcomer = json!({"username": format!("newcomer{number}"), "full_name": "New",
        "password": rollcall_tests::company::PASSWORD});
    // From one network, only the first registrations of a day are accepted. Their notifications can be read again.
    company.post("/auth/register").json(newcomer).send().await;
    company.settle().await;
    let inbox = company.get("/notifications").by(admin).send().await.expect(200);
    inbox.items()[0]["id"].as_str().unwrap().to_owned()
}

/// Requests an import at a path, and returns its id.
async fn import(company: &Company, path: &str, scene: &Scene) -> String {
    let manager = company.sign_in("manager").await;
    let sheet = match path {
        "/roster" => sheet(scene),
        "/attendance" => history(scene),
        "/leave/balances" => balances(scene),
        "/users" => sheet_of_people(scene),
        other => panic!("{other} has no sheet"),
    };
    let import = company.post(&format!("{path}/import")).by(&manager).raw("text/csv", sheet.as_str().unwrap());
    import.send().await.expect(202).str("id").to_owned()
}

/// Deletes the webhooks of earlier calls, because a company has at most 20.
async fn delete_webhooks(company: &Company, admin: &Person) {
    for webhook in company.get("/webhooks").by(admin).send().await.expect(200).items() {
        let path = format!("/webhooks/{}", webhook["id"].as_str().unwrap());
        company.delete(&path).by(admin).send().await.expect(204);
    }
}

/// Deletes the terminals of earlier calls, because serial numbers are unique.
async fn delete_terminals(company: &Company, admin: &Person) {
    for terminal in company.get("/terminals").by(admin).send().await.expect(200).items() {
        let path = format!("/terminals/{}", terminal["id"].as_str().unwrap());
        company.delete(&path).by(admin).send().await.expect(204);
    }
}

/// Returns the call of a route for a caller.
pub(super) fn call(company: &Company, route: &str, scene: &Scene, body: Value, caller: Option<&Person>) -> Call {
    let (method, path) = route.split_once(' ').unwrap();
    let ids = [
        (&scene.import, "/users/import/"),
        (&scene.user, "/users/"),
        (&scene.site, "/sites/"),
        (&scene.holiday, "/holidays/"),
        (&scene.kiosk, "/kiosks/"),
        (&scene.service_token, "/service-tokens/"),
        (&scene.terminal, "/terminals/"),
        (&scene.webhook, "/webhooks/"),
        (&scene.pay_rules, "/pay/rules/"),
        (&scene.department, "/departments/"),
        (&scene.correction, "/corrections/"),
        (&scene.leave, "/leave/requests/"),
        (&scene.swap, "/roster/swaps/"),
        (&scene.import, "/roster/import/"),
        (&scene.import, "/attendance/import/"),
        (&scene.import, "/leave/balances/import/"),
        (&scene.export, "/reports/exports/"),
        (&scene.notification, "/notifications/"),
    ];
    let id = ids.into_iter().find_map(|(id, prefix)| path.starts_with(prefix).then_some(id));
    let path = path
        // Each caller ends only their own sessions; this one belongs to nobody.
        .replace("/auth/sessions/{id}", "/auth/sessions/01JBPB7N3C5V7X9Z1B3D5F7H9K")
        .replace("/pay/periods/{id}/reopen", "/pay/periods/2026-09-01..2026-09-30/reopen")
        .replace("/pay/periods/{id}", "/pay/periods/2026-10-01..2026-10-31")
        // No session of a caller has a push subscription.
        .replace("/push-subscriptions/{id}", "/push-subscriptions/01JBPB7N3C5V7X9Z1B3D5F7H9K")
        // No pay run has this id.
        .replace("/pay/runs/{id}", "/pay/runs/01JBPB7N3C5V7X9Z1B3D5F7H9K")
        .replace("{name}", "own")
        .replace("{user_id}", &scene.user)
        .replace("{date}", "2026-11-02")
        .replace("{session_id}", &scene.session)
        .replace("{delivery_id}", &scene.delivery)
        .replace("{file}", "x.ics")
        .replace("{code}", "study")
        .replace("{number}", "17")
        .replace("{id}", id.map_or("", String::as_str));
    let path = if path == "/audit" { "/audit?subject=settings".to_owned() } else { path };
    let is_report = method == "GET" && path.starts_with("/reports/") && scene.export.is_empty();
    let path = if is_report { format!("{path}?user_id={}", scene.user) } else { path };
    let path = if path.ends_with("/summary") { format!("{path}?period=week") } else { path };
    let call = company.call(method.parse::<Method>().unwrap(), &path);
    let call = match caller {
        Some(caller) => call.by(caller),
        None => call,
    };
    match &body {
        Value::Null => call,
        Value::String(calendar) if calendar.starts_with("BEGIN:") => call.raw("text/calendar", calendar.as_str()),
        Value::String(sheet) => call.raw("text/csv", sheet.as_str()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => call.json(body),
    }
}
