//! A company in its own local stack: in memory, on its own port, with a clock that stands still until the test sets it.

use std::path::Path;

use jiff::Timestamp;
use local::{Data, Options, Stack};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{Call, Reply, http};

/// A company with one admin, `ada`.
#[derive(Debug)]
pub struct Company {
    /// The stack of the company.
    pub stack: Stack,
    client: reqwest::Client,
    /// The admin of the company.
    pub admin: Person,
}

/// A person who is signed in.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// The id of the person.
    pub id: String,
    /// The username of the person.
    pub username: String,
    /// The access token, valid for 15 minutes of the stack's clock.
    pub access_token: String,
    /// The refresh token, valid once.
    pub refresh_token: String,
}

/// The password of every person.
pub const PASSWORD: &str = "a fine long password";

/// Monday 2 November 2026, 08:00 in the company's zone, Europe/Istanbul (UTC+3 all year).
pub const MONDAY_MORNING: &str = "2026-11-02T08:00:00+03:00";

impl Company {
    /// Starts a company in Europe/Istanbul with the clock at [`MONDAY_MORNING`], and sets it up.
    pub async fn start() -> Self {
        Self::start_at(MONDAY_MORNING, "Europe/Istanbul").await
    }

    /// Starts a company in a zone, with the clock at the given time.
    pub async fn start_at(now: &str, zone: &str) -> Self {
        Self::not_set_up(now).await.set_up(zone).await
    }

    /// Starts a company with its table in a file of a folder, where tens of thousands of writes stay fast.
    pub async fn start_in(folder: &Path, now: &str, zone: &str) -> Self {
        let data = Data::Folder(folder.to_owned());
        Self::start_with(Options { data, clock: Some(instant(now)), ..Options::ephemeral() }, zone).await
    }

    /// Starts a company in a zone, in a stack with the given options.
    pub async fn start_with(options: Options, zone: &str) -> Self {
        Self::in_stack(options).await.set_up(zone).await
    }

    async fn in_stack(options: Options) -> Self {
        #[cfg(debug_assertions)]
        password_hash::use_cheap_hashes();
        // Boxed: the future of a start is large, and each surrounding function makes it larger.
        let stack = Box::pin(Stack::start(options)).await.expect("the stack starts");
        Self { stack, client: http::client(), admin: Person::default() }
    }

    async fn set_up(self, zone: &str) -> Self {
        let mut company = self;
        let token = company.stack.setup_token().to_owned();
        let setup = json!({"setup_token": token, "username": "ada", "full_name": "Ada Admin", "password": PASSWORD});
        company.post("/auth/setup").json(setup).send().await.expect(201);
        company.admin = company.sign_in("ada").await;
        company.patch("/settings").by(&company.admin).json(json!({"time_zone": zone})).send().await.expect(200);
        // Signs in again, because the token contains the zone.
        company.admin = company.sign_in("ada").await;
        company
    }

    /// Starts the demo company of `cargo run`, with the clock at the given time, and waits until the events of its past are consumed.
    pub async fn demo(now: &str) -> Self {
        let now: Timestamp = now.parse().expect("the clock is set to an instant");
        let options = Options { demo: true, clock: Some(now), ..Options::ephemeral() };
        let stack = Stack::start(options).await.expect("the stack starts");
        let company = Self { stack, client: http::client(), admin: Person::default() };
        company.settle().await;
        company
    }

    /// Starts a company that isn't set up yet.
    pub async fn not_set_up(now: &str) -> Self {
        Self::in_stack(Options { clock: Some(instant(now)), ..Options::ephemeral() }).await
    }

    /// Returns a call with any method.
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call(self.client.request(method, format!("{}{path}", self.stack.url())))
    }

    /// Returns a call from another address of this machine, such as `127.0.0.7`, which the stack treats as another network.
    pub fn call_from(&self, address: &str, method: Method, path: &str) -> Call {
        let address: std::net::IpAddr = address.parse().expect("an address of this machine");
        let client = reqwest::Client::builder().local_address(address).build().expect("the client can be made");
        Call(client.request(method, format!("{}{path}", self.stack.url())))
    }

    /// Returns a `GET` call.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// Returns a `POST` call.
    pub fn post(&self, path: &str) -> Call {
        self.call(Method::POST, path)
    }

    /// Returns a `PUT` call.
    pub fn put(&self, path: &str) -> Call {
        self.call(Method::PUT, path)
    }

    /// Returns a `PATCH` call.
    pub fn patch(&self, path: &str) -> Call {
        self.call(Method::PATCH, path)
    }

    /// Returns a `DELETE` call.
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// Sets the stack's clock. Access tokens that were issued more than 15 minutes before are expired.
    pub async fn set_clock(&self, now: &str) -> Reply {
        self.put("/_local/clock").json(json!({"now": now})).send().await.expect(200)
    }

    /// Waits until every event so far is relayed, consumed and pushed, and the work that it causes is done.
    pub async fn settle(&self) {
        assert!(self.stack.settle().await, "events are still on their way");
    }

    /// Resets the count of AWS calls. Waits first until the work of earlier requests is done, because it could compete with the next
    /// request, whose calls would then be repeated.
    pub async fn reset_calls(&self) {
        self.settle().await;
        self.stack.reset_calls();
    }

    /// Signs a person in.
    pub async fn sign_in(&self, username: &str) -> Person {
        self.sign_in_with(username, PASSWORD).await
    }

    /// Signs in a person with another password.
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

    /// Creates a person as the admin, and signs them in. `more` adds fields of `POST /users`.
    pub async fn person(&self, username: &str, more: Value) -> Person {
        let mut body = json!({"username": username, "full_name": format!("{username} of the test"),
            "password": PASSWORD, "hired_on": "2020-01-01"});
        body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        let admin = self.sign_in("ada").await;
        self.post("/users").by(&admin).json(body).send().await.expect(201);
        self.sign_in(username).await
    }

    /// Creates a department, and returns its id.
    pub async fn department(&self, name: &str) -> String {
        let admin = self.sign_in("ada").await;
        let reply = self.post("/departments").by(&admin).json(json!({"name": name})).send().await.expect(201);
        reply.str("id").to_owned()
    }

    /// Changes settings as the admin.
    pub async fn settings(&self, patch: Value) -> Reply {
        let admin = self.sign_in("ada").await;
        self.patch("/settings").by(&admin).json(patch).send().await.expect(200)
    }
}

fn instant(now: &str) -> Timestamp {
    now.parse().expect("the clock is set to an instant")
}
