//! `POST /clock/batch`: punches that a person's device made without a network.

use std::time::Duration;

use app::{
    attendance::offline::{Sending, SentPunch, take_batch},
    photos::UploadedPhotos,
};
use axum::extract::State;
use domain::{
    FieldRule,
    day::{DeviceClock, DeviceText, Location, PunchAction, Source},
    pay::CostCenterCode,
    text::Remark,
};
use jiff::Timestamp;
use runtime::Deadline;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use web::{Answer, Body, Caller, Code, Problem, RequestId, authorization, json::FromDocument, problem::FieldError};

use crate::{
    batch_body::{BatchAnswer, BatchHead, BatchResult, BatchRow, MAX_BODY, is_plausible, monotonic, parse, takes},
    punch_body::LocationBody,
    time_clock::TimeClock,
};

/// The maximum time for processing a batch. A function behind HTTP has 20 seconds, and the last chunk takes some of them.
pub(crate) const PROCESSING_TIMEOUT: Duration = Duration::from_secs(14);

/// Punches that a device made without a network.
#[derive(Debug, ToSchema)]
#[schema(example = json!({
    "device_id": "5f0c2b7e-3d41-4c1a-9d53-0a7b9c1d2e3f",
    "sent_at": "2026-11-02T18:20:00+01:00",
    "punches": [
        {"client_id": "1", "action": "in", "occurred_at": "2026-11-02T09:20:00+01:00"},
        {"client_id": "2", "action": "out", "occurred_at": "2026-11-02T18:10:00+01:00", "remark": "Delivery until six"}
    ]
}))]
pub(crate) struct ClockBatch {
    /// The id of the device, which the installation creates once and keeps. 1 to 64 visible ASCII characters without spaces.
    #[schema(value_type = String, min_length = 1, max_length = 64)]
    device_id: DeviceText,
    /// The time by the device's clock when the batch is sent.
    #[schema(value_type = Option<String>, format = "date-time")]
    sent_at: Option<Timestamp>,
    /// The boot from which `monotonic_ms` counts.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    boot_id: Option<DeviceText>,
    /// The device's monotonic clock when the batch is sent, in milliseconds since its boot.
    monotonic_ms: Option<u64>,
    /// The punches, 1 to 200, in any order.
    #[schema(value_type = Vec<ClockBatchPunch>, min_items = 1, max_items = 200)]
    punches: Vec<BatchRow<ClockBatchPunch>>,
}

/// A punch that was made without a network.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockBatchPunch {
    /// The device's name for the punch. A punch with the same name is accepted once within 90 days.
    #[schema(value_type = String, min_length = 1, max_length = 64)]
    client_id: DeviceText,
    /// The action.
    action: PunchAction,
    /// The instant of the punch by the device's clock.
    #[schema(value_type = String, format = "date-time")]
    occurred_at: Timestamp,
    /// The boot from which `monotonic_ms` counts.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    boot_id: Option<DeviceText>,
    /// The device's monotonic clock at the punch, in milliseconds since its boot. Together with `monotonic_ms` of the batch it
    /// shows that the device's clock wasn't changed.
    monotonic_ms: Option<u64>,
    /// The remark of the person; not allowed with `break_end`.
    #[schema(value_type = Option<String>, max_length = 500)]
    remark: Option<Remark>,
    /// The place where the person was; only with `in` and `out`.
    location: Option<LocationBody>,
    /// The id of a photo that was uploaded with the link from `POST /clock/photos`; only with `in` and `out`.
    #[schema(pattern = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    upload_id: Option<String>,
    /// The cost center of the work that the clock-in begins; that of the person's pay profile by default. Only with `in`. A punch
    /// with a cost center that isn't active waits for a manager.
    cost_center: Option<CostCenterCode>,
}

impl FromDocument for ClockBatch {
    fn from_document(document: &Value) -> Result<Self, Vec<FieldError>> {
        let device_fault = match document.get("device_id") {
            None => Some(FieldRule::Required),
            Some(Value::Null) => Some(FieldRule::NotNull),
            Some(_) => None,
        };
        let device_fault = device_fault.map(|rule| FieldError::new("device_id", rule));
        match parse(document) {
            Ok((BatchHead { device_id: Some(device_id), sent_at, boot_id, monotonic_ms }, punches)) => {
                Ok(Self { device_id, sent_at, boot_id, monotonic_ms, punches })
            }
            Ok(_) => Err(device_fault.into_iter().collect()),
            Err(faults) => Err(device_fault.into_iter().chain(faults).collect()),
        }
    }
}

impl ClockBatchPunch {
    /// Converts the punch. Returns none if one of its values isn't allowed.
    fn into_punch(self, now: Timestamp) -> Option<SentPunch> {
        let Self { client_id, action, occurred_at, boot_id, monotonic_ms, remark, location, upload_id, cost_center } =
            self;
        let remark = remark.filter(|remark| !remark.as_str().is_empty());
        let location: Option<Location> = location.map(LocationBody::parse).transpose().ok()?;
        let upload = upload_id.map(|id| id.parse()).transpose().ok()?;
        let fits = takes(action, remark.is_some(), location.is_some() || upload.is_some())
            && (cost_center.is_none() || action == PunchAction::In);
        (fits && is_plausible(occurred_at, now)).then_some(SentPunch {
            client_id,
            action: action.into(),
            occurred_at,
            monotonic: monotonic(boot_id, monotonic_ms),
            remark,
            location,
            upload,
            cost_center,
            device: None,
        })
    }
}

/// Send offline punches
///
/// Records punches that a device made without a network. Each punch counts at `occurred_at` as if it had arrived in time, is a
/// duplicate, or waits for a manager as a correction. The setting `offline` limits how late punches may arrive. The answer is 200
/// whatever the results are. A punch is accepted once within 90 days, by person, `device_id` and `client_id`, so a batch can be
/// sent again safely. The answer comes within 20 seconds; punches that aren't processed in 14 seconds have the status `retry`.
#[utoipa::path(
    post,
    path = "/clock/batch",
    operation_id = "sendOfflinePunches",
    tag = "clock",
    request_body = ClockBatch,
    responses(
        (status = 200, description = "The result of each punch", body = BatchAnswer),
        (status = 422, description = "`invalid_values`: the batch as a whole can't be read"),
    )
)]
pub(crate) async fn clock_batch(
    State(clock): State<TimeClock>,
    caller: Caller,
    request_id: RequestId,
    Body { value, .. }: Body<ClockBatch, MAX_BODY>,
) -> Result<Answer, Problem> {
    let now = clock.app.now();
    let deadline = Deadline::after(PROCESSING_TIMEOUT);
    let ClockBatch { device_id, sent_at, boot_id, monotonic_ms, punches } = value;
    let (mut sent, mut refused) = (Vec::new(), Vec::new());
    for BatchRow { client_id, punch } in punches {
        match punch.and_then(|punch| punch.into_punch(now)) {
            Some(punch) => sent.push(punch),
            None => refused.push(BatchResult::refused(client_id, Code::InvalidValues)),
        }
    }
    let sending = Sending {
        user: caller.user_id,
        zone: &caller.zone,
        device_id: &device_id,
        clock: &DeviceClock { sent_at, monotonic: monotonic(boot_id, monotonic_ms) },
        source: Source::Offline,
        kiosk: None,
        hold: None,
        sends_at_once: false,
        request_id: Some(request_id.as_str()),
    };
    let ports = clock.app.ports(now);
    let photos = UploadedPhotos { ports, bucket: &clock.photos };
    let answered = take_batch(
        &ports,
        sending,
        sent,
        &photos,
        |person| authorization::current_profile(&caller, person).map(|_| ()).map_err(Problem::from),
        |_| Ok(()),
        || deadline.left().is_zero(),
    );
    let answered = Box::pin(answered).await?;
    let results = answered.into_iter().map(|(client_id, answer)| BatchResult::new(client_id, answer, &caller.zone));
    Answer::ok(&BatchAnswer { results: results.chain(refused).collect() })
}
