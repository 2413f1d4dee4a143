//! The company and its people.

mod audit;
mod branding;
mod corrected_employments;
mod costs;
mod departments;
mod employments;
mod holiday_subscription;
mod holidays;
mod imports;
mod leavers;
mod lists;
mod names;
mod offboarding;
mod races;
mod settings;
mod sites;
mod users;

use rollcall_tests::{Call, Company, Person, Reply};
use serde_json::Value;

/// A time-ordered id that belongs to no item.
const NOBODY: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CD";

/// Returns the ids of a list's items.
fn ids(reply: &Reply) -> Vec<String> {
    reply.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// Returns one field of a list's items.
fn texts(reply: &Reply, field: &str) -> Vec<String> {
    reply.items().iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
}

/// Returns all items of a list, over all its pages.
async fn walk(company: &Company, person: &Person, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next: Option<String> = None;
    loop {
        let join = if path.contains('?') { '&' } else { '?' };
        let page = next.map_or(path.to_owned(), |cursor| format!("{path}{join}cursor={cursor}"));
        let reply = company.get(&page).by(person).send().await.expect(200);
        items.extend(reply.items().iter().cloned());
        next = match reply.body["next_cursor"].as_str() {
            Some(cursor) => Some(cursor.to_owned()),
            None => return items,
        };
        assert!(items.len() < 1000, "the list ends");
    }
}

/// Sends calls at the same time. Returns their statuses in ascending order.
async fn at_once(calls: Vec<Call>) -> Vec<u16> {
    let sent: Vec<_> = calls.into_iter().map(|call| tokio::spawn(call.send())).collect();
    let mut statuses = Vec::new();
    for reply in sent {
        statuses.push(reply.await.unwrap().status.as_u16());
    }
    statuses.sort_unstable();
    statuses
}
