//! Pay codes, payroll's names for kinds of time: admins create and replace them.

use domain::{
    FieldFault, FieldRule,
    event::{Fact, PayFact, Subject},
    pay::{Multiplier, PayCode, PayCodeDefinition, PayCodeKind, PayCodes},
    text::NewName,
};
use serde::Deserialize;
use store::{Commit, pay::codes::StoredPayCodes};
use utoipa::ToSchema;

use crate::{Failed, Outcome, Prepared, Refusal, Request, Versions, authorization};

/// A complete pay code.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PutPayCode)]
#[schema(example = json!({"name": "Night premium", "kind": "premium", "multiplier": 0.25, "export_code": "1050"}))]
pub struct PayCodeDraft {
    /// The name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: NewName,
    /// The kind of time that the code counts. Rules use overtime codes for thresholds and premium codes for premiums.
    kind: PayCodeKind,
    /// The factor by which an hour of the code is paid. A premium's factor is paid in addition to that of the hour.
    multiplier: Multiplier,
    /// The code's name in the payroll system: 1 to 32 visible ASCII characters; the code itself by default.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 32)]
    export_code: Option<String>,
    /// Whether new rules may use the code.
    #[serde(default = "domain::patch_field::yes")]
    #[schema(default = true)]
    active: bool,
    /// Whether the multiplier is credited to time accounts, in addition to the worked time. Only for codes of work.
    #[serde(default)]
    #[schema(default = false)]
    credits_account: bool,
}

/// Creates or replaces a pay code. Answers with the code and the version of all codes.
///
/// # Errors
/// The caller isn't an admin, a value breaks a rule, or the codes have another version.
pub async fn put(
    request: &Request<'_>,
    code: &str,
    versions: &Versions,
    draft: &PayCodeDraft,
) -> Result<Outcome<PayCodeDefinition>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let definition = draft.definition(code)?;
    let snapshot = ports.store.pay_codes_snapshot(caller.user_id).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let after = versions.check_after(snapshot.codes.version, with(&snapshot.codes, &definition))?;
    let codes = snapshot.codes.codes();
    let before = codes.get(&definition.code);
    if before == Some(&definition) {
        return Ok(Outcome::Unchanged { answer: definition, version: snapshot.codes.version });
    }
    let fact = Fact::Pay(PayFact::PayCodeChanged { code: definition.code.clone() });
    let mut commit = Commit::new(request.stamp(), Subject::Pay, vec![fact])?;
    commit.audit(Subject::Pay, "pay_code_changed", before, Some(&definition))?;
    commit.put_pay_codes(&after)?;
    Ok(Outcome::Changed(Prepared { commit, answer: definition, version: after.version }))
}

impl PayCodeDraft {
    /// Returns the pay code with the code of a path.
    fn definition(&self, path: &str) -> Result<PayCodeDefinition, Refusal> {
        let code = PayCode::parse(path).map_err(|invalid| vec![FieldFault::new("code", invalid)])?;
        let is_visible =
            |text: &String| (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        let is_named = self.export_code.as_ref().is_none_or(is_visible);
        Refusal::unless_valid([(!is_named, "export_code", FieldRule::VisibleAscii { min: 1, max: 32 })])?;
        let Self { name, kind, multiplier, export_code, active, credits_account } = self.clone();
        let rule = FieldRule::NotWith { other: "kind".to_owned() };
        Refusal::unless_valid([(credits_account && !kind.is_work(), "credits_account", rule)])?;
        Ok(PayCodeDefinition { code, name: name.into(), kind, multiplier, export_code, active, credits_account })
    }
}

/// Returns the codes with the new definition, as their next version.
fn with(stored: &StoredPayCodes, definition: &PayCodeDefinition) -> Result<StoredPayCodes, Refusal> {
    let codes = stored.codes();
    let is_another = codes.get(&definition.code).is_none() && codes.iter().count() >= PayCodes::MAX;
    let rule = FieldRule::TooManyPayCodes { max: PayCodes::MAX as u64 };
    Refusal::unless_valid([(is_another, "code", rule)])?;
    if let Some(built_in) = PayCodes::default().get(&definition.code) {
        Refusal::unless_valid([
            (definition.kind != built_in.kind, "kind", FieldRule::BuiltInPayCode),
            (!definition.active, "active", FieldRule::BuiltInPayCode),
        ])?;
    }
    Ok(stored.with(definition.clone()))
}
