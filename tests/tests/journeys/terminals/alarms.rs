//! Alarms of terminals: a wrong clock and silence, each announced to admins once.

use serde_json::{Value, json};

use super::{Scene, record};

/// Returns the kinds of the admin's notifications about terminals, with what they say.
async fn told(scene: &Scene) -> Vec<(String, String)> {
    scene.company.settle().await;
    let admin = scene.admin().await;
    let inbox = scene.company.get("/notifications").by(&admin).send().await.expect(200);
    let text = |note: &Value, field: &str| note[field].as_str().unwrap().to_owned();
    let items = inbox.items().iter().map(|note| (text(note, "kind"), text(note, "body")));
    items.filter(|(kind, _)| kind.starts_with("terminal_")).collect()
}

#[tokio::test]
async fn a_clock_that_is_ahead_is_announced_once_and_its_punches_wait() {
    let mut scene = Scene::start().await;
    scene.punch("17", "09:00", 0).await.expect(200);
    for (now, stamp) in [("12:00", "15:00:00"), ("12:20", "15:20:00")] {
        scene.at(now).await;
        let line = record("4711", &format!("2026-11-02 {stamp}"), 0);
        scene.device.post(&scene.company, "cdata", "&table=ATTLOG&Stamp=2", line).await.expect(200);
    }
    let state = scene.state().await;
    assert_eq!(state["drift_seconds"], 10_800, "{state}");
    assert!(state["clock_wrong_since"].is_string() && state["punches_waiting"] == 2, "{state}");
    let told = told(&scene).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "terminal_clock_wrong");
    assert!(told[0].1.contains("3 h"), "{told:?}");
    assert_eq!(scene.sessions(&scene.omar).await, json!([]), "no time of the future counts");

    // The clock is set. The next episode is announced again.
    scene.punch("17", "13:00", 1).await.expect(200);
    assert_eq!(scene.state().await["clock_wrong_since"], json!(null));
}

#[tokio::test]
async fn a_clock_that_is_behind_shows_with_the_second_punch() {
    let scene = Scene::start().await;
    for (now, stamp, wrong) in [("12:00", "11:00:00", false), ("12:20", "11:20:05", true)] {
        scene.at(now).await;
        let line = record("17", &format!("2026-11-02 {stamp}"), 255);
        scene.device.post(&scene.company, "cdata", "&table=ATTLOG&Stamp=2", line).await.expect(200);
        assert_eq!(scene.state().await["clock_wrong_since"].is_string(), wrong, "{now}");
    }
    assert_eq!(told(&scene).await[0].0, "terminal_clock_wrong");
}

#[tokio::test]
async fn silence_in_working_hours_is_announced_once_for_each_episode() {
    let scene = Scene::start().await;
    let poll = async |time: &str| {
        scene.at(time).await;
        let info = "&INFO=Ver%208.0.4.7-20230116,3,5,40,10.0.0.5";
        scene.device.get(&scene.company, "getrequest", info).await.expect(200);
    };
    let check = async |time: &str| {
        scene.at(time).await;
        scene.company.post("/_local/schedules/lateness").send().await.expect(200);
    };
    check("09:00").await;
    poll("09:00").await;
    check("09:09").await;
    assert!(
        told(&scene).await.is_empty(),
        "a terminal that was never heard isn't silent, nor is one after nine minutes"
    );
    check("09:15").await;
    check("09:20").await;
    let first = told(&scene).await;
    assert_eq!(first.len(), 1, "{first:?}");
    assert!(first[0].0 == "terminal_silent" && first[0].1.contains("09:00"), "{first:?}");
    let state = scene.state().await;
    assert!(state["silent_since"].is_string() && state["firmware"] == "Ver 8.0.4.7-20230116", "{state}");
    assert_eq!((&state["people_in_device"], &state["punches_in_device"]), (&json!(3), &json!(40)), "{state}");

    poll("09:30").await;
    assert_eq!(scene.state().await["silent_since"], json!(null));
    check("09:45").await;
    assert_eq!(told(&scene).await.len(), 2);
    // The night isn't working time.
    poll("20:30").await;
    check("23:00").await;
    assert_eq!(told(&scene).await.len(), 2);
}
