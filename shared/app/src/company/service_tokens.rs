//! Service tokens: admins create and revoke the tokens with which the company's own systems call the API.

use std::collections::BTreeSet;

use answers::ServiceTokenAnswer;
use domain::{
    FieldFault, FieldRule,
    distinct::Distinct,
    event::{CompanyFact, Fact, Subject},
    id::{DepartmentId, ServiceTokenId},
    service_token::{Scope, ServiceToken},
    text::NewName,
    user::MAX_MANAGED,
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use store::{Commit, service_tokens::ServiceTokenRecord};
use utoipa::ToSchema;

use crate::{Denied, Failed, Prepared, Request, authorization, use_case::ensure_not_replayed};

/// The maximum lifetime of a service token, in days.
const MAX_DAYS: i64 = 366;

/// A new service token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Payroll",
    "scopes": ["attendance:read", "reports:read"],
    "expires_at": "2027-11-04T00:00:00Z"
}))]
pub struct NewServiceToken {
    /// The name of the system that uses the token.
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "Payroll")]
    name: NewName,
    /// The scopes of the token.
    #[schema(value_type = BTreeSet<Scope>, min_items = 1)]
    scopes: Distinct<Scope>,
    /// The departments whose people the token gives access to; all people by default.
    #[schema(value_type = Option<BTreeSet<DepartmentId>>, min_items = 1, max_items = 50)]
    department_ids: Option<Distinct<DepartmentId>>,
    /// The instant at which the token expires; at most 366 days ahead.
    #[schema(value_type = String, format = "date-time", example = "2027-11-04T00:00:00Z")]
    expires_at: Timestamp,
}

/// Creates a service token. `token_hash` is the hash of the token that the system sends.
///
/// # Errors
/// A value breaks a rule, the caller isn't an admin or hasn't signed in recently, or a department doesn't exist.
pub async fn create(
    request: &Request<'_>,
    id: ServiceTokenId,
    new: &NewServiceToken,
    token_hash: &str,
) -> Result<Prepared<ServiceTokenAnswer>, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let now = ports.now;
    new.check(now)?;
    authorization::must_be_admin(caller)?;
    authorization::must_have_recent_sign_in(caller, now)?;
    let departments = new.department_ids.clone().unwrap_or_default();
    let snapshot = ports.store.service_token_snapshot(caller.user_id, None, &departments, repeat, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(snapshot.earlier)?;
    if !departments.is_subset(&snapshot.departments) {
        return Err(vec![FieldFault::new("department_ids", FieldRule::NotDepartments)].into());
    }
    let token = ServiceToken {
        id,
        name: new.name.clone().into(),
        scopes: new.scopes.clone().into(),
        department_ids: new.department_ids.clone().map(BTreeSet::from),
        expires_at: new.expires_at,
        created_at: now,
        created_by: caller.user_id,
    };
    let record = ServiceTokenRecord { token, token_hash: token_hash.to_owned(), last_used_at: None };
    let answer = ServiceTokenAnswer::new(&record, &caller.zone);
    let subject = Subject::ServiceToken(id);
    let fact = Fact::Company(CompanyFact::ServiceTokenCreated);
    let mut commit = Commit::new(request.stamp(), subject, vec![fact])?;
    commit.audit(subject, "service_token_created", None, Some(&answer))?;
    commit.create_service_token(&record)?;
    Ok(Prepared { commit, answer, version: 0 })
}

/// Revokes a service token. It is refused from now on.
///
/// # Errors
/// The caller isn't an admin, or the token doesn't exist.
pub async fn revoke(request: &Request<'_>, id: ServiceTokenId) -> Result<Prepared<()>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let snapshot =
        ports.store.service_token_snapshot(caller.user_id, Some(id), &BTreeSet::new(), None, ports.now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let record = snapshot.token.ok_or(Denied::NotFound)?;
    let subject = Subject::ServiceToken(id);
    let fact = Fact::Company(CompanyFact::ServiceTokenRevoked);
    let mut commit = Commit::new(request.stamp(), subject, vec![fact])?;
    commit.audit(subject, "service_token_revoked", Some(&ServiceTokenAnswer::new(&record, &caller.zone)), None)?;
    commit.revoke_service_token(&record.token)?;
    Ok(Prepared { commit, answer: (), version: 0 })
}

impl NewServiceToken {
    /// Refuses values that can be checked without stored data.
    fn check(&self, now: Timestamp) -> Result<(), Vec<FieldFault>> {
        let departments = self.department_ids.as_ref().map(|departments| departments.len());
        let latest = now.saturating_add(SignedDuration::from_hours(24 * MAX_DAYS)).unwrap_or(Timestamp::MAX);
        let broken = FieldFault::broken([
            (self.scopes.is_empty(), "scopes", FieldRule::ItemsAtLeast { min: 1 }),
            (
                departments.is_some_and(|count| !(1..=MAX_MANAGED).contains(&count)),
                "department_ids",
                FieldRule::ItemsBetween { min: 1, max: MAX_MANAGED as u64 },
            ),
            (self.expires_at <= now, "expires_at", FieldRule::InFuture),
            (latest < self.expires_at, "expires_at", FieldRule::DaysAheadAtMost { days: MAX_DAYS }),
        ]);
        if broken.is_empty() { Ok(()) } else { Err(broken) }
    }
}
