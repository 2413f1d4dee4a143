//! The secrets of terminals, and what is never kept.

use rollcall_tests::Company;
use serde_json::json;

use super::{SERIAL, Scene, record};
use crate::table::Table;

#[tokio::test]
async fn a_terminal_needs_its_secret_and_its_serial_number() {
    let scene = Scene::start().await;
    let Scene { company, device, .. } = &scene;
    let good = format!("/iclock/{}/getrequest?SN={SERIAL}", device.secret);
    let commands = company.get(&good).send().await.expect(200).text;
    assert!(commands.starts_with("C:"), "Maria is put into it: {commands}");
    // Firmware that appends its own path, and the bridge.
    let appended = format!("/iclock/{}/iclock/getrequest.aspx?SN={SERIAL}", device.secret);
    company.get(&appended).send().await.expect(200);
    let plain = format!("/iclock/ping?SN={SERIAL}");
    company.get(&plain).token(&device.secret).send().await.expect(200);

    let swapped = device.secret.replace("tm1.", "kt1.");
    let cut = &device.secret[..device.secret.len() - 1];
    for path in [
        plain.clone(),
        format!("/iclock/{swapped}/ping?SN={SERIAL}"),
        format!("/iclock/{cut}/ping?SN={SERIAL}"),
        format!("/iclock/{}/ping?SN=OTHER", device.secret),
    ] {
        let reply = company.get(&path).send().await.expect(401);
        assert_eq!(reply.text, "ERROR");
    }
    company.get(&format!("/iclock/{}/ping", device.secret)).send().await.expect(400);
    let admin = scene.admin().await;
    company.get(&plain).by(&admin).send().await.expect(401);
    company.get("/kiosk").token(&device.secret).send().await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_rotated_secret_leaves_the_earlier_one_a_day() {
    let scene = Scene::start().await;
    let Scene { company, device, terminal, .. } = &scene;
    let admin = scene.admin().await;
    let rotated = company.post(&format!("/terminals/{terminal}/secret")).by(&admin).send().await.expect(200);
    let (old, new) = (&device.secret, rotated.str("secret"));
    let ping = |secret: &str| company.get(&format!("/iclock/{secret}/ping?SN={SERIAL}")).send();
    ping(old).await.expect(200);
    ping(new).await.expect(200);
    company.set_clock("2026-11-03T12:00:00+03:00").await;
    ping(old).await.expect(401);
    ping(new).await.expect(200);
    let admin = scene.admin().await;
    let listed = company.get("/terminals").by(&admin).send().await.expect(200);
    assert!(!listed.text.contains(new) && listed.items()[0].get("secret").is_none(), "{}", listed.text);
    company.delete(&format!("/terminals/{terminal}")).by(&admin).send().await.expect(204);
    ping(new).await.expect(401);
}

#[tokio::test]
async fn serial_numbers_belong_to_one_terminal() {
    let scene = Scene::start().await;
    let Scene { company, site, terminal, .. } = &scene;
    let admin = scene.admin().await;
    let body = |serial: &str| json!({"serial": serial, "site_id": site, "name": "Second"});
    let create = |serial: &str| company.post("/terminals").by(&admin).json(body(serial)).send();
    create(SERIAL).await.expect_problem(409, "serial_taken");
    create("a/b").await.expect_invalid("serial");
    let second = create("SECOND").await.expect(201);
    let path = format!("/terminals/{}", second.str("id"));
    let change = |serial: &str| company.patch(&path).by(&admin).json(json!({"serial": serial})).send();
    change(SERIAL).await.expect_problem(409, "serial_taken");
    change("THIRD").await.expect(200);
    create("SECOND").await.expect(201);
    company.delete(&format!("/terminals/{terminal}")).by(&admin).send().await.expect(204);
    change(SERIAL).await.expect(200);
}

#[tokio::test]
async fn templates_of_fingers_and_photos_are_dropped() {
    let scene = Scene::start().await;
    let Scene { company, device, .. } = &scene;
    let template =
        "FP PIN=17\tFID=1\tSize=4\tValid=1\tTMP=SECRETTEMPLATE\nUSER PIN=17\tName=Maria\tPasswd=SECRETTEMPLATE\n";
    let reply = device.post(company, "cdata", "&table=OPERLOG&Stamp=1", template).await.expect(200);
    assert_eq!(reply.text, "OK: 2");
    for (name, table) in [("cdata", "BIODATA"), ("cdata", "ATTPHOTO"), ("fdata", "ATTPHOTO")] {
        let photo = b"PIN=20261102085800-17.jpg\nSECRETTEMPLATE\xff\xd8".to_vec();
        let reply = device.post(company, name, &format!("&table={table}&Stamp=1"), photo).await.expect(200);
        assert_eq!(reply.text, "OK");
    }
    let line = record("17", "2026-11-02 08:58:00", 0) + "\tSECRETTEMPLATE";
    device.post(company, "cdata", "&table=ATTLOG&Stamp=1", line).await.expect(200);
    let items = everything(&scene.company, &scene).await;
    assert!(items.contains("last_seen_at") && !items.contains("SECRETTEMPLATE"), "{items}");
}

/// Returns the items that a device's requests may write.
async fn everything(company: &Company, scene: &Scene) -> String {
    let table = Table::of(company);
    let mut all = Vec::new();
    for partition in [
        format!("TERMINAL#{}", scene.terminal),
        "TERMINALS".to_owned(),
        "UNKNOWNNUMBERS".to_owned(),
        format!("USER#{}", scene.maria.id),
    ] {
        all.extend(table.partition(&partition).await);
    }
    format!("{all:?}")
}

#[tokio::test]
async fn the_local_stack_accepts_devices_with_a_serial_number_alone() {
    let options = local::Options { terminals: Some(0), ..local::Options::ephemeral() };
    let company = Company::start_with(options, "Europe/Istanbul").await;
    let admin = company.sign_in("ada").await;
    let site = json!({"name": "Harbour", "time_zone": "Europe/Istanbul"});
    let site = company.post("/sites").by(&admin).json(site).send().await.expect(201).str("id").to_owned();
    let body = json!({"serial": SERIAL, "site_id": site, "name": "Gate"});
    company.post("/terminals").by(&admin).json(body).send().await.expect(201);
    let url = company.stack.terminals_url().unwrap();
    let get = async |path: &str| {
        let answer = reqwest::get(format!("{url}{path}")).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, options) = get(&format!("/iclock/cdata?SN={SERIAL}&options=all")).await;
    assert!(status == 200 && options.starts_with("GET OPTION FROM"), "{options}");
    assert_eq!(get("/iclock/cdata?SN=OTHER&options=all").await.0, 401);
    assert_eq!(get("/users/me").await.0, 404);
    // The API's own port takes no serial number alone.
    company.get(&format!("/iclock/cdata?SN={SERIAL}&options=all")).send().await.expect(401);
}
