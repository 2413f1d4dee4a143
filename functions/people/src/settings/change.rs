//! `PATCH /settings`: some of them, as a merge patch.

use axum::{extract::State, response::Response};
use domain::settings::Settings;
use serde_json::{Map, Value};
use web::{App, Body, Caller, IfMatch, Problem, RequestId, authorization, body::parse_value, command};

use super::{Document, SettingsAnswer, SettingsPatch, attempt};

/// Changes some settings.
///
/// A JSON merge patch (RFC 7396): what isn't given stays, `null` means none where that is allowed and the default
/// elsewhere. A list, such as the tiers of `breaks.auto_deduct`, is replaced as a whole. A `default_shift` with its start
/// and end is a shift given whole: without `break_minutes` it has no break. A `version` in the document is compared like
/// `If-Match`.
#[utoipa::path(
    patch, path = "/settings", operation_id = "updateSettings", tag = "settings",
    params(("If-Match" = Option<String>, Header, description = "The version that is to be changed")),
    request_body = SettingsPatch,
    responses(
        (status = 200, description = "The settings", body = SettingsAnswer),
        (status = 409, description = "`ledger_started`: the length of a leave day is fixed"),
    ),
)]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<Map<String, Value>>,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let document = Document::new(value)?;
    command(&app.store, None, app.now(), || attempt(&app, &caller, &request_id, &if_match, &document, patched)).await
}

/// The settings with the patch merged into them.
fn patched(settings: &Settings, patch: &Map<String, Value>) -> Result<Settings, Problem> {
    let mut document = serde_json::to_value(settings).map_err(Problem::internal)?;
    if patch.get("default_shift").is_some_and(is_whole_shift) {
        document["default_shift"] = Value::Null;
    }
    if patch.get("breaks").and_then(|breaks| breaks.get("auto_deduct")).is_some_and(Value::is_object) {
        in_old_form(&mut document["breaks"]["auto_deduct"]);
    }
    merge(&mut document, &Value::Object(patch.clone()));
    parse_value(document)
}

/// Whether a shift is given whole, rather than a part of the one there is.
fn is_whole_shift(shift: &Value) -> bool {
    shift.get("start").is_some() && shift.get("end").is_some()
}

/// A single tier of the automatic break in its old form, an object, so that a part of it can be changed.
fn in_old_form(tiers: &mut Value) {
    if let Some([tier]) = tiers.as_array().map(Vec::as_slice) {
        *tiers = tier.clone();
    }
}

/// RFC 7396, section 2.
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
    use serde_json::json;

    use super::*;

    fn patch(settings: &Settings, patch: &Value) -> Result<Settings, Problem> {
        patched(settings, patch.as_object().unwrap())
    }

    #[test]
    fn a_patch_changes_what_it_names_and_null_takes_away() {
        let before = Settings::default();
        let after = patch(
            &before,
            &json!({"breaks": {"auto_deduct": {"after_minutes": 360, "minutes": 30}}, "clock_in_window": {"after_minutes": 60}}),
        )
        .unwrap();
        assert_eq!(after.clock_in_window.before_minutes.get(), 60);
        assert_eq!(after.breaks.auto_deduct.tiers()[0].minutes.get(), 30);
        let longer = patch(&after, &json!({"breaks": {"auto_deduct": {"minutes": 45}}})).unwrap();
        let [tier] = longer.breaks.auto_deduct.tiers() else { panic!("one tier, in the old form: {longer:?}") };
        assert_eq!((tier.after_minutes.get(), tier.minutes.get()), (360, 45));
        let undone = json!({"breaks": {"auto_deduct": null}, "clock_in_window": {"after_minutes": null}});
        assert_eq!(patch(&after, &undone).unwrap(), before);
    }

    #[test]
    fn a_default_shift_given_without_break_minutes_has_none_and_a_part_of_one_keeps_its_break() {
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
            let problem = patch(&Settings::default(), &wrong).unwrap_err();
            assert_eq!(problem.code(), web::Code::InvalidValues, "{wrong}");
            assert!(format!("{problem:?}").contains(&format!("path: \"{path}\"")), "{wrong}: {problem:?}");
        }
    }
}
