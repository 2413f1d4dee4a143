//! `POST /kiosk/batch`: punches that a kiosk made without a network.

use std::collections::BTreeMap;

use app::attendance::offline::{Sending, SentPunch, take_batch};
use axum::extract::State;
use domain::{
    FieldRule,
    calendar::Zone,
    day::{DeviceClock, DeviceText, PunchAction, Source, WaitReason},
    id::UserId,
    kiosk::PunchKiosk,
    pay::CostCenterCode,
    text::Remark,
};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use runtime::Deadline;
use serde::Deserialize;
use serde_json::Value;
use store::Commit;
use utoipa::ToSchema;
use web::{
    Answer, Body, Code, DeviceToken, Problem, RequestId, Secret, authorization, json::FromDocument, problem::FieldError,
};

use crate::{
    batch_body::{BatchAnswer, BatchHead, BatchResult, BatchRow, MAX_BODY, is_plausible, monotonic, parse, takes},
    batch_photos::BatchPhotos,
    clock_batch::TIME,
    kiosk_device::admit,
    kiosk_person::{Claim, Recognized, Shown, Typed},
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
    let kiosk = admit(&clock.app, &token, clock.app.store.kiosk(token.kiosk).await?, now).await?.of_punch();
    let device_id: DeviceText = token.kiosk.to_string().parse().map_err(Problem::internal)?;
    let KioskBatch { sent_at, boot_id, monotonic_ms, punches } = value;
    let sent = DeviceClock { sent_at, monotonic: monotonic(boot_id, monotonic_ms) };
    let mut people: BTreeMap<ShownKey, (Shown, Vec<SentPunch>)> = BTreeMap::new();
    let mut refused = Vec::new();
    for BatchRow { client_id, punch } in punches {
        match punch.and_then(|punch| punch.into_punch(now)) {
            Some((key, shown, punch)) => people.entry(key).or_insert_with(|| (shown, Vec::new())).1.push(punch),
            None => refused.push(BatchResult::refused(client_id, Code::InvalidValues)),
        }
    }
    let batch = Batch {
        clock: &clock,
        token: &token,
        request_id: &request_id,
        device_id: &device_id,
        kiosk: &kiosk,
        sent: &sent,
        now,
        deadline: Deadline::after(TIME),
    };
    let work: Vec<_> = people.into_values().map(|(shown, punches)| Box::pin(batch.take(shown, punches))).collect();
    let answered: Vec<Vec<(Timestamp, BatchResult)>> = stream::iter(work).buffer_unordered(CONCURRENCY).collect().await;
    let mut results: Vec<(Timestamp, BatchResult)> = answered.into_iter().flatten().collect();
    results.sort_by(|(one, first), (other, second)| (one, &first.client_id).cmp(&(other, &second.client_id)));
    let results = results.into_iter().map(|(_, result)| result.at_kiosk()).chain(refused).collect();
    Answer::ok(&BatchAnswer { results })
}

/// Returns whether the problem means that no one was recognized: the PIN is wrong, or the person is locked out.
fn is_unknown(code: Code) -> bool {
    [Code::InvalidCredentials, Code::AccountLocked].contains(&code)
}

/// A batch in processing.
#[derive(Clone, Copy)]
struct Batch<'a> {
    clock: &'a TimeClock,
    token: &'a DeviceToken,
    request_id: &'a RequestId,
    device_id: &'a DeviceText,
    kiosk: &'a PunchKiosk,
    sent: &'a DeviceClock,
    now: Timestamp,
    deadline: Deadline,
}

impl Batch<'_> {
    /// Recognizes a person and decides their punches.
    async fn take(self, shown: Shown, punches: Vec<SentPunch>) -> Vec<(Timestamp, BatchResult)> {
        let times: BTreeMap<DeviceText, Timestamp> =
            punches.iter().map(|punch| (punch.client_id.clone(), punch.occurred_at)).collect();
        let ids: Vec<DeviceText> = punches.iter().map(|punch| punch.client_id.clone()).collect();
        let all = |result: &dyn Fn(DeviceText) -> BatchResult| ids.iter().cloned().map(result).collect::<Vec<_>>();
        let results = if self.deadline.left().is_zero() {
            all(&BatchResult::retry)
        } else {
            match shown.recognize(self.clock, self.token, self.request_id, self.now).await {
                Ok(recognized) => {
                    let (id, zone) = (recognized.id, &recognized.zone);
                    let (own, earlier): (Vec<_>, Vec<_>) =
                        punches.into_iter().partition(|punch| recognized.was_theirs_at(punch.occurred_at));
                    let mut results = self.decide(id, zone, Some(&recognized), own).await;
                    // Punches from before the badge was assigned to the person are another person's. They wait for a manager.
                    results.extend(self.decide(id, zone, None, earlier).await);
                    results
                }
                Err(problem) if is_unknown(problem.code()) => match self.holder(&shown).await {
                    Ok(Some(user)) => self.decide(user, &Zone::UTC, None, punches).await,
                    Ok(None) => all(&|id| BatchResult::refused(id, Code::InvalidCredentials)),
                    Err(_) => all(&BatchResult::retry),
                },
                // Too many wrong PINs at this kiosk, or a service is busy.
                Err(_) => all(&BatchResult::retry),
            }
        };
        let at = |result: BatchResult| (times.get(&result.client_id).copied().unwrap_or(self.now), result);
        results.into_iter().map(at).collect()
    }

    /// Returns the person whose PIN was wrong, or who is locked out.
    async fn holder(self, shown: &Shown) -> Result<Option<UserId>, Problem> {
        match shown {
            Shown::Typed(Typed { claim: Claim::Chosen(id), .. }) => {
                Ok(self.clock.app.store.user(*id).await?.map(|person| person.id))
            }
            Shown::Typed(typed) => {
                Ok(self.clock.app.store.at_kiosk(self.token.kiosk, typed.username().as_ref()).await?.holder)
            }
            Shown::Badge(_) => Ok(None),
        }
    }

    /// Decides a person's punches. Punches of a person who wasn't recognized wait for a manager.
    async fn decide(
        self,
        user: UserId,
        zone: &Zone,
        recognized: Option<&Recognized>,
        punches: Vec<SentPunch>,
    ) -> Vec<BatchResult> {
        let Self { clock, request_id, device_id, kiosk, sent, now, deadline, .. } = self;
        let ids: Vec<DeviceText> = punches.iter().map(|punch| punch.client_id.clone()).collect();
        let hold = if recognized.is_some() { None } else { Some(WaitReason::InvalidCredentials) };
        let request_id = Some(request_id.as_str());
        let (source, kiosk) = (Source::Kiosk, Some(kiosk));
        let sending =
            Sending { user, zone, device_id, clock: sent, source, kiosk, hold, sends_at_once: false, request_id };
        let permit = |person: Option<&domain::user::User>| -> Result<(), Problem> {
            Ok(authorization::must_be_active(person.ok_or_else(Problem::not_found)?)?)
        };
        let confirm = |commit: &mut Commit| recognized.map_or(Ok(()), |recognized| recognized.confirm(commit));
        let photos = BatchPhotos { clock, now };
        let is_over = || deadline.left().is_zero();
        let ports = clock.app.ports(now);
        match take_batch(&ports, sending, punches, &photos, permit, confirm, is_over).await {
            Ok(answered) => answered.into_iter().map(|(id, answer)| BatchResult::new(id, answer, zone)).collect(),
            Err(problem) => {
                let code = problem.code();
                let may_not_punch = [Code::AccountPending, Code::AccountDisabled].contains(&code);
                let result = |id| if may_not_punch { BatchResult::refused(id, code) } else { BatchResult::retry(id) };
                ids.into_iter().map(result).collect()
            }
        }
    }
}
