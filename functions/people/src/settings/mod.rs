//! `/settings`: everyone may read them, and admins may change them.

pub(crate) mod change;
pub(crate) mod preview;
pub(crate) mod read;
pub(crate) mod replace;

use domain::{
    FieldRule,
    settings::{RegistrationMode, Settings, ShiftTimes},
    text::Name,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::settings::VersionedSettings;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Deprecated, KnownFormat, Object, ObjectBuilder, RefOr, Schema, SchemaFormat, Type,
        schema::{AdditionalProperties, SchemaType},
    },
};
use web::{
    Answer, Problem,
    json::{FromDocument, combined, deserialized, schema_faults},
    problem::FieldError,
};

/// All settings and their version.
#[derive(Debug, Serialize)]
pub(crate) struct SettingsAnswer<'a> {
    #[serde(flatten)]
    settings: &'a Settings,
    /// The number of changes; 0 while all settings have their defaults.
    version: u64,
}

/// A whole document of settings, the body of `PUT`: settings that it leaves out are reset to their defaults.
pub(crate) struct SettingsReplacement {
    settings: Settings,
    /// The version to replace, compared like `If-Match`.
    version: Option<u64>,
}

/// Some settings, the body of `PATCH`.
pub(crate) struct SettingsPatch {
    fields: Map<String, Value>,
    /// The version to change, compared like `If-Match`.
    version: Option<u64>,
}

/// Derives a type's schema from that of [`Settings`], so that each setting is described only once.
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

/// The deprecated setting that `registration` replaced. Documents may still contain it.
const OPEN_REGISTRATION: &str = "open_registration";

fn version_schema(description: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::Integer))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(0))
        .description(Some(description))
        .build()
}

/// Answers contain all settings and the version; later releases may add fields.
fn answer_schema(mut settings: Object) -> Object {
    settings.required = settings.properties.keys().cloned().collect();
    settings.required.push("version".to_owned());
    let version = version_schema("Counts the changes; 0 while all settings have their defaults.");
    settings.properties.insert("version".to_owned(), version.into());
    settings.description = Some("All settings, and how often they were changed.".to_owned());
    settings
}

fn replacement_schema(mut settings: Object) -> Object {
    let open_registration = ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::Boolean))
        .description(Some(
            "Deprecated: `registration` takes its place. `true` stands for `open`, `false` for `approval`.",
        ))
        .deprecated(Some(Deprecated::True))
        .build();
    settings.properties.insert(OPEN_REGISTRATION.to_owned(), open_registration.into());
    settings.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    let version = version_schema("The version that is to be replaced, compared like `If-Match`.");
    settings.properties.insert("version".to_owned(), version.into());
    settings.description = Some("All settings; what is left out is set to its default.".to_owned());
    settings.example = Some(json!({"company_name": "Harbour & Sons", "time_zone": "Europe/Berlin"}));
    settings
}

fn patch_schema(settings: Object) -> Object {
    let mut settings = replacement_schema(settings);
    // A patch may contain only the start of the default shift.
    if let RefOr::T(Schema::Object(mut shift)) = ShiftTimes::schema() {
        shift.required.clear();
        settings.properties.insert("default_shift".to_owned(), shift.into());
    }
    settings.description = Some("Some settings; what is left out stays as it is (RFC 7396).".to_owned());
    settings.example = Some(json!({"late_grace_minutes": 10}));
    settings
}

/// Returns a response with all settings.
fn shown(current: &VersionedSettings, version: u64) -> Result<Answer, Problem> {
    Ok(Answer::ok(&SettingsAnswer { settings: &current.settings, version })?.version(version))
}

/// Splits a document into its settings and its version, and returns the faults that deserializing [`Settings`] doesn't find.
/// The document may contain `version`, because answers contain it. The company's name is parsed as a new name, because
/// [`Settings`] parse names leniently. `open_registration` is converted to the equivalent mode of `registration`.
fn fields_and_version(document: &Value) -> (Map<String, Value>, Option<u64>, Vec<FieldError>) {
    let mut fields = document.as_object().cloned().unwrap_or_default();
    let (version, mut faults) = (fields.remove("version"), Vec::new());
    if version.as_ref().is_some_and(|version| !version.is_u64()) {
        faults.push(FieldError::new("version", FieldRule::WholeNumberAtLeast { min: 0 }));
    }
    if let Some(flag) = fields.remove(OPEN_REGISTRATION) {
        match flag {
            Value::Bool(_) if fields.contains_key("registration") => {
                let rule = FieldRule::NotWith { other: "registration".to_owned() };
                faults.push(FieldError::new(OPEN_REGISTRATION, rule));
            }
            Value::Bool(open) => {
                fields.insert("registration".to_owned(), json!(RegistrationMode::of_flag(open)));
            }
            Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                faults.push(FieldError::new(OPEN_REGISTRATION, FieldRule::Boolean));
            }
        }
    }
    if let Some(Value::String(name)) = fields.get_mut("company_name") {
        match Name::parse(name) {
            Ok(parsed) => *name = parsed.into(),
            Err(invalid) => faults.push(FieldError::new("company_name", invalid)),
        }
    }
    (fields, version.and_then(|version| version.as_u64()), faults)
}

impl FromDocument for SettingsReplacement {
    fn from_document(document: &Value) -> Result<Self, Vec<FieldError>> {
        let (fields, version, faults) = fields_and_version(document);
        let settings = combined(faults, deserialized(&Value::Object(fields)));
        combined(schema_faults::<Self>(document), settings).map(|settings| Self { settings, version })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_company_name_is_one_line() {
        let named = |name: &str| SettingsReplacement::from_document(&json!({"company_name": name}));
        assert!(named("Harbour\nWorks").is_err());
        assert_eq!(named(" Cafe\u{301} ").ok().unwrap().settings.company_name.as_str(), "Café");
    }

    #[test]
    fn open_registration_sets_the_registration_mode() {
        let read =
            |document: Value| SettingsReplacement::from_document(&document).map(|read| read.settings.registration);
        assert_eq!(read(json!({"open_registration": true})).ok(), Some(RegistrationMode::Open));
        assert_eq!(read(json!({"open_registration": false})).ok(), Some(RegistrationMode::Approval));
        assert_eq!(read(json!({"registration": "off"})).ok(), Some(RegistrationMode::Off));
        for wrong in [json!({"open_registration": "yes"}), json!({"open_registration": true, "registration": "off"})] {
            let faults = read(wrong.clone()).unwrap_err();
            assert!(faults.iter().all(|fault| fault.path == "open_registration"), "{wrong}: {faults:?}");
        }
        assert!(read(json!({"registration": true})).is_err());
    }
}
