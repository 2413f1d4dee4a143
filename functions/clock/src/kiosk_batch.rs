//! `POST /kiosk/batch`: punches that a kiosk made without a network.

use std::collections::BTreeMap;

use app::{
    attendance::offline::SentPunch,
    kiosk::{
        KioskRequest, Shown, admit,
        batch::{self, BatchPunchAnswer, PersonAnswers, PunchGroup, ShownPunches},
    },
};
use axum::extract::State;
use domain::{
    FieldRule,
    day::{DeviceClock, DeviceText, PunchAction},
    id::UserId,
    pay::CostCenterCode,
    text::Remark,
};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use password_hash::Argon2Hasher;
use runtime::Deadline;
use secret_store::CompanyKeys;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use web::{Answer, Body, Code, DeviceToken, Problem, RequestId, Secret, json::FromDocument, problem::FieldError};

use crate::{
    batch_body::{BatchAnswer, BatchHead, BatchResult, BatchRow, MAX_BODY, is_plausible, monotonic, parse, takes},
    clock_batch::PROCESSING_TIMEOUT,
    kiosk_punch::shown,
    time_clock::TimeClock,
};

/// The number of people who are recognized at the same time.
const CONCURRENCY: usize = 4;

/// Punches that a kiosk made without a network.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"punches": [
    {"client_id": "1", "username": "omar", "pin": "7391", "action": "in", "occurred_at": "2026-11-02T09:20:00+01:00"}
]}))]
pub(crate) struct KioskBatch {
    /// The time by the kiosk's clock when the batch is sent.
    #[schema(value_type = Option<String>, format = "date-time")]
    sent_at: Option<Timestamp>,
    /// The boot from which `monotonic_ms` counts.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    boot_id: Option<DeviceText>,
    /// The kiosk's monotonic clock when the batch is sent, in milliseconds since its boot.
    monotonic_ms: Option<u64>,
    /// The punches of any people, 1 to 200, in any order.
    #[schema(value_type = Vec<KioskBatchPunch>, min_items = 1, max_items = 200)]
    punches: Vec<BatchRow<KioskBatchPunch>>,
}

/// A punch that was made at a kiosk without a network.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KioskBatchPunch {
    /// The kiosk's name for the punch. A person's punch with the same name is accepted once within 90 days.
    #[schema(value_type = String, min_length = 1, max_length = 64)]
    client_id: DeviceText,
    /// The username of the person. Required with `pin`, unless `user_id` or `badge` is given.
    username: Option<String>,
    /// The id of the person, from `GET /kiosk/people`, in place of `username`.
    user_id: Option<UserId>,
    /// The PIN of the person.
    #[schema(value_type = Option<String>, format = "password")]
    pin: Option<Secret>,
    /// The number of the person's badge, in place of `username` and `pin`.
    #[schema(value_type = Option<String>, format = "password", max_length = 1024)]
    badge: Option<Secret>,
    /// The action.
    action: PunchAction,
    /// The instant of the punch by the kiosk's clock.
    #[schema(value_type = String, format = "date-time")]
    occurred_at: Timestamp,
    /// The boot from which `monotonic_ms` counts.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    boot_id: Option<DeviceText>,
    /// The kiosk's monotonic clock at the punch, in milliseconds since its boot.
    monotonic_ms: Option<u64>,
    /// The remark of the person; not allowed with `break_end`.
    #[schema(value_type = Option<String>, max_length = 500)]
    remark: Option<Remark>,
    /// The cost center of the work that the clock-in begins; that of the person's pay profile by default. Only with `in`. A punch
    /// with a cost center that isn't active waits for a manager.
    cost_center: Option<CostCenterCode>,
}

impl FromDocument for KioskBatch {
    fn from_document(document: &Value) -> Result<Self, Vec<FieldError>> {
        let (BatchHead { device_id, sent_at, boot_id, monotonic_ms }, punches) = parse(document)?;
        // A kiosk's batch needs no `device_id`: the kiosk is the device.
        match device_id {
            None => Ok(Self { sent_at, boot_id, monotonic_ms, punches }),
            Some(_) => Err(vec![FieldError::new("device_id", FieldRule::UnknownField)]),
        }
    }
}

impl KioskBatchPunch {
    /// Converts what the person showed and the punch. Returns none if one of the values isn't allowed.
    fn into_punch(self, now: Timestamp) -> Option<(ShownKey, Shown, SentPunch)> {
        let Self {
            client_id,
            username,
            user_id,
            pin,
            badge,
            action,
            occurred_at,
            boot_id,
            monotonic_ms,
            remark,
            cost_center,
        } = self;
        let expose = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
        let key = (username.as_deref().map(str::to_lowercase), user_id, expose(&pin), expose(&badge));
        let shown = shown(username, user_id, pin, badge).ok()?;
        let remark = remark.filter(|remark| !remark.as_str().is_empty());
        let monotonic = monotonic(boot_id, monotonic_ms);
        let fits = takes(action, remark.is_some(), false)
            && (cost_center.is_none() || action == PunchAction::In)
            && is_plausible(occurred_at, now);
        let (location, upload) = (None, None);
        fits.then_some((
            key,
            shown,
            SentPunch {
                client_id,
                action: action.into(),
                occurred_at,
                monotonic,
                remark,
                location,
                upload,
                cost_center,
                device: None,
            },
        ))
    }
}

/// A username, an id, a PIN and a badge. Punches with the same key take one recognition.
type ShownKey = (Option<String>, Option<UserId>, Option<String>, Option<String>);

/// Send a kiosk's offline punches
///
/// Works like `POST /clock/batch`, for the punches of a kiosk, each with a PIN and a username or `user_id`, or with a badge. Authenticated with the
/// kiosk's device token. A punch with a wrong PIN waits for a manager (`pending_review`), and the wrong PIN counts like one at
/// the kiosk. A punch with an unknown username, id or badge is refused (`invalid_credentials`). A kiosk deletes the PIN of a punch as
/// soon as the punch's status isn't `retry`.
#[utoipa::path(
    post,
    path = "/kiosk/batch",
    operation_id = "sendOfflinePunchesOfKiosk",
    tag = "kiosks",
    security(("device_token" = [])),
    request_body = KioskBatch,
    responses(
        (status = 200, description = "The result of each punch", body = BatchAnswer),
        (status = 401, description = "`unauthenticated`: no kiosk's token, or a revoked one"),
        (status = 422, description = "`invalid_values`: the batch as a whole can't be read"),
    )
)]
pub(crate) async fn kiosk_batch(
    State(clock): State<TimeClock>,
    token: DeviceToken,
    request_id: RequestId,
    Body { value, .. }: Body<KioskBatch, MAX_BODY>,
) -> Result<Answer, Problem> {
    let now = clock.app.now();
    let request = KioskRequest {
        ports: clock.app.ports(now),
        token: &token,
        request_id: request_id.as_str(),
        keys: &clock.keys,
        hasher: &Argon2Hasher,
    };
    let kiosk = admit(&request.ports, &token, clock.app.store.kiosk(token.kiosk).await?).await?.of_punch();
    let device_id: DeviceText = token.kiosk.to_string().parse().map_err(Problem::internal)?;
    let KioskBatch { sent_at, boot_id, monotonic_ms, punches } = value;
    let sent = DeviceClock { sent_at, monotonic: monotonic(boot_id, monotonic_ms) };
    let mut credentials: BTreeMap<ShownKey, ShownPunches> = BTreeMap::new();
    let mut refused = Vec::new();
    for BatchRow { client_id, punch } in punches {
        match punch.and_then(|punch| punch.into_punch(now)) {
            Some((key, shown, punch)) => {
                let of_key = credentials.entry(key).or_insert_with(|| ShownPunches { shown, punches: Vec::new() });
                of_key.punches.push(punch);
            }
            None => refused.push(BatchResult::refused(client_id, Code::InvalidValues)),
        }
    }
    let deadline = Deadline::after(PROCESSING_TIMEOUT);
    let is_over = || deadline.left().is_zero();
    let batch = batch::KioskBatch { device_id: &device_id, kiosk: &kiosk, clock: &sent, is_over: &is_over };
    let groups = batch::by_person(&request, credentials.into_values().collect()).await;
    let work: Vec<_> = groups.into_iter().map(|group| Box::pin(results(batch, &request, group))).collect();
    let answered: Vec<Vec<(Timestamp, BatchResult)>> = stream::iter(work).buffer_unordered(CONCURRENCY).collect().await;
    let mut results: Vec<(Timestamp, BatchResult)> = answered.into_iter().flatten().collect();
    results.sort_by(|(one, first), (other, second)| (one, &first.client_id).cmp(&(other, &second.client_id)));
    let results = results.into_iter().map(|(_, result)| result.at_kiosk()).chain(refused).collect();
    Answer::ok(&BatchAnswer { results })
}

/// Returns the results of the punches of a group, with the times of the punches.
async fn results(
    batch: batch::KioskBatch<'_>,
    request: &KioskRequest<'_, CompanyKeys, Argon2Hasher>,
    group: PunchGroup,
) -> Vec<(Timestamp, BatchResult)> {
    let times: BTreeMap<DeviceText, Timestamp> =
        group.punches().map(|punch| (punch.client_id.clone(), punch.occurred_at)).collect();
    let PersonAnswers { zone, answers } = batch.take(request, group).await;
    let result = |(id, answer): (DeviceText, BatchPunchAnswer)| {
        let at = times.get(&id).copied().unwrap_or(request.ports.now);
        let result = match answer {
            BatchPunchAnswer::Sent(answer) => BatchResult::new(id, answer, &zone),
            BatchPunchAnswer::Refused(refusal) => BatchResult::refused(id, Problem::from(refusal).code()),
        };
        (at, result)
    };
    answers.into_iter().map(result).collect()
}
