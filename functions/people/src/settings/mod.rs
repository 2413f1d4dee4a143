//! `/settings`: read by everyone, written by admins.

pub(crate) mod change;
pub(crate) mod read;
pub(crate) mod replace;

use domain::{
    event::{Fact, Subject},
    settings::{Settings, ShiftTimes},
    text::Name,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{Commit, settings::VersionedSettings};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, Object, ObjectBuilder, RefOr, Schema, SchemaFormat, Type, schema::SchemaType},
};
use web::{Answer, App, Caller, Code, Failed, IfMatch, Problem, RequestId, authorization, body::parse_value};

/// All settings, and how often they were changed.
#[derive(Debug, Serialize)]
pub(crate) struct SettingsAnswer<'a> {
    #[serde(flatten)]
    settings: &'a Settings,
    /// Counts the changes; 0 while all are defaults.
    version: u64,
}

/// A whole document of settings, as `PUT` takes it: what it leaves out is set to its default.
pub(crate) struct SettingsReplacement;

/// Some settings, as `PATCH` takes them.
pub(crate) struct SettingsPatch;

/// Declares the schema of a type as that of [`Settings`] with changes, so that the thirty settings are described once.
macro_rules! schema_from_settings {
    ($($shape:ty: $change:path;)*) => {$(
        impl PartialSchema for $shape {
            fn schema() -> RefOr<Schema> {
                match Settings::schema() {
                    RefOr::T(Schema::Object(settings)) => $change(settings).into(),
                    other @ (RefOr::T(_) | RefOr::Ref(_)) => other,
                }
            }
        }

        impl ToSchema for $shape {
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                Settings::schemas(schemas);
            }
        }
    )*};
}

schema_from_settings! {
    SettingsAnswer<'_>: answer_schema;
    SettingsReplacement: replacement_schema;
    SettingsPatch: patch_schema;
}

fn version_schema(description: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::Integer))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(0))
        .description(Some(description))
        .build()
}

/// Answers have every setting and the version, and may get more fields in a later release.
fn answer_schema(mut settings: Object) -> Object {
    settings.additional_properties = None;
    settings.required = settings.properties.keys().cloned().collect();
    settings.required.push("version".to_owned());
    let version = version_schema("Counts the changes; 0 while all settings have their defaults.");
    settings.properties.insert("version".to_owned(), version.into());
    settings.description = Some("All settings, and how often they were changed.".to_owned());
    settings
}

fn replacement_schema(mut settings: Object) -> Object {
    let version = version_schema("The version that is to be replaced, compared like `If-Match`.");
    settings.properties.insert("version".to_owned(), version.into());
    settings.description = Some("All settings; what is left out is set to its default.".to_owned());
    settings.example = Some(json!({"company_name": "Harbour & Sons", "time_zone": "Europe/Berlin"}));
    settings
}

fn patch_schema(settings: Object) -> Object {
    let mut settings = replacement_schema(settings);
    // A patch may hold the start of the default shift alone.
    if let RefOr::T(Schema::Object(mut shift)) = ShiftTimes::schema() {
        shift.required.clear();
        settings.properties.insert("default_shift".to_owned(), shift.into());
    }
    settings.description = Some("Some settings; what is left out stays as it is (RFC 7396).".to_owned());
    settings.example = Some(json!({"late_grace_minutes": 10}));
    settings
}

fn answer(current: &VersionedSettings) -> Result<Answer, Problem> {
    let body = SettingsAnswer { settings: &current.settings, version: current.version };
    Ok(Answer::ok(&body)?.version(current.version))
}

/// A document of settings as a client sends it. `version` may stand in it, because it stands in what was read: it is
/// compared like `If-Match`. The company's name is parsed as a new one, because [`Settings`] read names leniently.
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
        if let Some(Value::String(name)) = fields.get_mut("company_name") {
            let parsed = Name::parse(name).map_err(|invalid| Problem::invalid("company_name", invalid.message()))?;
            *name = parsed.into();
        }
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
    settings.check().map_err(|(setting, invalid)| Problem::invalid(setting, invalid.message()))?;
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
    fn a_company_name_is_one_line() {
        let document = |name: &str| Document::new(Map::from_iter([("company_name".to_owned(), name.into())]));
        assert!(document("Harbour\nWorks").is_err_and(|problem| problem.code() == Code::InvalidValues));
        assert_eq!(document(" Cafe\u{301} ").unwrap().fields["company_name"], "Café");
    }

    #[test]
    fn only_what_differs_has_changed() {
        let before = Settings::default();
        assert!(changed_fields(&before, &before).unwrap().is_empty());
        let after = Settings { allow_unscheduled: false, swap_needs_manager: true, ..before.clone() };
        assert_eq!(changed_fields(&before, &after).unwrap(), ["allow_unscheduled", "swap_needs_manager"]);
    }
}
