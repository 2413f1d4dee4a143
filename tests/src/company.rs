//! A company in a local stack of its own: in memory, on a port of its own, its clock standing where the test puts it.

use std::path::Path;

use jiff::Timestamp;
use local::{Data, Options, Stack};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{Call, Reply};

/// A company with one admin, `ada`.
#[derive(Debug)]
pub struct Company {
    /// The stack it lives in.
    pub stack: Stack,
    client: reqwest::Client,
    /// Its admin.
    pub admin: Person,
}

/// Someone who is signed in.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Their id.
    pub id: String,
    /// Their username.
    pub username: String,
    /// Valid for 15 minutes of the stack's clock.
    pub access_token: String,
    /// Valid once.
    pub refresh_token: String,
}

/// Everyone's password.
pub const PASSWORD: &str = "a fine long password";

/// Monday 2 November 2026, 08:00 in the company's zone, Europe/Istanbul (UTC+3 all year).
pub const MONDAY_MORNING: &str = "2026-11-02T08:00:00+03:00";

impl Company {
    /// A company that is set up, in Europe/Istanbul, its clock standing at [`MONDAY_MORNING`].
    pub async fn start() -> Self {
        Self::start_at(MONDAY_MORNING, "Europe/Istanbul").await
    }

    /// A company in that zone, its clock standing at that moment.
    pub async fn start_at(now: &str, zone: &str) -> Self {
        Self::not_set_up(now).await.set_up(zone).await
    }

    /// The same with its table in a file of that folder, where tens of thousands of writes don't slow each other.
    pub async fn start_in(folder: &Path, now: &str, zone: &str) -> Self {
        let data = Data::Folder(folder.to_owned());
        Self::start_with(Options { data, clock: Some(instant(now)), ..Options::ephemeral() }, zone).await
    }

    /// A company in that zone, in a stack with those options.
    pub async fn start_with(options: Options, zone: &str) -> Self {
        Self::in_stack(options).await.set_up(zone).await
    }

    async fn in_stack(options: Options) -> Self {
        // Boxed: the future of a start is deep, and each of the functions around it makes it deeper.
        let stack = Box::pin(Stack::start(options)).await.expect("the stack starts");
        Self { stack, client: reqwest::Client::new(), admin: Person::default() }
    }

    async fn set_up(self, zone: &str) -> Self {
        let mut company = self;
        let token = company.stack.setup_token().to_owned();
        let setup = json!({"setup_token": token, "username": "ada", "full_name": "Ada Admin", "password": PASSWORD});
        company.post("/auth/setup").json(setup).send().await.expect(201);
        company.admin = company.sign_in("ada").await;
        company.patch("/settings").by(&company.admin).json(json!({"time_zone": zone})).send().await.expect(200);
        // Anew, because the token carries the zone.
        company.admin = company.sign_in("ada").await;
        company
    }

    /// The demo company of `cargo run`, its clock standing at that moment.
    pub async fn demo(now: &str) -> Self {
        let now: Timestamp = now.parse().expect("the clock is set to an instant");
        let options = Options { demo: true, clock: Some(now), ..Options::ephemeral() };
        let stack = Stack::start(options).await.expect("the stack starts");
        Self { stack, client: reqwest::Client::new(), admin: Person::default() }
    }

    /// A company that nobody has set up yet.
    pub async fn not_set_up(now: &str) -> Self {
        Self::in_stack(Options { clock: Some(instant(now)), ..Options::ephemeral() }).await
    }

    /// A call of any method.
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call(self.client.request(method, format!("{}{path}", self.stack.url())))
    }

    /// A call from another address of this machine, such as `127.0.0.7`, which is another network to the stack.
    pub fn call_from(&self, address: &str, method: Method, path: &str) -> Call {
        let address: std::net::IpAddr = address.parse().expect("an address of this machine");
        let client = reqwest::Client::builder().local_address(address).build().expect("the client can be made");
        Call(client.request(method, format!("{}{path}", self.stack.url())))
    }

    /// `GET`
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// `POST`
    pub fn post(&self, path: &str) -> Call {
        self.call(Method::POST, path)
    }

    /// `PUT`
    pub fn put(&self, path: &str) -> Call {
        self.call(Method::PUT, path)
    }

    /// `PATCH`
    pub fn patch(&self, path: &str) -> Call {
        self.call(Method::PATCH, path)
    }

    /// `DELETE`
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// Moves the stack's clock; access tokens from more than 15 minutes before then are expired.
    pub async fn set_clock(&self, now: &str) -> Reply {
        self.put("/_local/clock").json(json!({"now": now})).send().await.expect(200)
    }

    /// Waits until every event so far is relayed, consumed and pushed, and the work that it asks for is done.
    pub async fn settle(&self) {
        assert!(self.stack.settle().await, "events are still on their way");
    }

    /// Signs someone in.
    pub async fn sign_in(&self, username: &str) -> Person {
        self.sign_in_with(username, PASSWORD).await
    }

    /// Signs someone in who has another password.
    pub async fn sign_in_with(&self, username: &str, password: &str) -> Person {
        let credentials = json!({"username": username, "password": password});
        let reply = self.post("/auth/login").json(credentials).send().await.expect(200);
        Person {
            id: reply.body["user"]["id"].as_str().expect("a user has an id").to_owned(),
            username: username.to_owned(),
            access_token: reply.str("access_token").to_owned(),
            refresh_token: reply.str("refresh_token").to_owned(),
        }
    }

    /// Makes a person as the admin does, and signs them in. `more` adds fields of `POST /users`.
    pub async fn person(&self, username: &str, more: Value) -> Person {
        let mut body = json!({"username": username, "full_name": format!("{username} of the test"),
            "password": PASSWORD, "hired_on": "2020-01-01"});
        body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        let admin = self.sign_in("ada").await;
        self.post("/users").by(&admin).json(body).send().await.expect(201);
        self.sign_in(username).await
    }

    /// Makes a department, and tells its id.
    pub async fn department(&self, name: &str) -> String {
        let admin = self.sign_in("ada").await;
        let reply = self.post("/departments").by(&admin).json(json!({"name": name})).send().await.expect(201);
        reply.str("id").to_owned()
    }

    /// Changes settings as the admin does.
    pub async fn settings(&self, patch: Value) -> Reply {
        let admin = self.sign_in("ada").await;
        self.patch("/settings").by(&admin).json(patch).send().await.expect(200)
    }
}

fn instant(now: &str) -> Timestamp {
    now.parse().expect("the clock is set to an instant")
}
