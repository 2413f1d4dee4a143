//! The codes that kiosks show. A person who scans one with a signed-in phone proves their presence at the site.

use futures_util::future::join_all;
use rollcall_tests::{Call, Company, Person, Reply};
use serde_json::{Value, json};

use crate::{
    bucket::{base64, camera_jpeg},
    kiosk::{Kiosk, calls, kiosk},
    table::Table,
};

async fn code(company: &Company, kiosk: &Kiosk) -> Reply {
    company.get("/kiosk/qr").token(&kiosk.token).send().await.expect(200)
}

fn clock(company: &Company, person: &Person, way: &str, code: &str) -> Call {
    company.post(&format!("/clock/{way}")).by(person).json(json!({"kiosk_code": code}))
}

#[tokio::test]
async fn a_code_changes_every_15_seconds_and_is_taken_for_30() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = company.person("maria", json!({})).await;
    company.set_clock("2026-11-02T08:58:07+03:00").await;
    let shown = code(&company, &kiosk).await;
    assert_eq!(shown.str("now"), "2026-11-02T05:58:07+00:00");
    assert_eq!(shown.str("changes_at"), "2026-11-02T05:58:15+00:00");
    assert_eq!(shown.str("expires_at"), "2026-11-02T05:58:30+00:00");
    company.set_clock("2026-11-02T08:58:14+03:00").await;
    assert_eq!(code(&company, &kiosk).await.str("code"), shown.str("code"));
    company.set_clock("2026-11-02T08:58:15+03:00").await;
    assert_ne!(code(&company, &kiosk).await.str("code"), shown.str("code"));
    // The server's time decides, not the phone's.
    company.set_clock("2026-11-02T08:58:29+03:00").await;
    let maria = company.sign_in(&maria.username).await;
    let body = json!({"kiosk_code": shown.str("code"), "device_time": "2026-11-02T07:00:00+03:00"});
    let day = company.post("/clock/in").by(&maria).json(body).send().await.expect(201).body;
    assert_eq!(day["sessions"][0]["clock_in"]["source"], "kiosk_code");
    assert_eq!(day["sessions"][0]["clock_in"]["kiosk"], json!({"id": kiosk.id, "name": "Entrance"}));
    let john = company.person("john", json!({})).await;
    company.set_clock("2026-11-02T08:58:30+03:00").await;
    let late = clock(&company, &john, "in", shown.str("code")).send().await.expect_problem(422, "kiosk_code_invalid");
    assert_eq!(
        late.str("detail"),
        "The code has expired or belongs to a removed kiosk. Scan the code on the kiosk again."
    );
}

#[tokio::test]
async fn a_code_shows_presence_without_a_location() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = company.person("maria", json!({})).await;
    company.settings(json!({"geofence": "enforce"})).await;
    let admin = company.sign_in("ada").await;
    let site = company.get("/sites").by(&admin).send().await.expect(200).items()[0]["id"].as_str().unwrap().to_owned();
    let place = json!({"latitude": 41.0082, "longitude": 28.9784, "radius_m": 100});
    company.patch(&format!("/sites/{site}")).by(&admin).json(place).send().await.expect(200);
    company.patch(&format!("/users/{}", maria.id)).by(&admin).json(json!({"site_id": site})).send().await.expect(200);
    let maria = company.sign_in("maria").await;
    company.post("/clock/in").by(&maria).json(json!({})).send().await.expect_problem(422, "location_required");
    let shown = code(&company, &kiosk).await;
    clock(&company, &maria, "in", shown.str("code")).send().await.expect(201);
    company.set_clock("2026-11-02T08:00:15+03:00").await;
    let shown = code(&company, &kiosk).await;
    let day = clock(&company, &maria, "out", shown.str("code")).send().await.expect(200).body;
    assert_eq!(day["sessions"][0]["clock_out"]["source"], "kiosk_code");
    assert_eq!(day["sessions"][0]["clock_out"].get("outside_geofence"), None);
}

#[tokio::test]
async fn a_code_works_once_for_each_person() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = company.person("maria", json!({})).await;
    let shown = code(&company, &kiosk).await;
    let shown = shown.str("code");
    clock(&company, &maria, "in", shown).send().await.expect(201);
    let used = clock(&company, &maria, "out", shown).send().await.expect_problem(409, "kiosk_code_used");
    assert_eq!(used.str("detail"), "You have already used this code. Wait until the kiosk shows the next one.");
    // A queue of people isn't delayed: the others use the same code.
    for number in 0..3 {
        let person = company.person(&format!("user{number}"), json!({})).await;
        clock(&company, &person, "in", shown).send().await.expect(201);
    }
    // A punch that is refused for another reason doesn't use the code.
    let john = company.person("john", json!({})).await;
    clock(&company, &john, "out", shown).send().await.expect_problem(409, "not_clocked_in");
    clock(&company, &john, "in", shown).send().await.expect(201);
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_even_after_the_code_has_expired() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = company.person("maria", json!({})).await;
    let shown = code(&company, &kiosk).await;
    let punch = || clock(&company, &maria, "in", shown.str("code")).header("Idempotency-Key", "k").send();
    let first = punch().await.expect(201);
    let again = punch().await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    company.set_clock("2026-11-02T08:01:00+03:00").await;
    let late = punch().await.expect(201);
    assert_eq!((late.header("idempotent-replayed"), &late.body["date"]), (Some("true"), &first.body["date"]));
    assert_eq!(Table::of(&company).sessions(&maria.id, "2026-11-02").await, 1);
}

#[tokio::test]
async fn a_photo_and_a_code_come_together() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = company.person("maria", json!({})).await;
    company.settings(json!({"photo": "required"})).await;
    let shown = code(&company, &kiosk).await;
    clock(&company, &maria, "in", shown.str("code")).send().await.expect_problem(422, "photo_required");
    let with = |way: &str| {
        let mut body: Value = base64(&camera_jpeg());
        body["kiosk_code"] = shown.body["code"].clone();
        company.post(&format!("/clock/{way}")).by(&maria).json(body).send()
    };
    let day = with("in").await.expect(201).body;
    let punch = &day["sessions"][0]["clock_in"];
    assert_eq!((&punch["source"], &punch["has_photo"]), (&json!("kiosk_code"), &json!(true)));
    with("out").await.expect_problem(409, "kiosk_code_used");
}

#[tokio::test]
async fn a_code_that_no_kiosk_shows_is_refused() {
    let company = Company::start().await;
    let (kiosk, other) = (kiosk(&company).await, kiosk(&company).await);
    let maria = company.person("maria", json!({})).await;
    let shown = code(&company, &kiosk).await;
    let shown = shown.str("code").to_owned();
    let of_other = shown.replace(&kiosk.id, &other.id);
    for wrong in ["", "kc1", "nonsense", &of_other, &shown.to_lowercase(), &kiosk.token] {
        clock(&company, &maria, "in", wrong).send().await.expect_problem(422, "kiosk_code_invalid");
    }
    company.post("/clock/in").by(&maria).json(json!({"kiosk_code": 1})).send().await.expect_invalid("kiosk_code");
    company.get("/kiosk/qr").by(&maria).send().await.expect_problem(401, "unauthenticated");
    let admin = company.sign_in("ada").await;
    company.delete(&format!("/kiosks/{}", kiosk.id)).by(&admin).send().await.expect(204);
    clock(&company, &maria, "in", &shown).send().await.expect_problem(422, "kiosk_code_invalid");
    company.get("/kiosk/qr").token(&kiosk.token).send().await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn of_many_punches_with_one_code_at_once_one_is_taken() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = company.person("maria", json!({})).await;
    let shown = code(&company, &kiosk).await;
    let punches = (0..10).map(|number| {
        let way = if number % 2 == 0 { "in" } else { "out" };
        clock(&company, &maria, way, shown.str("code")).send()
    });
    let replies = join_all(punches).await;
    assert_eq!(replies.iter().filter(|reply| reply.status.is_success()).count(), 1);
    for reply in replies.iter().filter(|reply| !reply.status.is_success()) {
        let code = reply.str("code");
        assert!(["kiosk_code_used", "already_clocked_in", "not_clocked_in", "unavailable"].contains(&code), "{code}");
    }
    assert_eq!(Table::of(&company).sessions(&maria.id, "2026-11-02").await, 1);
    assert_eq!(Table::of(&company).punch_events(&maria.id).await.len(), 1);
}

#[tokio::test]
async fn a_code_costs_a_kiosk_one_read_and_a_punch_nothing_more() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = company.person("maria", json!({})).await;
    // The keys are read once per execution environment.
    code(&company, &kiosk).await;
    company.reset_calls().await;
    let shown = code(&company, &kiosk).await;
    assert_eq!(calls(&company, "GET /kiosk/qr").await.iter().map(|(_, count)| count).sum::<u64>(), 1);
    clock(&company, &maria, "in", shown.str("code")).send().await.expect(201);
    let punch = [("BatchGetItem".to_owned(), 1), ("TransactWriteItems".to_owned(), 1)];
    assert_eq!(calls(&company, "POST /clock/in").await, punch);
}
