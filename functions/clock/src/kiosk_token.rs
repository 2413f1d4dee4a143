//! `POST /kiosk/token`: renews a kiosk's device token before it expires.

use axum::{extract::State, response::Response};
use domain::{
    audit::Actor,
    calendar::Zone,
    event::{Fact, KioskFact, Subject},
};
use jiff::Timestamp;
use serde::Serialize;
use store::Commit;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, DeviceToken, Failed, Problem, RequestId, body::NoFields, command::command_briefly,
    instant::Instant,
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
    let now = app.now();
    command_briefly(&app.store, None, now, || attempt(&app, &token, &request_id, now)).await
}

async fn attempt(app: &App, presented: &DeviceToken, request_id: &RequestId, now: Timestamp) -> Result<Answer, Failed> {
    let found = app.store.at_kiosk(presented.kiosk, None).await?;
    let kiosk = presented.open(found.kiosk.clone(), now)?;
    let read = found.kiosk.ok_or_else(Problem::not_found)?;
    let token = DeviceToken::generate(kiosk.id, &*app.entropy);
    let renewed = read.renewed(token.hash(), presented.hash(), now);
    let zone = found.sites.zone(kiosk.site_id).cloned().unwrap_or(Zone::UTC);
    let expires_at = renewed.token_expires_at.unwrap_or(now);
    let subject = Subject::Kiosk(kiosk.id);
    let facts = vec![Fact::Kiosk(KioskFact::KioskTokenRenewed { site_id: kiosk.site_id })];
    let mut commit = Commit::new(app.stamp_by(Actor::System, request_id, now), subject, facts)?;
    commit.audit::<()>(subject, "kiosk_token_renewed", None, None)?;
    commit.renew_kiosk_token(&read, &renewed)?;
    commit.send(&app.store).await?;
    let token_expires_at = Instant::new(expires_at, &zone);
    Ok(Answer::ok(&RenewedToken { device_token: token.reveal(), token_expires_at })?)
}
