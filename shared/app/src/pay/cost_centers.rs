//! Cost centers and projects, to which work is assigned: admins create and replace them.

use domain::{
    FieldFault,
    event::{Fact, PayFact, Subject},
    pay::{CostCenter, CostCenterCode},
    text::NewName,
};
use serde::Deserialize;
use store::Commit;
use utoipa::ToSchema;

use crate::{Failed, Outcome, Prepared, Request, Versions, authorization};

/// A complete cost center.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PutCostCenter)]
#[schema(example = json!({"name": "Warehouse North"}))]
pub struct CostCenterDraft {
    /// The name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: NewName,
    /// Whether new work may be assigned to the cost center.
    #[serde(default = "domain::patch_field::yes")]
    #[schema(default = true)]
    active: bool,
}

/// Creates or replaces a cost center.
///
/// # Errors
/// The caller isn't an admin, the code isn't valid, or the cost center has another version.
pub async fn put(
    request: &Request<'_>,
    code: &str,
    versions: &Versions,
    draft: &CostCenterDraft,
) -> Result<Outcome<CostCenter>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let code = CostCenterCode::try_from(code.to_owned()).map_err(|invalid| vec![FieldFault::new("code", invalid)])?;
    let snapshot = ports.store.cost_center_snapshot(caller.user_id, &code).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let before = snapshot.cost_center.as_ref();
    let version = before.map_or(0, |center| center.version);
    versions.check(version)?;
    let CostCenterDraft { name, active } = draft.clone();
    let mut after = CostCenter { code, name: name.into(), active, version };
    if before == Some(&after) {
        return Ok(Outcome::Unchanged { answer: after, version });
    }
    after.version += 1;
    let fact = Fact::Pay(PayFact::CostCenterChanged { cost_center: after.code.clone() });
    let mut commit = Commit::new(request.stamp(), Subject::Pay, vec![fact])?;
    commit.audit(Subject::Pay, "cost_center_changed", before, Some(&after))?;
    commit.put_cost_center(&after)?;
    Ok(Outcome::Changed(Prepared { commit, version: after.version, answer: after }))
}
