//! `POST /roster/me/calendar`

use app::roster::calendar_feed;
use axum::extract::State;
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Problem, RequestId, use_case::execute};

use super::token::FeedToken;

/// A body without fields.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub(crate) struct NewCalendar {}

/// The URL of the feed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarFeed)]
pub(crate) struct CalendarAnswer {
    /// The URL to subscribe to. It is shown only once. Anyone who knows it can see the shifts.
    #[schema(example = "https://api.example.com/roster/calendar/01JBN2V7Q4W0M3T9K5ZXH8R6CDq83v….ics")]
    url: String,
}

/// Create the calendar feed of the caller
///
/// The previous URL stops working. `Idempotency-Key` is ignored, because the URL is shown only once. Needs a sign-in
/// within the last 10 minutes.
#[utoipa::path(
    post,
    path = "/roster/me/calendar",
    operation_id = "createCalendarFeed",
    tag = "roster",
    request_body = NewCalendar,
    responses(
        (status = 201, description = "The address", body = CalendarAnswer),
        (status = 403, description = "`forbidden`; `confirmation_required`: confirm your password first"),
    )
)]
pub(crate) async fn make(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    request_id: RequestId,
    Body { value: NewCalendar {}, .. }: Body<NewCalendar>,
) -> Result<Answer, Problem> {
    let request = app.request(&caller, &request_id, None);
    let token = FeedToken::generate(caller.user_id, &*app.entropy);
    let token_hash = token.hash();
    let made = |(): &(), _: u64| {
        let url = url(&headers, &token);
        Answer::json(StatusCode::CREATED, &CalendarAnswer { url })
    };
    execute(&request, made, || calendar_feed::make(&request, &token_hash)).await
}

/// Returns the URL of the feed, on the host that the request was sent to.
fn url(headers: &HeaderMap, token: &FeedToken) -> String {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = header(header::HOST.as_str()).unwrap_or("localhost");
    // API Gateway sets the scheme of the request, which is always https. Only the local stack uses http.
    let scheme = header("x-forwarded-proto").filter(|scheme| *scheme == "http").unwrap_or("https");
    format!("{scheme}://{host}/roster/calendar/{}.ics", token.reveal())
}
