//! Numbers that nobody has: their punches are kept, and applied when the number is assigned.

use serde_json::json;

use super::{Scene, is_at};

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
async fn a_number_that_somebody_has_is_not_assigned_to_another() {
    let mut scene = Scene::start().await;
    let admin = scene.admin().await;
    let assign = |number: &str, user: &str| {
        let path = format!("/terminals/unknown/{number}/assign");
        scene.company.post(&path).by(&admin).json(json!({"user_id": user})).send()
    };
    assign("99", &scene.omar.id).await.expect_problem(404, "not_found");
    scene
        .device
        .post(&scene.company, "cdata", "&table=ATTLOG&Stamp=1", super::record("99", "2026-11-02 08:00:00", 0))
        .await;
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
