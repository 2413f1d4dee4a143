//! The end of leave years, and low balances, as clients see them while time passes.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

use super::Team;
use crate::table::Table;

impl Team {
    /// Returns the sum of a leave year's ledger.
    async fn sum(&self, year: i16) -> f64 {
        self.ledger(year).await.into_iter().map(|(_, days)| days).sum()
    }

    /// Returns the number of Maria's items whose keys have a prefix.
    async fn items(&self, begin: &str) -> usize {
        let items = Table::of(&self.company).partition(&format!("USER#{}", self.maria.id)).await;
        items.iter().filter(|item| item["sk"].as_s().unwrap().starts_with(begin)).count()
    }

    /// Returns the number of facts about Maria's low balance.
    async fn lows(&self) -> usize {
        let events = Table::of(&self.company).partition(&format!("OUTBOX#user:{}", self.maria.id)).await;
        let facts = events.iter().flat_map(|event| event["facts"].as_l().unwrap());
        let kind = |fact: &AttributeValue| fact.as_m().unwrap()["kind"].as_s().unwrap().clone();
        facts.filter(|fact| kind(fact) == "leave_balance_low").count()
    }

    async fn clock_in_and_out(&self, date: &str, at: &str) {
        for (path, at) in [("/clock/in", at), ("/clock/out", "18:00")] {
            self.at(&format!("{date}T{at}")).await;
            let reply = self.company.post(path).by(&self.maria().await).send().await;
            assert!(reply.status.is_success(), "{}", reply.text);
        }
    }
}

#[tokio::test]
async fn carry_over_is_spent_then_expires() {
    let carry_over =
        json!({"carry_over_days": 5, "carry_over_expires_after_months": 3, "expire_only_after_notice": false});
    let team = Team::with(carry_over).await;
    team.approved("2026-11-09", "2026-11-13").await;
    team.approved("2027-04-05", "2027-04-08").await;

    team.at("2027-01-04T08:00").await;
    team.approved("2027-02-01", "2027-02-02").await;
    let year = team.balance(2026).await;
    assert_eq!(
        (&year["available_days"], &year["carried_days"], &year["expired_days"]),
        (&json!(0.0), &json!(-5.0), &json!(5.0))
    );
    let year = team.balance(2027).await;
    assert_eq!(
        (&year["available_days"], &year["carried_days"], &year["used_days"]),
        (&json!(14.0), &json!(5.0), &json!(6.0))
    );

    team.at("2027-04-01T08:00").await;
    team.ask_for("2027-05-03", "2027-05-03").await.expect(201);
    let year = team.balance(2027).await;
    assert_eq!((&year["expired_days"], &year["pending_days"]), (&json!(3.0), &json!(1.0)));
    assert_eq!(team.days(2027).await, [10.0, 1.0, 6.0]);

    assert_eq!((team.sum(2026).await, team.sum(2027).await), (0.0, 10.0), "a balance is the fold of its ledger");
    let entries = team.items("LEDGER#").await;
    assert_eq!((entries, team.items("BOOKED#").await), (16, 16), "each entry stands once under what it was booked for");
}

#[tokio::test]
async fn a_leave_year_from_april_pays_for_its_own_dates() {
    let team = Team::with(json!({"leave_year_start": "04-01"})).await;
    team.ask_for("2027-03-29", "2027-04-02").await.expect(201);
    let year = team.balance(2026).await;
    assert_eq!((&year["from"], &year["to"]), (&json!("2026-04-01"), &json!("2027-03-31")));
    assert_eq!((team.days(2026).await, team.days(2027).await), ([12.0, 3.0, 0.0], [13.0, 2.0, 0.0]));
}

#[tokio::test]
async fn a_balance_below_the_threshold_is_announced_once() {
    let team = Team::start().await;
    team.approved("2026-11-16", "2026-12-01").await;
    assert_eq!((team.days(2026).await, team.lows().await), ([3.0, 0.0, 12.0], 0));
    team.clock_in_and_out("2026-11-02", "09:37").await;
    assert_eq!(team.lows().await, 1);
    team.clock_in_and_out("2026-11-03", "09:37").await;
    assert_eq!((team.days(2026).await, team.lows().await), ([2.84, 0.0, 12.0], 1));
}

#[tokio::test]
async fn the_first_entry_and_another_length_of_a_leave_day_exclude_each_other() {
    let team = Team::start().await;
    let admin = team.company.sign_in("ada").await;
    let change = team.company.patch("/settings").by(&admin).json(json!({"leave_day_minutes": 450}));
    change.send().await.expect_problem(409, "ledger_started");
    let org = Table::of(&team.company).partition("ORG").await;
    assert_eq!(org.iter().filter(|item| item["sk"].as_s().unwrap() == "LEDGER").count(), 1);
}

#[tokio::test]
async fn a_new_allowance_also_changes_next_years_grant_if_it_was_booked() {
    let team = Team::start().await;
    team.ask_for("2027-03-01", "2027-03-01").await.expect(201);
    let admin = team.company.sign_in("ada").await;
    let change = team.company.patch(&format!("/users/{}", team.maria.id)).by(&admin);
    change.json(json!({"annual_leave_days": 20})).send().await.expect(200);
    assert_eq!((team.days(2026).await, team.days(2027).await), ([20.0, 0.0, 0.0], [19.0, 1.0, 0.0]));
    assert_eq!(team.ledger(2027).await.last(), Some(&("grant".to_owned(), 5.0)));
}

#[tokio::test]
async fn two_late_minutes_show_less_than_fifteen_days_and_refuse_fifteen() {
    let team = Team::with(json!({"late_grace_minutes": 0})).await;
    team.clock_in_and_out("2026-11-02", "09:02").await;
    assert_eq!(team.days(2026).await, [14.99, 0.0, 0.0]);
    assert_eq!(team.balance(2026).await["deducted_days"], 0.01);
    assert_eq!(team.booked(2026).await, ["late_deduction -0.01"]);
    // Fifteen working days.
    let refused = team.ask_for("2026-11-03", "2026-11-23").await.expect_problem(409, "insufficient_balance");
    let detail = refused.str("detail");
    let both = "has 14.99 days (14 days 7 h 58 min) left. The request needs 15 days.";
    assert!(detail.contains(both), "{detail}");
    team.ask_for("2026-11-03", "2026-11-20").await.expect(201);
}

#[tokio::test]
async fn a_past_years_balance_is_its_ledgers_sum_before_anything_was_booked() {
    let team = Team::with(json!({"expire_only_after_notice": false})).await;
    team.at("2027-01-05T08:00").await;
    for year in [2026, 2027] {
        let (balance, ledger) = (team.balance(year).await, team.ledger(year).await);
        let sum = |kind: &str| ledger.iter().filter(|(of, _)| of == kind).map(|(_, days)| days).sum::<f64>();
        assert_eq!(balance["granted_days"], sum("grant"), "{year}");
        assert_eq!(balance["expired_days"], -sum("expiry"), "{year}");
        assert_eq!(balance["available_days"], team.sum(year).await, "{year}");
    }
    assert_eq!(team.ledger(2026).await, [("grant".to_owned(), 15.0), ("expiry".to_owned(), -15.0)]);
    assert_eq!(team.ledger(2027).await, [("grant".to_owned(), 15.0)]);
    assert_eq!(team.items("LEDGER#").await, 1, "nobody's looking books anything");

    // Page by page, and the same after it was booked.
    let page = async |after: &str| {
        let path = format!("/leave/balances/me/ledger?year=2026&limit=1{after}");
        team.company.get(&path).by(&team.maria().await).send().await.expect(200)
    };
    let first = page("").await;
    assert_eq!((&first.items()[0]["kind"], &first.items()[0]["booked"]), (&json!("expiry"), &json!(false)));
    let second = page(&format!("&cursor={}", first.str("next_cursor"))).await;
    assert_eq!((&second.items()[0]["kind"], &second.items()[0]["booked"]), (&json!("grant"), &json!(true)));
    assert_eq!(second.body.get("next_cursor"), None);
    team.ask_for("2027-02-01", "2027-02-01").await.expect(201);
    let booked = page("").await;
    assert_eq!(booked.items()[0]["id"], first.items()[0]["id"]);
    assert_eq!(booked.items()[0]["booked"], true);
}

impl Team {
    /// Runs a scheduled check.
    async fn check(&self, schedule: &str) {
        self.company.post(&format!("/_local/schedules/{schedule}")).send().await.expect(200);
        self.company.settle().await;
    }

    /// Returns the notifications about expiring leave in Maria's inbox, oldest first: the days, and the date by which they must
    /// be taken.
    async fn expiring(&self) -> Vec<(f64, String)> {
        let inbox = self.company.get("/notifications?limit=200").by(&self.maria().await).send().await.expect(200);
        let notices = inbox.items().iter().rev().filter(|item| item["kind"] == "leave_expiring");
        let told = |item: &Value| {
            (item["data"]["days"].as_f64().unwrap(), item["data"]["take_by"].as_str().unwrap().to_owned())
        };
        notices.map(told).collect()
    }
}

#[tokio::test]
async fn leave_expires_after_notices_that_the_ledger_proves() {
    let team = Team::with(json!({"carry_over_days": 5})).await;
    team.check("leave-year").await;
    team.check("balances").await;
    let year_end = || "2026-12-31".to_owned();
    assert_eq!(team.expiring().await, [(10.0, year_end())], "once, whichever check comes first");
    for (day, told) in [("2026-11-30", 1), ("2026-12-01", 2), ("2026-12-23", 2), ("2026-12-24", 3)] {
        team.at(&format!("{day}T03:10")).await;
        team.check("leave-year").await;
        assert_eq!(team.expiring().await.len(), told, "{day}");
    }
    let inbox = team.company.get("/notifications?limit=1").by(&team.maria().await).send().await.expect(200);
    assert_eq!(inbox.items()[0]["title"], "Your leave is about to expire");
    assert_eq!(
        inbox.items()[0]["body"],
        "10 days of annual leave of 2026 will expire unless you take them by Thu 31 Dec 2026."
    );
    let path = "/leave/balances/me/ledger?year=2026";
    let ledger = team.company.get(path).by(&team.maria().await).send().await.expect(200);
    let newest = &ledger.items()[0];
    assert_eq!(
        (&newest["kind"], &newest["days"], &newest["balance_after_days"]),
        (&json!("notice"), &json!(0.0), &json!(15.0))
    );
    assert_eq!(newest["notice"], json!({"expiring": "with_year", "days": 10.0, "take_by": "2026-12-31"}));
    team.at("2027-01-05T08:00").await;
    let year = team.balance(2026).await;
    assert_eq!((&year["expired_days"], &year["carried_days"]), (&json!(10.0), &json!(-5.0)));
    assert_eq!(team.days(2027).await, [20.0, 0.0, 0.0]);
}

#[tokio::test]
async fn days_without_a_notice_are_carried_over_in_full() {
    let team = Team::with(json!({"carry_over_days": 5})).await;
    team.at("2027-01-05T08:00").await;
    assert_eq!((team.days(2026).await, team.days(2027).await), ([0.0; 3], [30.0, 0.0, 0.0]));
    assert_eq!(team.sum(2026).await, 0.0, "the ledger says so too");
}

#[tokio::test]
async fn a_notice_that_leave_expires_can_not_be_muted() {
    let team = Team::start().await;
    let maria = team.maria().await;
    let muted = json!({"muted": ["leave_adjusted", "leave_expiring"]});
    let put = team.company.put("/notifications/preferences").by(&maria).json(muted);
    let refused = put.send().await.expect_invalid("muted");
    assert!(refused.text.contains("leave_expiring"), "{}", refused.text);
    let preferences = team.company.get("/notifications/preferences").by(&maria).send().await.expect(200);
    assert_eq!(preferences.body["muted"], json!([]), "nothing changed");
}
