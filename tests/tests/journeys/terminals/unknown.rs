//! Numbers that nobody has: their punches are kept, and applied when the number is assigned.

use serde_json::json;

use super::{Scene, is_at, record};
use crate::table::Table;

#[tokio::test]
async fn punches_of_an_unknown_number_are_applied_when_it_is_assigned() {
    let mut scene = Scene::start().await;
    scene.punch("99", "09:00", 0).await.expect(200);
    scene.punch("99", "12:00", 255).await.expect(200);
    let admin = scene.admin().await;
    let listed = scene.company.get("/terminals/unknown").by(&admin).send().await.expect(200);
    let unknown = &listed.items()[0];
    assert_eq!((&unknown["number"], &unknown["count"]), (&json!("99"), &json!(2)), "{}", listed.text);
    assert_eq!(unknown["punches"][0]["terminal_name"], "Gate");
    scene.push().await.expect(200);
    assert_eq!(scene.state().await["punches_unknown"], 2, "the same punches are kept once");

    let lena = scene.company.person("lena", json!({"site_id": scene.site})).await;
    scene.at("13:00").await;
    let admin = scene.admin().await;
    let path = "/terminals/unknown/99/assign";
    let body = json!({"user_id": lena.id});
    let assigned = scene.company.post(path).by(&admin).json(body.clone()).send().await.expect(200);
    assert_eq!(
        (&assigned.body["punches_taken"], &assigned.body["done"]),
        (&json!(2), &json!(true)),
        "{}",
        assigned.text
    );
    let sessions = scene.sessions(&lena).await;
    assert!(is_at(&sessions[0]["clock_in"]["at"], "2026-11-02T09:00:00+03:00"), "{sessions}");
    assert!(is_at(&sessions[0]["clock_out"]["at"], "2026-11-02T12:00:00+03:00"), "{sessions}");
    assert_eq!(sessions[0]["clock_in"]["kiosk"]["name"], "Gate");
    let listed = scene.company.get("/terminals/unknown").by(&admin).send().await.expect(200);
    assert!(listed.items().is_empty(), "{}", listed.text);

    // From now on the number is hers. The same request again changes nothing.
    scene.punch("99", "14:00", 255).await.expect(200);
    scene.push().await.expect(200);
    let admin = scene.admin().await;
    let again = scene.company.post(path).by(&admin).json(body).send().await.expect(200);
    assert_eq!((&again.body["punches_taken"], &again.body["done"]), (&json!(0), &json!(true)), "{}", again.text);
    assert_eq!(scene.sessions(&lena).await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn punches_of_an_entry_and_an_exit_reader_are_applied_by_time() {
    let mut scene = Scene::start().await;
    let admin = scene.admin().await;
    // The serial number of the exit comes first in the alphabet.
    let exit = json!({"serial": "A1", "site_id": scene.site, "name": "Exit"});
    let made = scene.company.post("/terminals").by(&admin).json(exit).send().await.expect(201);
    let exit = format!("/iclock/{}/cdata?SN=A1&table=ATTLOG&Stamp=1", made.str("secret"));
    let clock_out = async |scene: &Scene, time: &str| {
        scene.at(time).await;
        let line = record("99", &format!("2026-11-02 {time}:00"), 1);
        scene.company.post(&exit).raw("text/plain", line).send().await.expect(200);
    };
    scene.punch("99", "09:00", 0).await.expect(200);
    clock_out(&scene, "12:00").await;
    scene.punch("99", "13:00", 0).await.expect(200);
    clock_out(&scene, "17:00").await;
    // Both readers are touched in the same second.
    scene.punch("99", "17:00", 1).await.expect(200);

    let lena = scene.company.person("lena", json!({"site_id": scene.site})).await;
    scene.at("18:00").await;
    let admin = scene.admin().await;
    let body = json!({"user_id": lena.id});
    let assigned = scene.company.post("/terminals/unknown/99/assign").by(&admin).json(body).send().await.expect(200);
    let count = |name: &str| assigned.body[name].as_u64().unwrap();
    let counts = [count("punches_taken"), count("punches_waiting"), count("punches_recorded")];
    assert_eq!(counts, [4, 0, 1], "{}", assigned.text);
    let sessions = scene.sessions(&lena).await;
    assert_eq!(sessions.as_array().unwrap().len(), 2, "{sessions}");
    assert_eq!(sessions[0]["clock_in"]["kiosk"]["name"], "Gate");
    assert_eq!(sessions[0]["clock_out"]["kiosk"]["name"], "Exit");
    assert!(is_at(&sessions[1]["clock_out"]["at"], "2026-11-02T17:00:00+03:00"), "{sessions}");
}

#[tokio::test]
async fn punches_that_cannot_be_decided_are_kept_and_hold_up_no_others() {
    let scene = Scene::start().await;
    let table = Table::of(&scene.company);
    let partition = format!("USER#{}", scene.maria.id);
    table.damage(&partition, "DAY#2026-11-02").await;
    scene.at("09:05").await;
    let lines = [record("17", "2026-11-02 09:00:00", 0), record("4711", "2026-11-02 09:01:00", 0)].join("\n");
    let reply = scene.device.post(&scene.company, "cdata", "&table=ATTLOG&Stamp=1", lines).await.expect(200);
    assert_eq!(reply.text, "OK: 2");
    assert!(is_at(&scene.sessions(&scene.omar).await[0]["clock_in"]["at"], "2026-11-02T09:01:00+03:00"));
    let admin = scene.admin().await;
    let listed = scene.company.get("/terminals/unknown").by(&admin).send().await.expect(200);
    assert_eq!(listed.items()[0]["number"], "17", "{}", listed.text);

    // The item is repaired, and the number is assigned to the person who has it.
    table.delete(&partition, "DAY#2026-11-02").await;
    let path = "/terminals/unknown/17/assign";
    let body = json!({"user_id": scene.maria.id});
    let assigned = scene.company.post(path).by(&admin).json(body).send().await.expect(200);
    assert_eq!(assigned.body["punches_taken"], 1, "{}", assigned.text);
    assert!(is_at(&scene.sessions(&scene.maria).await[0]["clock_in"]["at"], "2026-11-02T09:00:00+03:00"));
}

#[tokio::test]
async fn punches_are_sent_again_while_data_of_the_company_cannot_be_read() {
    let scene = Scene::start().await;
    let table = Table::of(&scene.company);
    let copies: Vec<String> = (0..16).map(|copy| format!("COMPANY#{copy:02}")).collect();
    for copy in &copies {
        table.damage(copy, "CONTEXT").await;
    }
    scene.at("09:05").await;
    let lines = [record("17", "2026-11-02 09:00:00", 0), record("4711", "2026-11-02 09:01:00", 0)].join("\n");
    let send = || scene.device.post(&scene.company, "cdata", "&table=ATTLOG&Stamp=1", lines.clone());
    send().await.expect(503);
    assert!(table.partition("UNKNOWNNUMBERS").await.is_empty(), "nobody has to assign the numbers by hand");

    // Without the context, its parts are read.
    for copy in &copies {
        table.delete(copy, "CONTEXT").await;
    }
    send().await.expect(200);
    assert!(is_at(&scene.sessions(&scene.maria).await[0]["clock_in"]["at"], "2026-11-02T09:00:00+03:00"));
    assert!(is_at(&scene.sessions(&scene.omar).await[0]["clock_in"]["at"], "2026-11-02T09:01:00+03:00"));
}

#[tokio::test]
async fn a_number_that_somebody_has_is_not_assigned_to_another() {
    let mut scene = Scene::start().await;
    let admin = scene.admin().await;
    let assign = |number: &str, user: &str| {
        let path = format!("/terminals/unknown/{number}/assign");
        scene.company.post(&path).by(&admin).json(json!({"user_id": user})).send()
    };
    assign("99", &scene.omar.id).await.expect_problem(404, "not_found");
    scene.device.post(&scene.company, "cdata", "&table=ATTLOG&Stamp=1", record("99", "2026-11-02 08:00:00", 0)).await;
    assign("99", "01JBN2V7Q4W0M3T9K5ZXH8R6CD").await.expect_invalid("user_id");
    assign("99", &scene.omar.id).await.expect(200);
    assign("99", &scene.maria.id).await.expect_problem(404, "not_found");
    scene.punch("98", "10:00", 0).await.expect(200);
    let admin = scene.admin().await;
    scene.company.delete("/terminals/unknown/98").by(&admin).send().await.expect(204);
    scene.company.delete("/terminals/unknown/98").by(&admin).send().await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn punches_of_a_person_who_left_are_kept() {
    let mut scene = Scene::start().await;
    let admin = scene.admin().await;
    scene.company.delete(&format!("/users/{}", scene.maria.id)).by(&admin).send().await.expect(204);
    scene.punch("17", "10:00", 0).await.expect(200);
    let admin = scene.admin().await;
    let listed = scene.company.get("/terminals/unknown").by(&admin).send().await.expect(200);
    assert_eq!(listed.items()[0]["number"], "17", "{}", listed.text);
}
