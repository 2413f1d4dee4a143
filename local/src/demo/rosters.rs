//! The rosters that differ from the company's shift: a night watchman, two alternating weeks, seven days on and seven
//! off, an override on a Saturday, and a pending swap.

use std::collections::BTreeMap;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday},
};
use serde_json::{Map, Value, json};

use super::{
    client::Client,
    company::{
        EXTRA_HAND, NIGHT_WATCHMAN, PASSWORD, SEVEN_DAYS_ON, SHIFT_WORKER, STAND_IN, STUDIO_MANAGER, WORKSHOP_MANAGER,
    },
};

/// The ids of people by username.
pub(super) type Ids = BTreeMap<&'static str, String>;

fn id<'a>(people: &'a Ids, username: &str) -> Result<&'a str, String> {
    people.get(username).map(String::as_str).ok_or_else(|| format!("nobody is called {username}"))
}

fn next(date: Date, weekday: Weekday) -> Result<Date, String> {
    date.nth_weekday(1, weekday).map_err(|error| error.to_string())
}

/// Returns a week with the same shift from Monday to Friday.
fn workweek(start: &str, end: &str) -> Value {
    let shift = json!([{"start": start, "end": end, "break_minutes": 30}]);
    json!({
        "weekly_offs": ["saturday", "sunday"],
        "shifts": {"monday": shift, "tuesday": shift, "wednesday": shift, "thursday": shift, "friday": shift},
    })
}

/// Returns a rotation of seven days on and seven off. The first week has no day off, and the second has seven.
fn seven_on_seven_off(from: &str) -> Value {
    let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let shift = json!([{"start": "10:00", "end": "19:00", "break_minutes": 60}]);
    let shifts: Map<String, Value> = weekdays.iter().map(|weekday| ((*weekday).to_owned(), shift.clone())).collect();
    let weeks = [json!({"weekly_offs": [], "shifts": shifts}), json!({"weekly_offs": weekdays, "shifts": {}})];
    json!({"weeks": weeks, "anchor": from, "effective_from": from})
}

/// Plans the rosters: nights from the first date of the history on; early and late weeks in turn, and the exhibition
/// of the studio, from the Monday after `today`; and an extra shift on the Saturday after `today`.
pub(super) async fn plan(client: &Client<'_>, people: &Ids, first: Date, today: Date) -> Result<(), String> {
    let manager = client.log_in(WORKSHOP_MANAGER, PASSWORD, Timestamp::UNIX_EPOCH).await?;
    let mut nights = workweek("22:00", "06:00");
    nights["effective_from"] = json!(first.to_string());
    let watchman = format!("/roster/{}", id(people, NIGHT_WATCHMAN)?);
    client.send("PUT", &watchman, Some(&manager), &nights).await?;
    let monday = next(today, Weekday::Monday)?.to_string();
    let weeks = [workweek("06:00", "14:00"), workweek("14:00", "22:00")];
    let turns = json!({"weeks": weeks, "anchor": monday, "effective_from": monday});
    let worker = format!("/roster/{}", id(people, SHIFT_WORKER)?);
    client.send("PUT", &worker, Some(&manager), &turns).await?;
    let studio = client.log_in(STUDIO_MANAGER, PASSWORD, Timestamp::UNIX_EPOCH).await?;
    let exhibition = format!("/roster/{}", id(people, SEVEN_DAYS_ON)?);
    client.send("PUT", &exhibition, Some(&studio), &seven_on_seven_off(&monday)).await?;
    let saturday = next(today, Weekday::Saturday)?;
    let otherwise = json!({"shifts": [{"start": "10:00", "end": "14:00"}], "reason": "Stocktaking"});
    let date = format!("/roster/{}/days/{saturday}", id(people, EXTRA_HAND)?);
    client.send("PUT", &date, Some(&manager), &otherwise).await.map(drop)
}

/// Asks for a swap: the watchman asks a colleague to take one of his Friday nights, at least a week from now.
pub(super) async fn ask_for_swap(client: &Client<'_>, people: &Ids, today: Date, now: Timestamp) -> Result<(), String> {
    let watchman = client.log_in(NIGHT_WATCHMAN, PASSWORD, now).await?;
    let friday = next(today.saturating_add(6.days()), Weekday::Friday)?;
    let body = json!({
        "my_date": friday.to_string(),
        "with_user_id": id(people, STAND_IN)?,
        "note": "My sister gets married",
    });
    client.send("POST", "/roster/swaps", Some(&watchman), &body).await.map(drop)
}
