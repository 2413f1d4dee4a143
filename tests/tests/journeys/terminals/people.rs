//! People in devices: put into the terminals of their site, and removed when they leave.

use rollcall_tests::{Company, Person};
use serde_json::json;

use super::{Device, Scene, record};

/// Returns the device's commands, each with its id and its text, after the stream was read.
async fn commands(company: &Company, device: &Device) -> Vec<(String, String)> {
    company.settle().await;
    let text = device.get(company, "getrequest", "").await.expect(200).text;
    if text == "OK" {
        return Vec::new();
    }
    let command = |line: &str| {
        let (id, text) = line.strip_prefix("C:").unwrap().split_once(':').unwrap();
        (id.to_owned(), text.to_owned())
    };
    text.lines().map(command).collect()
}

async fn answer(company: &Company, device: &Device, commands: &[(String, String)], returned: i64) {
    let lines: Vec<String> = commands.iter().map(|(id, _)| format!("ID={id}&Return={returned}&CMD=DATA")).collect();
    device.post(company, "devicecmd", "", lines.join("\n")).await.expect(200);
}

#[tokio::test]
async fn terminals_contain_the_people_of_their_site_until_they_leave() {
    let scene = Scene::start().await;
    let Scene { company, device, site, maria, .. } = &scene;
    let filled = commands(company, device).await;
    let texts: Vec<&str> = filled.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["DATA UPDATE USERINFO PIN=17\tName=maria of the test"], "Omar has no number of his own");
    assert!(filled.iter().all(|(id, _)| id.len() <= 16), "{filled:?}");
    assert_eq!(commands(company, device).await, filled, "a device that didn't answer gets them again");
    answer(company, device, &filled, 0).await;
    assert!(commands(company, device).await.is_empty());

    // A badge, a new name and a new person.
    let admin = scene.admin().await;
    let badge = json!({"number": "0012345678"});
    company.put(&format!("/users/{}/badge", maria.id)).by(&admin).json(badge).send().await.expect(200);
    let with_card = commands(company, device).await;
    assert_eq!(with_card[0].1, "DATA UPDATE USERINFO PIN=17\tName=maria of the test\tCard=12345678");
    answer(company, device, &with_card, -1004).await;
    assert_eq!(scene.state().await["commands_refused"], 1);
    let name = json!({"full_name": "Maria Ay"});
    company.patch(&format!("/users/{}", maria.id)).by(&admin).json(name).send().await.expect(200);
    let renamed = commands(company, device).await;
    assert_eq!(renamed[0].1, "DATA UPDATE USERINFO PIN=17\tName=Maria Ay\tCard=12345678");
    answer(company, device, &renamed, 0).await;
    let lena = company.person("lena", json!({"site_id": site})).await;
    let admin = scene.admin().await;
    let profile = json!({"personnel_number": "18", "account": false, "effective_from": "2020-01-01"});
    company.put(&format!("/users/{}/pay-profile", lena.id)).by(&admin).json(profile).send().await.expect(200);
    let joined = commands(company, device).await;
    assert_eq!(joined.last().unwrap().1, "DATA UPDATE USERINFO PIN=18\tName=lena of the test");
    answer(company, device, &joined, 0).await;

    company.delete(&format!("/users/{}", maria.id)).by(&admin).send().await.expect(204);
    let left = commands(company, device).await;
    assert_eq!(left[0].1, "DATA DELETE USERINFO PIN=17");
    answer(company, device, &left, 0).await;
    let other = json!({"name": "Office", "time_zone": "UTC"});
    let other = company.post("/sites").by(&admin).json(other).send().await.expect(201).str("id").to_owned();
    company.patch(&format!("/users/{}", lena.id)).by(&admin).json(json!({"site_id": other})).send().await.expect(200);
    assert_eq!(commands(company, device).await[0].1, "DATA DELETE USERINFO PIN=18");

    // A terminal that moves has the people of its new site alone.
    let moved = commands(company, device).await;
    answer(company, device, &moved, 0).await;
    let terminal = format!("/terminals/{}", scene.terminal);
    company.patch(&terminal).by(&admin).json(json!({"site_id": other})).send().await.expect(200);
    let texts: Vec<String> = commands(company, device).await.into_iter().map(|(_, text)| text).collect();
    assert!(texts.contains(&"DATA UPDATE USERINFO PIN=18\tName=lena of the test".to_owned()), "{texts:?}");
    assert!(texts.contains(&"DATA DELETE USERINFO PIN=17".to_owned()), "{texts:?}");
}

/// Creates a person with a personnel number.
async fn with_number(scene: &Scene, username: &str, site: &str, number: &str) -> Person {
    let person = scene.company.person(username, json!({"site_id": site})).await;
    let admin = scene.admin().await;
    let profile = json!({"personnel_number": number, "account": false, "effective_from": "2020-01-01"});
    scene.company.put(&format!("/users/{}/pay-profile", person.id)).by(&admin).json(profile).send().await.expect(200);
    person
}

#[tokio::test]
async fn a_person_who_stops_tracking_attendance_is_removed() {
    let scene = Scene::start().await;
    let Scene { company, device, maria, .. } = &scene;
    let filled = commands(company, device).await;
    answer(company, device, &filled, 0).await;
    let admin = scene.admin().await;
    let track = async |tracks: bool| {
        let body = json!({"tracks_attendance": tracks});
        company.patch(&format!("/users/{}", maria.id)).by(&admin).json(body).send().await.expect(200);
        let queued = commands(company, device).await;
        answer(company, device, &queued, 0).await;
        queued.into_iter().map(|(_, text)| text).collect::<Vec<_>>()
    };
    assert_eq!(track(false).await, ["DATA DELETE USERINFO PIN=17"]);
    // Another change doesn't remove a person who may be enrolled by hand, as administrators of a device are.
    let name = json!({"full_name": "Maria Ay"});
    company.patch(&format!("/users/{}", maria.id)).by(&admin).json(name).send().await.expect(200);
    assert!(commands(company, device).await.is_empty());
    assert_eq!(track(true).await, ["DATA UPDATE USERINFO PIN=17\tName=Maria Ay"]);
}

#[tokio::test]
async fn a_terminal_that_moves_gets_its_people_before_it_loses_others() {
    let scene = Scene::start().await;
    let Scene { company, device, .. } = &scene;
    let admin = scene.admin().await;
    let site = async |name: &str| {
        let body = json!({"name": name, "time_zone": "UTC"});
        company.post("/sites").by(&admin).json(body).send().await.expect(201).str("id").to_owned()
    };
    let (office, depot) = (site("Office").await, site("Depot").await);
    with_number(&scene, "zoe", &office, "18").await;
    with_number(&scene, "paul", &depot, "19").await;
    let filled = commands(company, device).await;
    answer(company, device, &filled, 0).await;

    let admin = scene.admin().await;
    let moved_to = async |site: &str| {
        let terminal = format!("/terminals/{}", scene.terminal);
        company.patch(&terminal).by(&admin).json(json!({"site_id": site})).send().await.expect(200);
        let queued = commands(company, device).await;
        answer(company, device, &queued, 0).await;
        queued.into_iter().map(|(_, text)| text).collect::<Vec<_>>()
    };
    let (zoe, paul) =
        ("DATA UPDATE USERINFO PIN=18\tName=zoe of the test", "DATA UPDATE USERINFO PIN=19\tName=paul of the test");
    assert_eq!(moved_to(&office).await, [zoe, "DATA DELETE USERINFO PIN=17"], "Paul was never in it");
    let third = moved_to(&depot).await;
    assert_eq!(third[0], paul, "{third:?}");
    assert!(third.contains(&"DATA DELETE USERINFO PIN=18".to_owned()), "{third:?}");
}

#[tokio::test]
async fn a_number_of_a_person_of_the_terminal_is_not_removed_for_a_former_owner() {
    let scene = Scene::start().await;
    let Scene { company, device, .. } = &scene;
    let admin = scene.admin().await;
    company.delete(&format!("/users/{}", scene.maria.id)).by(&admin).send().await.expect(204);
    let body = json!({"name": "Office", "time_zone": "UTC"});
    let office = company.post("/sites").by(&admin).json(body).send().await.expect(201).str("id").to_owned();
    let zoe = company.person("zoe", json!({"site_id": office})).await;
    let line = record("17", "2026-11-02 08:00:00", 0);
    device.post(company, "cdata", "&table=ATTLOG&Stamp=1", line).await.expect(200);
    let admin = scene.admin().await;
    let body = json!({"user_id": zoe.id});
    company.post("/terminals/unknown/17/assign").by(&admin).json(body).send().await.expect(200);
    let filled = commands(company, device).await;
    answer(company, device, &filled, 0).await;

    // Maria was at the former site of the terminal with Zoe's number.
    let terminal = format!("/terminals/{}", scene.terminal);
    company.patch(&terminal).by(&admin).json(json!({"site_id": office})).send().await.expect(200);
    let moved = commands(company, device).await;
    let texts: Vec<&str> = moved.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["DATA UPDATE USERINFO PIN=17\tName=zoe of the test"]);
    answer(company, device, &moved, 0).await;
    assert!(commands(company, device).await.is_empty(), "the outdated command is deleted");
}
