//! Languages: a person's choice, the company's default, and the texts in them.

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

/// Maria works in the harbour; hana and hakan manage it.
async fn scene() -> (Company, [Person; 3]) {
    let company = Company::start().await;
    company.settings(json!({"late_deduction": {"mode": "off"}})).await;
    let department = company.department("Harbour").await;
    let manager = json!({"role": "manager", "manages": [department], "department_id": department});
    let maria = company.person("maria", json!({"department_id": department})).await;
    let hana = company.person("hana", manager.clone()).await;
    let hakan = company.person("hakan", manager).await;
    company.settle().await;
    (company, [maria, hana, hakan])
}

async fn choose(company: &Company, person: &Person, language: Value) -> Reply {
    company.patch("/users/me").by(person).json(json!({"language": language})).send().await.expect(200)
}

/// Maria clocks in 20 minutes late. The others are signed in again.
async fn maria_is_late(company: &Company, people: &mut [Person; 3]) {
    company.set_clock("2026-11-02T09:20:00+03:00").await;
    for person in people.iter_mut() {
        *person = company.sign_in(&person.username.clone()).await;
    }
    company.post("/clock/in").by(&people[0]).json(json!({})).send().await.expect(201);
    company.settle().await;
}

async fn newest(company: &Company, person: &Person) -> Value {
    company.get("/notifications").by(person).send().await.expect(200).items()[0].clone()
}

#[tokio::test]
async fn the_same_event_is_read_in_german_by_one_and_in_english_by_another() {
    let (company, mut people) = scene().await;
    choose(&company, &people[1], json!("de")).await;
    maria_is_late(&company, &mut people).await;
    let [_, hana, hakan] = &people;
    let (german, english) = (newest(&company, hana).await, newest(&company, hakan).await);
    assert_eq!(german["title"], "maria of the test kam zu spät");
    assert_eq!(german["body"], "maria of the test hat am Mo., 2. Nov. 2026 mit 20 Min. Verspätung eingestempelt.");
    assert_eq!(english["title"], "maria of the test came late");
    assert_eq!(english["body"], "maria of the test clocked in 20 min late on Mon 2 Nov 2026.");
    assert_eq!((&german["kind"], &german["data"]), (&english["kind"], &english["data"]));

    // A notification is rendered when it is read: in another language after a new choice, also in the response that marks it as
    // read.
    choose(&company, hana, json!("tr")).await;
    assert_eq!(newest(&company, hana).await["title"], "maria of the test geç geldi");
    let path = format!("/notifications/{}/read", german["id"].as_str().unwrap());
    let read = company.post(&path).by(hana).json(json!({})).send().await.expect(200);
    assert_eq!(read.body["title"], "maria of the test geç geldi");
    let again = company.post(&path).by(hana).json(json!({})).send().await.expect(200);
    assert_eq!(again.body["title"], "maria of the test geç geldi");
}

#[tokio::test]
async fn without_a_chosen_language_notifications_are_in_the_companys() {
    let (company, mut people) = scene().await;
    let me = company.get("/users/me").by(&people[1]).send().await.expect(200);
    assert_eq!(me.body["language"], Value::Null);
    assert_eq!(company.get("/settings").by(&people[1]).send().await.expect(200).body["language"], "en");
    company.settings(json!({"language": "fr"})).await;
    choose(&company, &people[2], json!("es")).await;
    maria_is_late(&company, &mut people).await;
    let [_, hana, hakan] = &people;
    assert_eq!(newest(&company, hana).await["title"], "Retard de maria of the test");
    assert_eq!(newest(&company, hakan).await["title"], "maria of the test ha llegado tarde");
    choose(&company, hakan, Value::Null).await;
    assert_eq!(newest(&company, hakan).await["title"], "Retard de maria of the test");
    company
        .patch("/settings")
        .by(&company.sign_in("ada").await)
        .json(json!({"language": "nl"}))
        .send()
        .await
        .expect_invalid("language");
}

#[tokio::test]
async fn live_and_replayed_notifications_are_in_the_recipients_language() {
    let (company, mut people) = scene().await;
    choose(&company, &people[1], json!("de")).await;
    company.set_clock("2026-11-02T09:20:00+03:00").await;
    for person in &mut people {
        *person = company.sign_in(&person.username.clone()).await;
    }
    let [maria, hana, hakan] = &people;
    let (mut of_hana, mut of_hakan) = (company.connect(hana).await, company.connect(hakan).await);
    company.post("/clock/in").by(maria).json(json!({})).send().await.expect(201);
    company.settle().await;
    let title = |heard: &[Value]| {
        let notification = heard.iter().find(|message| message["type"] == "notification").unwrap();
        (notification["data"]["title"].as_str().unwrap().to_owned(), notification["id"].as_str().unwrap().to_owned())
    };
    let (german, first) = title(&of_hana.heard().await);
    assert_eq!(german, "maria of the test kam zu spät");
    assert_eq!(title(&of_hakan.heard().await).0, "maria of the test came late");

    company.post("/clock/in").by(hakan).json(json!({})).send().await.expect(201);
    company.settle().await;
    of_hana.heard().await;
    of_hana.send(json!({"action": "resume", "since": first}).to_string()).await;
    let again = of_hana.until("resync").await;
    assert_eq!(title(&again).0, "hakan of the test kam zu spät");
}

#[tokio::test]
async fn people_choose_their_own_language_and_managers_that_of_their_people() {
    let (company, people) = scene().await;
    let [maria, hana, _] = &people;
    let mine = choose(&company, maria, json!("tr")).await;
    assert_eq!((&mine.body["language"], &mine.body["version"]), (&json!("tr"), &json!(2)));
    let also = json!({"language": "de", "full_name": "Maria Anders"});
    company.patch("/users/me").by(maria).json(also.clone()).send().await.expect_problem(403, "forbidden");
    company.patch("/users/me").by(hana).json(also).send().await.expect_problem(403, "own_record");
    company.patch("/users/me").by(maria).json(json!({"language": "xx"})).send().await.expect_invalid("language");
    let path = format!("/users/{}", maria.id);
    let by_hana = company.patch(&path).by(hana).json(json!({"language": "es"})).send().await.expect(200);
    assert_eq!(by_hana.body["language"], "es");
    let of_hana = format!("/users/{}", hana.id);
    company.patch(&of_hana).by(maria).json(json!({"language": "es"})).send().await.expect_problem(404, "not_found");
    let stale = company.patch("/users/me").by(maria).header("if-match", "\"1\"").json(json!({"language": "fr"}));
    stale.send().await.expect_problem(412, "precondition_failed");

    let olga = json!({"username": "olga", "full_name": "Olga", "password": rollcall_tests::company::PASSWORD,
        "language": "fr"});
    let olga = company.post("/auth/register").json(olga).send().await.expect(201);
    assert_eq!(olga.body["language"], "fr");
    let pia = company.person("pia", json!({"language": "de"})).await;
    let me = company.get("/auth/me").by(&pia).send().await.expect(200);
    assert_eq!(me.body["language"], "de");
    let whole = json!({"username": "pia", "full_name": "Pia"});
    let path = format!("/users/{}", pia.id);
    let admin = company.sign_in("ada").await;
    let replaced = company.put(&path).by(&admin).json(whole).send().await.expect(200);
    assert_eq!(replaced.body["language"], Value::Null, "a whole profile without a language has none");
}

#[tokio::test]
async fn problems_are_in_the_language_that_the_client_accepts() {
    let (company, people) = scene().await;
    let maria = &people[0];
    let missing = async |languages: &str| {
        company
            .get("/users/me/nothing")
            .by(maria)
            .header("accept-language", languages)
            .send()
            .await
            .expect_problem(404, "not_found")
    };
    for (languages, title, language) in [
        ("de", "Nicht gefunden", "de"),
        ("de;q=0, fr", "Introuvable", "fr"),
        ("nl, tr-TR;q=0.8, es;q=0.4", "Bulunamadı", "tr"),
        ("es-MX", "No encontrado", "es"),
        ("nl", "Not found", "en"),
        ("*", "Not found", "en"),
    ] {
        let reply = missing(languages).await;
        assert_eq!((reply.str("title"), reply.header("content-language")), (title, Some(language)), "{languages}");
        assert!(reply.headers.get_all("vary").iter().any(|value| value == "accept-language"), "{languages}");
    }
    let plain = company.get("/users/me/nothing").by(maria).send().await.expect_problem(404, "not_found");
    assert_eq!((plain.str("title"), plain.header("content-language")), ("Not found", Some("en")));
    let well = company.get("/users/me").by(maria).header("accept-language", "de").send().await.expect(200);
    assert_eq!(well.header("content-language"), None, "only problems have texts by this header");
}

#[tokio::test]
async fn field_errors_and_details_are_in_the_language_the_client_accepts() {
    let (company, people) = scene().await;
    let maria = &people[0];
    let wrong = json!({"language": "xx"});
    let reply = company.patch("/users/me").by(maria).header("accept-language", "de").json(wrong).send().await;
    let reply = reply.expect_invalid("language");
    assert_eq!(reply.str("title"), "Einige Werte sind ungültig");
    assert_eq!(reply.body["errors"][0]["message"], "muss einer dieser Werte sein: en, de, es, fr, tr");
    let stale = company.patch("/users/me").by(maria).header("if-match", "\"7\"").header("accept-language", "tr");
    let stale = stale.json(json!({"language": "fr"})).send().await.expect_problem(412, "precondition_failed");
    assert_eq!(stale.str("title"), "Kaynak, okunduğundan beri değişti");
    assert_eq!(stale.str("detail"), "Geçerli sürüm 1. Değiştirmeden önce kaynağı yeniden okuyun.");
}
