//! People are imported from a sheet, and the list of people is such a sheet.

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

async fn import(company: &Company, by: &Person, sheet: &str) -> Reply {
    company.post("/users/import").by(by).raw("text/csv; charset=utf-8", sheet.to_owned()).send().await
}

/// Returns the counts of an import.
fn counts(reply: &Reply) -> [u64; 5] {
    ["created", "updated", "unchanged", "failed", "remaining"].map(|count| reply.body[count].as_u64().unwrap())
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
    assert_eq!(counts(&preview), [2, 0, 0, 0, 0]);
    assert_eq!(preview.body["results"][0], json!({"row": 2, "username": "lena", "outcome": "created"}));

    let made = import(&company, &admin, SHEET).await.expect(200);
    assert_eq!(counts(&made), [2, 0, 0, 0, 0], "the preview made nobody");
    let password = made.body["results"][0]["temporary_password"].as_str().unwrap();
    let body = json!({"username": "lena", "password": password});
    let signed_in = company.post("/auth/login").json(body).send().await.expect(200);
    assert_eq!(signed_in.body["user"]["full_name"], "Lena Vogt");

    let again = import(&company, &admin, SHEET).await.expect(200);
    assert_eq!((counts(&again), &again.body["results"]), ([0, 0, 2, 0, 0], &json!([])));
    let people = company.get("/users?q=lena").by(&admin).send().await.expect(200);
    let lena = &people.items()[0];
    assert_eq!((&lena["department_name"], &lena["site_name"]), (&json!("Harbour"), &json!("Quay")));
    assert_eq!((&lena["hired_on"], &lena["annual_leave_days"]), (&json!("2026-11-02"), &json!(27.5)));
}

#[tokio::test]
async fn the_list_as_a_sheet_is_imported_without_a_change() {
    let (company, admin) = company().await;
    import(&company, &admin, SHEET).await.expect(200);
    let sheet = company.get("/users?format=csv").by(&admin).send().await.expect(200);
    assert!(sheet.text.starts_with("username,full_name,email,status,department,site,"), "{}", sheet.text);
    assert!(sheet.text.contains("lena,Lena Vogt,lena@harbour.example,active,Harbour,Quay,,,2026-11-02,,true,27.5"));
    // Nobody changes their own profile, so the admin isn't in the sheet that is sent back.
    let others: Vec<&str> = sheet.text.lines().filter(|line| !line.starts_with("ada,")).collect();
    let same = import(&company, &admin, &others.join("\n")).await.expect(200);
    assert_eq!(counts(&same)[..2], [0, 0], "{}", same.text);

    let changed = "username,email,status,department\nlena,,active,\nomar,omar@harbour.example,disabled,Harbour\n";
    let reply = import(&company, &admin, changed).await.expect(200);
    assert_eq!(counts(&reply), [0, 2, 0, 0, 0], "{}", reply.text);
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
async fn a_sheet_with_an_error_writes_nothing() {
    let (company, admin) = company().await;
    company.person("maria", json!({"email": "maria@harbour.example"})).await;
    let sheet = "username,full_name,email,department,status\n\
        lena,Lena Vogt,maria@harbour.example,Harbour,active\n\
        omar,,,Nowhere,disabled\n\
        ada,Ada,,,active\n";
    let refused = import(&company, &admin, sheet).await.expect_problem(422, "invalid_values");
    let paths: Vec<&str> =
        refused.body["errors"].as_array().unwrap().iter().map(|error| error["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["row 3, column full_name"], "values come first: {}", refused.text);
    let sheet = sheet.replace("omar,,,", "omar,Omar,,");
    let refused = import(&company, &admin, &sheet).await.expect_problem(422, "invalid_values");
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
    assert_eq!(counts(&import(&company, &manager, own).await.expect(200)), [1, 0, 0, 0, 0]);
    let other = "username,full_name\nomar,Omar Haddad\n";
    let refused = import(&company, &manager, other).await.expect_problem(422, "invalid_values");
    assert_eq!(refused.body["errors"][0]["path"], "row 2, column department");
    let employee = company.person("maria", json!({})).await;
    import(&company, &employee, own).await.expect_problem(403, "forbidden");
}
