//! Pay rules: admins create, replace and delete sets of thresholds of overtime, premiums and rounding, in versions by date.

use domain::{
    FieldFault, FieldRule,
    event::{Fact, PayFact, Subject},
    id::PayRulesId,
    pay::{PayCode, PayCodeKind, PayCodes, PayRules, PayRulesVersion, PayRulesVersions},
    text::Name,
};
use store::{
    Commit,
    pay::rules::{MAX_PAY_RULES, PayRulesRecord, PayRulesSnapshot},
};

use super::PayRefusal;
use crate::{
    Denied, Failed, Outcome, Prepared, Refusal, Request, Versions, authorization, use_case::ensure_not_replayed,
};

/// Complete pay rules that an admin creates, or that replace others.
#[derive(Debug, Clone)]
pub struct PayRulesDraft {
    /// The name.
    pub name: Name,
    /// The versions in any order, each with another first date.
    pub versions: Vec<PayRulesVersion>,
}

/// Creates rules.
///
/// # Errors
/// The caller isn't an admin, a value breaks a rule, or the company has the maximum number of rules.
pub async fn create(request: &Request<'_>, draft: &PayRulesDraft) -> Result<Prepared<PayRulesRecord>, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    authorization::must_be_admin(caller)?;
    let snapshot = ports.store.pay_rules_snapshot(caller.user_id, None, repeat, ports.now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(snapshot.earlier)?;
    let versions = checked_versions(&draft.versions, &snapshot.codes.codes(), None, "")?;
    if ports.store.all_pay_rules(None, MAX_PAY_RULES).await?.items.len() >= MAX_PAY_RULES {
        return Err(PayRefusal::TooManyRules.into());
    }
    let id = PayRulesId::generate(ports.now, ports.entropy);
    let record = PayRulesRecord { id, name: draft.name.clone(), versions, version: 1, people: 0 };
    let rules = PayRules::from(record.clone());
    let fact = Fact::Pay(PayFact::PayRulesCreated { rules_id: id });
    let mut commit = Commit::new(request.stamp(), Subject::Pay, vec![fact])?;
    commit.audit(Subject::Pay, "pay_rules_created", None, Some(&rules))?;
    commit.create_pay_rules(&rules)?;
    let version = record.version;
    Ok(Prepared { commit, answer: record, version })
}

/// Replaces rules. A closed pay period keeps what it paid; if one of its days is changed later, the difference is computed by the
/// rules in force for the date then.
///
/// # Errors
/// The caller isn't an admin, the rules don't exist, a value breaks a rule, or the rules have another version.
pub async fn replace(
    request: &Request<'_>,
    id: PayRulesId,
    versions: &Versions,
    draft: &PayRulesDraft,
) -> Result<Outcome<PayRulesRecord>, Failed> {
    let PayRulesSnapshot { rules, codes, .. } = snapshot_to_change(request, id).await?;
    let record = rules.ok_or(Denied::NotFound)?;
    let checked = checked_versions(&draft.versions, &codes.codes(), Some(&record.versions), "");
    let checked = versions.check_after(record.version, checked)?;
    let mut after = PayRulesRecord { name: draft.name.clone(), versions: checked, ..record.clone() };
    if after == record {
        return Ok(Outcome::Unchanged { version: after.version, answer: after });
    }
    after.version += 1;
    let (before, rules) = (PayRules::from(record.clone()), PayRules::from(after.clone()));
    let fact = Fact::Pay(PayFact::PayRulesChanged { rules_id: id });
    let mut commit = Commit::new(request.stamp(), Subject::Pay, vec![fact])?;
    commit.audit(Subject::Pay, "pay_rules_changed", Some(&before), Some(&rules))?;
    commit.change_pay_rules(&record, &rules)?;
    let version = after.version;
    Ok(Outcome::Changed(Prepared { commit, answer: after, version }))
}

/// Deletes rules that no pay profile names.
///
/// # Errors
/// The caller isn't an admin, the rules don't exist, they have another version, or pay profiles name them.
pub async fn delete(request: &Request<'_>, id: PayRulesId, versions: &Versions) -> Result<Prepared<()>, Failed> {
    let record = snapshot_to_change(request, id).await?.rules.ok_or(Denied::NotFound)?;
    versions.check(record.version)?;
    if record.people > 0 {
        return Err(PayRefusal::RulesInUse.into());
    }
    let fact = Fact::Pay(PayFact::PayRulesDeleted { rules_id: id });
    let mut commit = Commit::new(request.stamp(), Subject::Pay, vec![fact])?;
    commit.audit(Subject::Pay, "pay_rules_deleted", Some(&PayRules::from(record.clone())), None)?;
    commit.delete_pay_rules(&record)?;
    Ok(Prepared { commit, answer: (), version: record.version })
}

/// Reads what a change of rules depends on, for an admin.
async fn snapshot_to_change(request: &Request<'_>, id: PayRulesId) -> Result<PayRulesSnapshot, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let snapshot = ports.store.pay_rules_snapshot(caller.user_id, Some(id), None, ports.now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    Ok(snapshot)
}

/// Returns the versions if they follow the rules. A code that the rules already used may be inactive. The paths of errors begin
/// with `within`.
///
/// # Errors
/// A version breaks a rule, or names a code that isn't an active code of the right kind.
pub(super) fn checked_versions(
    versions: &[PayRulesVersion],
    codes: &PayCodes,
    before: Option<&PayRulesVersions>,
    within: &str,
) -> Result<PayRulesVersions, Refusal> {
    let refused = |path: String, rule: FieldRule| Refusal::Invalid(vec![FieldFault::new(path, rule)]);
    let used = before.map(PayRulesVersions::all).unwrap_or_default();
    let is_usable = |code: &PayCode, kind| {
        let is_active = codes.get(code).is_some_and(|found| found.kind == kind && found.active);
        is_active || used.iter().any(|version| version.uses(code))
    };
    for (index, version) in versions.iter().enumerate() {
        let path = |field: &str| format!("{within}versions[{index}].{field}");
        version.check().map_err(|(field, invalid)| refused(path(field), invalid.into()))?;
        let overtime = version.overtime.iter().map(|rule| &rule.code).enumerate();
        let premiums = version.premiums.iter().map(|rule| &rule.code).enumerate();
        let overtime = overtime.map(|(at, code)| ("overtime", at, code, PayCodeKind::Overtime, "overtime"));
        let premiums = premiums.map(|(at, code)| ("premiums", at, code, PayCodeKind::Premium, "premium"));
        for (field, at, code, kind, name) in overtime.chain(premiums) {
            if !is_usable(code, kind) {
                let rule = FieldRule::NotAPayCode { kind: name.to_owned() };
                return Err(refused(path(&format!("{field}[{at}].code")), rule));
            }
        }
    }
    let checked = PayRulesVersions::try_from(versions.to_vec());
    checked.map_err(|invalid| refused(format!("{within}versions"), invalid.into()))
}
