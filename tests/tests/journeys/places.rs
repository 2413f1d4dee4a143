//! Geofences: off, flag, enforce; at the shift's site, otherwise the person's.

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

/// On the equator a thousandth of a degree is 111 m.
fn location(longitude: f64, accuracy_m: Option<f64>) -> Value {
    match accuracy_m {
        Some(accuracy) => json!({"location": {"latitude": 0.0, "longitude": longitude, "accuracy_m": accuracy}}),
        None => json!({"location": {"latitude": 0.0, "longitude": longitude}}),
    }
}

/// Starts a company with a person at a site on the equator at Greenwich, with a radius of 200 m.
async fn company_with(geofence: &str) -> (Company, Person) {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    let site = json!({"name": "Office", "time_zone": "Europe/Istanbul",
        "latitude": 0.0, "longitude": 0.0, "radius_m": 200});
    let site = company.post("/sites").by(&admin).json(site).send().await.expect(201);
    company.settings(json!({"geofence": geofence})).await;
    let maria = company.person("maria", json!({"site_id": site.str("id")})).await;
    (company, maria)
}

async fn punch(company: &Company, person: &Person, path: &str, body: Value) -> Reply {
    company.post(path).by(person).json(body).send().await
}

fn is_flagged(reply: &Reply) -> bool {
    reply.body["flags"].as_array().unwrap().contains(&json!("outside_geofence"))
}

#[tokio::test]
async fn enforced_a_clock_in_wants_coordinates_within_the_circle() {
    let (company, maria) = company_with("enforce").await;
    for body in [json!({}), json!({"location": {"label": "Office"}})] {
        punch(&company, &maria, "/clock/in", body).await.expect_problem(422, "location_required");
    }
    let refused = punch(&company, &maria, "/clock/in", location(0.01, Some(5.0))).await;
    let refused = refused.expect_problem(422, "outside_geofence");
    assert!(refused.str("detail").contains("200 m"), "{}", refused.text);
    let untouched = company.get("/attendance/me/2026-11-02").by(&maria).send().await.expect(200);
    assert_eq!((&untouched.body["version"], &untouched.body["sessions"]), (&json!(0), &json!([])));
    let taken = punch(&company, &maria, "/clock/in", location(0.001, Some(5.0))).await.expect(201);
    assert!(!is_flagged(&taken));
    // A clock-out is always accepted; outside of the geofence it is flagged.
    let out = punch(&company, &maria, "/clock/out", location(0.01, Some(5.0))).await.expect(200);
    assert!(is_flagged(&out));
}

#[tokio::test]
async fn the_accuracy_counts_for_the_person_up_to_100_m() {
    // 278 m from the centre, 78 m outside.
    let at = 0.0025;
    for (accuracy, taken) in [(None, false), (Some(50.0), false), (Some(80.0), true), (Some(5000.0), true)] {
        let (company, maria) = company_with("enforce").await;
        let reply = punch(&company, &maria, "/clock/in", location(at, accuracy)).await;
        assert_eq!(reply.status.as_u16(), if taken { 201 } else { 422 }, "{accuracy:?}: {}", reply.text);
    }
    // 333 m from the centre, 133 m outside: no accuracy compensates for that.
    let (company, maria) = company_with("enforce").await;
    let far = punch(&company, &maria, "/clock/in", location(0.003, Some(5000.0))).await;
    far.expect_problem(422, "outside_geofence");
}

#[tokio::test]
async fn every_punch_is_accepted_with_the_geofence_flag_or_off() {
    for (geofence, flagged) in [("flag", true), ("off", false)] {
        let (company, maria) = company_with(geofence).await;
        let taken = punch(&company, &maria, "/clock/in", location(0.01, None)).await.expect(201);
        assert_eq!(is_flagged(&taken), flagged, "{geofence}");
        let (company, maria) = company_with(geofence).await;
        let bare = punch(&company, &maria, "/clock/in", json!({})).await.expect(201);
        assert!(!is_flagged(&bare), "{geofence}");
        let out = punch(&company, &maria, "/clock/out", location(0.01, None)).await.expect(200);
        assert_eq!(is_flagged(&out), flagged, "{geofence}");
    }
}

#[tokio::test]
async fn a_person_without_a_site_needs_no_coordinates() {
    let (company, _) = company_with("enforce").await;
    let nomad = company.person("nomad", json!({})).await;
    punch(&company, &nomad, "/clock/in", json!({})).await.expect(201);
}
