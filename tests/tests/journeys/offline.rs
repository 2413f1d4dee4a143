//! Punches that a phone or a kiosk made without a network (docs/rules.md#offline-punches).

use std::time::Duration;

use futures_util::future::join_all;
use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

use crate::{
    kiosk::{Kiosk, PIN, kiosk},
    processor_time,
    table::Table,
};

/// The employee maria and the manager hana, on Monday evening.
struct Scene {
    company: Company,
}

const NINE_HOURS: [(&str, &str); 4] =
    [("in", "09:20"), ("break_start", "12:00"), ("break_end", "12:30"), ("out", "18:10")];

impl Scene {
    async fn start() -> Self {
        let company = Company::start().await;
        let harbour = company.department("Harbour").await;
        company.person("maria", json!({"department_id": harbour})).await;
        company.person("hana", json!({"role": "manager", "manages": [harbour]})).await;
        Self { company }
    }

    async fn at(&self, username: &str, time: &str) -> Person {
        self.company.set_clock(&instant(time)).await;
        self.company.sign_in(username).await
    }

    async fn send(&self, by: &Person, punches: &[Value]) -> Reply {
        let body = json!({"device_id": "phone", "punches": punches});
        self.company.post("/clock/batch").by(by).json(body).send().await
    }

    async fn day(&self, by: &Person) -> Value {
        self.company.get("/attendance/me/2026-11-02").by(by).send().await.expect(200).body
    }
}

/// Returns a time of Monday, or of a date.
fn instant(time: &str) -> String {
    match time.split_once(' ') {
        Some((date, time)) => format!("{date}T{time}:00+03:00"),
        None => format!("2026-11-02T{time}:00+03:00"),
    }
}

fn punch((action, time): (&str, &str)) -> Value {
    json!({"client_id": format!("{action}-{}", time.replace(' ', "T")), "action": action, "occurred_at": instant(time)})
}

fn punches(of: &[(&str, &str)]) -> Vec<Value> {
    of.iter().map(|of| punch(*of)).collect()
}

/// Returns the status and code of each result, in order.
fn outcomes(reply: &Reply) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let results = reply.body["results"].as_array().unwrap();
    results.iter().map(|result| (text(&result["status"]), text(&result["code"]))).collect()
}

fn statuses(reply: &Reply) -> Vec<String> {
    outcomes(reply).into_iter().map(|(status, _)| status).collect()
}

/// Returns the deduction of annual leave for lateness, in days.
async fn deducted(scene: &Scene, by: &Person) -> Value {
    let reply = scene.company.get("/leave/balances/me?year=2026").by(by).send().await.expect(200);
    reply.items().iter().find(|balance| balance["type"] == "annual").unwrap()["deducted_days"].clone()
}

const FIGURES: [&str; 6] =
    ["status", "worked_seconds", "break_seconds", "late_seconds", "early_leave_seconds", "overtime_seconds"];

#[tokio::test]
async fn nine_hours_offline_have_the_figures_of_punches_in_time() {
    let in_time = Scene::start().await;
    for (action, time) in NINE_HOURS {
        let maria = in_time.at("maria", time).await;
        let path = match action {
            "in" => "/clock/in",
            "out" => "/clock/out",
            "break_start" => "/breaks/start",
            _ => "/breaks/end",
        };
        let made = in_time.company.post(path).by(&maria).json(json!({})).send().await;
        assert!(made.status == 200 || made.status == 201, "{}", made.text);
    }
    let maria = in_time.at("maria", "18:20").await;
    let expected = in_time.day(&maria).await;
    let expected_deduction = deducted(&in_time, &maria).await;
    assert_eq!(expected_deduction, json!(0.05), "20 minutes of 480, rounded up");
    let expected_totals = Table::of(&in_time.company).month_totals(&maria.id, "2026-11-02").await;

    let offline = Scene::start().await;
    let maria = offline.at("maria", "18:20").await;
    let mut backwards = punches(&NINE_HOURS);
    backwards.reverse();
    let sent = offline.send(&maria, &backwards).await.expect(200);
    assert_eq!(statuses(&sent), ["taken"; 4]);
    assert_eq!(sent.body["results"][0]["client_id"], "in-09:20", "in the order of time");
    assert_eq!(
        (&sent.body["results"][0]["day"], &sent.body["results"][0]["at"]),
        (&json!("2026-11-02"), &json!(instant("09:20")))
    );
    let day = offline.day(&maria).await;
    for figure in FIGURES {
        assert_eq!(day[figure], expected[figure], "{figure}");
    }
    assert_eq!((&day["late_seconds"], &day["worked_seconds"]), (&json!(1_200), &json!(30_000)));
    let totals = Table::of(&offline.company).month_totals(&maria.id, "2026-11-02").await;
    for total in ["worked_seconds", "break_seconds", "late_seconds", "days_late", "days_present"] {
        assert_eq!(totals[total], expected_totals[total], "{total}");
    }
    assert_eq!(deducted(&offline, &maria).await, expected_deduction);
    assert_eq!(day["sessions"][0]["clock_in"]["source"], "offline");
    assert!(day["flags"].as_array().unwrap().contains(&json!("offline")));
    let kept = &day["offline_punches"][0];
    assert_eq!((&kept["occurred_at"], &kept["received_at"]), (&json!(instant("09:20")), &json!(instant("18:20"))));

    let again = offline.send(&maria, &punches(&NINE_HOURS)).await.expect(200);
    assert_eq!(outcomes(&again), vec![("duplicate".to_owned(), String::new()); 4]);
    assert_eq!(offline.day(&maria).await, day, "a second time changes nothing");
}

#[tokio::test]
async fn punches_of_a_kiosk_at_the_same_time_are_the_same_punches() {
    let scene = Scene::start().await;
    let kiosk = kiosk(&scene.company).await;
    set_pin(&scene.company, "maria").await;
    for (action, time) in [("in", "09:18"), ("out", "18:12")] {
        scene.company.set_clock(&instant(time)).await;
        let body = json!({"username": "maria", "pin": PIN, "action": action});
        scene.company.post("/kiosk/punch").token(&kiosk.token).json(body).send().await.expect(200);
    }
    let maria = scene.at("maria", "18:20").await;
    let sent = scene.send(&maria, &punches(&NINE_HOURS)).await.expect(200);
    let expected = [("duplicate", "already_recorded"), ("taken", ""), ("taken", ""), ("duplicate", "already_recorded")];
    assert_eq!(outcomes(&sent), expected.map(|(status, code)| (status.to_owned(), code.to_owned())));
    let day = scene.day(&maria).await;
    assert_eq!((&day["late_seconds"], &day["break_seconds"]), (&json!(1_080), &json!(1_800)));
}

#[tokio::test]
async fn a_bad_row_costs_no_other_and_a_bad_batch_says_where() {
    let scene = Scene::start().await;
    let maria = scene.at("maria", "18:20").await;
    let mut bad = punch(("break_end", "12:30"));
    bad["remark"] = json!("a break takes none at its end");
    let sent = scene.send(&maria, &[bad, punch(NINE_HOURS[0])]).await.expect(200);
    let expected = [("taken", ""), ("refused", "invalid_values")];
    assert_eq!(outcomes(&sent), expected.map(|(status, code)| (status.to_owned(), code.to_owned())));
    scene.send(&maria, &[]).await.expect_invalid("punches");
    let unnamed = json!({"action": "in", "occurred_at": instant("09:00")});
    scene.send(&maria, &[unnamed]).await.expect_invalid("punches[0].client_id");
    let body = json!({"punches": punches(&NINE_HOURS)});
    scene.company.post("/clock/batch").by(&maria).json(body).send().await.expect_invalid("device_id");
}

#[tokio::test]
async fn a_punch_sent_too_late_waits_and_an_approval_applies_it() {
    let scene = Scene::start().await;
    let maria = scene.at("maria", "2026-11-06 09:00").await;
    let sent = scene.send(&maria, &punches(&NINE_HOURS)).await.expect(200);
    assert_eq!(outcomes(&sent), vec![("pending_review".to_owned(), "too_late".to_owned()); 4]);
    let correction = sent.body["results"][0]["correction_id"].as_str().unwrap().to_owned();
    assert_eq!(scene.day(&maria).await["sessions"], json!([]));
    let again = scene.send(&maria, &punches(&NINE_HOURS)).await.expect(200);
    assert_eq!(again.body["results"], sent.body["results"], "a repeat waits as the same correction");

    let hana = scene.company.sign_in("hana").await;
    let waiting = scene.company.get("/approvals").by(&hana).send().await.expect(200);
    assert_eq!((waiting.items().len(), &waiting.items()[0]["kind"]), (1, &json!("correction")), "{}", waiting.text);
    let shown = scene.company.get(&format!("/corrections/{correction}")).by(&hana).send().await.expect(200).body;
    assert_eq!(shown["offline_punches"].as_array().unwrap().len(), 4);
    assert_eq!(shown["offline_punches"][0]["reason"], "too_late");
    assert_eq!(shown["after"]["worked_seconds"], 30_000);
    let path = format!("/corrections/{correction}/decision");
    scene.company.post(&path).by(&hana).json(json!({"status": "approved"})).send().await.expect(200);
    let maria = scene.company.sign_in("maria").await;
    let day = scene.day(&maria).await;
    assert_eq!((&day["late_seconds"], &day["worked_seconds"]), (&json!(1_200), &json!(30_000)));
}

#[tokio::test]
async fn late_punches_of_a_date_that_come_one_by_one_wait_together() {
    let scene = Scene::start().await;
    let maria = scene.at("maria", "2026-11-06 09:00").await;
    let mut corrections = Vec::new();
    for of in [("out", "18:10"), ("in", "09:20"), ("in", "2026-11-03 08:00")] {
        let sent = scene.send(&maria, &[punch(of)]).await.expect(200);
        assert_eq!(outcomes(&sent), [("pending_review".to_owned(), "too_late".to_owned())]);
        corrections.push(sent.body["results"][0]["correction_id"].as_str().unwrap().to_owned());
    }
    let [first, second, other_date] = &*corrections else { panic!("{corrections:?}") };
    assert_eq!(first, second);
    assert_ne!(first, other_date);
    let hana = scene.company.sign_in("hana").await;
    let shown = scene.company.get(&format!("/corrections/{first}")).by(&hana).send().await.expect(200).body;
    assert_eq!((&shown["version"], &shown["after"]["worked_seconds"]), (&json!(2), &json!(31_800)), "{shown}");
    let path = format!("/corrections/{first}/decision");
    scene.company.post(&path).by(&hana).json(json!({"status": "approved"})).send().await.expect(200);
    let maria = scene.company.sign_in("maria").await;
    assert_eq!(scene.day(&maria).await["worked_seconds"], 31_800);
    // What comes after the decision waits for itself.
    let sent = scene.send(&maria, &[punch(("out", "19:00"))]).await.expect(200);
    assert_ne!(sent.body["results"][0]["correction_id"], json!(first));
}

#[tokio::test]
async fn a_clock_that_was_moved_is_not_believed() {
    let scene = Scene::start().await;
    let maria = scene.at("maria", "18:20").await;
    let monotonic = |mut punch: Value, hours: u64| {
        punch["boot_id"] = json!("boot");
        punch["monotonic_ms"] = json!(hours * 3_600_000);
        punch
    };
    let body = json!({"device_id": "phone", "boot_id": "boot", "monotonic_ms": 10 * 3_600_000, "punches": [
        monotonic(punch(("in", "09:20")), 1),
        monotonic(punch(("out", "12:00")), 1),
        punch(("out", "18:00")),
    ]});
    let sent = scene.company.post("/clock/batch").by(&maria).json(body).send().await.expect(200);
    let expected = [("taken", ""), ("pending_review", "clock_moved"), ("taken", "")];
    assert_eq!(outcomes(&sent), expected.map(|(status, code)| (status.to_owned(), code.to_owned())));
    let day = scene.day(&maria).await;
    let confirmed: Vec<_> = day["offline_punches"].as_array().unwrap().iter().map(|it| &it["time_confirmed"]).collect();
    assert_eq!(confirmed, [&json!(true), &json!(false)]);
    let wrong = json!({"device_id": "phone", "sent_at": instant("17:00"), "punches": [punch(("in", "18:10"))]});
    let sent = scene.company.post("/clock/batch").by(&maria).json(wrong).send().await.expect(200);
    assert_eq!(outcomes(&sent)[0].1, "clock_moved");
}

#[tokio::test]
async fn a_punch_sent_late_counts_and_its_day_waits_for_review() {
    let scene = Scene::start().await;
    let maria = scene.at("maria", "2026-11-03 09:00").await;
    assert_eq!(statuses(&scene.send(&maria, &punches(&NINE_HOURS)).await.expect(200)), ["taken"; 4]);
    let hana = scene.company.sign_in("hana").await;
    let reviews = scene.company.get("/attendance/reviews").by(&hana).send().await.expect(200);
    assert_eq!(reviews.items()[0]["reasons"], json!(["sent_late"]), "{}", reviews.text);
    let decision = json!({"kind": "day_to_review", "user_id": maria.id, "date": "2026-11-02", "status": "confirmed", "reason": "Seen"});
    let call = scene.company.post("/approvals/decisions").by(&hana).json(json!({"decisions": [decision]}));
    let decided = call.send().await.expect(200);
    assert_eq!(decided.body["results"][0]["status"], 200, "{}", decided.text);
    let reviews = scene.company.get("/attendance/reviews").by(&hana).send().await.expect(200);
    assert_eq!(reviews.items().len(), 0);
}

#[tokio::test]
async fn concurrent_copies_of_a_batch_and_live_punches_count_once() {
    let scene = Scene::start().await;
    let maria = scene.at("maria", "18:20").await;
    let sent = punches(&NINE_HOURS);
    let live = async { scene.company.post("/clock/in").by(&maria).json(json!({})).send().await };
    let (replies, live) = tokio::join!(join_all((0..4).map(|_| scene.send(&maria, &sent))), live);
    let mut taken = 0;
    for reply in replies {
        let reply = reply.expect(200);
        for (status, code) in outcomes(&reply) {
            taken += usize::from(status == "taken");
            assert!(["taken", "duplicate", "retry"].contains(&status.as_str()), "{status} {code}");
        }
    }
    assert_eq!(taken, 4);
    assert!([201, 409, 503].contains(&live.status.as_u16()), "{}", live.text);
    let day = scene.day(&maria).await;
    assert_eq!(day["worked_seconds"], 30_000);
    let again = scene.send(&maria, &sent).await.expect(200);
    assert_eq!(statuses(&again), ["duplicate"; 4]);
}

/// The seed of the punches, which are the same in each run.
const SEED: u64 = 20_261_102;

/// Returns the next pseudo-random number below `bound`.
fn draw(state: &mut u64, bound: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % bound
}

/// Maria punches online. Paul makes the same punches, some at a kiosk and some on a phone that sends them on Wednesday evening.
#[tokio::test]
async fn random_punches_of_three_days_sent_later_have_the_same_figures() {
    let scene = Scene::start().await;
    let company = &scene.company;
    let paul = company.person("paul", json!({})).await;
    let kiosk = kiosk(company).await;
    set_pin(company, "maria").await;
    set_pin(company, "paul").await;
    let at_clock = |username: &str, action: &str| {
        let body = json!({"username": username, "pin": PIN, "action": action});
        company.post("/kiosk/punch").token(&kiosk.token).json(body).send()
    };
    let (mut state, mut later) = (SEED, Vec::new());
    for date in ["2026-11-02", "2026-11-03", "2026-11-04"] {
        let mut minutes = 8 * 60 + 30;
        while minutes < 17 * 60 {
            minutes += 12 + draw(&mut state, 90);
            let action = ["in", "out", "break_start", "break_end"][usize::try_from(draw(&mut state, 4)).unwrap()];
            let time = format!("{date} {:02}:{:02}", minutes / 60, minutes % 60);
            company.set_clock(&instant(&time)).await;
            if at_clock("maria", action).await.status != 200 {
                continue;
            }
            let is_at_kiosk = draw(&mut state, 2) == 0 && at_clock("paul", action).await.status == 200;
            if !is_at_kiosk || draw(&mut state, 3) == 0 {
                later.push(punch((action, &time)));
            }
        }
    }
    let sender = scene.at("paul", "2026-11-04 20:30").await;
    later.sort_by_key(|_| draw(&mut state, 1000));
    let sent = scene.send(&sender, &later).await.expect(200);
    let counts = |reply: &Reply, status: &str| statuses(reply).iter().filter(|it| *it == status).count();
    assert_eq!(counts(&sent, "taken") + counts(&sent, "duplicate"), later.len(), "{}", sent.text);
    let again = scene.send(&sender, &later).await.expect(200);
    assert_eq!(counts(&again, "duplicate"), later.len(), "{}", again.text);

    // A session that nobody ended closes with the next batch, or with this job.
    company.post("/_local/schedules/close-day").send().await.expect(200);
    let admin = company.sign_in("ada").await;
    let maria = company.sign_in("maria").await;
    let month = |person: &Person| {
        let id = person.id.clone();
        async move { Table::of(company).month_totals(&id, "2026-11-02").await }
    };
    let (of_maria, of_paul) = (month(&maria).await, month(&paul).await);
    for total in
        ["worked_seconds", "break_seconds", "late_seconds", "early_leave_seconds", "overtime_seconds", "days_late"]
    {
        assert_eq!(of_paul[total], of_maria[total], "{total}");
    }
    for date in ["2026-11-02", "2026-11-03", "2026-11-04"] {
        let day = async |person: &Person| {
            company.get(&format!("/attendance/{}/{date}", person.id)).by(&admin).send().await.expect(200).body
        };
        let (of_maria, of_paul) = (day(&maria).await, day(&paul).await);
        for figure in FIGURES {
            assert_eq!(of_paul[figure], of_maria[figure], "{figure} of {date}");
        }
    }
}

async fn set_pin(company: &Company, username: &str) {
    let person = company.sign_in(username).await;
    company.put("/users/me/pin").by(&person).json(json!({"pin": PIN})).send().await.expect(204);
}

async fn send_from(company: &Company, kiosk: &Kiosk, punches: Vec<Value>) -> Reply {
    company.post("/kiosk/batch").token(&kiosk.token).json(json!({"punches": punches})).send().await
}

fn at_kiosk(username: &str, pin: &str, of: (&str, &str)) -> Value {
    let mut punch = punch(of);
    punch["client_id"] = json!(format!("{username}-{}", punch["client_id"].as_str().unwrap()));
    (punch["username"], punch["pin"]) = (json!(username), json!(pin));
    punch
}

#[tokio::test]
async fn a_wrong_pin_at_an_offline_kiosk_waits_and_an_unknown_name_is_refused() {
    let scene = Scene::start().await;
    let kiosk = kiosk(&scene.company).await;
    set_pin(&scene.company, "maria").await;
    set_pin(&scene.company, "hana").await;
    scene.company.set_clock(&instant("18:20")).await;
    let batch = vec![
        at_kiosk("maria", PIN, ("in", "09:00")),
        at_kiosk("maria", PIN, ("out", "18:00")),
        at_kiosk("hana", "0000", ("in", "09:01")),
        at_kiosk("nobody", PIN, ("in", "09:02")),
    ];
    let sent = send_from(&scene.company, &kiosk, batch.clone()).await.expect(200);
    let expected =
        [("taken", ""), ("pending_review", "invalid_credentials"), ("refused", "invalid_credentials"), ("taken", "")];
    assert_eq!(outcomes(&sent), expected.map(|(status, code)| (status.to_owned(), code.to_owned())));
    assert_eq!(
        (&sent.body["results"][0]["day"], &sent.body["results"][1]["correction_id"]),
        (&Value::Null, &Value::Null)
    );
    let maria = scene.company.sign_in("maria").await;
    let day = scene.day(&maria).await;
    assert_eq!((&day["worked_seconds"], &day["sessions"][0]["clock_in"]["source"]), (&json!(32_400), &json!("kiosk")));
    assert_eq!(day["offline_punches"][0]["device_id"], json!(kiosk.id));
    let again = send_from(&scene.company, &kiosk, batch).await.expect(200);
    assert_eq!(statuses(&again), ["duplicate", "pending_review", "refused", "duplicate"]);
    let admin = scene.company.sign_in("ada").await;
    let waiting = scene.company.get("/approvals").by(&admin).send().await.expect(200);
    assert_eq!((waiting.items().len(), &waiting.items()[0]["kind"]), (1, &json!("correction")), "{}", waiting.text);
    scene
        .company
        .post("/kiosk/batch")
        .by(&maria)
        .json(json!({"punches": []}))
        .send()
        .await
        .expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_right_pin_counts_whatever_wrong_pins_of_the_person_are_in_the_batch() {
    // Credentials are recognized in the order of their texts, so one of the wrong PINs comes before the right one.
    for wrong in ["0000", "9999"] {
        let scene = Scene::start().await;
        let kiosk = kiosk(&scene.company).await;
        set_pin(&scene.company, "maria").await;
        scene.company.set_clock(&instant("18:20")).await;
        let batch = vec![
            at_kiosk("maria", PIN, ("in", "09:00")),
            at_kiosk("maria", wrong, ("break_start", "12:00")),
            at_kiosk("maria", PIN, ("out", "18:00")),
        ];
        let sent = send_from(&scene.company, &kiosk, batch).await.expect(200);
        assert_eq!(statuses(&sent), ["taken", "pending_review", "taken"], "{wrong}: {}", sent.text);
    }
}

#[tokio::test]
async fn a_kiosks_batch_is_decided_although_an_item_of_one_person_is_damaged() {
    let scene = Scene::start().await;
    let kiosk = kiosk(&scene.company).await;
    for username in ["maria", "hana"] {
        set_pin(&scene.company, username).await;
    }
    scene.company.set_clock(&instant("18:20")).await;
    Table::of(&scene.company).damage("UNIQUE#username#hana", "UNIQUE").await;
    let batch = vec![
        at_kiosk("maria", PIN, ("in", "09:00")),
        at_kiosk("hana", PIN, ("in", "09:01")),
        at_kiosk("maria", PIN, ("out", "18:00")),
    ];
    let sent = send_from(&scene.company, &kiosk, batch).await.expect(200);
    assert_eq!(statuses(&sent), ["taken", "retry", "taken"], "{}", sent.text);
}

#[tokio::test]
async fn a_persons_punches_by_pin_and_by_badge_are_decided_by_time() {
    const BADGE: &str = "04A219F37C";
    let scene = Scene::start().await;
    let kiosk = kiosk(&scene.company).await;
    set_pin(&scene.company, "maria").await;
    let maria = scene.company.sign_in("maria").await;
    let admin = scene.company.sign_in("ada").await;
    let path = format!("/users/{}/badge", maria.id);
    scene.company.put(&path).by(&admin).json(json!({"number": BADGE})).send().await.expect(200);
    let maria = scene.at("maria", "18:20").await;
    let by_badge = |of: (&str, &str)| {
        let mut punch = punch(of);
        punch["badge"] = json!(BADGE);
        punch
    };
    let by_id = |of: (&str, &str)| {
        let mut punch = punch(of);
        (punch["user_id"], punch["pin"]) = (json!(maria.id), json!(PIN));
        punch
    };
    let batch = vec![
        at_kiosk("maria", PIN, ("in", "09:00")),
        by_badge(("out", "12:00")),
        by_badge(("in", "13:00")),
        by_id(("break_start", "15:00")),
        by_badge(("break_end", "15:30")),
        at_kiosk("maria", PIN, ("out", "18:00")),
    ];
    let sent = send_from(&scene.company, &kiosk, batch.clone()).await.expect(200);
    assert_eq!(statuses(&sent), ["taken"; 6], "{}", sent.text);
    let day = scene.day(&maria).await;
    assert_eq!((&day["worked_seconds"], &day["break_seconds"]), (&json!(27_000), &json!(1_800)), "{day}");
    let again = send_from(&scene.company, &kiosk, batch).await.expect(200);
    assert_eq!(statuses(&again), ["duplicate"; 6], "{}", again.text);
}

#[tokio::test]
async fn offline_clock_ins_name_cost_centers_and_wait_if_these_are_not_active() {
    let scene = Scene::start().await;
    let company = &scene.company;
    let kiosk = kiosk(company).await;
    set_pin(company, "maria").await;
    let admin = company.sign_in("ada").await;
    for (code, active) in [("4711", true), ("old", false)] {
        let center = json!({"name": code, "active": active});
        company.put(&format!("/pay/cost-centers/{code}")).by(&admin).json(center).send().await.expect(200);
    }
    let naming = |mut punch: Value, code: &str| {
        punch["cost_center"] = json!(code);
        punch
    };
    let maria = scene.at("maria", "18:20").await;
    // A clock-out names none.
    let wrong = scene.send(&maria, &[naming(punch(("out", "09:00")), "4711")]).await.expect(200);
    assert_eq!(outcomes(&wrong), [("refused".to_owned(), "invalid_values".to_owned())]);
    let sent = scene.send(&maria, &[naming(punch(("in", "09:20")), "4711"), punch(("out", "12:00"))]).await.expect(200);
    assert_eq!(statuses(&sent), ["taken"; 2], "{}", sent.text);
    let at_kiosk = [naming(at_kiosk("maria", PIN, ("in", "13:00")), "4711"), at_kiosk("maria", PIN, ("out", "15:00"))];
    let sent = send_from(company, &kiosk, at_kiosk.to_vec()).await.expect(200);
    assert_eq!(statuses(&sent), ["taken"; 2], "{}", sent.text);
    let waiting = scene.send(&maria, &[naming(punch(("in", "16:00")), "old")]).await.expect(200);
    assert_eq!(outcomes(&waiting), [("pending_review".to_owned(), "cost_center_inactive".to_owned())]);
    let day = scene.day(&maria).await;
    let named: Vec<&Value> = day["sessions"].as_array().unwrap().iter().map(|it| &it["cost_centers"][0]).collect();
    let expected = ["09:20", "13:00"].map(|time| json!({"from": instant(time), "cost_center": "4711"}));
    assert_eq!(named, expected.iter().collect::<Vec<_>>(), "{day}");
    // The manager sees the cost center of the waiting punch.
    let admin = company.sign_in("ada").await;
    let asked = company.get("/corrections").by(&admin).send().await.expect(200);
    assert_eq!(asked.items()[0]["offline_punches"][0]["cost_center"], "old", "{}", asked.text);
}

/// Returns the number of calls of a route since the last reset, and the capacity units.
async fn spent(company: &Company, route: &str) -> (u64, Value) {
    let report = company.get("/_local/calls").send().await.expect(200).body;
    let routes = report["routes"].as_array().unwrap();
    let found = routes.iter().find(|known| known["route"] == route).unwrap_or_else(|| panic!("{report}")).clone();
    let calls = found["operations"].as_array().unwrap().iter().map(|call| call["count"].as_u64().unwrap()).sum();
    (calls, found)
}

/// Sends punches as a device does: those that a request didn't process in its time are sent again. Returns the results. On a machine
/// with nothing else to do, each request takes less than 20 seconds.
async fn send_all(send: impl AsyncFn(Vec<Value>) -> Reply, mut left: Vec<Value>) -> Vec<Value> {
    let mut processed = Vec::new();
    for _ in 0..100 {
        let began = processor_time::of_thread();
        let reply = send(left.clone()).await.expect(200);
        let took = processor_time::of_thread().saturating_sub(began);
        assert!(took < Duration::from_secs(20), "{took:?}");
        let results = reply.body["results"].as_array().unwrap().iter().cloned();
        let (retried, done): (Vec<Value>, Vec<Value>) = results.partition(|result| result["status"] == "retry");
        println!("{} punches: {} processed in {took:?}", left.len(), done.len());
        assert_eq!(retried.len() + done.len(), left.len(), "{}", reply.text);
        processed.extend(done);
        left.retain(|punch| retried.iter().any(|result| result["client_id"] == punch["client_id"]));
        if left.is_empty() {
            return processed;
        }
    }
    panic!("{} punches are never processed", left.len());
}

#[tokio::test]
async fn two_hundred_punches_of_one_person_take_few_calls() {
    let scene = Scene::start().await;
    scene.company.settings(json!({"offline": {"accept_hours": 168}})).await;
    let maria = scene.at("maria", "2026-11-07 08:00").await;
    // Five days of twenty short sessions.
    let mut batch = Vec::new();
    for day in 2..7 {
        for number in 0..20 {
            let minutes = 9 * 60 + number * 20;
            for (action, minutes) in [("in", minutes), ("out", minutes + 12)] {
                let time = format!("2026-11-{day:02} {:02}:{:02}", minutes / 60, minutes % 60);
                batch.push(punch((action, &time)));
            }
        }
    }
    scene.company.reset_calls().await;
    let results = send_all(async |punches: Vec<Value>| scene.send(&maria, &punches).await, batch).await;
    let (calls, report) = spent(&scene.company, "POST /clock/batch").await;
    println!("200 punches of one person: {calls} calls: {report}");
    assert!(results.len() == 200 && results.iter().all(|result| result["status"] == "taken"), "{results:?}");
    assert!(calls <= 20, "{report}");
    assert_eq!(scene.day(&maria).await["worked_seconds"], 20 * 12 * 60);
}

#[tokio::test]
async fn a_kiosk_sends_the_punches_of_two_hundred_people() {
    const PEOPLE: usize = 200;
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    for number in 0..PEOPLE {
        let person = company.person(&format!("person{number}"), json!({})).await;
        company.put("/users/me/pin").by(&person).json(json!({"pin": PIN})).send().await.expect(204);
    }
    company.set_clock(&instant("18:20")).await;
    let of = |number: usize| {
        let name = format!("person{number}");
        at_kiosk(&name, PIN, ("in", "09:00"))
    };
    let punches: Vec<Value> = (0..PEOPLE).map(of).collect();
    company.reset_calls().await;
    let results = send_all(async |punches: Vec<Value>| send_from(&company, &kiosk, punches).await, punches).await;
    println!("{}", spent(&company, "POST /kiosk/batch").await.1);
    assert!(results.len() == PEOPLE && results.iter().all(|result| result["status"] == "taken"), "{results:?}");
}
