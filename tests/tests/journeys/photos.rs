//! Photos of punches: both ways of sending them, stripping, storing and viewing. A refused punch leaves nothing behind.

use std::io::Cursor;

use futures_util::future::join_all;
use image::{ImageDecoder, ImageFormat, ImageReader, metadata::Orientation};
use reqwest::StatusCode;
use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

use crate::{
    bucket::{Bucket, GPS, base64, camera_jpeg, large_camera_jpeg, picture},
    table::Table,
};

const MONDAY: &str = "2026-11-02";
const NULL: Value = Value::Null;

/// Requests an upload.
async fn upload(company: &Company, person: &Person, content_type: &str, bytes: &[u8]) -> Reply {
    let body = json!({"content_type": content_type, "content_length": bytes.len()});
    company.post("/clock/photos").by(person).json(body).send().await
}

/// Uploads bytes like a browser.
async fn put(upload: &Value, bytes: &[u8]) -> reqwest::Response {
    let mut request =
        reqwest::Client::new().put(upload["url"].as_str().unwrap()).header("origin", "http://localhost:5173");
    for (name, value) in upload["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    request.body(bytes.to_vec()).send().await.unwrap()
}

/// Uploads bytes, and returns the id of the upload.
async fn uploaded(company: &Company, person: &Person, content_type: &str, bytes: &[u8]) -> String {
    let answer = upload(company, person, content_type, bytes).await.expect(201);
    assert_eq!(put(&answer.body, bytes).await.status(), StatusCode::OK);
    answer.str("upload_id").to_owned()
}

async fn clock_in(company: &Company, person: &Person, body: Value) -> Reply {
    company.post("/clock/in").by(person).json(body).send().await
}

fn by_upload(id: &str) -> Value {
    json!({"photo": {"upload_id": id}})
}

/// Returns all data that a refused punch must not change.
async fn everything(company: &Company, person: &Person) -> (Vec<String>, usize, usize) {
    let table = Table::of(company);
    let mut keys = Bucket::of(company).keys().await;
    keys.sort_unstable();
    let items = table.partition(&format!("USER#{}", person.id)).await.len();
    (keys, items, table.partition(&format!("OUTBOX#user:{}", person.id)).await.len())
}

async fn looked_at(company: &Company, person: &Person, session: &str, of: &str) -> Vec<u8> {
    let path = format!("/attendance/me/{MONDAY}/photos/{session}?of={of}");
    let link = company.get(&path).by(person).send().await.expect(200);
    assert_eq!(link.header("cache-control"), Some("no-store"));
    let photo = reqwest::get(link.str("url")).await.unwrap();
    assert_eq!((photo.status(), photo.headers()["content-type"].to_str().unwrap()), (StatusCode::OK, "image/jpeg"));
    photo.bytes().await.unwrap().to_vec()
}

fn assert_only_the_picture(stored: &[u8], original: &[u8]) {
    assert!(!stored.windows(GPS.len()).any(|window| window == GPS), "the place is still in it");
    let read = |bytes: &[u8]| ImageReader::with_format(Cursor::new(bytes.to_vec()), ImageFormat::Jpeg);
    assert_eq!(read(stored).into_decoder().unwrap().orientation().unwrap(), Orientation::Rotate90);
    assert!(read(stored).decode().unwrap() == read(original).decode().unwrap(), "it is another picture");
}

#[tokio::test]
async fn both_ways_of_sending_a_photo_store_it_without_metadata() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let original = camera_jpeg();
    let id = uploaded(&company, &maria, "image/jpeg", &original).await;
    let day = clock_in(&company, &maria, by_upload(&id)).await.expect(201).body;
    let session = day["sessions"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(day["sessions"][0]["clock_in"]["has_photo"], true);
    let out = company.post("/clock/out").by(&maria).json(base64(&original)).send().await.expect(200).body;
    assert_eq!(out["sessions"][0]["clock_out"]["has_photo"], true);

    // The key contains the work date and the person, and the upload is deleted.
    let bucket = Bucket::of(&company);
    let keys = bucket.keys().await;
    assert_eq!(keys.len(), 4, "each with a thumbnail: {keys:?}");
    for key in keys.iter().filter(|key| !key.contains("thumbnail")) {
        let (folder, extension) = (format!("photos/{MONDAY}/{}/", maria.id), key.rsplit('.').next());
        assert!(key.starts_with(&folder) && extension == Some("jpg"), "{key}");
        let (stored, content_type) = bucket.object(key).await;
        assert_eq!(content_type.as_deref(), Some("image/jpeg"));
        assert_only_the_picture(&stored, &original);
    }
    for of in ["in", "out"] {
        assert_only_the_picture(&looked_at(&company, &maria, &session, of).await, &original);
    }
}

#[tokio::test]
async fn links_of_many_photos_lead_to_them_and_to_upright_thumbnails() {
    let company = Company::start().await;
    let department = company.department("Assembly").await;
    let maria = company.person("maria", json!({"department_id": department})).await;
    let john = company.person("john", json!({})).await;
    let more = json!({"role": "manager", "manages": [department]});
    let manager = company.person("manager", more).await;
    let mut asked = Vec::new();
    for person in [&maria, &john] {
        let day = clock_in(&company, person, base64(&large_camera_jpeg())).await.expect(201).body;
        asked.push(json!({"user_id": person.id, "date": MONDAY, "session_id": day["sessions"][0]["id"]}));
    }
    let mut out = asked[0].clone();
    out["of"] = json!("out");
    let links =
        |by: &Person, photos: Value| company.post("/attendance/photos/links").by(by).json(json!({"photos": photos}));
    let given = links(&manager, json!([asked[0], asked[1], out, asked[0]])).send().await.expect(200).body;
    let [first, others, none, again] = given["items"].as_array().unwrap().as_slice() else { panic!("{given}") };
    assert_eq!((&first["user_name"], &first["of"]), (&json!("maria of the test"), &json!("in")));
    assert_eq!(first["expires_at"], "2026-11-02T08:05:00+03:00");
    for nothing in [others, none] {
        assert_eq!((&nothing["url"], &nothing["thumbnail_url"], &nothing["expires_at"]), (&NULL, &NULL, &NULL));
    }
    assert!(again["url"].is_string());
    let photo = reqwest::get(first["url"].as_str().unwrap()).await.unwrap().bytes().await.unwrap();
    assert_only_the_picture(&photo, &large_camera_jpeg());
    let thumbnail = reqwest::get(first["thumbnail_url"].as_str().unwrap()).await.unwrap();
    assert_eq!(thumbnail.headers()["content-type"], "image/jpeg");
    let thumbnail = thumbnail.bytes().await.unwrap();
    let picture = ImageReader::with_format(Cursor::new(thumbnail.to_vec()), ImageFormat::Jpeg).decode().unwrap();
    assert_eq!((picture.width(), picture.height()), (192, 256), "turned upright and small");
    assert!(thumbnail.len() < 30_000, "{}", thumbnail.len());

    // Each photo whose link was issued, once; and no photo without an issued link.
    let seen = async |person: &Person| {
        let admin = company.sign_in("ada").await;
        let audit = company.get(&format!("/audit?subject=user:{}", person.id)).by(&admin).send().await.expect(200);
        audit.items().iter().filter(|entry| entry["action"] == "photo_seen").cloned().collect::<Vec<_>>()
    };
    let looks = seen(&maria).await;
    assert_eq!(looks.len(), 1);
    assert_eq!((&looks[0]["actor"]["name"], &looks[0]["after"]["of"]), (&json!("manager of the test"), &json!("in")));
    assert_eq!(seen(&john).await.len(), 0);

    let many = json!(vec![asked[0].clone(); 51]);
    links(&manager, many).send().await.expect_invalid("photos");
    links(&manager, json!([])).send().await.expect_invalid("photos");
    let mine = links(&maria, json!(vec![asked[0].clone(); 50])).send().await.expect(200);
    assert_eq!(mine.body["items"].as_array().unwrap().len(), 50);

    let board = company.get("/attendance/board").by(&manager).send().await.expect(200);
    assert_eq!(board.items().iter().find(|line| line["user_id"] == maria.id.as_str()).unwrap()["has_photo"], true);
}

/// docs/photos-and-places.md#photos
#[tokio::test]
async fn a_photo_of_before_thumbnails_has_its_own_link_for_one() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let day = clock_in(&company, &maria, base64(&camera_jpeg())).await.expect(201).body;
    Table::of(&company).forget_thumbnails(&maria.id, MONDAY).await;
    let photo = json!({"user_id": maria.id, "date": MONDAY, "session_id": day["sessions"][0]["id"]});
    let given = company.post("/attendance/photos/links").by(&maria).json(json!({"photos": [photo]})).send().await;
    let item = &given.expect(200).body["items"][0];
    assert!(item["url"].is_string());
    assert_eq!(item["thumbnail_url"], item["url"]);
}

#[tokio::test]
async fn every_view_of_a_photo_is_audited() {
    let company = Company::start().await;
    let department = company.department("Assembly").await;
    let maria = company.person("maria", json!({"department_id": department})).await;
    let colleague = company.person("john", json!({"department_id": department})).await;
    let more = json!({"role": "manager", "manages": [department]});
    let manager = company.person("manager", more).await;
    let day = clock_in(&company, &maria, base64(&camera_jpeg())).await.expect(201).body;
    let session = day["sessions"][0]["id"].as_str().unwrap();
    let photo = format!("/attendance/{}/{MONDAY}/photos/{session}", maria.id);
    let link = company.get(&photo).by(&manager).send().await.expect(200);
    assert_eq!(link.body["expires_at"], "2026-11-02T08:05:00+03:00");
    company.get(&photo).by(&colleague).send().await.expect_problem(404, "not_found");
    company.get(&format!("{photo}?of=out")).by(&manager).send().await.expect_problem(404, "not_found");
    company.get(&format!("{photo}?of=both")).by(&manager).send().await.expect(422);
    for nothing in [format!("/attendance/me/2026-11-01/photos/{session}"), photo.replace(session, &maria.id)] {
        company.get(&nothing).by(&maria).send().await.expect_problem(404, "not_found");
    }
    let admin = company.sign_in("ada").await;
    let audit = company.get(&format!("/audit?subject=user:{}", maria.id)).by(&admin).send().await.expect(200);
    let looks: Vec<&Value> = audit.items().iter().filter(|entry| entry["action"] == "photo_seen").collect();
    assert_eq!(looks.len(), 1, "{}", audit.text);
    assert_eq!(looks[0]["actor"]["id"], manager.id.as_str());
    assert_eq!(looks[0]["after"], json!({"date": MONDAY, "session_id": session, "of": "in"}));
}

#[tokio::test]
async fn a_photo_that_is_none_is_refused_and_nothing_is_written() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let jpeg = camera_jpeg();
    let text: &[u8] = b"This is a text, and somebody called it photo.jpg.";
    let half = &jpeg[..jpeg.len() / 2];
    let mut bomb = picture(ImageFormat::Jpeg);
    let frame = bomb.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    bomb[frame + 5..frame + 9].fill(0xff);

    for (what, content_type, bytes) in [
        ("a text", "image/jpeg", text),
        ("half a photo", "image/jpeg", half),
        ("a bomb", "image/jpeg", &bomb[..]),
        ("a photo of another type", "image/png", &jpeg[..]),
    ] {
        let id = uploaded(&company, &maria, content_type, bytes).await;
        let before = everything(&company, &maria).await;
        let refused = clock_in(&company, &maria, by_upload(&id)).await;
        refused.expect_problem(422, "photo_invalid");
        assert_eq!(everything(&company, &maria).await, before, "{what}");
    }
    let before = everything(&company, &maria).await;
    for (what, body) in [
        ("a text", base64(text)),
        ("half a photo", base64(half)),
        ("a bomb", base64(&bomb)),
        ("no base64", json!({"photo": {"base64": "no base64!"}})),
        ("nothing", base64(b"")),
    ] {
        clock_in(&company, &maria, body).await.expect_problem(422, "photo_invalid");
        assert_eq!(everything(&company, &maria).await, before, "{what}");
    }
    for both in [json!({"photo": {}}), json!({"photo": {"base64": "", "upload_id": ""}}), json!({"photo": "x"})] {
        clock_in(&company, &maria, both).await.expect_problem(422, "invalid_values");
    }
    let six_megabytes = vec![0; 6_000_000];
    clock_in(&company, &maria, base64(&six_megabytes)).await.expect(413);
    clock_in(&company, &maria, base64(&six_megabytes[..=4 * 1024 * 1024])).await.expect_problem(413, "body_too_large");
    let long_remark = json!({"remark": "x".repeat(5_700_000)});
    clock_in(&company, &maria, long_remark).await.expect_problem(413, "body_too_large");
    assert_eq!(everything(&company, &maria).await, before, "too much");
}

#[tokio::test]
async fn an_upload_is_its_owners_for_one_punch_within_ten_minutes() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let john = company.person("john", json!({})).await;
    let photo = picture(ImageFormat::Png);
    let id = uploaded(&company, &maria, "image/png", &photo).await;

    // Another person's uploads; forged ones; one without content.
    let before = everything(&company, &john).await;
    clock_in(&company, &john, by_upload(&id)).await.expect_problem(422, "photo_invalid");
    for forged in ["01JBN2V7Q4W0M3T9K5ZXH8R6CD", "../../etc/passwd", ""] {
        clock_in(&company, &john, by_upload(forged)).await.expect_problem(422, "photo_invalid");
    }
    let never = upload(&company, &john, "image/png", &photo).await.expect(201);
    clock_in(&company, &john, by_upload(never.str("upload_id"))).await.expect_problem(422, "photo_invalid");
    assert_eq!(everything(&company, &john).await, before);

    clock_in(&company, &maria, by_upload(&id)).await.expect(201);
    let out = company.post("/clock/out").by(&maria).json(by_upload(&id)).send().await;
    out.expect_problem(422, "photo_invalid");

    // Expired by the clock, to the second.
    let late = uploaded(&company, &john, "image/png", &photo).await;
    company.set_clock("2026-11-02T08:10:00+03:00").await;
    clock_in(&company, &john, by_upload(&late)).await.expect_problem(422, "photo_invalid");
    let fresh = uploaded(&company, &john, "image/png", &photo).await;
    company.set_clock("2026-11-02T08:19:59+03:00").await;
    let john = company.sign_in("john").await;
    clock_in(&company, &john, by_upload(&fresh)).await.expect(201);
}

#[tokio::test]
async fn an_upload_is_signed_for_its_type_and_length_and_for_pages_too() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let photo = picture(ImageFormat::WebP);
    let answer = upload(&company, &maria, "image/webp", &photo).await.expect(201);
    assert_eq!(answer.body["method"], "PUT");
    assert_eq!(answer.body["expires_at"], "2026-11-02T08:10:00+03:00");
    assert_eq!(answer.body["headers"]["content-type"], "image/webp");
    assert_eq!(answer.body["headers"]["content-length"], photo.len().to_string());
    let url = answer.str("url");

    let preflight = reqwest::Client::new()
        .request(reqwest::Method::OPTIONS, url)
        .header("origin", "http://localhost:5173")
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "content-type");
    let preflight = preflight.send().await.unwrap();
    assert!(preflight.status().is_success());
    assert_eq!(preflight.headers()["access-control-allow-origin"], "http://localhost:5173");

    let other = |content_type: &str, bytes: Vec<u8>| {
        reqwest::Client::new().put(url).header("content-type", content_type).body(bytes).send()
    };
    assert_eq!(other("image/png", photo.clone()).await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(other("image/webp", vec![0; photo.len() + 1]).await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(Bucket::of(&company).keys().await, Vec::<String>::new());
    let taken = put(&answer.body, &photo).await;
    assert_eq!(taken.status(), StatusCode::OK);
    assert_eq!(taken.headers()["access-control-allow-origin"], "http://localhost:5173");
    let punch = clock_in(&company, &maria, by_upload(answer.str("upload_id"))).await.expect(201);
    assert_eq!(punch.body["sessions"][0]["clock_in"]["has_photo"], true);
}

#[tokio::test]
async fn an_invalid_upload_is_refused_before_a_link_is_created() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let asked = async |body: Value| company.post("/clock/photos").by(&maria).json(body).send().await;
    asked(json!({"content_type": "image/jpeg", "content_length": 5 * 1024 * 1024})).await.expect(201);
    for length in [json!(5 * 1024 * 1024 + 1), json!(u64::MAX)] {
        let body = json!({"content_type": "image/jpeg", "content_length": length});
        asked(body).await.expect_problem(413, "body_too_large");
    }
    asked(json!({"content_type": "image/jpeg", "content_length": 0})).await.expect_invalid("content_length");
    asked(json!({"content_type": "image/gif", "content_length": 1})).await.expect_invalid("content_type");
    company.settings(json!({"photo": "off"})).await;
    asked(json!({"content_type": "image/jpeg", "content_length": 1})).await.expect_problem(422, "photo_invalid");
}

#[tokio::test]
async fn settings_say_whether_a_punch_has_a_photo() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    company.settings(json!({"photo": "off"})).await;
    clock_in(&company, &maria, base64(&camera_jpeg())).await.expect_problem(422, "photo_invalid");
    company.settings(json!({"photo": "required"})).await;
    let before = everything(&company, &maria).await;
    clock_in(&company, &maria, json!({})).await.expect_problem(422, "photo_required");
    assert_eq!(everything(&company, &maria).await, before);
    let day = clock_in(&company, &maria, base64(&camera_jpeg())).await.expect(201).body;
    assert_eq!(day["flags"], json!([]));
    // A conflict takes precedence over a missing photo.
    clock_in(&company, &maria, json!({})).await.expect_problem(409, "already_clocked_in");
    let day = company.post("/clock/out").by(&maria).json(json!({})).send().await.expect(200).body;
    assert!(day["flags"].as_array().unwrap().contains(&json!("no_photo")), "{day}");
}

#[tokio::test]
async fn a_refused_punch_keeps_its_upload_and_no_photo() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    clock_in(&company, &maria, json!({})).await.expect(201);
    let id = uploaded(&company, &maria, "image/jpeg", &camera_jpeg()).await;
    let before = everything(&company, &maria).await;
    clock_in(&company, &maria, by_upload(&id)).await.expect_problem(409, "already_clocked_in");
    assert_eq!(everything(&company, &maria).await, before);
    let out = company.post("/clock/out").by(&maria).json(by_upload(&id)).send().await.expect(200);
    assert_eq!(out.body["sessions"][0]["clock_out"]["has_photo"], true);
}

#[tokio::test]
async fn of_twenty_punches_with_one_upload_one_is_taken_and_one_photo_is_kept() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let id = uploaded(&company, &maria, "image/jpeg", &camera_jpeg()).await;
    let replies = join_all((0..20).map(|_| clock_in(&company, &maria, by_upload(&id)))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    for reply in replies.iter().filter(|reply| reply.status != 201) {
        assert!([409, 422].contains(&reply.status.as_u16()), "{}", reply.text);
    }
    let keys = Bucket::of(&company).keys().await;
    assert_eq!(keys.len(), 2, "{keys:?}");
    assert!(keys.iter().all(|key| key.starts_with("photos/")), "the photo and its thumbnail: {keys:?}");
}

#[tokio::test]
async fn a_repeated_punch_with_a_photo_is_answered_again_and_kept_once() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let id = uploaded(&company, &maria, "image/jpeg", &camera_jpeg()).await;
    let punch = || company.post("/clock/in").by(&maria).header("Idempotency-Key", "once").json(by_upload(&id)).send();
    let first = punch().await.expect(201);
    let again = punch().await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.body, first.body);
    assert_eq!(Bucket::of(&company).keys().await.len(), 2);
}

#[tokio::test]
async fn a_photo_costs_its_own_calls_and_no_others() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let id = uploaded(&company, &maria, "image/jpeg", &camera_jpeg()).await;
    company.reset_calls().await;
    let day = clock_in(&company, &maria, by_upload(&id)).await.expect(201).body;
    company.post("/clock/out").by(&maria).json(base64(&camera_jpeg())).send().await.expect(200);
    upload(&company, &maria, "image/jpeg", b"x").await.expect(201);
    let photo = format!("/attendance/me/{MONDAY}/photos/{}", day["sessions"][0]["id"].as_str().unwrap());
    company.get(&photo).by(&maria).send().await.expect(200);
    let calls = company.get("/_local/calls").send().await.expect(200);
    let of = |route: &str| -> Vec<String> {
        let routes = calls.body["routes"].as_array().unwrap();
        let found = routes.iter().find(|known| known["route"] == route).unwrap_or_else(|| panic!("{}", calls.text));
        let mut made: Vec<String> = Vec::new();
        for call in found["operations"].as_array().unwrap() {
            // The photo and its thumbnail.
            let count = if call["operation"] == "PutObject" { 2 } else { 1 };
            assert_eq!(call["count"], count, "{call}");
            made.push(call["operation"].as_str().unwrap().to_owned());
        }
        made.sort_unstable();
        made
    };
    let with_upload = ["BatchGetItem", "DeleteObject", "GetItem", "GetObject", "PutObject", "TransactWriteItems"];
    assert_eq!(of("POST /clock/in"), with_upload);
    assert_eq!(of("POST /clock/out"), ["BatchGetItem", "PutObject", "TransactWriteItems"]);
    assert_eq!(of("POST /clock/photos"), ["BatchGetItem", "TransactWriteItems"]);
    assert_eq!(of("GET /attendance/{user_id}/{date}/photos/{session_id}"), ["BatchGetItem", "TransactWriteItems"]);
}
