//! Notifies a department with thousands of connections of one arrival. The test measures without assertions, so it only runs on
//! request:
//! `cargo test -p rollcall-tests --release --test journeys live_load -- --ignored --nocapture`

use std::time::Instant;

use futures_util::{StreamExt, stream};
use rollcall_tests::{Company, Person, Socket};
use serde_json::json;

use crate::process_memory::megabytes;

const CONNECTIONS: usize = 2_000;
/// The maximum number of connections of one person.
const EACH: usize = 10;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute, and tells figures instead of passing or failing by them"]
#[expect(clippy::disallowed_methods, reason = "it measures real time")]
async fn an_arrival_reaches_two_thousand_connections_of_a_department() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let mut people: Vec<Person> = Vec::new();
    for number in 0..CONNECTIONS / EACH {
        people.push(company.person(&format!("person{number}"), json!({"department_id": harbour})).await);
    }
    company.settle().await;
    let before = megabytes();

    let started = Instant::now();
    let all = (0..EACH).flat_map(|_| &people);
    let mut sockets: Vec<Socket> =
        stream::iter(all).map(|person| company.connect(person)).buffer_unordered(32).collect().await;
    println!("{} connections opened in {:?}", sockets.len(), started.elapsed());
    println!("memory: {before} MB before, {} MB with them", megabytes());

    company.stack.reset_calls();
    let started = Instant::now();
    company.post("/clock/in").by(&people[0]).json(json!({})).send().await.expect(201);
    let heard =
        stream::iter(&mut sockets).map(|socket| async { socket.until("presence").await }).buffer_unordered(CONNECTIONS);
    assert_eq!(heard.count().await, CONNECTIONS);
    println!("all heard of it after {:?}", started.elapsed());
    println!("memory: {} MB", megabytes());
    for route in company.stack.calls().routes {
        for call in route.operations {
            println!("{}: {} × {} ({} RCU)", route.route, call.count, call.operation, call.read_units);
        }
    }
}
