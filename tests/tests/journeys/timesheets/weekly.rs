//! Overtime by week after a close and across pay periods: docs/rules.md, "Timesheets", with the numbers of the section.

use rollcall_tests::Company;
use serde_json::{Value, json};

use super::{HOUR, NEXT_WEEK, Payroll, WEEK, seconds};

/// The month in which the week from Monday 30 November to Sunday 6 December begins.
const NOVEMBER: &str = "/pay/periods/2026-11-01..2026-11-30";
const DECEMBER: &str = "/pay/periods/2026-12-01..2026-12-31";
const JANUARY: &str = "/pay/periods/2027-01-01..2027-01-31";

impl Payroll {
    /// A company that pays by the month, on Monday 30 November 2026, 08:00.
    async fn by_month() -> Self {
        let company = Company::start_at("2026-11-30T08:00:00+03:00", "Europe/Istanbul").await;
        company.settings(json!({"pay_period": {"kind": "month"}, "breaks": {"paid": false}})).await;
        company.person("maria", json!({})).await;
        let (admin, maria) = (company.sign_in("ada").await, company.sign_in("maria").await);
        Self { company, admin, maria }
    }

    /// Gives Maria rules with overtime by week beyond a threshold.
    async fn overtime_by_week(&self, after: Value, needs_approval: bool) {
        let overtime = json!({"per": "week", "after": after, "code": "overtime", "needs_approval": needs_approval});
        self.rules(json!({"overtime": [overtime]})).await;
        self.company.settle().await;
    }

    /// A company that pays by the month, with overtime by week beyond a threshold, on another date.
    async fn by_month_at(now: &str, after: Value) -> Self {
        let mut payroll = Self::by_month().await;
        payroll.overtime_by_week(after, false).await;
        payroll.company.set_clock(now).await;
        payroll.sign_in().await;
        payroll
    }

    /// Gives Maria these pay rules, and returns their id.
    async fn rules(&self, mut version: Value) -> String {
        version["effective_from"] = json!("2020-01-01");
        let rules = json!({"name": "Rules", "versions": [version]});
        let rules = self.company.post("/pay/rules").by(&self.admin).json(rules).send().await.expect(201);
        let profile = json!({"personnel_number": "1", "rules_id": rules.str("id"), "account": false,
            "effective_from": "2020-01-01"});
        let path = format!("/users/{}/pay-profile", self.maria.id);
        self.company.put(&path).by(&self.admin).json(profile).send().await.expect(200);
        rules.str("id").to_owned()
    }

    async fn sick(&self, start_date: &str, end_date: &str) {
        let sick = json!({"user_id": self.maria.id, "type": "sick", "start_date": start_date, "end_date": end_date});
        self.company.post("/leave/requests").by(&self.admin).json(sick).send().await.expect(201);
        self.company.settle().await;
    }

    /// Ten hours from Monday to Thursday.
    async fn ten_hours_until_thursday(&self) {
        for day in 2..=5 {
            self.worked(&format!("2026-11-0{day}"), 9, 20, json!({})).await.expect(200);
        }
        self.company.settle().await;
    }

    /// Ten hours from Monday to Thursday. Friday's shift of eight hours was missed, which is excused.
    async fn four_long_days(&self) {
        self.ten_hours_until_thursday().await;
        let path = format!("/attendance/{}/2026-11-06/excuse", self.maria.id);
        let excuse = self.company.post(&path).by(&self.admin).json(json!({"reason": "Her child was ill"}));
        excuse.send().await.expect(200);
        self.company.settle().await;
    }

    /// The dates and times that wait for approval.
    async fn waiting(&self) -> Vec<(Value, Value)> {
        let listed = self.company.get("/approvals").by(&self.admin).send().await.expect(200);
        let of_pay = |item: &&Value| item["kind"] == "pay_approval";
        let time = |item: &Value| (item["pay_approval"]["date"].clone(), item["pay_approval"]["waiting"].clone());
        listed.items().iter().filter(of_pay).map(time).collect()
    }

    async fn approve_and_close(&self, period: &str) {
        let approve = format!("{period}/timesheets/{}/approve", self.maria.id);
        self.company.post(&approve).by(&self.admin).json(json!({})).send().await.expect(200);
        let others = json!({"leave_out": [self.admin.id]});
        self.company.post(&format!("{period}/close")).by(&self.admin).json(others).send().await.expect(202);
        self.company.settle().await;
    }
}

/// The changed days of a timesheet: date, and differences of regular time, overtime and paid absence in hours.
fn differences(timesheet: &Value) -> Vec<(String, i64, i64, i64)> {
    let hours = |day: &Value, code: &str| seconds(&day["codes"], code) / HOUR;
    let told = |day: &Value| {
        let date = day["date"].as_str().unwrap().to_owned();
        (date, hours(day, "regular"), hours(day, "overtime"), hours(day, "absence_paid"))
    };
    timesheet["changed_days"].as_array().unwrap().iter().map(told).collect()
}

/// The time of Thursday that waits.
fn eight_hours_of_thursday() -> (Value, Value) {
    (json!("2026-11-05"), json!([{"subject": "overtime", "code": "overtime", "seconds": 8 * HOUR}]))
}

fn on(date: &str, regular: i64, overtime: i64, absence: i64) -> (String, i64, i64, i64) {
    (date.to_owned(), regular, overtime, absence)
}

#[tokio::test]
async fn a_sick_note_after_the_close_moves_overtime_of_earlier_days_of_its_week() {
    let payroll = Payroll::without_work().await;
    payroll.overtime_by_week(json!("scheduled"), false).await;
    payroll.four_long_days().await;
    let open = payroll.timesheet(WEEK).await;
    assert_eq!((seconds(&open["totals"], "regular"), seconds(&open["totals"], "overtime")), (40 * HOUR, 0), "{open}");
    payroll.approve_and_close(WEEK).await;

    // The scheduled time of the week falls from 40 hours to 32.
    payroll.sick("2026-11-06", "2026-11-06").await;
    let next = payroll.timesheet(NEXT_WEEK).await;
    assert_eq!(differences(&next), [on("2026-11-05", -8, 8, 0), on("2026-11-06", 0, 0, 8)], "{next}");
}

#[tokio::test]
async fn overtime_of_earlier_days_that_leave_makes_waits_for_approval() {
    let payroll = Payroll::without_work().await;
    payroll.overtime_by_week(json!("scheduled"), true).await;
    payroll.four_long_days().await;
    assert_eq!(payroll.waiting().await, []);
    payroll.sick("2026-11-06", "2026-11-06").await;
    assert_eq!(payroll.waiting().await, [eight_hours_of_thursday()]);
}

#[tokio::test]
async fn overtime_that_a_day_off_makes_waits_for_approval() {
    let payroll = Payroll::opened_until(5, "2026-11-05T20:30:00+03:00").await;
    payroll.overtime_by_week(json!("scheduled"), true).await;
    payroll.ten_hours_until_thursday().await;
    assert_eq!(payroll.waiting().await, []);

    // Friday's shift is planned off: the scheduled time of the week falls from 40 hours to 32.
    let friday = format!("/roster/{}/days/2026-11-06", payroll.maria.id);
    let off = json!({"off": true, "reason": "She has worked long days"});
    payroll.company.put(&friday).by(&payroll.admin).json(off).send().await.expect(200);
    payroll.company.settle().await;
    assert_eq!(payroll.waiting().await, [eight_hours_of_thursday()]);
    let timesheet = payroll.timesheet(WEEK).await;
    let pending: Vec<&Value> =
        timesheet["blockers"].as_array().unwrap().iter().filter(|it| it["kind"] == "overtime_pending").collect();
    assert_eq!(pending.len(), 1, "{timesheet}");

    // With the shift, nothing waits.
    payroll.company.delete(&friday).by(&payroll.admin).send().await.expect(204);
    payroll.company.settle().await;
    assert_eq!(payroll.waiting().await, []);
}

#[tokio::test]
async fn overtime_that_other_days_off_or_a_leaver_make_waits_for_approval() {
    for is_leaver in [false, true] {
        let payroll = Payroll::opened_until(5, "2026-11-05T20:30:00+03:00").await;
        payroll.overtime_by_week(json!("scheduled"), true).await;
        payroll.ten_hours_until_thursday().await;
        assert_eq!(payroll.waiting().await, []);
        if is_leaver {
            let last = json!({"left_on": "2026-11-05"});
            let path = format!("/users/{}", payroll.maria.id);
            payroll.company.patch(&path).by(&payroll.admin).json(last).send().await.expect(200);
        } else {
            let days_off = json!({"weekly_offs": {"max": 3}, "default_weekly_offs": ["friday", "saturday", "sunday"]});
            payroll.company.settings(days_off).await;
        }
        payroll.company.settle().await;
        assert_eq!(payroll.waiting().await, [eight_hours_of_thursday()], "is_leaver: {is_leaver}");
    }
}

#[tokio::test]
async fn an_hour_less_on_monday_after_the_close_moves_overtime_of_saturday() {
    let payroll = Payroll::without_work().await;
    payroll.overtime_by_week(json!({"minutes": 2400}), false).await;
    for day in 2..=6 {
        payroll.worked(&format!("2026-11-0{day}"), 9, 18, json!({})).await.expect(200);
    }
    payroll.worked("2026-11-07", 9, 14, json!({})).await.expect(200);
    payroll.company.settle().await;
    let open = payroll.timesheet(WEEK).await;
    let totals = (seconds(&open["totals"], "regular"), seconds(&open["totals"], "overtime"));
    assert_eq!(totals, (40 * HOUR, 4 * HOUR), "{open}");
    payroll.approve_and_close(WEEK).await;

    payroll.worked("2026-11-02", 9, 17, json!({"after_close": true})).await.expect(200);
    let next = payroll.timesheet(NEXT_WEEK).await;
    assert_eq!(differences(&next), [on("2026-11-02", -1, 0, 0), on("2026-11-07", 1, -1, 0)], "{next}");
    assert_eq!((seconds(&next["totals"], "regular"), seconds(&next["totals"], "overtime")), (0, -HOUR));
}

#[tokio::test]
async fn only_the_changed_day_of_a_closed_week_follows_the_current_rules() {
    let payroll = Payroll::without_work().await;
    let daily = |minutes: u32| json!({"overtime": [{"per": "day", "after": {"minutes": minutes}, "code": "overtime"}]});
    let rules = payroll.rules(daily(480)).await;
    for day in 2..=6 {
        payroll.worked(&format!("2026-11-0{day}"), 9, 19, json!({})).await.expect(200);
    }
    payroll.company.settle().await;
    payroll.approve_and_close(WEEK).await;
    let mut version = daily(420);
    version["effective_from"] = json!("2020-01-01");
    let changed = json!({"name": "Rules", "versions": [version]});
    payroll.company.put(&format!("/pay/rules/{rules}")).by(&payroll.admin).json(changed).send().await.expect(200);
    payroll.company.settle().await;
    assert_eq!(differences(&payroll.timesheet(NEXT_WEEK).await), [], "the closed week keeps what it paid");

    payroll.worked("2026-11-03", 9, 20, json!({"after_close": true})).await.expect(200);
    let next = payroll.timesheet(NEXT_WEEK).await;
    assert_eq!(differences(&next), [on("2026-11-03", -1, 2, 0)], "{next}");
}

#[tokio::test]
async fn each_hour_of_a_week_over_the_end_of_a_month_is_paid_with_its_date() {
    let payroll = Payroll::by_month_at("2026-12-07T08:00:00+03:00", json!({"minutes": 2400})).await;
    // Ten hours from Monday 30 November to Friday 4 December: the fifth day is beyond 40 hours.
    for date in ["2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04"] {
        payroll.worked(date, 9, 20, json!({})).await.expect(200);
    }
    payroll.company.settle().await;
    let totals = async |period: &str| {
        let timesheet = payroll.timesheet(period).await;
        (seconds(&timesheet["totals"], "regular") / HOUR, seconds(&timesheet["totals"], "overtime") / HOUR)
    };
    assert_eq!((totals(NOVEMBER).await, totals(DECEMBER).await), ((10, 0), (30, 10)));
    payroll.approve_and_close(NOVEMBER).await;

    // An hour less on Monday after the close: Monday is a difference, and Friday counts Monday as it is now.
    payroll.worked("2026-11-30", 9, 19, json!({"after_close": true})).await.expect(200);
    payroll.company.settle().await;
    let december = payroll.timesheet(DECEMBER).await;
    assert_eq!(differences(&december), [on("2026-11-30", -1, 0, 0)], "{december}");
    assert_eq!((totals(NOVEMBER).await, totals(DECEMBER).await), ((10, 0), (30, 9)));
}

#[tokio::test]
async fn leave_moves_overtime_of_a_week_that_began_in_a_closed_month() {
    let payroll = Payroll::by_month_at("2026-12-01T08:00:00+03:00", json!("scheduled")).await;
    payroll.worked("2026-11-30", 9, 20, json!({})).await.expect(200);
    payroll.company.settle().await;
    payroll.approve_and_close(NOVEMBER).await;

    // The scheduled time of the week falls from 40 hours to the eight of Monday.
    payroll.sick("2026-12-01", "2026-12-04").await;
    let december = payroll.timesheet(DECEMBER).await;
    assert_eq!(differences(&december), [on("2026-11-30", -2, 2, 0)], "{december}");
}

#[tokio::test]
async fn an_hour_less_in_an_open_month_moves_overtime_of_the_closed_next_one() {
    let payroll = Payroll::by_month_at("2027-01-04T08:00:00+03:00", json!({"minutes": 2400})).await;
    for date in ["2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04"] {
        payroll.worked(date, 9, 20, json!({})).await.expect(200);
    }
    payroll.company.settle().await;
    // November stays open.
    payroll.approve_and_close(DECEMBER).await;
    assert_eq!(payroll.timesheet(JANUARY).await["changed_days"], json!([]));

    // An hour less on Monday: December has paid an hour of Friday's overtime too much.
    payroll.worked("2026-11-30", 9, 19, json!({})).await.expect(200);
    payroll.company.settle().await;
    let january = payroll.timesheet(JANUARY).await;
    assert_eq!(differences(&january), [on("2026-12-04", 1, -1, 0)], "{january}");
    let november = payroll.timesheet(NOVEMBER).await;
    assert_eq!(seconds(&november["totals"], "regular"), 9 * HOUR, "{november}");

    // November is closed afterwards, and pays its own date. The difference stays.
    payroll.approve_and_close(NOVEMBER).await;
    let january = payroll.timesheet(JANUARY).await;
    assert_eq!(differences(&january), [on("2026-12-04", 1, -1, 0)], "{january}");
}

#[tokio::test]
async fn leave_in_an_open_month_moves_overtime_of_the_closed_month_after_it() {
    let payroll = Payroll::by_month_at("2027-01-04T08:00:00+03:00", json!("scheduled")).await;
    for date in ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04"] {
        payroll.worked(date, 9, 20, json!({})).await.expect(200);
    }
    payroll.company.settle().await;
    payroll.approve_and_close(DECEMBER).await;

    // The scheduled time of the week falls from 40 hours to 32.
    payroll.sick("2026-11-30", "2026-11-30").await;
    let january = payroll.timesheet(JANUARY).await;
    assert_eq!(differences(&january), [on("2026-12-04", -8, 8, 0)], "{january}");
}

#[tokio::test]
async fn a_late_holiday_is_paid_for_night_shifts_that_reach_into_it() {
    // No days are created, so that no shift is missed.
    let payroll = Payroll::opened_until(1, "2026-11-09T08:00:00+03:00").await;
    let (company, admin) = (&payroll.company, &payroll.admin);
    let code = json!({"name": "Holiday work", "kind": "premium", "multiplier": 1.0});
    company.put("/pay/codes/holiday_work").by(admin).json(code).send().await.expect(200);
    let premium = json!({"code": "holiday_work", "from": "00:00", "until": "00:00", "days": ["holiday"]});
    payroll.rules(json!({"premiums": [premium]})).await;
    for (date, next) in [("2026-11-07", "2026-11-08"), ("2026-11-08", "2026-11-09")] {
        let session = json!({"clock_in": format!("{date}T20:00:00+03:00"), "clock_out": format!("{next}T04:00:00+03:00"),
            "breaks": []});
        let edit = json!({"sessions": [session], "reason": "Entered"});
        company.put(&format!("/attendance/{}/{date}", payroll.maria.id)).by(admin).json(edit).send().await.expect(200);
    }
    company.settle().await;
    payroll.approve_and_close(WEEK).await;
    let premiums = async |date: &str| -> Vec<(String, i64)> {
        let holiday = json!({"date": date, "name": "Port day"});
        company.post("/holidays").by(admin).json(holiday).send().await.expect(201);
        company.settle().await;
        let next = payroll.timesheet(NEXT_WEEK).await;
        let hours = |day: &Value| seconds(&day["codes"], "holiday_work") / HOUR;
        let told = |day: &Value| (day["date"].as_str().unwrap().to_owned(), hours(day));
        next["changed_days"].as_array().unwrap().iter().map(told).collect()
    };
    let of = |date: &str, hours: i64| (date.to_owned(), hours);

    // Four hours of the shift of Saturday are on Sunday, and four of that of Sunday.
    assert_eq!(premiums("2026-11-08").await, [of("2026-11-07", 4), of("2026-11-08", 4)]);
    // The other four hours of the shift of Sunday are on Monday, a date of the open week.
    assert_eq!(premiums("2026-11-09").await, [of("2026-11-07", 4), of("2026-11-08", 8)]);
}
