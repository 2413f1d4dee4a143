//! `PATCH /settings`: changes some settings with a merge patch.

use app::company::settings;
use axum::extract::State;
use domain::{FieldFault, settings::Settings};
use serde_json::{Map, Value};
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, RequestId,
    json::{FromDocument, combined, deserialized, schema_faults},
    problem::FieldError,
    use_case::execute_if_changed,
};

use super::{SettingsAnswer, SettingsPatch, fields_and_version, shown};

/// Update some settings
///
/// A JSON merge patch (RFC 7396): settings that the body leaves out stay as they are. `null` removes optional settings, and is
/// refused for all others. A list, such as the tiers of `breaks.auto_deduct`, is replaced as a whole. A `default_shift` with
/// `start` and `end` is replaced as a whole too: without `break_minutes` it has no break. A `version` in the document is
/// compared like `If-Match`.
#[utoipa::path(
    patch, path = "/settings", operation_id = "updateSettings", tag = "settings",
    params(("If-Match" = Option<String>, Header, description = "The version that is to be changed")),
    request_body = SettingsPatch,
    responses(
        (status = 200, description = "The settings", body = SettingsAnswer),
        (status = 409, description = "`ledger_started`: the length of a leave day is fixed; `pay_period_in_use`"),
    ),
)]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value: SettingsPatch { fields, version }, .. }: Body<SettingsPatch>,
) -> Result<Answer, Problem> {
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let next = |current: &Settings| merged(current, &fields);
    execute_if_changed(&request, shown, || settings::change(&request, &versions, version, next)).await
}

impl FromDocument for SettingsPatch {
    fn from_document(document: &Value) -> Result<Self, Vec<FieldError>> {
        let (fields, version, mut faults) = fields_and_version(document);
        // Faults of a whole object aren't reported here: whether the object is valid also depends on the stored settings.
        if let Err(others) = patched(&Settings::default(), &fields) {
            faults.extend(others.into_iter().filter(|fault| names_value_of(&fields, &fault.path)));
        }
        combined(schema_faults::<Self>(document), combined(faults, Ok(Self { fields, version })))
    }
}

/// Whether a path names a value of the patch, or a part of a value, that replaces a whole setting: any value but an object.
fn names_value_of(patch: &Map<String, Value>, named: &str) -> bool {
    let mut object = patch;
    for key in named.split('.').filter_map(|step| step.split('[').next()) {
        match object.get(key) {
            Some(Value::Object(inner)) => object = inner,
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => return true,
            None => return false,
        }
    }
    false
}

/// Returns the settings with the patch merged into them, for use cases.
pub(super) fn merged(settings: &Settings, patch: &Map<String, Value>) -> Result<Settings, Vec<FieldFault>> {
    patched(settings, patch).map_err(|errors| errors.into_iter().map(FieldFault::from).collect())
}

/// Returns the settings with the patch merged into them.
fn patched(settings: &Settings, patch: &Map<String, Value>) -> Result<Settings, Vec<FieldError>> {
    // Serializing settings never fails.
    let mut document = serde_json::to_value(settings).unwrap_or_default();
    if patch.get("default_shift").is_some_and(is_whole_shift) {
        document["default_shift"] = Value::Null;
    }
    merge(&mut document, &Value::Object(patch.clone()));
    deserialized(&document)
}

/// Whether a shift is complete, rather than a change of some of its fields.
fn is_whole_shift(shift: &Value) -> bool {
    shift.get("start").is_some() && shift.get("end").is_some()
}

/// Merges a patch into a document (RFC 7396, section 2).
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    fn patch(settings: &Settings, patch: &Value) -> Result<Settings, Vec<FieldError>> {
        patched(settings, &SettingsPatch::from_document(patch)?.fields)
    }

    #[test]
    fn a_patch_changes_named_settings_and_null_restores_the_default() {
        let before = Settings::default();
        let after = patch(
            &before,
            &json!({"breaks": {"auto_deduct": {"after_minutes": 360, "minutes": 30}}, "clock_in_window": {"after_minutes": 60}}),
        )
        .unwrap();
        assert_eq!(after.clock_in_window.before_minutes.get(), 60);
        assert_eq!(after.breaks.auto_deduct.tiers()[0].minutes.get(), 30);
        let undone = json!({"breaks": {"auto_deduct": null}, "clock_in_window": {"after_minutes": null}});
        assert_eq!(patch(&after, &undone).unwrap(), before);
    }

    #[test]
    fn all_invalid_settings_are_named_before_rules_between_settings_apply() {
        let wrong = json!({"late_grace_minutes": -1, "time_zone": "Mars/Olympus", "geofence": "maybe", "clock_in_window": null});
        let faults = patch(&Settings::default(), &wrong).unwrap_err();
        let paths: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(
            paths.iter().collect::<BTreeSet<_>>(),
            BTreeSet::from([&"clock_in_window", &"geofence", &"late_grace_minutes", &"time_zone"])
        );
        // A break of 1000 minutes doesn't fit into this shift, but does fit into the current one.
        let break_of_an_hour = json!({"default_shift": {"break_minutes": 1000}});
        assert!(SettingsPatch::from_document(&break_of_an_hour).is_ok());
        assert!(patch(&Settings::default(), &break_of_an_hour).is_err());
    }

    #[test]
    fn a_whole_default_shift_resets_its_break_and_a_partial_one_keeps_it() {
        let after = patch(&Settings::default(), &json!({"default_shift": {"start": "08:00"}})).unwrap();
        assert_eq!(after.default_shift.break_minutes.get(), 60);
        let whole = json!({"default_shift": {"start": "08:00", "end": "16:00"}});
        assert_eq!(patch(&after, &whole).unwrap().default_shift.break_minutes.get(), 0);
    }

    #[test]
    fn what_the_rules_forbid_is_refused_with_its_path() {
        for (wrong, path) in [
            (json!({"late_grace_minutes": -1}), "late_grace_minutes"),
            (json!({"breaks": {"paid": "yes"}}), "breaks.paid"),
            (json!({"breaks": {"auto_deduct": "yes"}}), "breaks.auto_deduct"),
            (
                json!({"breaks": {"auto_deduct": [{"after_minutes": 1, "minutes": -1}]}}),
                "breaks.auto_deduct[0].minutes",
            ),
            (json!({"breaks": {"auto_deduct": [{"after_minutes": 1}]}}), "breaks.auto_deduct[0].minutes"),
            (json!({"breaks": {"auto_deduct": {"minutes": 1}}}), "breaks.auto_deduct.after_minutes"),
            (json!({"clock_in_window": {"befor": 1}}), "clock_in_window.befor"),
            (json!({"late_grace": 1}), "late_grace"),
            (json!({"overtime": 5}), "overtime"),
        ] {
            let faults = patch(&Settings::default(), &wrong).unwrap_err();
            let paths: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
            assert_eq!(paths, [path], "{wrong}: {faults:?}");
        }
    }
}
