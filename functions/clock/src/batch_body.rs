//! The request and the answer of a batch of offline punches.

use std::collections::BTreeSet;

use app::attendance::offline::SentAnswer;
use domain::{
    FieldRule,
    calendar::{WorkDate, Zone},
    correction::CorrectionId,
    day::{DeviceText, Monotonic, PunchAction},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use store::offline::{OfflineAnswer, OfflineStatus};
use utoipa::ToSchema;
use web::{
    Code,
    instant::Instant,
    json::{FromDocument, combined},
    problem::FieldError,
};

/// The maximum number of punches in a batch.
pub(crate) const MAX_PUNCHES: usize = 200;
/// The maximum size of a batch's body, in bytes.
pub(crate) const MAX_BODY: usize = 1024 * 1024;
/// The maximum distance of a punch's time from now.
const MAX_DISTANCE: SignedDuration = SignedDuration::from_hours(366 * 24);

/// A punch of a batch, as far as it can be read. A punch that can't be read is refused without affecting the others.
#[derive(Debug)]
pub(crate) struct BatchRow<R> {
    pub(crate) client_id: DeviceText,
    pub(crate) punch: Option<R>,
}

/// The fields of a batch without its punches.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchHead {
    #[schema(value_type = Option<String>)]
    pub(crate) device_id: Option<DeviceText>,
    #[schema(value_type = Option<String>, format = "date-time")]
    pub(crate) sent_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    pub(crate) boot_id: Option<DeviceText>,
    pub(crate) monotonic_ms: Option<u64>,
}

/// Returns the reading of the monotonic clock, if the boot that it counts from is known.
pub(crate) fn monotonic(boot_id: Option<DeviceText>, milliseconds: Option<u64>) -> Option<Monotonic> {
    Some(Monotonic { boot_id: boot_id?, milliseconds: milliseconds? })
}

/// Parses a batch: its own fields, and each punch separately.
pub(crate) fn parse<R>(document: &Value) -> Result<(BatchHead, Vec<BatchRow<R>>), Vec<FieldError>>
where
    R: DeserializeOwned + ToSchema + 'static,
{
    let Value::Object(fields) = document else { return Err(vec![FieldError::new("", FieldRule::Object)]) };
    let mut fields = fields.clone();
    let rows = rows(fields.remove("punches"));
    match (BatchHead::from_document(&Value::Object(fields)), rows) {
        (Ok(head), Ok(rows)) => Ok((head, rows)),
        (Ok(_), Err(faults)) | (Err(faults), Ok(_)) => Err(faults),
        (Err(faults), Err(others)) => combined(faults, Err(others)),
    }
}

fn rows<R>(punches: Option<Value>) -> Result<Vec<BatchRow<R>>, Vec<FieldError>>
where
    R: DeserializeOwned + ToSchema + 'static,
{
    let fault = |rule: FieldRule| Err(vec![FieldError::new("punches", rule)]);
    let punches = match punches {
        None => return fault(FieldRule::Required),
        Some(Value::Array(punches)) => punches,
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
            return fault(FieldRule::List);
        }
    };
    if !(1..=MAX_PUNCHES).contains(&punches.len()) {
        return fault(FieldRule::ItemsBetween { min: 1, max: MAX_PUNCHES as u64 });
    }
    let (mut rows, mut faults, mut names) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (place, punch) in punches.iter().enumerate() {
        if !punch.is_object() {
            faults.push(FieldError::new(format!("punches[{place}]"), FieldRule::Object));
            continue;
        }
        let path = format!("punches[{place}].client_id");
        let Some(name) = punch.get("client_id").and_then(Value::as_str) else {
            faults.push(FieldError::new(path, FieldRule::Required));
            continue;
        };
        match name.parse::<DeviceText>() {
            Ok(client_id) if names.insert(client_id.clone()) => {
                rows.push(BatchRow { client_id, punch: R::from_document(punch).ok() });
            }
            // A punch that the device repeats within a batch is one punch, as in two batches.
            Ok(_) => {}
            Err(invalid) => faults.push(FieldError::new(path, invalid)),
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

/// Returns whether the time of a punch is plausible: no more than a year from now.
pub(crate) fn is_plausible(occurred_at: Timestamp, now: Timestamp) -> bool {
    occurred_at.duration_since(now).abs() <= MAX_DISTANCE
}

/// Returns whether an action accepts the given remark, place or photo.
pub(crate) const fn takes(action: PunchAction, has_remark: bool, has_place_or_photo: bool) -> bool {
    match action {
        PunchAction::In | PunchAction::Out => true,
        PunchAction::BreakStart => !has_place_or_photo,
        PunchAction::BreakEnd => !has_remark && !has_place_or_photo,
    }
}

/// The results of a batch's punches.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchAnswer {
    /// A result for each punch, in the order of `occurred_at`. Punches that can't be read come last. A `client_id` that occurs twice in
    /// the batch has one result.
    pub(crate) results: Vec<BatchResult>,
}

/// The result of a punch.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchResult {
    /// The device's name for the punch.
    #[schema(value_type = String)]
    pub(crate) client_id: DeviceText,
    /// The status of the punch.
    pub(crate) status: BatchStatus,
    /// The work date of the punch; `null` at a kiosk.
    day: Option<WorkDate>,
    /// The instant that is recorded.
    at: Option<Instant>,
    /// The reason, where the punch waits or is refused. `already_recorded` where the same punch was made at another device and
    /// already counts.
    #[schema(value_type = Option<String>, example = "already_clocked_in")]
    code: Option<&'static str>,
    /// The id of the correction in which the punch waits; `null` at a kiosk.
    correction_id: Option<CorrectionId>,
}

/// The status of a punch after it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BatchStatus {
    /// The punch counts.
    Taken,
    /// The punch was sent before, or the same punch was made at another device and already counts.
    Duplicate,
    /// The punch waits for a manager, as a correction.
    PendingReview,
    /// The punch wasn't processed: send it again.
    Retry,
    /// The punch can't be accepted.
    Refused,
}

impl BatchResult {
    /// Creates the result of a punch that can't be accepted.
    pub(crate) const fn refused(client_id: DeviceText, code: Code) -> Self {
        let (status, code) = (BatchStatus::Refused, Some(code.as_str()));
        Self { client_id, status, day: None, at: None, code, correction_id: None }
    }

    /// Creates the result of a punch that must be sent again.
    pub(crate) const fn retry(client_id: DeviceText) -> Self {
        Self { client_id, status: BatchStatus::Retry, day: None, at: None, code: None, correction_id: None }
    }

    /// Creates the result for a person. Instants are shown in `zone`.
    pub(crate) fn new(client_id: DeviceText, answer: SentAnswer, zone: &Zone) -> Self {
        let shown = |answer: OfflineAnswer, status, code| Self {
            client_id: client_id.clone(),
            status,
            day: Some(answer.date),
            at: answer.at.map(|at| Instant::new(at, zone)),
            code,
            correction_id: answer.correction_id,
        };
        let reason = |answer: &OfflineAnswer| answer.reason.map(domain::day::WaitReason::as_str);
        match answer {
            SentAnswer::Retry => Self::retry(client_id),
            SentAnswer::Repeated(answer) => match answer.status {
                OfflineStatus::Taken | OfflineStatus::Recorded => shown(answer, BatchStatus::Duplicate, None),
                OfflineStatus::Waits => {
                    let code = reason(&answer);
                    shown(answer, BatchStatus::PendingReview, code)
                }
            },
            SentAnswer::Settled(answer) => match answer.status {
                OfflineStatus::Taken => shown(answer, BatchStatus::Taken, None),
                OfflineStatus::Recorded => shown(answer, BatchStatus::Duplicate, Some("already_recorded")),
                OfflineStatus::Waits => {
                    let code = reason(&answer);
                    shown(answer, BatchStatus::PendingReview, code)
                }
            },
        }
    }

    /// Returns the result for a kiosk, which contains nothing about the person except the result of the punch.
    pub(crate) fn at_kiosk(self) -> Self {
        Self { day: None, correction_id: None, ..self }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clock_batch::ClockBatchPunch;

    fn read(punches: Value) -> Result<Vec<(String, bool)>, Vec<String>> {
        let document = json!({"device_id": "phone", "punches": punches});
        match parse::<ClockBatchPunch>(&document) {
            Ok((_, rows)) => Ok(rows.into_iter().map(|row| (row.client_id.to_string(), row.punch.is_some())).collect()),
            Err(faults) => Err(faults.into_iter().map(|fault| fault.path).collect()),
        }
    }

    #[test]
    fn a_punch_that_cannot_be_read_costs_no_other() {
        let good = json!({"client_id": "1", "action": "in", "occurred_at": "2026-11-02T09:00:00+01:00"});
        let bad = json!({"client_id": "2", "action": "jump", "occurred_at": "yesterday"});
        assert_eq!(read(json!([good, bad])), Ok(vec![("1".to_owned(), true), ("2".to_owned(), false)]));
    }

    #[test]
    fn a_batch_needs_a_name_for_each_of_at_most_200_punches() {
        let named = |name: &str| json!({"client_id": name, "action": "in", "occurred_at": "2026-11-02T09:00:00Z"});
        assert_eq!(read(json!([])), Err(vec!["punches".to_owned()]));
        assert_eq!(read(json!(vec![named("1"); 201])), Err(vec!["punches".to_owned()]));
        assert_eq!(read(json!([named("1"), named("2"), named("1")])).map(|rows| rows.len()), Ok(2), "a repeat");
        assert_eq!(read(json!([{"action": "in"}])), Err(vec!["punches[0].client_id".to_owned()]));
        assert_eq!(read(json!([named("a b")])), Err(vec!["punches[0].client_id".to_owned()]));
    }
}
