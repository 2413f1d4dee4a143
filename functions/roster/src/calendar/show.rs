//! `GET /roster/calendar/{token}.ics`

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::{calendar::DateRange, user::UserStatus};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use web::{App, Problem, body::hash};

use super::{
    render::{calendar, entries},
    token::FeedToken,
};

/// The number of past days in a feed.
const DAYS_BACK: i32 = 31;
/// The number of future days in a feed.
const DAYS_AHEAD: i32 = 180;

/// A person's shifts as an iCalendar feed
///
/// The feed covers 31 days back to 180 days ahead. The URL contains a secret token, so no other authentication is
/// needed. Programs that send the `ETag` back in `If-None-Match` get 304 while nothing has changed.
#[utoipa::path(
    get,
    path = "/roster/calendar/{file}",
    operation_id = "getCalendarFeed",
    tag = "roster",
    params(("file" = String, Path, description = "The last part of the feed's address: its token and `.ics`",
        example = "01JBN2V7Q4W0M3T9K5ZXH8R6CDc2VjcmV0LW9mLXRoZS1mZWVkLW9mLW9uZS1wZXJz.ics")),
    responses(
        (status = 200, description = "The calendar", content_type = "text/calendar", body = String,
            headers(("ETag" = String, description = "Changes with the calendar"))),
        (status = 304, description = "The feed hasn't changed", headers(("ETag" = String, description = "The tag of the request"))),
        (status = 404, description = "No such feed, or not any more")
    ),
    security(())
)]
pub(crate) async fn show(
    State(app): State<App>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let token = FeedToken::parse(&file).ok_or_else(Problem::not_found)?;
    let now = app.now();
    // A feed needs no exact bounds, so they are dates in UTC.
    let today = domain::calendar::Zone::UTC.date_of(now);
    let dates = DateRange { from: today.plus_days(-DAYS_BACK), to: today.plus_days(DAYS_AHEAD) };
    let (feed, snapshot) = app.store.feed_snapshot(token.user, (dates.from, dates.to), now).await?;
    feed.filter(|feed| token.opens(feed)).ok_or_else(Problem::not_found)?;
    let active = |status| match status {
        UserStatus::Active => true,
        UserStatus::Pending | UserStatus::Disabled => false,
    };
    let person = snapshot.person.as_ref().filter(|person| active(person.status)).ok_or_else(Problem::not_found)?;
    let entries = entries(&snapshot, &snapshot.planner(person), dates);
    let title = snapshot.settings.settings.company_name.as_str();
    // The ETag leaves out the time at which the document was created.
    let etag = format!("\"{}\"", hash(calendar(person.id, title, &entries, Timestamp::UNIX_EPOCH).as_bytes()));
    let mut response = if known(&headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let text = calendar(person.id, title, &entries, now);
        ([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response()
    };
    let etag = HeaderValue::from_str(&etag).map_err(Problem::internal)?;
    response.headers_mut().insert(header::ETAG, etag);
    // Programs revalidate the feed each time, so that a revoked feed is gone at once. The ETag makes that cheap.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// Returns whether the program already has this calendar (RFC 9110, 13.1.2: weak comparison).
fn known(headers: &HeaderMap, etag: &str) -> bool {
    let given = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    given
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}
