//! People are imported from a sheet, and the list of people is such a sheet.

use local::{AwsCall, Fault};
use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

use crate::{
    imports::{counts, import as import_at},
    long_work::{PLENTY, bring},
};

/// Sends a sheet of people.
async fn send(company: &Company, by: &Person, sheet: &str) -> Reply {
    company.post("/users/import").by(by).raw("text/csv; charset=utf-8", sheet.to_owned()).send().await
}

/// Imports people, and returns the import once it is over.
async fn import(company: &Company, by: &Person, sheet: &str) -> Value {
    import_at(company, by, "/users/import", sheet).await
}

const SHEET: &str = "username,full_name,email,department,site,hired_on,left_on,annual_leave_days\n\
    lena,Lena Vogt,lena@harbour.example,Harbour,Quay,2.11.2026,,27.5\n\
    omar,Omar Haddad,,harbour,,2026-11-09,,\n";

async fn company() -> (Company, Person) {
    let company = Company::start().await;
    company.department("Harbour").await;
    let admin = company.sign_in("ada").await;
    let site = json!({"name": "Quay", "time_zone": "Europe/Istanbul"});
    company.post("/sites").by(&admin).json(site).send().await.expect(201);
    (company, admin)
}

#[tokio::test]
async fn a_sheet_creates_people_and_the_same_sheet_again_changes_nothing() {
    let (company, admin) = company().await;
    let preview = company.post("/users/import?preview=true").by(&admin).raw("text/csv", SHEET.to_owned());
    let preview = preview.send().await.expect(200);
    let expected = json!({"total": 2, "created": 2, "changed": 0, "unchanged": 0, "results": [
        {"row": 2, "username": "lena", "outcome": "created"}, {"row": 3, "username": "omar", "outcome": "created"}]});
    assert_eq!(preview.body, expected);

    let asked = send(&company, &admin, SHEET).await.expect(202);
    company.settle().await;
    let made = company.get(asked.header("location").unwrap()).by(&admin).send().await.expect(200).body;
    assert_eq!((&made["status"], counts(&made)), (&json!("done"), [2, 0, 0, 0]), "the preview made nobody");
    assert_eq!(made.get("temporary_passwords"), None, "passwords are shown once");
    let first = &asked.body["temporary_passwords"][0];
    assert_eq!((&first["row"], &first["username"]), (&json!(2), &json!("lena")));
    let body = json!({"username": "lena", "password": first["temporary_password"]});
    let signed_in = company.post("/auth/login").json(body).send().await.expect(200);
    assert_eq!(signed_in.body["user"]["full_name"], "Lena Vogt");

    let again = import(&company, &admin, SHEET).await;
    assert_eq!((counts(&again), &again["progress"]["total"]), ([0, 0, 2, 0], &json!(0)));
    let people = company.get("/users?q=lena").by(&admin).send().await.expect(200);
    let lena = &people.items()[0];
    assert_eq!((&lena["department_name"], &lena["site_name"]), (&json!("Harbour"), &json!("Quay")));
    assert_eq!((&lena["hired_on"], &lena["annual_leave_days"]), (&json!("2026-11-02"), &json!(27.5)));
}

#[tokio::test]
async fn the_list_as_a_sheet_is_imported_without_a_change() {
    let (company, admin) = company().await;
    import(&company, &admin, SHEET).await;
    let sheet = company.get("/users?format=csv").by(&admin).send().await.expect(200);
    assert!(sheet.text.starts_with("username,full_name,email,status,department,site,"), "{}", sheet.text);
    assert!(sheet.text.contains("lena,Lena Vogt,lena@harbour.example,active,Harbour,Quay,,,2026-11-02,,true,27.5"));
    // Nobody changes their own profile, so the admin isn't in the sheet that is sent back.
    let others: Vec<&str> = sheet.text.lines().filter(|line| !line.starts_with("ada,")).collect();
    let same = import(&company, &admin, &others.join("\n")).await;
    assert_eq!(counts(&same)[..2], [0, 0], "{same}");

    let changed = "username,email,status,department\nlena,,active,\nomar,omar@harbour.example,disabled,Harbour\n";
    let over = import(&company, &admin, changed).await;
    assert_eq!(counts(&over), [0, 2, 0, 0], "{over}");
    let shown = |name: &'static str| {
        let (company, admin) = (&company, &admin);
        async move { company.get(&format!("/users?q={name}")).by(admin).send().await.expect(200).items()[0].clone() }
    };
    let (lena, omar) = (shown("lena").await, shown("omar").await);
    assert_eq!(
        (&lena["email"], &lena["department_id"], &lena["site_name"]),
        (&Value::Null, &Value::Null, &json!("Quay"))
    );
    assert_eq!((&omar["status"], &omar["email"]), (&json!("disabled"), &json!("omar@harbour.example")));
}

#[tokio::test]
async fn names_that_look_like_formulas_are_exported_and_imported_without_a_change() {
    let (company, admin) = company().await;
    company.department("@Home").await;
    let made = import(&company, &admin, "username,full_name,department\nlena,=1+1,@Home\nomar,Omar,@Home\n").await;
    assert_eq!(counts(&made), [2, 0, 0, 0], "{made}");
    let sheet = company.get("/users?format=csv").by(&admin).send().await.expect(200);
    assert!(sheet.text.contains("lena,'=1+1,,active,'@Home,"), "{}", sheet.text);
    let others: Vec<&str> = sheet.text.lines().filter(|line| !line.starts_with("ada,")).collect();
    let same = import(&company, &admin, &others.join("\n")).await;
    assert_eq!(counts(&same), [0, 0, 2, 0], "{same}");
    let people = company.get("/users?q=lena").by(&admin).send().await.expect(200);
    let lena = &people.items()[0];
    assert_eq!((&lena["full_name"], &lena["department_name"]), (&json!("=1+1"), &json!("@Home")));
}

#[tokio::test]
async fn a_sheet_with_an_error_writes_nothing() {
    let (company, admin) = company().await;
    company.person("maria", json!({"email": "maria@harbour.example"})).await;
    let sheet = "username,full_name,email,department,status\n\
        lena,Lena Vogt,maria@harbour.example,Harbour,active\n\
        omar,,,Nowhere,disabled\n\
        ada,Ada,,,active\n";
    let refused = send(&company, &admin, sheet).await.expect_problem(422, "invalid_values");
    let paths: Vec<&str> =
        refused.body["errors"].as_array().unwrap().iter().map(|error| error["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["row 3, column full_name"], "values come first: {}", refused.text);
    let sheet = sheet.replace("omar,,,", "omar,Omar,,");
    let refused = send(&company, &admin, &sheet).await.expect_problem(422, "invalid_values");
    let paths: Vec<&str> =
        refused.body["errors"].as_array().unwrap().iter().map(|error| error["path"].as_str().unwrap()).collect();
    let expected =
        ["row 2, column email", "row 3, column department", "row 3, column status", "row 4, column username"];
    assert_eq!(paths, expected, "{}", refused.text);
    let people = company.get("/users?q=lena").by(&admin).send().await.expect(200);
    assert_eq!(people.items().len(), 0);
    let json = company.post("/users/import").by(&admin).json(json!({})).send().await;
    json.expect_problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn managers_import_people_of_their_own_departments_only() {
    let (company, admin) = company().await;
    let departments = company.get("/departments").by(&admin).send().await.expect(200);
    let harbour = departments.items()[0]["id"].clone();
    let manager = company.person("manager", json!({"role": "manager", "manages": [harbour]})).await;
    let own = "username,full_name,department\nlena,Lena Vogt,Harbour\n";
    assert_eq!(counts(&import(&company, &manager, own).await), [1, 0, 0, 0]);
    let other = "username,full_name\nomar,Omar Haddad\n";
    let refused = send(&company, &manager, other).await.expect_problem(422, "invalid_values");
    assert_eq!(refused.body["errors"][0]["path"], "row 2, column department");
    let employee = company.person("maria", json!({})).await;
    send(&company, &employee, own).await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn rows_that_no_longer_apply_fail_and_the_others_are_applied() {
    let (company, admin) = company().await;
    company.person("maria", json!({})).await;
    company.settle().await;
    let mut bus = company.stack.listen();
    company.stack.faults().plan(|call: AwsCall<'_>| (call.by == "jobs").then_some(Fault::DiesBefore));
    let sheet = "username,full_name,email,site\n\
        lena,Lena Vogt,,\nomar,Omar Haddad,,Quay\nmaria,Maria Roth,maria@harbour.example,\nhana,Hana Sato,,\n";
    let asked = send(&company, &admin, sheet).await.expect(202);
    company.settle().await;
    // Somebody else takes a username and an address, and the site of another row is deleted.
    company.person("lena", json!({})).await;
    company.person("paul", json!({"email": "maria@harbour.example"})).await;
    let site = company.get("/sites").by(&admin).send().await.expect(200).items()[0]["id"].clone();
    company.delete(&format!("/sites/{}", site.as_str().unwrap())).by(&admin).send().await.expect(204);
    company.stack.faults().clear();
    let event = std::iter::from_fn(|| bus.try_recv().ok()).find(|event| event["detail-type"] == "import_requested");
    bring(&company, event.unwrap(), PLENTY).await;
    let over = company.get(asked.header("location").unwrap()).by(&admin).send().await.expect(200).body;
    let failed: Vec<_> = over["failures"].as_array().unwrap().iter().map(|it| (&it["path"], &it["code"])).collect();
    let expected = [
        (&json!("row 2"), &json!("username_taken")),
        (&json!("row 3"), &json!("invalid_values")),
        (&json!("row 4"), &json!("email_taken")),
    ];
    assert_eq!((failed.as_slice(), counts(&over)), (expected.as_slice(), [1, 0, 0, 3]), "{over}");
    assert_eq!(company.get("/users?q=hana").by(&admin).send().await.expect(200).items().len(), 1);
}

#[tokio::test]
async fn an_import_of_people_killed_at_any_call_is_done_exactly_once() {
    let (company, admin) = company().await;
    company.settle().await;
    for call in 0..8 {
        company.stack.faults().plan({
            let made = std::sync::atomic::AtomicUsize::new(0);
            move |aws: AwsCall<'_>| {
                let is_it = aws.by == "jobs" && made.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == call;
                is_it.then_some(if call % 2 == 0 { Fault::DiesAfter } else { Fault::DiesBefore })
            }
        });
        let sheet =
            format!("username,full_name,email\nfirst{call},First,\nsecond{call},Second,second{call}@x.example\n");
        let asked = send(&company, &admin, &sheet).await.expect(202);
        company.settle().await;
        company.stack.faults().clear();
        let over = company.get(asked.header("location").unwrap()).by(&admin).send().await.expect(200).body;
        assert_eq!((&over["status"], counts(&over)), (&json!("done"), [2, 0, 0, 0]), "after a death at call {call}");
        let password = &asked.body["temporary_passwords"][1]["temporary_password"];
        let body = json!({"username": format!("second{call}"), "password": password});
        company.post("/auth/login").json(body).send().await.expect(200);
    }
    assert_eq!(company.stack.dead_letters()["queues"][0]["messages"], json!([]));
}
