//! Kiosks: created and revoked by admins, used with PINs, and allowed to do nothing else.

mod devices;
mod pins;
mod punches;

use rollcall_tests::{Call, Company, Person};
use serde_json::{Value, json};

/// A kiosk at its own site.
pub(crate) struct Kiosk {
    pub(crate) id: String,
    pub(crate) token: String,
}

pub(crate) const PIN: &str = "7391";

pub(crate) async fn kiosk(company: &Company) -> Kiosk {
    let admin = company.sign_in("ada").await;
    let site = json!({"name": "Harbour", "time_zone": "Europe/Istanbul"});
    let site = company.post("/sites").by(&admin).json(site).send().await.expect(201);
    let body = json!({"site_id": site.str("id"), "name": "Entrance"});
    let made = company.post("/kiosks").by(&admin).json(body).send().await.expect(201);
    Kiosk { id: made.str("id").to_owned(), token: made.str("device_token").to_owned() }
}

pub(super) async fn person_with_pin(company: &Company, username: &str) -> Person {
    let person = company.person(username, json!({})).await;
    company.put("/users/me/pin").by(&person).json(json!({"pin": PIN})).send().await.expect(204);
    person
}

pub(super) fn punch(company: &Company, kiosk: &Kiosk, username: &str, pin: &str, action: &str) -> Call {
    let body = json!({"username": username, "pin": pin, "action": action});
    company.post("/kiosk/punch").token(&kiosk.token).json(body)
}

/// Returns the AWS calls of a route since the last reset.
pub(crate) async fn calls(company: &Company, route: &str) -> Vec<(String, u64)> {
    let calls = company.get("/_local/calls").send().await.expect(200);
    let routes = calls.body["routes"].as_array().unwrap();
    let found = routes.iter().find(|known| known["route"] == route).unwrap_or_else(|| panic!("{}", calls.text));
    let call = |call: &Value| (call["operation"].as_str().unwrap().to_owned(), call["count"].as_u64().unwrap());
    found["operations"].as_array().unwrap().iter().map(call).collect()
}
