//! Time accounts: docs/rules.md, "Time accounts", with the numbers of the section.

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

/// The seconds of an hour.
const HOUR: i64 = 3_600;

/// A company with Maria, who has a time account from 2 November 2026 on. Her shift is 09:00–18:00 with an hour of break.
struct Accounts {
    company: Company,
    maria: Person,
}

impl Accounts {
    /// Starts the company with rules for time accounts.
    async fn start(policy: Value) -> Self {
        let company = Company::start().await;
        company.settings(json!({"time_accounts": policy})).await;
        let maria = company.person("maria", json!({})).await;
        let accounts = Self { company, maria };
        accounts.profile(json!({"personnel_number": "1", "account": true, "effective_from": "2026-11-02"})).await;
        accounts
    }

    /// Starts the company, and books a week in which Maria worked from 08:00 to 17:00: an hour a day above her target. It is
    /// Tuesday 10 November, 12:00, and the account is booked through Sunday.
    async fn with_five_hours(policy: Value) -> Self {
        let accounts = Self::start(policy).await;
        accounts.at("2026-11-10").await;
        for day in 2..=6 {
            accounts.worked(&format!("2026-11-0{day}"), "08:00", "17:00").await;
        }
        accounts.run("close-day").await;
        accounts
    }

    /// Moves the clock to 12:00 of a date in Istanbul.
    async fn at(&self, date: &str) {
        self.company.set_clock(&format!("{date}T12:00:00+03:00")).await;
    }

    async fn run(&self, check: &str) {
        self.company.post(&format!("/_local/schedules/{check}")).send().await.expect(200);
        self.company.settle().await;
    }

    async fn admin(&self) -> Person {
        self.company.sign_in("ada").await
    }

    /// Adds a pay profile of Maria's.
    async fn profile(&self, profile: Value) {
        let path = format!("/users/{}/pay-profile", self.maria.id);
        self.company.put(&path).by(&self.admin().await).json(profile).send().await.expect(200);
    }

    /// Plans a date of Maria's roster.
    async fn plan(&self, date: &str, plan: Value) {
        let path = format!("/roster/{}/days/{date}", self.maria.id);
        self.company.put(&path).by(&self.admin().await).json(plan).send().await.expect(200);
        self.company.settle().await;
    }

    async fn edit(&self, date: &str, sessions: Value) {
        let path = format!("/attendance/{}/{date}", self.maria.id);
        let edit = json!({"sessions": sessions, "reason": "Entered"});
        self.company.put(&path).by(&self.admin().await).json(edit).send().await.expect(200);
    }

    async fn worked(&self, date: &str, from: &str, until: &str) {
        let at = |time: &str| format!("{date}T{time}:00+03:00");
        self.edit(date, json!([{"clock_in": at(from), "clock_out": at(until), "breaks": []}])).await;
    }

    async fn account(&self) -> Value {
        let path = format!("/pay/accounts/{}", self.maria.id);
        self.company.get(&path).by(&self.admin().await).send().await.expect(200).body
    }

    async fn balance(&self) -> i64 {
        self.account().await["balance_seconds"].as_i64().unwrap()
    }

    /// Returns all entries of the ledger, newest first.
    async fn ledger(&self) -> Vec<Value> {
        let path = format!("/pay/accounts/{}/ledger?limit=200", self.maria.id);
        self.company.get(&path).by(&self.admin().await).send().await.expect(200).items().clone()
    }

    async fn change(&self, what: &str, body: Value) -> Reply {
        let path = format!("/pay/accounts/{}/{what}", self.maria.id);
        self.company.post(&path).by(&self.admin().await).json(body).send().await
    }

    /// Requests leave of a date as Maria.
    async fn ask(&self, leave_type: &str, date: &str) -> Reply {
        let asked = json!({"type": leave_type, "start_date": date, "end_date": date});
        let maria = self.company.sign_in("maria").await;
        self.company.post("/leave/requests").by(&maria).json(asked).send().await
    }

    async fn decide(&self, request: &str, decision: Value) {
        let path = format!("/leave/requests/{request}/decision");
        self.company.post(&path).by(&self.admin().await).json(decision).send().await.expect(200);
        self.company.settle().await;
    }
}

#[tokio::test]
async fn each_change_of_a_booked_day_books_its_difference() {
    let accounts = Accounts::with_five_hours(json!({})).await;
    let account = accounts.account().await;
    assert_eq!((account["balance_seconds"].as_i64(), &account["as_of"]), (Some(5 * HOUR), &json!("2026-11-08")));
    accounts.change("payouts", json!({"seconds": HOUR, "code": "overtime"})).await.expect(201);
    assert_eq!(accounts.balance().await, 4 * HOUR, "paid out");
    accounts.change("adjustments", json!({"seconds": -1_800, "reason": "Correction"})).await.expect(201);
    assert_eq!(accounts.balance().await, 12_600, "adjusted");
    accounts.worked("2026-11-03", "08:00", "18:00").await;
    assert_eq!(accounts.balance().await, 16_200, "another hour on Tuesday");
    accounts.edit("2026-11-04", json!([])).await;
    assert_eq!(accounts.balance().await, 16_200 - 9 * HOUR, "Wednesday without work");
    let sick =
        json!({"user_id": accounts.maria.id, "type": "sick", "start_date": "2026-11-04", "end_date": "2026-11-04"});
    let admin = accounts.admin().await;
    accounts.company.post("/leave/requests").by(&admin).json(sick).send().await.expect(201);
    accounts.company.settle().await;
    assert_eq!(accounts.balance().await, 16_200 - HOUR, "a sick note for Wednesday");
    let ledger = accounts.ledger().await;
    let sum: i64 = ledger.iter().map(|entry| entry["seconds"].as_i64().unwrap()).sum();
    assert_eq!(sum, accounts.balance().await, "the balance is the sum of the ledger");
    let of_wednesday = ledger.iter().filter(|entry| entry["date"] == "2026-11-04");
    let revisions: Vec<(i64, i64)> =
        of_wednesday.map(|entry| (entry["revision"].as_i64().unwrap(), entry["seconds"].as_i64().unwrap())).collect();
    assert_eq!(revisions, [(2, 8 * HOUR), (1, -9 * HOUR), (0, HOUR)]);
    // A second run books nothing.
    accounts.run("close-day").await;
    assert_eq!(accounts.ledger().await.len(), ledger.len());
}

#[tokio::test]
async fn days_that_are_stored_after_their_dates_were_booked_count() {
    let accounts = Accounts::with_five_hours(json!({})).await;
    let employed = async |from: &str| {
        let path = format!("/users/{}", accounts.maria.id);
        let body = json!({"employments": [{"from": from, "until": null}]});
        accounts.company.patch(&path).by(&accounts.admin().await).json(body).send().await.expect(200);
        accounts.company.settle().await;
    };
    // Somebody who is hired later has no days yet, and the account is booked through Friday 13 November. What she worked before waits
    // for a review.
    employed("2026-11-16").await;
    accounts.at("2026-11-15").await;
    accounts.run("close-day").await;
    assert_eq!((accounts.balance().await, &accounts.account().await["as_of"]), (0, &json!("2026-11-13")));
    // An edit is a review.
    accounts.worked("2026-11-12", "08:00", "12:00").await;
    accounts.company.settle().await;
    accounts.run("close-day").await;
    assert_eq!(accounts.balance().await, 4 * HOUR, "four hours on Thursday");
    // She was employed all the time. On Monday, Tuesday, Wednesday and Friday she was absent.
    employed("2020-01-01").await;
    accounts.run("open-day").await;
    accounts.run("close-day").await;
    let (balance, ledger) = (accounts.balance().await, accounts.ledger().await);
    assert_eq!(balance, 5 * HOUR - 4 * 8 * HOUR - 4 * HOUR, "{ledger:?}");
    let sum: i64 = ledger.iter().map(|entry| entry["seconds"].as_i64().unwrap()).sum();
    assert_eq!(sum, balance);
    accounts.run("close-day").await;
    assert_eq!(accounts.ledger().await.len(), ledger.len(), "once");
}

#[tokio::test]
async fn days_that_are_opened_late_are_booked() {
    let accounts = Accounts::start(json!({})).await;
    accounts.at("2026-11-02").await;
    accounts.run("open-day").await;
    // `open-day` is down for three dates, and `close-day` isn't.
    accounts.at("2026-11-07").await;
    accounts.run("close-day").await;
    let before = accounts.balance().await;
    for _ in 0..4 {
        accounts.run("open-day").await;
    }
    accounts.run("close-day").await;
    let ledger = accounts.ledger().await;
    assert_eq!(accounts.account().await["as_of"], "2026-11-05");
    assert_eq!((before, accounts.balance().await), (-8 * HOUR, -32 * HOUR), "{ledger:?}");
}

#[tokio::test]
async fn time_above_the_cap_is_flagged_cut_or_paid() {
    for (above_cap, balance, code) in
        [("flag", 5 * HOUR, None), ("cut", 3 * HOUR, Some(Value::Null)), ("pay", 3 * HOUR, Some(json!("overtime")))]
    {
        let accounts = Accounts::with_five_hours(json!({"cap_hours": 3, "above_cap": above_cap})).await;
        let news = accounts.company.get("/notifications").by(&accounts.admin().await).send().await.expect(200);
        let marks: Vec<&Value> = news.items().iter().filter(|it| it["kind"] == "time_account_mark_passed").collect();
        assert_eq!(marks.len(), usize::from(above_cap == "flag"), "{marks:?}");
        let account = accounts.account().await;
        assert_eq!(account["balance_seconds"], balance, "{above_cap}");
        assert_eq!(account["is_above_cap"], above_cap == "flag");
        assert_eq!(account["cap_seconds"], 3 * HOUR);
        let ledger = accounts.ledger().await;
        let caps = ledger.iter().filter(|entry| entry["kind"] == "cap");
        let caps: Vec<_> = caps.map(|entry| (&entry["date"], &entry["seconds"], &entry["code"])).collect();
        let expected = code
            .as_ref()
            .map(|code| ["2026-11-06", "2026-11-05"].map(|date| (json!(date), json!(-HOUR), code.clone())));
        let expected: Vec<_> = expected.iter().flatten().map(|(date, seconds, code)| (date, seconds, code)).collect();
        assert_eq!(caps, expected, "{above_cap}");
    }
}

#[tokio::test]
async fn a_balance_that_passes_a_mark_is_announced_once() {
    let accounts = Accounts::with_five_hours(json!({"warn_above_hours": 4, "warn_below_hours": 2})).await;
    let marks = async || {
        let maria = accounts.company.sign_in("maria").await;
        let news = accounts.company.get("/notifications").by(&maria).send().await.expect(200);
        let marks = news.items().iter().filter(|it| it["kind"] == "time_account_mark_passed");
        marks.map(|it| it["body"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(marks().await.len(), 1, "five hours are above four");
    // Tuesday without work: three hours below zero.
    accounts.run("open-day").await;
    accounts.at("2026-11-12").await;
    accounts.run("close-day").await;
    assert_eq!(accounts.balance().await, -3 * HOUR);
    let news = marks().await;
    assert_eq!(news.len(), 2, "{news:?}");
    assert!(news[0].contains("minus"), "{news:?}");
}

#[tokio::test]
async fn edits_adjustments_and_payouts_announce_each_crossing_of_a_mark_once() {
    let accounts = Accounts::with_five_hours(json!({"warn_above_hours": 6, "warn_below_hours": 2})).await;
    let marks = async || {
        accounts.company.settle().await;
        let maria = accounts.company.sign_in("maria").await;
        let news = accounts.company.get("/notifications").by(&maria).send().await.expect(200);
        news.items().iter().filter(|it| it["kind"] == "time_account_mark_passed").count()
    };
    assert_eq!(marks().await, 0, "five hours");
    accounts.worked("2026-11-03", "08:00", "19:00").await;
    assert_eq!((accounts.balance().await, marks().await), (7 * HOUR, 1), "an edit crosses six hours");
    accounts.worked("2026-11-04", "08:00", "18:00").await;
    assert_eq!(marks().await, 1, "eight hours are above the mark already");
    accounts.change("payouts", json!({"seconds": 3 * HOUR, "code": "overtime"})).await.expect(201);
    assert_eq!((accounts.balance().await, marks().await), (5 * HOUR, 1));
    accounts.change("adjustments", json!({"seconds": 2 * HOUR, "reason": "Training"})).await.expect(201);
    assert_eq!((accounts.balance().await, marks().await), (7 * HOUR, 2), "an adjustment crosses it again");
    // An edit takes the balance below the mark, and another one above it again.
    accounts.worked("2026-11-03", "08:00", "17:00").await;
    assert_eq!((accounts.balance().await, marks().await), (5 * HOUR, 2));
    accounts.worked("2026-11-03", "08:00", "19:00").await;
    assert_eq!(marks().await, 3);
    accounts.change("adjustments", json!({"seconds": -10 * HOUR, "reason": "Correction"})).await.expect(201);
    assert_eq!(marks().await, 4, "three hours below zero");
    accounts.run("close-day").await;
    assert_eq!(marks().await, 4);
}

#[tokio::test]
async fn multipliers_that_codes_credit_are_entries_of_their_own() {
    let accounts = Accounts::start(json!({})).await;
    let code = async |code: &str, kind: &str, multiplier: f64, credits: bool| {
        let body = json!({"name": code, "kind": kind, "multiplier": multiplier, "credits_account": credits});
        let path = format!("/pay/codes/{code}");
        accounts.company.put(&path).by(&accounts.admin().await).json(body).send().await
    };
    code("absence_paid", "absence", 1.0, true).await.expect_invalid("credits_account");
    code("overtime", "overtime", 1.5, true).await.expect(200);
    code("night", "premium", 0.25, true).await.expect(200);
    let admin = accounts.admin().await;
    let version = json!({"effective_from": "2020-01-01", "overtime": [{"per": "day", "after": "scheduled", "code": "overtime"}],
        "premiums": [{"code": "night", "from": "22:00", "until": "06:00"}]});
    let rules = accounts.company.post("/pay/rules").by(&admin).json(json!({"name": "Rules", "versions": [version]}));
    let rules = rules.send().await.expect(201).str("id").to_owned();
    let path = format!("/users/{}/pay-profile", accounts.maria.id);
    let profile = json!({"personnel_number": "1", "account": true, "effective_from": "2026-11-02", "rules_id": rules});
    accounts.company.put(&path).by(&admin).json(profile).send().await.expect(200);

    accounts.at("2026-11-10").await;
    // The scheduled hours, an hour more on Tuesday, and a night from Wednesday to Thursday.
    for day in ["2026-11-02", "2026-11-05", "2026-11-06"] {
        accounts.worked(day, "09:00", "17:00").await;
    }
    accounts.worked("2026-11-03", "08:00", "17:00").await;
    let night =
        json!([{"clock_in": "2026-11-04T22:00:00+03:00", "clock_out": "2026-11-05T06:00:00+03:00", "breaks": []}]);
    accounts.edit("2026-11-04", night).await;
    accounts.run("close-day").await;
    let entries = async |kind: &str| -> Vec<(String, i64)> {
        let ledger = accounts.ledger().await;
        let of_kind = ledger.iter().filter(|entry| entry["kind"] == kind && entry["seconds"] != 0);
        of_kind.map(|it| (it["date"].as_str().unwrap().to_owned(), it["seconds"].as_i64().unwrap())).collect()
    };
    assert_eq!(entries("day").await, [("2026-11-03".to_owned(), HOUR)]);
    let credits = [("2026-11-04".to_owned(), 2 * HOUR), ("2026-11-03".to_owned(), 1_800)];
    assert_eq!(entries("credit").await, credits);
    assert_eq!(accounts.balance().await, HOUR + 1_800 + 2 * HOUR);

    // Another hour on Tuesday books the difference.
    accounts.worked("2026-11-03", "08:00", "18:00").await;
    accounts.company.settle().await;
    assert_eq!(accounts.balance().await, 2 * HOUR + HOUR + 2 * HOUR);
    let revisions: Vec<i64> = accounts
        .ledger()
        .await
        .iter()
        .filter(|entry| entry["kind"] == "credit" && entry["date"] == "2026-11-03")
        .map(|entry| entry["revision"].as_i64().unwrap())
        .collect();
    assert_eq!(revisions, [1, 0]);
    // So does a code that isn't credited any more.
    code("night", "premium", 0.25, false).await.expect(200);
    accounts.company.settle().await;
    assert_eq!(accounts.balance().await, 2 * HOUR + HOUR);
    let ledger = accounts.ledger().await;
    let sum: i64 = ledger.iter().map(|entry| entry["seconds"].as_i64().unwrap()).sum();
    assert_eq!(sum, accounts.balance().await, "the balance is the sum of the ledger");
}

#[tokio::test]
async fn what_exceeds_the_carried_hours_expires_at_the_settlement() {
    // The next date after Thursday 5 November is the settlement.
    let policy = json!({"settled_on": "11-06", "carry_over_hours": 1});
    let accounts = Accounts::with_five_hours(policy).await;
    // Four hours until Thursday, of which one stays, and an hour on Friday.
    assert_eq!(accounts.balance().await, 2 * HOUR);
    let ledger = accounts.ledger().await;
    let expiry = ledger.iter().find(|entry| entry["kind"] == "expiry").unwrap();
    assert_eq!((&expiry["date"], &expiry["seconds"]), (&json!("2026-11-05"), &json!(-3 * HOUR)));
    assert_eq!(accounts.account().await["expiring"], json!({"seconds": HOUR, "on": "2027-11-06"}));
}

#[tokio::test]
async fn time_off_below_the_floor_is_refused_whatever_its_type_was() {
    let accounts = Accounts::with_five_hours(json!({"floor_hours": 4})).await;
    // Eight hours of five leave three below zero.
    let first = accounts.ask("time_off", "2026-11-16").await.expect(201).str("id").to_owned();
    let account = accounts.account().await;
    assert_eq!((&account["reserved_seconds"], &account["available_seconds"]), (&json!(8 * HOUR), &json!(-3 * HOUR)));
    accounts.ask("time_off", "2026-11-17").await.expect_problem(409, "time_account_too_low");
    // Requested as annual leave, it can't become time off either.
    let second = accounts.ask("annual", "2026-11-17").await.expect(201).str("id").to_owned();
    let changed = json!({"type": "time_off", "start_date": "2026-11-17", "end_date": "2026-11-17"});
    let path = format!("/leave/requests/{second}");
    let maria = accounts.company.sign_in("maria").await;
    let change = || accounts.company.put(&path).by(&maria).json(changed.clone()).send();
    change().await.expect_problem(409, "time_account_too_low");
    // A refusal returns what the request reserved.
    accounts.decide(&first, json!({"status": "rejected", "note": "Inventory"})).await;
    assert_eq!(accounts.account().await["reserved_seconds"], 0);
    change().await.expect(200);
    assert_eq!(accounts.account().await["reserved_seconds"], 8 * HOUR);
    // A payout counts what is reserved: an hour is left above the floor.
    let too_much = json!({"seconds": HOUR + 1, "code": "overtime"});
    accounts.change("payouts", too_much).await.expect_problem(409, "time_account_too_low");
    accounts.change("payouts", json!({"seconds": HOUR, "code": "overtime"})).await.expect(201);
    assert_eq!(accounts.balance().await, 4 * HOUR);
}

#[tokio::test]
async fn time_off_takes_its_hours_from_the_account_when_the_date_is_over() {
    let accounts = Accounts::with_five_hours(json!({})).await;
    accounts.worked("2026-11-09", "09:00", "17:00").await;
    let request = accounts.ask("time_off", "2026-11-11").await.expect(201).str("id").to_owned();
    accounts.decide(&request, json!({"status": "approved"})).await;
    accounts.worked("2026-11-10", "03:00", "11:00").await;
    for date in ["2026-11-11", "2026-11-12", "2026-11-13"] {
        accounts.at(date).await;
        accounts.run("open-day").await;
    }
    accounts.run("close-day").await;
    let account = accounts.account().await;
    assert_eq!(
        (&account["as_of"], &account["balance_seconds"]),
        (&json!("2026-11-11"), &json!(-3 * HOUR)),
        "{account}"
    );
    assert_eq!(account["reserved_seconds"], 0);
    let last = &accounts.ledger().await[0];
    assert_eq!((&last["kind"], &last["seconds"]), (&json!("time_off"), &json!(-8 * HOUR)));
}

#[tokio::test]
async fn a_roster_changed_within_a_week_moves_the_targets_of_its_booked_dates() {
    let accounts = Accounts::start(json!({})).await;
    let contract =
        json!({"personnel_number": "1", "account": true, "weekly_minutes": 2400, "effective_from": "2026-11-02"});
    accounts.profile(contract).await;
    for (day, next) in [("2026-11-02", "2026-11-03"), ("2026-11-03", "2026-11-04"), ("2026-11-04", "2026-11-05")] {
        accounts.at(next).await;
        accounts.worked(day, "09:00", "17:00").await;
    }
    accounts.run("close-day").await;
    let account = accounts.account().await;
    assert_eq!((&account["as_of"], &account["balance_seconds"]), (&json!("2026-11-03"), &json!(0)), "5 × 8 hours");
    accounts.plan("2026-11-06", json!({"off": true, "reason": "Inventory"})).await;
    accounts.run("close-day").await;
    let account = accounts.account().await;
    assert_eq!(
        (&account["as_of"], &account["balance_seconds"]),
        (&json!("2026-11-03"), &json!(-4 * HOUR)),
        "4 × 10 hours"
    );
    accounts.at("2026-11-10").await;
    accounts.worked("2026-11-05", "09:00", "17:00").await;
    accounts.run("close-day").await;
    assert_eq!(accounts.balance().await, -8 * HOUR, "32 of the 40 hours");
}

#[tokio::test]
async fn the_week_of_a_contract_has_the_roster_of_the_next_year() {
    let accounts = Accounts::start(json!({})).await;
    accounts.at("2026-12-27").await;
    let contract =
        json!({"personnel_number": "1", "account": true, "weekly_minutes": 2400, "effective_from": "2026-12-28"});
    accounts.profile(contract).await;
    accounts.plan("2027-01-01", json!({"off": true, "reason": "Closed"})).await;
    accounts.at("2026-12-30").await;
    accounts.worked("2026-12-28", "09:00", "17:00").await;
    accounts.run("close-day").await;
    let of_monday = accounts.ledger().await.into_iter().find(|entry| entry["date"] == "2026-12-28").unwrap();
    assert_eq!(of_monday["seconds"], -2 * HOUR, "8 hours of 10: Friday is off");
}

#[tokio::test]
async fn people_without_an_account_have_none_and_take_no_time_off() {
    let accounts = Accounts::start(json!({})).await;
    let omar = accounts.company.person("omar", json!({})).await;
    accounts.company.get("/pay/accounts/me").by(&omar).send().await.expect_problem(409, "no_time_account");
    let asked = json!({"type": "time_off", "start_date": "2026-11-16", "end_date": "2026-11-16"});
    let ask = accounts.company.post("/leave/requests").by(&omar).json(asked);
    ask.send().await.expect_problem(409, "no_time_account");
}

#[tokio::test]
async fn a_punch_costs_the_same_with_an_account() {
    let accounts = Accounts::start(json!({"cap_hours": 3, "above_cap": "pay"})).await;
    accounts.company.person("omar", json!({})).await;
    accounts.at("2026-11-03").await;
    accounts.run("open-day").await;
    let mut costs = Vec::new();
    for username in ["maria", "omar"] {
        let person = accounts.company.sign_in(username).await;
        for punch in ["/clock/in", "/clock/out"] {
            accounts.company.reset_calls().await;
            accounts.company.post(punch).by(&person).json(json!({})).send().await.expect(if punch == "/clock/in" {
                201
            } else {
                200
            });
            let calls = accounts.company.get("/_local/calls").send().await.expect(200);
            let route = format!("POST {punch}");
            let routes = calls.body["routes"].as_array().unwrap();
            let operations = routes.iter().find(|it| it["route"] == route).unwrap()["operations"].as_array().unwrap();
            let told =
                |of: &Value| format!("{}: {} {} {}", of["operation"], of["count"], of["read_units"], of["write_units"]);
            costs.push(operations.iter().map(told).collect::<Vec<_>>());
        }
    }
    assert_eq!(costs[..2], costs[2..], "Maria has an account, Omar hasn't");
}
