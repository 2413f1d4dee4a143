//! Terminals: a simulated device, written from the public descriptions of the protocol, and what admins see of it.

mod alarms;
mod days;
mod people;
mod secrets;
mod unknown;

use jiff::Timestamp;
use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

pub(super) const SERIAL: &str = "CJ5Z201460012";

/// A company with a terminal, and two people: Maria has the personnel number 17, Omar a badge with the number 4711.
pub(super) struct Scene {
    pub(super) company: Company,
    pub(super) site: String,
    pub(super) terminal: String,
    pub(super) maria: Person,
    pub(super) omar: Person,
    pub(super) device: Device,
}

impl Scene {
    pub(super) async fn start() -> Self {
        Self::start_with(json!({})).await
    }

    /// Starts with more fields of the terminal.
    pub(super) async fn start_with(more: Value) -> Self {
        let company = Company::start().await;
        let admin = company.sign_in("ada").await;
        let site = json!({"name": "Harbour", "time_zone": "Europe/Istanbul"});
        let site = company.post("/sites").by(&admin).json(site).send().await.expect(201).str("id").to_owned();
        let maria = company.person("maria", json!({"site_id": site})).await;
        let omar = company.person("omar", json!({"site_id": site})).await;
        let admin = company.sign_in("ada").await;
        let profile = json!({"personnel_number": "17", "account": false, "effective_from": "2020-01-01"});
        company.put(&format!("/users/{}/pay-profile", maria.id)).by(&admin).json(profile).send().await.expect(200);
        let badge = json!({"number": "4711"});
        company.put(&format!("/users/{}/badge", omar.id)).by(&admin).json(badge).send().await.expect(200);
        let mut body = json!({"serial": SERIAL, "site_id": site, "name": "Gate"});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        let made = company.post("/terminals").by(&admin).json(body).send().await.expect(201);
        let device = Device { secret: made.str("secret").to_owned(), memory: Vec::new() };
        let terminal = made.str("id").to_owned();
        company.post("/_local/settle").send().await;
        Self { company, site, terminal, maria, omar, device }
    }

    pub(super) async fn admin(&self) -> Person {
        self.company.sign_in("ada").await
    }

    /// Sets the clock to a time of Monday, 2026-11-02.
    pub(super) async fn at(&self, time: &str) {
        self.company.set_clock(&format!("2026-11-02T{time}:00+03:00")).await;
    }

    /// Returns the state of the terminal.
    pub(super) async fn state(&self) -> Value {
        let admin = self.admin().await;
        let path = format!("/terminals/{}", self.terminal);
        self.company.get(&path).by(&admin).send().await.expect(200).body["state"].clone()
    }

    /// Returns the sessions of a person on Monday.
    pub(super) async fn sessions(&self, person: &Person) -> Value {
        let admin = self.admin().await;
        let path = format!("/attendance/{}/2026-11-02", person.id);
        let day = self.company.get(&path).by(&admin).send().await;
        // A day without anything may not be stored.
        if day.status.as_u16() == 404 { json!([]) } else { day.expect(200).body["sessions"].clone() }
    }

    /// Sends the device's whole memory, as after a restart.
    pub(super) async fn push(&self) -> Reply {
        let lines = self.device.memory.join("\n") + "\n";
        self.device.post(&self.company, "cdata", "&table=ATTLOG&Stamp=9999", lines).await
    }

    /// Makes a punch now, which the device sends at once.
    pub(super) async fn punch(&mut self, number: &str, time: &str, state: u16) -> Reply {
        self.at(time).await;
        let line = record(number, &format!("2026-11-02 {time}:00"), state);
        self.device.memory.push(line.clone());
        self.device.post(&self.company, "cdata", "&table=ATTLOG&Stamp=9999", line + "\n").await
    }
}

/// A simulated device with HTTPS, which has its secret in its path.
pub(super) struct Device {
    pub(super) secret: String,
    pub(super) memory: Vec<String>,
}

impl Device {
    fn path(&self, name: &str, more: &str) -> String {
        format!("/iclock/{}/{name}?SN={SERIAL}{more}", self.secret)
    }

    pub(super) async fn get(&self, company: &Company, name: &str, more: &str) -> Reply {
        company.get(&self.path(name, more)).send().await
    }

    pub(super) async fn post(&self, company: &Company, name: &str, more: &str, body: impl Into<Vec<u8>>) -> Reply {
        company.post(&self.path(name, more)).raw("text/plain", body).send().await
    }
}

/// Returns a line of `ATTLOG`.
pub(super) fn record(number: &str, local: &str, state: u16) -> String {
    format!("{number}\t{local}\t{state}\t15\t0\t0\t0\t0\t0\t0")
}

/// Returns whether two texts are the same instant.
pub(super) fn is_at(found: &Value, expected: &str) -> bool {
    let instant = |text: &str| text.parse::<Timestamp>().unwrap();
    found.as_str().is_some_and(|found| instant(found) == instant(expected))
}
