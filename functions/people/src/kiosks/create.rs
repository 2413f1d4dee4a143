//! `POST /kiosks`

use app::{
    company::kiosks::{self, NewKiosk},
    kiosk::DeviceToken,
};
use axum::{extract::State, http::StatusCode};
use domain::{
    id::{KioskId, SiteId},
    text::Name,
};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId, answers::KioskAnswer, instant::Instant, use_case::execute,
};

/// The documented answer; [`Answer::secret`] adds the token.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only for the documentation: the token must not be in a saved answer")]
pub(crate) struct CreatedKiosk {
    /// The id of the kiosk.
    id: KioskId,
    /// The site of the kiosk.
    site_id: SiteId,
    /// The name of the kiosk.
    #[schema(value_type = String)]
    name: Name,
    /// The instant at which the kiosk was created.
    created_at: Instant,
    /// The instant of the device's last request: `null`, because the device is new.
    last_seen_at: Option<Instant>,
    /// The access token of the device. It is shown only once; a replay leaves it out.
    #[schema(required = false)]
    device_token: String,
}

/// Create a kiosk
///
/// For admins only. The answer contains the device token, which is shown only once.
#[utoipa::path(
    post, path = "/kiosks", operation_id = "createKiosk", tag = "kiosks",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")),
    request_body = NewKiosk,
    responses((status = 201, description = "The kiosk and its token", body = CreatedKiosk)),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    repeat: Repeat,
    request_id: RequestId,
    Body { value, hash }: Body<NewKiosk>,
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let id = KioskId::generate(request.ports.now, &*app.entropy);
    let token = DeviceToken::generate(id, &*app.entropy);
    let hash = token.hash();
    let created = |kiosk: &KioskAnswer, _: u64| -> Result<Answer, Problem> {
        Ok(Answer::json(StatusCode::CREATED, kiosk)?.secret("device_token", token.reveal()))
    };
    execute(&request, created, || kiosks::create(&request, id, &value, &hash)).await
}
