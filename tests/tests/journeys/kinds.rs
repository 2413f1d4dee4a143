//! Notifications of every kind, caused by people and by the scheduled jobs. The API shows everything that appears in inboxes
//! and on live connections.

use std::collections::{BTreeMap, BTreeSet};

use domain::notification::NotificationKind;
use rollcall_tests::{Company, Person, Socket, without_names};
use serde_json::{Value, json};

/// A person with an open connection, and all messages that it received.
struct Onlooker {
    person: Person,
    socket: Socket,
    heard: Vec<Value>,
}

/// Maria and paul work in the harbour, hana manages it and belongs to the workshop; olga works in the workshop, wilma
/// manages it; gina manages everyone, ada is the admin.
struct Scene {
    company: Company,
    onlookers: BTreeMap<&'static str, Onlooker>,
    departments: [String; 2],
}

impl Scene {
    async fn start() -> Self {
        let company = Company::start_at("2026-11-01T22:30:00+03:00", "Europe/Istanbul").await;
        company.settings(json!({"swap_needs_manager": true, "clock_in_window": {"outside": "flag"}})).await;
        let departments = [company.department("Harbour").await, company.department("Workshop").await];
        let [harbour, workshop] = &departments;
        let manager = |of: &str| json!({"role": "manager", "manages": [of], "department_id": workshop});
        let mut onlookers = BTreeMap::new();
        for (name, more) in [
            ("maria", json!({"department_id": harbour, "annual_leave_days": 4})),
            ("paul", json!({"department_id": harbour})),
            ("hana", manager(harbour)),
            ("olga", json!({"department_id": workshop})),
            ("wilma", manager(workshop)),
            ("gina", json!({"role": "manager", "manages_all": true})),
        ] {
            let person = company.person(name, more).await;
            onlookers.insert(name, Onlooker { socket: company.connect(&person).await, person, heard: Vec::new() });
        }
        let (person, socket) = (company.admin.clone(), company.connect(&company.admin).await);
        onlookers.insert("ada", Onlooker { person, socket, heard: Vec::new() });
        company.settle().await;
        Self { company, onlookers, departments }
    }

    fn person(&self, name: &str) -> &Person {
        &self.onlookers[name].person
    }

    fn id(&self, name: &str) -> &str {
        &self.person(name).id
    }

    /// Moves the clock, which ends tokens and connections. Everyone records their messages and reconnects.
    async fn at(&mut self, now: &str) {
        self.hear().await;
        self.company.set_clock(&format!("{now}:00+03:00")).await;
        for (name, onlooker) in &mut self.onlookers {
            onlooker.person = self.company.sign_in(name).await;
            onlooker.socket = self.company.connect(&onlooker.person).await;
        }
    }

    async fn hear(&mut self) {
        self.company.settle().await;
        for onlooker in self.onlookers.values_mut() {
            let heard = onlooker.socket.heard().await;
            onlooker.heard.extend(heard);
        }
    }

    async fn check(&self, schedule: &str) {
        self.company.post(&format!("/_local/schedules/{schedule}")).send().await.expect(200);
    }

    async fn post(&self, by: &str, path: &str, body: Value) -> Value {
        let reply = self.company.post(path).by(self.person(by)).json(body).send().await;
        assert!(reply.status.is_success(), "{by} {path}: {}", reply.text);
        reply.body
    }

    /// Returns whether the API shows a path to a person.
    async fn shows(&self, to: &str, path: &str) -> bool {
        self.company.get(path).by(self.person(to)).send().await.status == 200
    }

    /// Plans a Saturday on which maria works; she asks paul to take it.
    async fn offered_saturday(&self, date: &str) -> String {
        let plan = json!({"shifts": [{"start": "10:00", "end": "14:00"}], "reason": "Stocktaking"});
        let path = format!("/roster/{}/days/{date}", self.id("maria"));
        self.company.put(&path).by(self.person("hana")).json(plan).send().await.expect(200);
        let body = json!({"my_date": date, "with_user_id": self.id("paul"), "note": "Please"});
        self.post("maria", "/roster/swaps", body).await["id"].as_str().unwrap().to_owned()
    }

    /// Causes every kind of notification.
    async fn a_week(&mut self) {
        self.check("open-day").await;
        self.at("2026-11-02T08:00").await;
        let newton =
            json!({"username": "newton", "full_name": "Newton", "password": rollcall_tests::company::PASSWORD});
        self.company.post("/auth/register").json(newton).send().await.expect(201);
        let leave = json!({"start_date": "2026-11-16", "end_date": "2026-11-16"});
        let request = self.post("maria", "/leave/requests", leave).await["id"].as_str().unwrap().to_owned();
        let approved = json!({"status": "approved"});
        self.post("hana", &format!("/leave/requests/{request}/decision"), approved.clone()).await;
        let path = format!("/leave/requests/{request}");
        self.company.delete(&path).by(self.person("maria")).send().await;
        let path = format!("/leave/balances/{}/adjustments", self.id("maria"));
        self.post("hana", &path, json!({"type": "annual", "days": -1, "reason": "As agreed"})).await;
        self.offered_saturday("2026-11-07").await;
        let swap = self.offered_saturday("2026-11-14").await;
        self.post("paul", &format!("/roster/swaps/{swap}/decision"), json!({"status": "accepted"})).await;
        self.post("hana", &format!("/roster/swaps/{swap}/decision"), approved.clone()).await;

        self.at("2026-11-02T08:55").await;
        self.post("olga", "/clock/in", json!({})).await;
        self.at("2026-11-02T09:10").await;
        self.check("lateness").await;
        self.at("2026-11-02T09:20").await;
        self.post("maria", "/clock/in", json!({})).await;
        self.at("2026-11-02T17:00").await;
        self.post("maria", "/clock/out", json!({})).await;
        self.at("2026-11-02T18:10").await;
        self.check("lateness").await;

        self.at("2026-11-03T01:00").await;
        self.check("close-day").await;
        let sessions = |clock_in: &str| {
            json!({"sessions": [{"clock_in": clock_in, "clock_out": "2026-11-02T17:00:00+03:00", "breaks": []}],
                "reason": "She was there"})
        };
        let path = "/attendance/me/2026-11-02/corrections";
        let asked = self.post("maria", path, sessions("2026-11-02T09:00:00+03:00")).await;
        let path = format!("/corrections/{}/decision", asked["id"].as_str().unwrap());
        self.post("hana", &path, approved).await;
        let path = format!("/attendance/{}/2026-11-02", self.id("maria"));
        let edited = sessions("2026-11-02T08:50:00+03:00");
        self.company.put(&path).by(self.person("hana")).json(edited).send().await.expect(200);

        self.at("2026-11-05T06:00").await;
        self.post("maria", "/clock/in", json!({})).await;
        let path = format!("/attendance/{}/2026-11-05/acknowledgement", self.id("maria"));
        self.post("hana", &path, json!({"status": "acknowledged"})).await;
        self.post("maria", "/clock/out", json!({})).await;

        self.at("2026-11-07T10:30").await;
        self.check("close-day").await;

        self.at("2026-11-08T10:00").await;
        self.post("maria", "/clock/in", json!({})).await;
        self.at("2026-11-09T02:30").await;
        self.check("close-day").await;
        self.check("housekeeping").await;
        // Less than 90 days before the leave year ends.
        self.check("leave-year").await;
        self.hear().await;
    }
}

/// Returns the paths where the API shows what an item is about.
fn shown_at(kind: &str, data: &Value) -> Vec<String> {
    let text = |name: &str| data[name].as_str().unwrap_or_else(|| panic!("{kind} has no {name}: {data}")).to_owned();
    let kind: NotificationKind = serde_json::from_value(json!(kind)).unwrap();
    let day = |of: &Value| format!("/attendance/{}/{}", of["user_id"].as_str().unwrap(), of["date"].as_str().unwrap());
    match kind {
        NotificationKind::NotArrived => match data["people"].as_array() {
            Some(people) => people.iter().map(day).collect(),
            None => vec![day(data)],
        },
        NotificationKind::DaysToReview => {
            let text = |of: &Value, name: &str| of[name].as_str().unwrap().to_owned();
            let oldest = |of: &Value| format!("/attendance/{}/{}", text(of, "user_id"), text(of, "oldest"));
            match data["people"].as_array() {
                Some(people) => people.iter().map(oldest).collect(),
                None => vec![oldest(data)],
            }
        }
        NotificationKind::LateArrival
        | NotificationKind::Absent
        | NotificationKind::LeftEarly
        | NotificationKind::AutoClockedOut
        | NotificationKind::LateDeducted
        | NotificationKind::ClockInFlagged
        | NotificationKind::ClockInReviewed
        | NotificationKind::DayEdited => vec![day(data)],
        NotificationKind::LeaveAdjusted | NotificationKind::LeaveBalanceLow | NotificationKind::LeaveExpiring => {
            vec![format!("/leave/balances/{}?year={}", text("user_id"), data["year"])]
        }
        NotificationKind::RosterChanged => vec![format!("/roster/{}", text("user_id"))],
        NotificationKind::LeaveRequested | NotificationKind::LeaveCancelled | NotificationKind::LeaveDecided => {
            vec![format!("/leave/requests/{}", text("request_id"))]
        }
        NotificationKind::CorrectionRequested | NotificationKind::CorrectionDecided => {
            vec![format!("/corrections/{}", text("correction_id"))]
        }
        NotificationKind::SwapRequested
        | NotificationKind::SwapAccepted
        | NotificationKind::SwapDecided
        | NotificationKind::SwapExpired => vec![format!("/roster/swaps/{}", text("swap_id"))],
        NotificationKind::RegistrationPending
        | NotificationKind::PasswordReset
        | NotificationKind::AdminPasswordReset
        | NotificationKind::PinReset
        | NotificationKind::SecondFactorReset => vec![format!("/users/{}", text("user_id"))],
        NotificationKind::TimesheetSubmitted
        | NotificationKind::TimesheetDecided
        | NotificationKind::TimesheetVoided
        | NotificationKind::TimesheetDue
        | NotificationKind::TimesheetsToApprove
        | NotificationKind::PayApprovalNeeded
        | NotificationKind::PayApprovalDecided
        | NotificationKind::TimeAccountMarkPassed => panic!("this company has no pay periods"),
        NotificationKind::ClockOutReminder => panic!("reminders aren't in inboxes"),
        NotificationKind::KioskPinsFailing => panic!("nobody guesses PINs here"),
        NotificationKind::WebhookPaused => panic!("no webhook fails here"),
        NotificationKind::TerminalSilent | NotificationKind::TerminalClockWrong => panic!("no terminal is here"),
        NotificationKind::ExportReady | NotificationKind::ExportFailed => panic!("nobody asks for an export here"),
        NotificationKind::ImportFinished => panic!("nobody imports a sheet here"),
        NotificationKind::HolidaySubscriptionFailed => panic!("the company subscribes to no calendar"),
    }
}

#[tokio::test]
async fn notifications_of_all_kinds_contain_only_data_the_api_shows_them() {
    let mut scene = Scene::start().await;
    scene.a_week().await;
    let mut told: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut hidden: BTreeSet<String> = BTreeSet::new();
    for (name, onlooker) in &scene.onlookers {
        let reply = scene.company.get("/notifications?limit=200").by(&onlooker.person).send().await.expect(200);
        let pushed: Vec<&Value> = onlooker.heard.iter().filter(|message| message["type"] == "notification").collect();
        let mut listed: Vec<&Value> = reply.items().iter().collect();
        listed.reverse();
        let shown: Vec<Value> = pushed.iter().map(|message| message["data"].clone()).collect();
        // Responses contain names next to ids; messages of live connections contain only the ids.
        let listed_ids: Vec<Value> = listed.iter().map(|item| without_names(item)).collect();
        assert_eq!(shown, listed_ids, "{name}: on the screen, and in the inbox");
        for item in listed {
            let kind = item["kind"].as_str().unwrap();
            told.entry(kind.to_owned()).or_default().insert(name);
            for path in shown_at(kind, &item["data"]) {
                assert!(scene.shows(name, &path).await, "{name} was told what they can't see: {path}, {item}");
                for other in scene.onlookers.keys() {
                    if !hidden.contains(kind) && !scene.shows(other, &path).await {
                        hidden.insert(kind.to_owned());
                    }
                }
            }
        }
    }
    let kinds = |kind: &NotificationKind| serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned();
    // Their journeys are in `timesheets`, `pay_rules`, `reports/exports.rs`, `imports`, `people/holidays.rs`, `accounts`, `kiosk` and `webhooks`.
    let elsewhere = [
        NotificationKind::TimesheetSubmitted,
        NotificationKind::TimesheetDecided,
        NotificationKind::TimesheetVoided,
        NotificationKind::TimesheetDue,
        NotificationKind::TimesheetsToApprove,
        NotificationKind::PayApprovalNeeded,
        NotificationKind::PayApprovalDecided,
        NotificationKind::TimeAccountMarkPassed,
        NotificationKind::ExportReady,
        NotificationKind::ExportFailed,
        NotificationKind::ImportFinished,
        NotificationKind::HolidaySubscriptionFailed,
        NotificationKind::PasswordReset,
        NotificationKind::AdminPasswordReset,
        NotificationKind::PinReset,
        NotificationKind::SecondFactorReset,
        NotificationKind::KioskPinsFailing,
        NotificationKind::ClockOutReminder,
        NotificationKind::WebhookPaused,
        NotificationKind::TerminalSilent,
        NotificationKind::TerminalClockWrong,
    ];
    let caused: BTreeSet<String> =
        NotificationKind::ALL.iter().filter(|kind| !elsewhere.contains(kind)).map(kinds).collect();
    assert_eq!(told.keys().cloned().collect::<BTreeSet<_>>(), caused, "each kind was told: {told:?}");
    assert_eq!(hidden, caused, "and of each kind something that somebody may not see");
}

#[tokio::test]
async fn live_updates_contain_only_days_and_presences_the_api_shows_them() {
    let mut scene = Scene::start().await;
    scene.a_week().await;
    let [harbour, workshop] = scene.departments.clone();
    let (mut days, mut presences) = (BTreeSet::new(), BTreeSet::new());
    for (name, onlooker) in &scene.onlookers {
        for message in &onlooker.heard {
            let data = &message["data"];
            match message["type"].as_str().unwrap() {
                "day" => {
                    let (whose, on) = (data["user_id"].as_str().unwrap(), data["date"].as_str().unwrap());
                    assert!(scene.shows(name, &format!("/attendance/{whose}/{on}")).await, "{name}: {message}");
                    days.insert((*name, whose.to_owned()));
                }
                "presence" => {
                    let own = if ["maria", "paul"].contains(name) { &harbour } else { &workshop };
                    let board = format!("/attendance/board?date=2026-11-09&department_id={own}&limit=200");
                    let board = scene.company.get(&board).by(&onlooker.person).send().await.expect(200);
                    for change in data["changes"].as_array().unwrap() {
                        let is_shown = board.items().iter().any(|row| row["user_id"] == change["user_id"]);
                        assert!(is_shown, "{name}: {message}");
                        presences.insert((*name, change["user_id"].as_str().unwrap().to_owned()));
                    }
                }
                "notification" => {}
                other => panic!("{name} heard of {other}: {message}"),
            }
        }
    }
    let whose = |shown: &BTreeSet<(&str, String)>, whom: &str| -> Vec<String> {
        shown.iter().filter(|(_, whose)| whose == scene.id(whom)).map(|(name, _)| (*name).to_owned()).collect()
    };
    assert_eq!(whose(&days, "maria"), ["ada", "gina", "hana", "maria"]);
    assert_eq!(whose(&days, "olga"), ["ada", "gina", "olga", "wilma"]);
    assert_eq!(whose(&presences, "maria"), ["maria", "paul"]);
    assert_eq!(whose(&presences, "olga"), ["hana", "olga", "wilma"]);
}
