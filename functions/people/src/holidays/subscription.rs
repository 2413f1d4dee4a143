//! `/holidays/subscription`: the calendar of holidays that the company subscribes to; for admins only. `jobs` reads it.

use app::company::holiday_subscription as subscriptions;
use axum::extract::State;
use domain::{
    FieldRule,
    holiday_subscription::{CalendarFailure, HolidaySubscription},
    site::Region,
};
use holiday_calendars::sites_in;
use http::StatusCode;
use outbound::Target;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, RequestId, authorization,
    body::NoFields,
    instant::Instant,
    use_case::{execute, no_content},
};

use crate::state::People;

/// The subscription of a calendar of holidays.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HolidaySubscription)]
pub(crate) struct SubscriptionAnswer {
    /// The address of the calendar.
    url: String,
    /// The region whose sites have the holidays; `null` for the whole company.
    region: Option<Region>,
    /// The number of holidays from today on that come from the calendar, as of the last refresh.
    holidays: usize,
    /// The instant at which the calendar was last read; `null` if it never was.
    #[schema(required = true)]
    refreshed_at: Option<Instant>,
    /// The instant from which the calendar is read again.
    next_refresh_at: Instant,
    /// The reason for which the calendar couldn't be used at the last attempt; `null` if it could.
    #[schema(required = true)]
    failure: Option<CalendarFailure>,
    /// The version of the subscription.
    version: u64,
}

impl SubscriptionAnswer {
    fn new(subscription: &HolidaySubscription, caller: &Caller) -> Self {
        let instant = |at| Instant::new(at, &caller.zone);
        Self {
            url: subscription.url.clone(),
            region: subscription.region.clone(),
            holidays: subscription.holidays.len(),
            refreshed_at: subscription.refreshed_at.map(instant),
            next_refresh_at: instant(subscription.due_at),
            failure: subscription.failure,
            version: subscription.version,
        }
    }
}

/// A calendar of holidays to subscribe to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"url": "https://calendars.example.com/holidays.ics"}))]
pub(crate) struct NewSubscription {
    /// The address of the calendar (iCalendar): a `https` or `webcal` URL with a public host. Redirects aren't followed.
    #[schema(format = "uri", max_length = 2000, example = "https://calendars.example.com/holidays.ics")]
    url: String,
    /// The region whose sites have the holidays, by its ISO 3166 code; by default, the whole company has them.
    region: Option<Region>,
}

/// Get the holiday subscription
///
/// For admins only.
#[utoipa::path(
    get, path = "/holidays/subscription", operation_id = "getHolidaySubscription", tag = "holidays",
    responses(
        (status = 200, description = "The subscription", body = SubscriptionAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 404, description = "`not_found`: the company subscribes to no calendar"),
    ),
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, request_id: RequestId) -> Result<Answer, Problem> {
    let request = app.request(&caller, &request_id, None);
    let subscription = subscriptions::read(&request).await?;
    Ok(Answer::ok(&SubscriptionAnswer::new(&subscription, &caller))?.version(subscription.version))
}

/// Subscribe to a calendar of holidays
///
/// For admins only. Rollcall reads the calendar (iCalendar) within seconds, then once a month. It adds the holidays from today on, and
/// removes those from today on that the calendar no longer has. Holidays of the past stay. If the calendar can't be used, the holidays
/// stay as they are, Rollcall tries again every day, and all admins are notified. The holidays of the calendar before end.
#[utoipa::path(
    put, path = "/holidays/subscription", operation_id = "replaceHolidaySubscription", tag = "holidays",
    params(("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")),
    request_body = NewSubscription,
    responses(
        (status = 200, description = "The subscription", body = SubscriptionAnswer,
            headers(("ETag" = String, description = "The version"))),
    ),
)]
pub(crate) async fn replace(
    State(people): State<People>,
    caller: Caller,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<NewSubscription>,
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let app = &people.app;
    let NewSubscription { url, region } = value;
    // Programs call the addresses of calendars so.
    let url = url.strip_prefix("webcal://").map_or_else(|| url.clone(), |rest| format!("https://{rest}"));
    let is_of_site = match &region {
        None => true,
        Some(region) => !sites_in(&app.store, region).await?.is_empty(),
    };
    Problem::unless_valid([
        (Target::parse(&url, people.reach).is_err(), "url", FieldRule::PublicUrl),
        (!is_of_site, "region", FieldRule::RegionOfSite),
    ])?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let shown = |subscription: &HolidaySubscription, version: u64| -> Result<Answer, Problem> {
        Ok(Answer::ok(&SubscriptionAnswer::new(subscription, &caller))?.version(version))
    };
    execute(&request, shown, || subscriptions::replace(&request, &versions, &url, region.as_ref())).await
}

/// End the holiday subscription
///
/// For admins only. The holidays of the calendar stay.
#[utoipa::path(
    delete, path = "/holidays/subscription", operation_id = "deleteHolidaySubscription", tag = "holidays",
    params(("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")),
    responses(
        (status = 204, description = "Ended"),
        (status = 404, description = "`not_found`: the company subscribes to no calendar"),
    ),
)]
pub(crate) async fn remove(
    State(app): State<App>,
    caller: Caller,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute(&request, no_content, || subscriptions::remove(&request, &versions)).await
}

/// Refresh the holiday subscription
///
/// For admins only. Rollcall reads the calendar within seconds.
#[utoipa::path(
    post, path = "/holidays/subscription/refresh", operation_id = "refreshHolidaySubscription", tag = "holidays",
    request_body = NoFields,
    responses(
        (status = 202, description = "The calendar is read soon", body = SubscriptionAnswer),
        (status = 404, description = "`not_found`: the company subscribes to no calendar"),
    ),
)]
pub(crate) async fn refresh(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    Body { value: NoFields {}, .. }: Body<NoFields>,
) -> Result<Answer, Problem> {
    let request = app.request(&caller, &request_id, None);
    let shown = |subscription: &HolidaySubscription, version: u64| -> Result<Answer, Problem> {
        let answer = Answer::ok(&SubscriptionAnswer::new(subscription, &caller))?;
        Ok(answer.status(StatusCode::ACCEPTED).version(version))
    };
    execute(&request, shown, || subscriptions::refresh(&request)).await
}
