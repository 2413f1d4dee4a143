//! The leave of the demo company: last week's leave, two days of which became sick leave; approved leave in the
//! future, including an afternoon; and leave that waits for approval.

use jiff::{Timestamp, ToSpan, civil::Date};
use serde_json::{Value, json};

use super::{
    client::Client,
    company::{PASSWORD, SICK_ON_LEAVE, STUDIO_MANAGER},
    rosters::Ids,
};

/// The person with approved leave, the manager who approves it, and the number of Mondays until it begins.
const APPROVED: (&str, &str, i32) = ("sven", "jonas", 2);
/// The person with approved leave on a Friday afternoon, the manager who approves it, and the number of Mondays until
/// that week.
const AFTERNOON: (&str, &str, i32) = ("clara", "ines", 1);
/// The person who has requested leave, and the number of Mondays until it begins.
const PENDING: (&str, i32) = ("tom", 3);

/// The length of last week's leave, in days: from Monday to Friday.
pub(super) const DAYS_OF_LAST_WEEK: i32 = 5;

/// The person whose balance gets a day and a half more, the manager, the number of days, and the reason.
const ADJUSTED: (&str, &str, f64, &str) = ("omar", "jonas", 1.5, "Worked through the stocktaking");

/// Returns the first date of last week's leave. The history must not begin later.
pub(super) fn last_week(today: Date) -> Date {
    monday(today, -1)
}

/// Requests and approves leave from Monday to Friday of last week.
pub(super) async fn of_last_week(client: &Client<'_>, today: Date) -> Result<(), String> {
    let week = leave(last_week(today), DAYS_OF_LAST_WEEK - 1, "Visiting my parents");
    let id = ask(client, SICK_ON_LEAVE, &week, Timestamp::UNIX_EPOCH).await?;
    approve(client, STUDIO_MANAGER, &id, "Give them my regards", Timestamp::UNIX_EPOCH).await
}

/// Records two of those days as sick leave, as a manager does afterwards. The two days of leave are credited back.
pub(super) async fn sick_last_week(
    client: &Client<'_>,
    people: &Ids,
    today: Date,
    now: Timestamp,
) -> Result<(), String> {
    let session = client.log_in(STUDIO_MANAGER, PASSWORD, now).await?;
    let mut sick = leave(last_week(today).saturating_add(1.day()), 1, "The flu");
    sick["type"] = json!("sick");
    sick["user_id"] = json!(people.get(SICK_ON_LEAVE).ok_or("nobody was sick")?);
    client.create("/leave/requests", &session, &sick).await.map(drop)
}

/// Adjusts a person's balance as a manager.
pub(super) async fn adjust(client: &Client<'_>, people: &Ids, now: Timestamp) -> Result<(), String> {
    let (username, manager, days, reason) = ADJUSTED;
    let id = people.get(username).ok_or("nobody to adjust")?;
    let session = client.log_in(manager, PASSWORD, now).await?;
    let path = format!("/leave/balances/{id}/adjustments");
    let body = json!({"type": "annual", "days": days, "reason": reason});
    client.send("POST", &path, Some(&session), &body).await.map(drop)
}

/// Requests the future leave, and decides all requests but the last.
pub(super) async fn ask_and_decide(client: &Client<'_>, today: Date, now: Timestamp) -> Result<(), String> {
    let (away, manager, mondays) = APPROVED;
    let week = leave(monday(today, mondays), 4, "A week at the lake");
    let id = ask(client, away, &week, now).await?;
    approve(client, manager, &id, "Enjoy the lake", now).await?;
    let (away, manager, mondays) = AFTERNOON;
    let mut afternoon = leave(monday(today, mondays).saturating_add(4.days()), 0, "Moving house");
    afternoon["start_half"] = json!("afternoon");
    let id = ask(client, away, &afternoon, now).await?;
    approve(client, manager, &id, "Good luck with the piano", now).await?;
    let (asks, mondays) = PENDING;
    ask(client, asks, &leave(monday(today, mondays), 1, "A wedding"), now).await.map(drop)
}

/// Returns a request for leave that ends `days_after` days after it begins.
fn leave(start: Date, days_after: i32, reason: &str) -> Value {
    let end = start.saturating_add(days_after.days());
    json!({"start_date": start.to_string(), "end_date": end.to_string(), "reason": reason})
}

/// Requests leave, and returns the id of the request.
async fn ask(client: &Client<'_>, username: &str, leave: &Value, now: Timestamp) -> Result<String, String> {
    let session = client.log_in(username, PASSWORD, now).await?;
    client.create("/leave/requests", &session, leave).await
}

async fn approve(client: &Client<'_>, manager: &str, id: &str, note: &str, now: Timestamp) -> Result<(), String> {
    let session = client.log_in(manager, PASSWORD, now).await?;
    let decision = json!({"status": "approved", "note": note});
    client.send("POST", &format!("/leave/requests/{id}/decision"), Some(&session), &decision).await.map(drop)
}

/// Returns the Monday of the week that is `weeks` weeks after the current one.
fn monday(today: Date, weeks: i32) -> Date {
    let since_monday = i32::from(today.weekday().to_monday_zero_offset());
    today.saturating_add((7 * weeks - since_monday).days())
}
