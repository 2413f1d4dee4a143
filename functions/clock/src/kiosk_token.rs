//! `POST /kiosk/token`: renews a kiosk's device token before it expires.

use app::kiosk;
use axum::{extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, DeviceToken, Problem, RequestId, body::NoFields, instant::Instant, use_case::execute_unsigned,
};

/// The new device token of a kiosk.
#[derive(Serialize, ToSchema)]
pub(crate) struct RenewedToken {
    /// The new device token. It is shown only once.
    device_token: String,
    /// The instant at which the new token expires unless it is renewed, in the time zone of the site.
    token_expires_at: Instant,
}

/// Renew a kiosk's device token
///
/// Authenticated with the kiosk's device token. A device token lasts 90 days; the answer contains a new one. The previous token
/// is accepted for another day, so that a kiosk whose answer was lost can renew again.
#[utoipa::path(
    post,
    path = "/kiosk/token",
    operation_id = "renewKioskToken",
    tag = "kiosks",
    security(("device_token" = [])),
    request_body = NoFields,
    responses(
        (status = 200, description = "The new token", body = RenewedToken),
        (status = 401, description = "`unauthenticated`: no kiosk's token, or a revoked or expired one"),
    )
)]
pub(crate) async fn kiosk_token(
    State(app): State<App>,
    token: DeviceToken,
    request_id: RequestId,
    Body { value: NoFields {}, hash: _ }: Body<NoFields>,
) -> Result<Response, Problem> {
    let ports = app.ports(app.now());
    let renewed = |renewed: &kiosk::RenewedToken, _: u64| {
        let kiosk::RenewedToken { token, expires_at, zone } = renewed;
        Answer::ok(&RenewedToken { device_token: token.reveal(), token_expires_at: Instant::new(*expires_at, zone) })
    };
    execute_unsigned(&ports, renewed, || kiosk::renew_token(&ports, request_id.as_str(), &token)).await
}
