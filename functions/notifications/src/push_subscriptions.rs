//! `/notifications/push-subscriptions`: the browsers to which push messages go, at most one for each session.

use app::notifications::push_subscriptions::{self, Browser};
use axum::{
    Extension,
    extract::{Path, State},
};
use data_encoding::BASE64URL_NOPAD;
use domain::{FieldRule, id::FamilyId};
use outbound::{Reach, Target};
use secret_store::CompanyKeys;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::push_subscriptions::{PushSubscription, PushSubscriptions};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, RequestId,
    instant::Instant,
    parameter,
    use_case::{execute, no_content},
};

/// The length of a browser's public key in bytes: an uncompressed point of P-256.
const PUBLIC_KEY_LENGTH: usize = 65;
/// The length of a browser's authentication secret in bytes.
const AUTH_LENGTH: usize = 16;

/// A subscription, as `PushSubscription.toJSON()` of a browser returns it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "endpoint": "https://push.services.example/wpush/v2/gAAAAABl",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg"
    }
}))]
pub(crate) struct NewPushSubscription {
    /// The address of the browser at its push service, at most 2000 characters.
    #[schema(max_length = 2000, example = "https://push.services.example/wpush/v2/gAAAAABl")]
    endpoint: String,
    /// The keys with which messages are encrypted.
    keys: BrowserKeys,
}

/// The keys of a browser, in base64url.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BrowserKeys {
    /// The public key of the browser.
    p256dh: String,
    /// The authentication secret of the browser.
    auth: String,
}

/// A browser's subscription to push messages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PushSubscription)]
pub(crate) struct PushSubscriptionAnswer {
    /// The id of the subscription, which is the id of its session.
    id: FamilyId,
    /// Whether the subscription belongs to the caller's session.
    is_current: bool,
    /// The host of the browser's push service.
    service: String,
    /// The instant of the subscription.
    created_at: Instant,
}

/// The browsers to which push messages go.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PushSubscriptionList {
    /// The public key with which a browser subscribes (`applicationServerKey`), in base64url.
    #[schema(example = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")]
    public_key: String,
    /// The subscriptions, newest session first.
    items: Vec<PushSubscriptionAnswer>,
}

/// List push subscriptions
///
/// Returns the browsers to which push messages for the caller go, and the key with which a browser subscribes.
#[utoipa::path(
    get,
    path = "/notifications/push-subscriptions",
    operation_id = "listPushSubscriptions",
    tag = "notifications",
    responses((status = 200, description = "The subscriptions", body = PushSubscriptionList))
)]
pub(crate) async fn list(
    State(app): State<App>,
    Extension(keys): Extension<CompanyKeys>,
    caller: Caller,
) -> Result<Answer, Problem> {
    let now = app.now();
    let person = app.store.user(caller.user_id).await?.ok_or_else(Problem::unauthenticated)?;
    let PushSubscriptions { current, .. } = app.store.push_subscriptions(&person, now).await?;
    let items = current.iter().map(|subscription| shown(subscription, &caller)).collect();
    Answer::ok(&PushSubscriptionList { public_key: keys.push_public_key(now).await?, items })
}

/// Subscribe to push messages
///
/// Subscribes the browser of the caller's session. A new subscription replaces that of the same session. It ends with the
/// session, and when the browser's push service says that it has ended.
#[utoipa::path(
    post,
    path = "/notifications/push-subscriptions",
    operation_id = "createPushSubscription",
    tag = "notifications",
    request_body = NewPushSubscription,
    responses(
        (status = 201, description = "The subscription", body = PushSubscriptionAnswer,
            headers(("Location" = String, description = "The URL of the new item"))),
        (status = 422, description = "The address or a key is invalid"),
    )
)]
pub(crate) async fn create(
    State(app): State<App>,
    Extension(keys): Extension<CompanyKeys>,
    caller: Caller,
    request_id: RequestId,
    Body { value, hash: _ }: Body<NewPushSubscription>,
) -> Result<Answer, Problem> {
    let service = valid_service(&value)?;
    let request = app.request(&caller, &request_id, None);
    let now = request.ports.now;
    let target = json!({"endpoint": value.endpoint, "p256dh": value.keys.p256dh, "auth": value.keys.auth}).to_string();
    let context = secret_store::push_context(caller.user_id);
    let sealed = keys.seal(&context, target.as_bytes(), &*app.entropy, now).await?;
    let public_key = keys.push_public_key(now).await?;
    let browser = Browser { sealed, service, public_key };
    let subscribed = |subscription: &PushSubscription, _: u64| {
        let location = format!("/notifications/push-subscriptions/{}", subscription.family);
        Answer::created(location, &shown(subscription, &caller))
    };
    execute(&request, subscribed, || push_subscriptions::subscribe(&request, &browser)).await
}

/// End a push subscription
///
/// Ends a subscription of the caller. A subscription that has ended already is no error.
#[utoipa::path(
    delete,
    path = "/notifications/push-subscriptions/{id}",
    operation_id = "deletePushSubscription",
    tag = "notifications",
    params(("id" = String, Path, description = "The id of the subscription")),
    responses((status = 204, description = "Ended"))
)]
pub(crate) async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let family: FamilyId = parameter::id(&id)?;
    let request = app.request(&caller, &request_id, None);
    execute(&request, no_content, async || push_subscriptions::end(&request, family)).await
}

fn shown(subscription: &PushSubscription, caller: &Caller) -> PushSubscriptionAnswer {
    PushSubscriptionAnswer {
        id: subscription.family,
        is_current: subscription.family == caller.family,
        service: subscription.service.clone(),
        created_at: Instant::new(subscription.created_at, &caller.zone),
    }
}

/// Returns the host of the push service, if all values are valid. The sender checks the address of the host again with each call
/// (`outbound`).
fn valid_service(new: &NewPushSubscription) -> Result<String, Problem> {
    let has_length = |text: &str, length| {
        BASE64URL_NOPAD.decode(text.trim_end_matches('=').as_bytes()).is_ok_and(|bytes| bytes.len() == length)
    };
    let target = Target::parse(&new.endpoint, Reach::InternetAndLoopback);
    Problem::unless_valid([
        (target.is_err(), "endpoint", FieldRule::PushEndpoint),
        (!has_length(&new.keys.p256dh, PUBLIC_KEY_LENGTH), "keys.p256dh", FieldRule::BrowserKey),
        (!has_length(&new.keys.auth, AUTH_LENGTH), "keys.auth", FieldRule::BrowserKey),
    ])?;
    target
        .map(|target| target.authority().to_owned())
        .map_err(|_| Problem::invalid("endpoint", FieldRule::PushEndpoint))
}
