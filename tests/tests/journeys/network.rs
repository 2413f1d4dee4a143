//! A phone in the same network, simulated on this machine: links, pages and controls use the host of the request.

use std::net::{IpAddr, Ipv4Addr};

use local::Options;
use rollcall_tests::{Company, Socket, company::MONDAY_MORNING};
use serde_json::{Value, json};

use crate::bucket::camera_jpeg;

/// Starts a company whose stack listens on all addresses.
async fn company() -> Company {
    let host = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let clock = Some(MONDAY_MORNING.parse().unwrap());
    let origins = vec!["https://app.example.com".parse().unwrap()];
    Company::start_with(Options { host, clock, origins, ..Options::ephemeral() }, "Europe/Istanbul").await
}

/// Returns an address of this machine that other machines can reach, otherwise another name of the loopback address.
fn phone_side(company: &Company) -> String {
    let urls = company.stack.network_urls();
    let port = company.stack.url().rsplit(':').next().unwrap().to_owned();
    urls.into_iter().next().unwrap_or_else(|| format!("http://127.0.0.2:{port}"))
}

fn host(url: &str) -> &str {
    url.split("://").nth(1).unwrap().rsplit_once(':').unwrap().0
}

#[tokio::test]
async fn links_for_photos_and_live_connections_use_the_called_host() {
    let company = company().await;
    let maria = company.person("maria", json!({})).await;
    let base = phone_side(&company);
    let client = reqwest::Client::new();
    let post = async |path: &str, body: Value| {
        let call = client.post(format!("{base}{path}")).bearer_auth(&maria.access_token).json(&body);
        call.send().await.unwrap().json::<Value>().await.unwrap()
    };
    let photo = camera_jpeg();
    let upload = post("/clock/photos", json!({"content_type": "image/jpeg", "content_length": photo.len()})).await;
    let url = upload["url"].as_str().unwrap();
    assert_eq!(host(url.split("/rollcall-photos").next().unwrap()), host(&base));
    let page = base.clone();
    let put = client.put(url).header("origin", &page).header("content-type", "image/jpeg").body(photo);
    let put = put.send().await.unwrap();
    assert_eq!((put.status().as_u16(), put.headers()["access-control-allow-origin"].to_str().unwrap()), (200, &*page));
    let day = post("/clock/in", json!({"photo": {"upload_id": upload["upload_id"]}})).await;
    let photo = json!({"user_id": maria.id, "date": "2026-11-02", "session_id": day["sessions"][0]["id"]});
    let links = post("/attendance/photos/links", json!({"photos": [photo]})).await;
    for link in ["url", "thumbnail_url"] {
        let url = links["items"][0][link].as_str().unwrap();
        assert_eq!(host(url.split("/rollcall-photos").next().unwrap()), host(&base));
        assert_eq!(client.get(url).send().await.unwrap().status(), 200, "{link}");
    }

    let ticket = post("/live/tickets", json!({})).await;
    let live = ticket["url"].as_str().unwrap();
    assert_eq!(host(live.split("/live").next().unwrap()), host(&base));
    assert!(Socket::open(live).await.is_ok(), "{live}");
}

#[tokio::test]
async fn pages_of_the_stack_and_of_named_origins_may_read_and_others_may_not() {
    let company = company().await;
    let base = phone_side(&company);
    let allowed = async |origin: &str| {
        let call = reqwest::Client::new().get(format!("{base}/docs")).header("origin", origin);
        call.send().await.unwrap().headers().contains_key("access-control-allow-origin")
    };
    assert!(allowed(&base).await);
    assert!(allowed("https://app.example.com").await);
    assert!(!allowed("https://other.example.com").await);
}

#[tokio::test]
async fn the_root_leads_to_the_console_and_docs_offer_to_sign_in() {
    let company = company().await;
    let base = phone_side(&company);
    let root = reqwest::get(format!("{base}/")).await.unwrap();
    assert_eq!((root.status().as_u16(), root.url().path()), (200, "/app/"));
    let docs = reqwest::get(format!("{base}/docs")).await.unwrap();
    assert!(docs.text().await.unwrap().contains("sign-in"));
    let people: Value = reqwest::get(format!("{base}/_local/people")).await.unwrap().json().await.unwrap();
    assert_eq!(people, json!({"items": []}), "this stack has no demo company");
}

/// docs/api.md#browsers
#[tokio::test]
async fn the_clock_says_the_servers_time() {
    let company = company().await;
    let maria = company.person("maria", json!({})).await;
    let status = company.get("/clock").by(&maria).send().await.expect(200);
    assert_eq!(status.body["now"], MONDAY_MORNING);
    assert!(status.header("date").is_some());
}
