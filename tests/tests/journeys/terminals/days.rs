//! Days of a device: in time, after a restart, and after a day without a network.

use serde_json::json;

use super::{SERIAL, Scene, is_at, record};
use crate::kiosk::calls;

/// Device routes aren't in the OpenAPI document, so the stack counts them under the route of the gateway.
const ROUTE: &str = "ANY /iclock/{proxy+}";

#[tokio::test]
async fn a_devices_punches_of_a_day_count_once_despite_a_restart() {
    let mut scene = Scene::start().await;
    let options = scene.device.get(&scene.company, "cdata", "&options=all&language=69&pushver=2.4.1").await.expect(200);
    assert!(options.text.starts_with(&format!("GET OPTION FROM: {SERIAL}\n")), "{}", options.text);
    for line in ["ATTLOGStamp=0", "Delay=30", "Realtime=1", "TimeZone=3", "TransFlag=TransData AttLog"] {
        assert!(options.text.lines().any(|it| it == line), "{line} isn't in {}", options.text);
    }
    for (number, time, state) in [
        ("17", "08:58", 0),
        ("4711", "09:00", 0),
        ("17", "12:00", 2),
        ("17", "12:30", 3),
        ("17", "18:01", 1),
        ("4711", "18:02", 1),
    ] {
        let reply = scene.punch(number, time, state).await.expect(200);
        assert_eq!(reply.text, "OK: 1");
    }
    let (maria, omar) = (scene.sessions(&scene.maria).await, scene.sessions(&scene.omar).await);
    let session = &maria[0];
    assert!(is_at(&session["clock_in"]["at"], "2026-11-02T08:58:00+03:00"), "{session}");
    assert!(is_at(&session["clock_out"]["at"], "2026-11-02T18:01:00+03:00"), "{session}");
    assert!(is_at(&session["breaks"][0]["ended_at"], "2026-11-02T12:30:00+03:00"), "{session}");
    assert_eq!(session["clock_in"]["kiosk"], json!({"id": scene.terminal, "name": "Gate"}));
    assert_eq!(session["clock_in"]["source"], "kiosk");
    assert!(is_at(&omar[0]["clock_out"]["at"], "2026-11-02T18:02:00+03:00"), "{omar}");

    // After a restart, the device sends all it has, with the stamp that it remembers or with none.
    let before = scene.state().await;
    assert_eq!((&before["punches_taken"], &before["punches_waiting"]), (&json!(6), &json!(0)), "{before}");
    let again = scene.push().await.expect(200);
    assert_eq!(again.text, "OK: 6");
    assert_eq!(scene.sessions(&scene.maria).await, maria);
    assert_eq!(scene.sessions(&scene.omar).await, omar);
    let after = scene.state().await;
    assert_eq!(after["punches_taken"], 6, "{after}");
    assert_eq!((&after["clock_wrong_since"], &after["drift_seconds"]), (&json!(null), &json!(0)), "{after}");
}

#[tokio::test]
async fn a_device_that_is_reset_after_months_changes_nothing() {
    let mut scene = Scene::start().await;
    for (number, time, state) in [("17", "08:58", 0), ("17", "12:00", 2), ("17", "12:30", 3), ("17", "18:01", 1)] {
        scene.punch(number, time, state).await.expect(200);
    }
    let before = scene.sessions(&scene.maria).await;
    // The answers to the punches have expired after 90 days.
    scene.company.set_clock("2027-03-01T09:00:00+03:00").await;
    assert_eq!(scene.push().await.expect(200).text, "OK: 4");
    assert_eq!(scene.sessions(&scene.maria).await, before);
    let state = scene.state().await;
    assert_eq!((&state["punches_taken"], &state["punches_waiting"]), (&json!(4), &json!(0)), "{state}");
    let admin = scene.admin().await;
    let waiting = scene.company.get("/approvals").by(&admin).send().await.expect(200);
    assert!(waiting.items().is_empty(), "{}", waiting.text);
}

#[tokio::test]
async fn a_day_without_a_network_arrives_as_a_batch() {
    let scene = {
        let mut scene = Scene::start().await;
        for (number, time, state) in [
            ("17", "08:58:11", 0),
            ("17", "12:00:00", 2),
            ("4711", "12:01:00", 0),
            ("17", "12:29:00", 3),
            ("17", "17:30:00", 1),
            ("4711", "17:31:00", 1),
        ] {
            scene.device.memory.push(record(number, &format!("2026-11-02 {time}"), state));
        }
        scene
    };
    scene.at("19:00").await;
    scene.push().await.expect(200);
    let maria = scene.sessions(&scene.maria).await;
    assert!(is_at(&maria[0]["clock_in"]["at"], "2026-11-02T08:58:11+03:00"), "{maria}");
    assert!(is_at(&maria[0]["clock_out"]["at"], "2026-11-02T17:30:00+03:00"), "{maria}");
    assert_eq!(maria[0]["breaks"].as_array().unwrap().len(), 1, "{maria}");
    let omar = scene.sessions(&scene.omar).await;
    assert!(is_at(&omar[0]["clock_out"]["at"], "2026-11-02T17:31:00+03:00"), "{omar}");
    assert_eq!(scene.state().await["clock_wrong_since"], json!(null), "late punches show no clock");
}

#[tokio::test]
async fn punches_without_a_state_are_the_next_action() {
    let mut scene = Scene::start().await;
    for (time, state) in [("09:00", 255), ("12:00", 2), ("12:30", 255), ("18:00", 255)] {
        scene.punch("17", time, state).await.expect(200);
    }
    // A second touch within a minute is no punch.
    let touch = record("17", "2026-11-02 18:00:40", 255);
    scene.at("18:01").await;
    scene.device.post(&scene.company, "cdata", "&table=ATTLOG&Stamp=9999", touch).await.expect(200);
    let sessions = scene.sessions(&scene.maria).await;
    assert_eq!(sessions.as_array().unwrap().len(), 1, "{sessions}");
    assert!(is_at(&sessions[0]["breaks"][0]["ended_at"], "2026-11-02T12:30:00+03:00"), "{sessions}");
    assert!(is_at(&sessions[0]["clock_out"]["at"], "2026-11-02T18:00:00+03:00"), "{sessions}");
}

#[tokio::test]
async fn a_device_without_keys_for_states_sends_in_for_everything() {
    let mut scene = Scene::start_with(json!({"uses_states": false})).await;
    for time in ["09:00", "18:00"] {
        scene.punch("17", time, 0).await.expect(200);
    }
    let sessions = scene.sessions(&scene.maria).await;
    assert!(is_at(&sessions[0]["clock_out"]["at"], "2026-11-02T18:00:00+03:00"), "{sessions}");
}

#[tokio::test]
async fn punches_in_time_count_where_offline_punches_are_not_accepted() {
    let mut scene = Scene::start().await;
    scene.company.settings(json!({"offline": {"accept_hours": 0}})).await;
    scene.punch("17", "09:00", 0).await.expect(200);
    assert!(is_at(&scene.sessions(&scene.maria).await[0]["clock_in"]["at"], "2026-11-02T09:00:00+03:00"));
    scene.device.memory.push(record("17", "2026-11-02 12:00:00", 2));
    scene.at("15:00").await;
    scene.push().await.expect(200);
    assert_eq!(scene.sessions(&scene.maria).await[0]["breaks"], json!([]));
    assert_eq!(scene.state().await["punches_waiting"], 1);
}

#[tokio::test]
async fn lines_that_are_no_punches_and_history_are_counted_and_left_out() {
    let scene = Scene::start().await;
    scene.at("10:00").await;
    let body =
        ["broken", "", &record("17", "2026-10-20 09:00:00", 0), &record("17", "2026-11-02 09:30:00", 0)].join("\n");
    let reply = scene.device.post(&scene.company, "cdata", "&table=ATTLOG&Stamp=1", body).await.expect(200);
    assert_eq!(reply.text, "OK: 3");
    let state = scene.state().await;
    assert_eq!((&state["punches_taken"], &state["punches_waiting"]), (&json!(1), &json!(0)), "{state}");
    let options = scene.device.get(&scene.company, "cdata", "&options=all").await.expect(200);
    assert!(options.text.contains("\nATTLOGStamp=1\n"), "{}", options.text);
}

#[tokio::test]
async fn a_poll_is_a_read_and_a_query_and_a_punch_in_time_is_one_transaction() {
    let mut scene = Scene::start().await;
    let poll = async |scene: &Scene| scene.device.get(&scene.company, "getrequest", "").await.expect(200);
    scene.at("08:57").await;
    poll(&scene).await;
    let id = poll(&scene).await.text.split(':').nth(1).unwrap().to_owned();
    scene.device.post(&scene.company, "devicecmd", "", format!("ID={id}&Return=0&CMD=DATA")).await.expect(200);
    scene.company.reset_calls().await;
    assert_eq!(poll(&scene).await.text, "OK");
    let expected = [("BatchGetItem", 1), ("Query", 1)].map(|(name, count)| (name.to_owned(), count));
    assert_eq!(calls(&scene.company, ROUTE).await, expected);

    scene.punch("17", "08:58", 0).await.expect(200);
    scene.company.reset_calls().await;
    scene.punch("17", "18:00", 1).await.expect(200);
    // The terminal and its state, the site, the owners of the number, and what every offline punch reads.
    let spent = calls(&scene.company, ROUTE).await;
    let count = |name: &str| spent.iter().filter(|(it, _)| it == name).map(|(_, count)| count).sum::<u64>();
    assert_eq!(count("TransactWriteItems"), 1, "{spent:?}");
    assert_eq!(count("UpdateItem"), 1, "{spent:?}");
    assert!(count("BatchGetItem") + count("GetItem") <= 5, "{spent:?}");
}
