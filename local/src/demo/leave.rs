//! Leave ahead: some that a manager has approved, some that waits for one.

use jiff::{Timestamp, ToSpan, civil::Date};
use serde_json::json;

use super::{client::Client, company::PASSWORD};

/// Who will be away, whose manager has said so, and how many Mondays from now.
const APPROVED: (&str, &str, i32) = ("sven", "jonas", 2);
/// Who has asked to be away, and how many Mondays from now.
const PENDING: (&str, i32) = ("tom", 3);

/// Who gets a day and a half more, from whom, and why.
const ADJUSTED: (&str, &str, f64, &str) = ("omar", "jonas", 1.5, "Worked through the stocktaking");

/// A manager adds to somebody's balance.
pub(super) async fn adjust(client: &Client<'_>, now: Timestamp) -> Result<(), String> {
    let (username, manager, days, reason) = ADJUSTED;
    let person = client.log_in(username, PASSWORD, now).await?;
    let person = client.send("GET", "/auth/me", Some(&person), &json!({})).await?;
    let id = person["id"].as_str().ok_or("somebody has no id")?;
    let session = client.log_in(manager, PASSWORD, now).await?;
    let path = format!("/leave/balances/{id}/adjustments");
    let body = json!({"type": "annual", "days": days, "reason": reason});
    client.send("POST", &path, Some(&session), &body).await.map(drop)
}

/// Asks for it, and decides the first.
pub(super) async fn ask_and_decide(client: &Client<'_>, today: Date, now: Timestamp) -> Result<(), String> {
    let (away, manager, mondays) = APPROVED;
    let id = ask(client, away, monday(today, mondays), 4, "A week at the lake", now).await?;
    let session = client.log_in(manager, PASSWORD, now).await?;
    let decision = json!({"status": "approved", "note": "Enjoy the lake"});
    client.send("POST", &format!("/leave/requests/{id}/decision"), Some(&session), &decision).await?;
    let (asks, mondays) = PENDING;
    ask(client, asks, monday(today, mondays), 1, "A wedding", now).await.map(drop)
}

/// Asks for leave that ends so many days after it begins; its id.
async fn ask(
    client: &Client<'_>,
    username: &str,
    start: Date,
    days_after: i32,
    reason: &str,
    now: Timestamp,
) -> Result<String, String> {
    let session = client.log_in(username, PASSWORD, now).await?;
    let end = start.saturating_add(days_after.days());
    let body = json!({"start_date": start.to_string(), "end_date": end.to_string(), "reason": reason});
    client.create("/leave/requests", &session, &body).await
}

/// The Monday so many weeks after this week's.
fn monday(today: Date, weeks: i32) -> Date {
    let since_monday = i32::from(today.weekday().to_monday_zero_offset());
    today.saturating_add((7 * weeks - since_monday).days())
}
