//! Messages outside of the inbox: e-mails in the local mailbox, push messages and chats at receivers that run in the test.

mod account_links;
mod emails;
mod push_and_chats;

use rollcall_tests::{Company, Person};
use serde_json::{Value, json};

const NEW_PASSWORD: &str = "seven boats in the harbour";

/// A company with a manager and an employee, who has an address.
struct Scene {
    company: Company,
    department: String,
    hana: Person,
    maria: Person,
}

impl Scene {
    async fn start() -> Self {
        let company = Company::start().await;
        company.settings(json!({"late_deduction": {"mode": "off"}, "company_name": "Harbour & Söhne"})).await;
        let department = company.department("Harbour").await;
        let office = json!({"role": "manager", "manages": [department], "department_id": department});
        let hana = company.person("hana", office).await;
        let maria =
            company.person("maria", json!({"department_id": department, "email": "maria@harbour.example"})).await;
        company.settle().await;
        Self { company, department, hana, maria }
    }

    /// Sends the messages that are due, and returns the outcome.
    async fn send(&self) -> Value {
        self.company.settle().await;
        let outcome = self.company.post("/_local/schedules/messages").send().await.expect(200).body;
        self.company.settle().await;
        outcome
    }

    /// Returns the e-mails of the mailbox, newest first.
    async fn mails(&self) -> Vec<Value> {
        self.company.get("/_local/mail").send().await.expect(200).items().clone()
    }

    /// Sends the messages that are due, returns the e-mails, and empties the mailbox.
    async fn sent(&self) -> Vec<Value> {
        self.send().await;
        let mails = self.mails().await;
        self.company.delete("/_local/mail").send().await.expect(204);
        mails
    }

    /// Confirms Maria's address with the link of the e-mail.
    async fn verify(&self) {
        self.company.post("/auth/email-verification").by(&self.maria).json(json!({})).send().await.expect(202);
        let [mail] = self.sent().await.try_into().unwrap();
        self.confirm(&token(&mail)).await.expect(204);
    }

    async fn confirm(&self, token: &str) -> rollcall_tests::Reply {
        self.company.post("/auth/email-verification/confirm").json(json!({"token": token})).send().await
    }

    /// Chooses the kinds that go to channels.
    async fn choose(&self, more: Value) {
        let mut body = json!({"muted": []});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.company.put("/notifications/preferences").by(&self.maria).json(body).send().await.expect(200);
    }

    async fn preferences(&self) -> Value {
        self.company.get("/notifications/preferences").by(&self.maria).send().await.expect(200).body
    }

    /// Requests leave as Maria and approves it as Hana, on a date.
    async fn leave(&mut self, date: &str) {
        (self.hana, self.maria) = (self.company.sign_in("hana").await, self.company.sign_in("maria").await);
        let leave = json!({"type": "unpaid", "start_date": date, "end_date": date});
        let request = self.company.post("/leave/requests").by(&self.maria).json(leave).send().await.expect(201);
        let decision = format!("/leave/requests/{}/decision", request.str("id"));
        let approved = json!({"status": "approved"});
        self.company.post(&decision).by(&self.hana).json(approved).send().await.expect(200);
        self.company.settle().await;
    }

    async fn reset(&self, username: &str) -> rollcall_tests::Reply {
        self.company.post("/auth/password-reset").json(json!({"username": username})).send().await
    }

    async fn set_password(&self, token: &str) -> rollcall_tests::Reply {
        let body = json!({"token": token, "password": NEW_PASSWORD});
        self.company.post("/auth/password-reset/confirm").json(body).send().await
    }
}

/// Returns the token of an e-mail's link.
fn token(mail: &Value) -> String {
    let links = mail["links"].as_array().unwrap();
    let link = links.iter().find_map(|link| link.as_str()?.split_once("/app/link#")).unwrap();
    link.1.to_owned()
}
