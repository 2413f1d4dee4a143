//! `/settings`: read by everyone, written by admins.

pub(crate) mod change;
pub(crate) mod read;
pub(crate) mod replace;

use domain::{
    event::{Fact, Subject},
    settings::Settings,
};
use serde::Serialize;
use serde_json::{Map, Value};
use store::{Commit, settings::VersionedSettings};
use utoipa::ToSchema;
use web::{Answer, App, Caller, Code, Failed, IfMatch, Problem, RequestId, authorization, body::parse_value};

/// All settings, and how often they were changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingsAnswer<'a> {
    #[serde(flatten)]
    settings: &'a Settings,
    /// Counts the changes; 0 while all are defaults.
    version: u64,
}

fn answer(current: &VersionedSettings) -> Result<Answer, Problem> {
    let body = SettingsAnswer { settings: &current.settings, version: current.version };
    Ok(Answer::ok(&body)?.version(current.version))
}

/// A document of settings as a client sends it. `version` may stand in it, because it stands in what was read: it is
/// compared like `If-Match`.
struct Document {
    fields: Map<String, Value>,
    version: Option<u64>,
}

impl Document {
    fn new(mut fields: Map<String, Value>) -> Result<Self, Problem> {
        let version = match fields.remove("version") {
            Some(version) => Some(parse_value(version).map_err(|_| Problem::invalid("version", "must be a version"))?),
            None => None,
        };
        Ok(Self { fields, version })
    }
}

/// Makes one attempt at a change: `next` decides the new settings from the current ones.
async fn attempt(
    app: &App,
    caller: &Caller,
    request_id: &RequestId,
    if_match: &IfMatch,
    document: &Document,
    next: impl Fn(&Settings, &Map<String, Value>) -> Result<Settings, Problem>,
) -> Result<Answer, Failed> {
    let basis = app.store.settings_basis(caller.user_id).await?;
    authorization::still(caller, basis.caller.as_ref())?;
    let before = basis.current;
    if_match.check(before.version)?;
    if document.version.is_some_and(|version| version != before.version) {
        return Err(Problem::new(Code::PreconditionFailed)
            .detail(format!("The version is {} now.", before.version))
            .into());
    }
    let settings = next(&before.settings, &document.fields)?;
    let fields = changed_fields(&before.settings, &settings)?;
    if fields.is_empty() {
        return Ok(answer(&before)?);
    }
    if basis.ledger_started && settings.leave_day_minutes != before.settings.leave_day_minutes {
        return Err(Problem::new(Code::LedgerStarted).into());
    }
    let stamp = app.stamp(caller, request_id, app.now());
    let mut commit = Commit::new(stamp, Subject::Settings, vec![Fact::SettingsChanged { fields }])?;
    commit.audit(Subject::Settings, "settings_changed", Some(&before.settings), Some(&settings))?;
    let after = commit.change_settings(&before, settings)?;
    commit.send(&app.store).await?;
    Ok(answer(&after)?)
}

/// The names of the settings that differ.
fn changed_fields(before: &Settings, after: &Settings) -> Result<Vec<String>, Problem> {
    let fields = |settings: &Settings| match serde_json::to_value(settings) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Problem::internal("settings are an object")),
        Err(error) => Err(Problem::internal(error)),
    };
    let before = fields(before)?;
    let changed = fields(after)?.into_iter().filter(|(name, value)| before.get(name) != Some(value));
    Ok(changed.map(|(name, _)| name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_has_changed() {
        let before = Settings::default();
        assert!(changed_fields(&before, &before).unwrap().is_empty());
        let after = Settings { allow_unscheduled: false, swap_needs_manager: true, ..before.clone() };
        assert_eq!(changed_fields(&before, &after).unwrap(), ["allow_unscheduled", "swap_needs_manager"]);
    }
}
