//! The deliveries of a webhook: the list, tests and replays.

use app::company::webhooks;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use domain::{
    calendar::Zone,
    id::{EventId, WebhookId},
    webhook::{Attempt, AttemptResult, Delivery, DeliveryError, DeliveryStatus},
};
use serde::Serialize;
use utoipa::ToSchema;
use web::{
    Answer, Caller, Problem, Query, Repeat, RequestId,
    cursor::{ListName, Page, paginate},
    instant::Instant,
    parameter,
    query::ListQuery,
    use_case::execute,
};

use crate::state::People;

/// The delivery of an event to a webhook.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
pub(crate) struct DeliveryAnswer {
    /// The id of the event, which is also the `webhook-id` of the request.
    id: EventId,
    /// The kind of the event's first fact, which is also the `type` of the body.
    #[schema(example = "clocked_in")]
    kind: String,
    /// The subject of the event.
    #[schema(example = "user:01JBN2V7Q4W0M3T9K5ZXH8R6CD")]
    subject: String,
    /// The instant of the event.
    at: Instant,
    /// The state of the delivery.
    status: DeliveryStatus,
    /// The number of attempts since the delivery was created or replayed.
    attempts: u32,
    /// The instant from which the next attempt is due; null if there is none.
    #[schema(required = true)]
    due_at: Option<Instant>,
    /// The last attempt; null if there was none.
    #[schema(required = true)]
    last_attempt: Option<AttemptAnswer>,
}

/// An attempt to deliver an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookAttempt)]
pub(crate) struct AttemptAnswer {
    /// The instant of the attempt.
    at: Instant,
    /// The HTTP status of the receiver's answer; null if there was no answer.
    #[schema(required = true, example = 204)]
    status: Option<u16>,
    /// The reason for which there was no answer; null if there was one.
    #[schema(required = true)]
    error: Option<DeliveryError>,
}

impl DeliveryAnswer {
    fn new(delivery: &Delivery, zone: &Zone) -> Self {
        let instant = |at| Instant::new(at, zone);
        let attempt = |Attempt { at, result }: Attempt| {
            let (status, error) = match result {
                AttemptResult::Answered(status) => (Some(status), None),
                AttemptResult::NoAnswer(error) => (None, Some(error)),
            };
            AttemptAnswer { at: instant(at), status, error }
        };
        Self {
            id: delivery.id,
            kind: delivery.kind.clone(),
            subject: delivery.subject.clone(),
            at: instant(delivery.at),
            status: delivery.status,
            attempts: delivery.attempts,
            due_at: match delivery.status {
                DeliveryStatus::Pending => Some(instant(delivery.due_at)),
                DeliveryStatus::Delivered | DeliveryStatus::Failed => None,
            },
            last_attempt: delivery.last_attempt.map(attempt),
        }
    }
}

/// List deliveries of a webhook
///
/// For admins only. Lists the deliveries of the last 30 days, the newest event first.
#[utoipa::path(
    get, path = "/webhooks/{id}/deliveries", operation_id = "listWebhookDeliveries", tag = "webhooks",
    params(("id" = String, Path, description = "The id of the webhook"), ListQuery),
    responses((status = 200, description = "A page of deliveries", body = Page<DeliveryAnswer>)),
)]
pub(crate) async fn list(
    State(people): State<People>,
    caller: Caller,
    Path(id): Path<String>,
    Query(ListQuery { limit, cursor }): Query<ListQuery>,
) -> Result<Answer, Problem> {
    let app = &people.app;
    let id: WebhookId = parameter::id_for_admin(&id, &caller)?;
    app.store.webhook(id).await?.ok_or_else(Problem::not_found)?;
    let read = async |before: Option<EventId>| -> Result<(Vec<DeliveryAnswer>, Option<EventId>), Problem> {
        let page = app.store.deliveries(id, before, limit.get()).await?;
        let next = page.items.last().filter(|_| page.more).map(|delivery| delivery.id);
        Ok((page.items.iter().map(|delivery| DeliveryAnswer::new(delivery, &caller.zone)).collect(), next))
    };
    Answer::ok(&paginate(app, &caller, ListName::WebhookDeliveries, &id, cursor.as_deref(), read).await?)
}

/// A test that was requested.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookTestStarted)]
pub(crate) struct TestAnswer {
    /// The delivery, in the list of deliveries within seconds.
    delivery_id: EventId,
}

/// Test a webhook
///
/// For admins only. Sends an event of the kind `webhook_test` to this webhook, whatever kinds it has and even if it isn't active.
/// The list of deliveries shows the result.
#[utoipa::path(
    post, path = "/webhooks/{id}/test", operation_id = "testWebhook", tag = "webhooks",
    params(
        ("id" = String, Path, description = "The id of the webhook"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer"),
    ),
    responses((status = 202, description = "The test is sent within seconds", body = TestAnswer)),
)]
pub(crate) async fn test(
    State(people): State<People>,
    caller: Caller,
    repeat: Repeat,
    Path(id): Path<String>,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let key = repeat.key(caller.user_id, "");
    let request = people.app.request(&caller, &request_id, key.as_ref());
    let started = |delivery_id: &EventId, _: u64| -> Result<Answer, Problem> {
        Answer::json(StatusCode::ACCEPTED, &TestAnswer { delivery_id: *delivery_id })
    };
    execute(&request, started, || webhooks::test(&request, id)).await
}

/// Replay a delivery
///
/// For admins only. Sends the event again, with the same `webhook-id` and body, and retries it for three days.
#[utoipa::path(
    post, path = "/webhooks/{id}/deliveries/{delivery_id}/replay", operation_id = "replayWebhookDelivery", tag = "webhooks",
    params(
        ("id" = String, Path, description = "The id of the webhook"),
        ("delivery_id" = String, Path, description = "The id of the delivery"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer"),
    ),
    responses((status = 202, description = "The delivery, which is sent within seconds", body = DeliveryAnswer)),
)]
pub(crate) async fn replay(
    State(people): State<People>,
    caller: Caller,
    repeat: Repeat,
    Path((id, delivery_id)): Path<(String, String)>,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let (id, delivery_id) = (parameter::id_for_admin(&id, &caller)?, parameter::id(&delivery_id)?);
    let key = repeat.key(caller.user_id, "");
    let request = people.app.request(&caller, &request_id, key.as_ref());
    let replayed = |delivery: &Delivery, _: u64| -> Result<Answer, Problem> {
        Answer::json(StatusCode::ACCEPTED, &DeliveryAnswer::new(delivery, &caller.zone))
    };
    execute(&request, replayed, || webhooks::replay(&request, id, delivery_id)).await
}
