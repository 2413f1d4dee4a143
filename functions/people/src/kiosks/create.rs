//! `POST /kiosks`

use axum::{extract::State, http::StatusCode, response::Response};
use domain::{
    FieldRule,
    event::{Fact, KioskFact, Subject},
    id::{KioskId, SiteId},
    kiosk::Kiosk,
    text::{Name, NewName},
};
use serde::Deserialize;
use store::{Commit, RepeatKey, kiosks::KioskRecord};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, DeviceToken, Failed, Problem, Repeat, RequestId, authorization,
    command::{command, ensure_not_replayed},
    instant::Instant,
};

use super::KioskAnswer;

/// A new kiosk.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"site_id": "01JBN2V7Q4W0M3T9K5ZXH8R6ST", "name": "Entrance, ground floor"}))]
pub(crate) struct NewKiosk {
    /// The site of the kiosk.
    site_id: SiteId,
    /// The name of the kiosk.
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "Entrance, ground floor")]
    name: NewName,
}

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
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    command(&app.store, key, app.now(), || attempt(&app, &caller, key, &request_id, &value)).await
}

async fn attempt(
    app: &App,
    caller: &Caller,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
    new: &NewKiosk,
) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.kiosk_snapshot(caller.user_id, None, key, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(snapshot.earlier)?;
    if !snapshot.sites.contains(new.site_id) {
        return Err(Problem::invalid("site_id", FieldRule::NotASite).into());
    }
    let id = KioskId::generate(now, &*app.entropy);
    let kiosk = Kiosk { id, site_id: new.site_id, name: new.name.clone().into(), created_at: now };
    let token = DeviceToken::generate(id, &*app.entropy);
    let facts = vec![Fact::Kiosk(KioskFact::KioskCreated { site_id: kiosk.site_id })];
    let record = KioskRecord::new(kiosk, token.hash(), now);
    let shown = KioskAnswer::new(&record, &caller.zone);
    let answer = Answer::json(StatusCode::CREATED, &shown)?;
    let subject = Subject::Kiosk(id);
    let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, facts)?;
    commit.audit(subject, "kiosk_created", None, Some(&shown))?;
    commit.create_kiosk(&record)?;
    commit.save_answer(key, answer.saved())?;
    commit.send(&app.store).await?;
    Ok(answer.secret("device_token", token.reveal()))
}
