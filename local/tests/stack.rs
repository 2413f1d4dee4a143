//! Tests of a stack from the outside: its ports, its data folder and its SDK configuration.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failed step fails the test")]

use std::{collections::BTreeSet, fs, net::TcpListener, path::Path, sync::Arc};

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use local::{Data, Options, Stack, StartError};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, ServerName},
    },
};

fn in_folder(folder: &Path) -> Options {
    Options { data: Data::Folder(folder.to_owned()), ..Options::ephemeral() }
}

async fn refusal(options: Options) -> String {
    Stack::start(options).await.expect_err("refused").to_string()
}

async fn get(url: String) -> (u16, Value) {
    let answer = reqwest::get(url).await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

fn string(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

async fn put(stack: &Stack, pk: &str) {
    let tables = aws_sdk_dynamodb::Client::new(stack.sdk());
    let put = tables.put_item().table_name("rollcall").item("pk", string(pk)).item("sk", string("X"));
    put.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await.unwrap();
}

async fn is_there(stack: &Stack, pk: &str) -> bool {
    let tables = aws_sdk_dynamodb::Client::new(stack.sdk());
    let got = tables.get_item().table_name("rollcall").key("pk", string(pk)).key("sk", string("X"));
    got.send().await.unwrap().item.is_some()
}

#[tokio::test]
async fn several_stacks_live_side_by_side_and_share_nothing() {
    let one = Stack::start(Options::ephemeral()).await.unwrap();
    let other = Stack::start(Options::ephemeral()).await.unwrap();
    put(&one, "A").await;
    assert!(is_there(&one, "A").await);
    assert!(!is_there(&other, "A").await);
    one.clock().set(Some("2026-11-02T05:58:00Z".parse().unwrap()));
    let (status, clock) = get(format!("{}/_local/clock", one.url())).await;
    assert_eq!((status, &clock["now"]), (200, &json!("2026-11-02T05:58:00Z")));
    assert_eq!(get(format!("{}/_local/clock", other.url())).await.1["frozen"], false);
    one.shutdown().await;
    other.shutdown().await;
}

/// Returns a port that is free together with the next one. The system gives ports of this range to no other socket.
fn free_ports() -> u16 {
    let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let first = 10_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    (first..first + 10_000).find(|port| is_free(*port) && is_free(port + 1)).unwrap()
}

#[tokio::test]
async fn data_is_there_after_a_restart_and_the_port_is_free() {
    let home = tempfile::tempdir().unwrap();
    let port = free_ports();
    let stack = Stack::start(Options { port, ..in_folder(home.path()) }).await.unwrap();
    put(&stack, "A").await;
    let token = stack.setup_token().to_owned();
    assert!(matches!(Stack::start(in_folder(home.path())).await, Err(StartError::FolderInUse(_))));
    stack.shutdown().await;

    let again = Stack::start(Options { port, ..in_folder(home.path()) }).await.unwrap();
    assert!(is_there(&again, "A").await);
    assert_eq!(again.setup_token(), token);
    again.shutdown().await;
}

#[tokio::test]
async fn a_port_in_use_is_reported_by_its_number() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let refusal = refusal(Options { port, ..in_folder(&folder) }).await;
    assert!(refusal.starts_with(&format!("port {port} is in use on 127.0.0.1")), "{refusal}");
    assert!(!folder.join("table.sqlite").exists());
}

#[tokio::test]
async fn a_damaged_data_folder_is_reported_and_left_unchanged() {
    let home = tempfile::tempdir().unwrap();
    Stack::start(in_folder(home.path())).await.unwrap().shutdown().await;
    let table = home.path().join("table.sqlite");
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{suffix}", table.display()));
    }
    let damage = "no database at all".repeat(1000);
    fs::write(&table, &damage).unwrap();
    let told = refusal(in_folder(home.path())).await;
    assert!(told.contains("table.sqlite is damaged"), "{told}");
    assert_eq!(fs::read_to_string(&table).unwrap(), damage);
    fs::write(home.path().join("secrets.json"), "{").unwrap();
    let told = refusal(in_folder(home.path())).await;
    assert!(told.contains("secrets.json is damaged"), "{told}");
}

#[tokio::test]
async fn calls_are_counted_with_what_they_consume() {
    let stack = Stack::start(Options::ephemeral()).await.unwrap();
    stack.reset_calls();
    put(&stack, "A").await;
    let (_, report) = get(format!("{}/_local/calls", stack.url())).await;
    let put = json!({"service": "dynamodb", "operation": "PutItem", "count": 1, "read_units": 0.0, "write_units": 1.0});
    assert_eq!(report, json!({"routes": [{"route": "start", "requests": 0, "operations": [put]}]}));
    stack.shutdown().await;
}

#[tokio::test]
async fn secrets_are_given_to_the_sdk_by_name() {
    let options = Options { setup_token: Some("letmein".to_owned()), ..Options::ephemeral() };
    let stack = Stack::start(options).await.unwrap();
    let secrets = aws_sdk_secretsmanager::Client::new(stack.sdk());
    let get = |id: &str| secrets.get_secret_value().secret_id(id).send();
    let token = get("rollcall/setup-token").await.unwrap().secret_string.unwrap();
    assert_eq!(token, r#"{"token":"letmein"}"#);
    assert!(get("other").await.unwrap_err().into_service_error().is_resource_not_found_exception());
    stack.shutdown().await;
}

#[tokio::test]
async fn the_aws_endpoint_answers_on_a_port_of_its_own() {
    let stack = Stack::start(Options::ephemeral()).await.unwrap();
    put(&stack, "A").await;
    let http = reqwest::Client::new();
    let scan =
        http.post(stack.aws_url()).header("x-amz-target", "DynamoDB_20120810.Scan").body(r#"{"TableName":"rollcall"}"#);
    let scanned: Value = scan.send().await.unwrap().json().await.unwrap();
    assert!(scanned["Items"].as_array().unwrap().iter().any(|item| item["pk"] == json!({"S": "A"})));

    let photo = format!("{}/rollcall-photos/uploads/1", stack.aws_url());
    let unsigned = http.put(&photo).body("x").send().await.unwrap();
    assert_eq!(unsigned.status(), 403);
    let climbing = http.get(format!("{}/rollcall-photos/a%2F..%2F..%2Fsecrets.json", stack.aws_url()));
    assert_eq!(climbing.send().await.unwrap().status(), 400);
    let preflight = http.request(reqwest::Method::OPTIONS, &photo).header("origin", "http://localhost:5173");
    let preflight = preflight.header("access-control-request-method", "PUT").send().await.unwrap();
    assert_eq!(preflight.headers()["access-control-allow-origin"], "http://localhost:5173");
    stack.shutdown().await;
}

async fn log_in(stack: &Stack, username: &str) -> String {
    let body = json!({"username": username, "password": "rollcall-demo-2026"});
    let answer = reqwest::Client::new().post(format!("{}/auth/login", stack.url())).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{username}");
    let answer: Value = answer.json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn read(stack: &Stack, token: &str, path: &str) -> Value {
    let answer = reqwest::Client::new().get(format!("{}{path}", stack.url())).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.unwrap()
}

#[tokio::test]
async fn the_demo_company_has_people_at_work_and_a_past() {
    let home = tempfile::tempdir().unwrap();
    let noon = "2026-11-16T12:00:00+01:00".parse().unwrap();
    let options = || Options { demo: true, clock: Some(noon), ..in_folder(home.path()) };
    let stack = Stack::start(options()).await.unwrap();
    assert_eq!(stack.clock().frozen(), Some(noon));
    let admin = log_in(&stack, "ada").await;
    assert_eq!(read(&stack, &admin, "/users").await["items"].as_array().unwrap().len(), 14);
    assert_eq!(read(&stack, &admin, "/departments").await["items"].as_array().unwrap().len(), 3);

    let tom = log_in(&stack, "tom").await;
    let days = read(&stack, &tom, "/attendance/me?from=2026-11-02&to=2026-11-16").await;
    let worked = |day: &&Value| day["worked_seconds"].as_i64() > Some(7 * 3600);
    assert!(days["items"].as_array().unwrap().iter().filter(worked).count() >= 7, "{days}");
    let lena = log_in(&stack, "lena").await;
    let status = read(&stack, &lena, "/clock").await;
    assert_eq!((&status["presence"], &status["can_clock_in"]), (&json!("out"), &json!(true)));
    assert!(stack.welcome().contains("lena"));
    let leave = read(&stack, &admin, "/leave/requests").await;
    let mut statuses: Vec<&Value> = leave["items"].as_array().unwrap().iter().map(|item| &item["status"]).collect();
    statuses.sort_by_key(ToString::to_string);
    assert_eq!(statuses, ["approved", "approved", "approved", "approved", "pending"]);
    let interrupted = |item: &&Value| item["interruptions"].as_array().is_some_and(|them| !them.is_empty());
    let interrupted = leave["items"].as_array().unwrap().iter().find(interrupted).expect("sick leave within leave");
    assert_eq!((&interrupted["days"], &interrupted["start_date"]), (&json!(3.0), &json!("2026-11-09")));
    let reviews = read(&stack, &log_in(&stack, "jonas").await, "/attendance/reviews").await;
    assert_eq!(reviews["items"].as_array().unwrap().len(), 1, "{reviews}");
    let beatriz = log_in(&stack, "beatriz").await;
    assert_eq!(read(&stack, &beatriz, "/auth/me").await["employments"].as_array().unwrap().len(), 2);
    let exhibition = read(&stack, &beatriz, "/roster/me/shifts?from=2026-11-23&to=2026-12-06").await;
    assert_eq!(exhibition["items"].as_array().unwrap().len(), 7, "{exhibition}");
    let swaps = read(&stack, &admin, "/roster/swaps?status=pending").await;
    assert_eq!(swaps["items"].as_array().unwrap().len(), 1, "{swaps}");
    let grid = read(&stack, &admin, "/roster?from=2026-11-21&to=2026-11-21").await;
    let planned = |row: &&Value| row["days"][0]["overridden"] == true;
    assert_eq!(grid["items"].as_array().unwrap().iter().filter(planned).count(), 1, "{grid}");
    let balances = read(&stack, &tom, "/leave/balances/me").await;
    let annual = &balances["items"][0];
    assert!(annual["deducted_days"].as_f64() > Some(0.0) && annual["pending_days"] == 2.0, "{annual}");

    assert!(stack.settle().await);
    let inbox = read(&stack, &admin, "/notifications?limit=200").await;
    let kinds: BTreeSet<&str> =
        inbox["items"].as_array().unwrap().iter().filter_map(|item| item["kind"].as_str()).collect();
    assert!(kinds.is_superset(&BTreeSet::from(["late_arrival", "absent", "leave_requested"])), "{kinds:?}");
    let toms = read(&stack, &tom, "/notifications?limit=200").await;
    let is_expiring = |item: &Value| item["kind"] == "leave_expiring";
    assert!(toms["items"].as_array().unwrap().iter().any(is_expiring), "ten days go with the year: {toms}");
    let queues = stack.dead_letters();
    let empty = |queue: &Value| queue["messages"].as_array().is_some_and(Vec::is_empty);
    assert!(queues["queues"].as_array().unwrap().iter().all(empty), "{queues}");
    stack.shutdown().await;

    let again = Stack::start(options()).await.unwrap();
    assert!(again.has_demo());
    let admin = log_in(&again, "ada").await;
    assert_eq!(read(&again, &admin, "/users").await["items"].as_array().unwrap().len(), 14);
    again.shutdown().await;
}

/// Sends a request over an encrypted connection that trusts only the stack's certificate, and returns the whole
/// answer.
async fn get_encrypted(stack: &Stack, address: &str, path: &str) -> String {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(stack.certificate().unwrap())).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let host = address.rsplit_once(':').unwrap().0.to_owned();
    let stream = TcpStream::connect(address).await.unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let mut stream = connector.connect(ServerName::try_from(host).unwrap(), stream).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn with_tls_a_port_accepts_https_and_local_plain_http() {
    let stack = Stack::start(Options { tls: true, ..Options::ephemeral() }).await.unwrap();
    let address = stack.url().split("://").nth(1).unwrap().to_owned();
    let answer = get_encrypted(&stack, &address, "/_local/clock").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert_eq!(get(format!("http://{address}/_local/clock")).await.0, 200);
    stack.shutdown().await;
}

#[tokio::test]
async fn with_tls_plain_requests_from_the_network_are_redirected_to_https() {
    let host = std::net::Ipv4Addr::UNSPECIFIED.into();
    let stack = Stack::start(Options { tls: true, host, ..Options::ephemeral() }).await.unwrap();
    // A machine without a network has no such address.
    if let Some(url) = stack.network_urls().first() {
        let address = url.strip_prefix("https://").unwrap();
        let plain = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let led = plain.get(format!("http://{address}/docs?x=1")).send().await.unwrap();
        let location = led.headers()["location"].to_str().unwrap();
        assert_eq!((led.status().as_u16(), location), (308, &*format!("{url}/docs?x=1")));
        assert!(get_encrypted(&stack, address, "/docs").await.starts_with("HTTP/1.1 200 OK"));
        assert!(stack.welcome().contains(&format!("in the network {url}")));
    }
    stack.shutdown().await;
}

#[tokio::test]
async fn a_certificate_is_kept_for_the_next_start() {
    let home = tempfile::tempdir().unwrap();
    let start = || Stack::start(Options { tls: true, ..in_folder(home.path()) });
    let stack = start().await.unwrap();
    let certificate = stack.certificate().unwrap();
    stack.shutdown().await;
    let again = start().await.unwrap();
    assert_eq!(again.certificate(), Some(certificate));
    again.shutdown().await;
}

#[tokio::test]
async fn the_banner_says_what_browsers_withhold_in_a_network_without_encryption() {
    let host = std::net::Ipv4Addr::UNSPECIFIED.into();
    let stack = Stack::start(Options { host, ..Options::ephemeral() }).await.unwrap();
    if !stack.network_urls().is_empty() {
        assert!(stack.welcome().contains("no camera, position or service worker"), "{}", stack.welcome());
    }
    stack.shutdown().await;
    let alone = Stack::start(Options::ephemeral()).await.unwrap();
    assert!(!alone.welcome().contains("in the network"));
    alone.shutdown().await;
}
