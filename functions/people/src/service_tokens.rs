//! `/service-tokens`: tokens with which the company's own systems call the API; for admins only.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    FieldRule,
    calendar::Zone,
    event::{CompanyFact, Fact, Subject},
    id::{DepartmentId, ServiceTokenId, UserId},
    service_token::{Scope, ServiceToken},
    text::{Name, NewName},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Commit, RepeatKey, service_tokens::ServiceTokenRecord};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Query, Repeat, RequestId, authorization,
    command::{command, ensure_not_replayed},
    cursor::{ListName, Page, paginate},
    instant::Instant,
    parameter,
    query::ListQuery,
    service_token,
};

use crate::users::MAX_MANAGED;

/// The maximum lifetime of a service token, in days.
const MAX_DAYS: i64 = 366;

/// A service token as the API and the audit show it. The token itself is never shown again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceToken)]
pub(crate) struct ServiceTokenAnswer {
    /// The id of the service token.
    id: ServiceTokenId,
    /// The name of the system that uses the token.
    #[schema(value_type = String)]
    name: Name,
    /// The scopes of the token.
    scopes: BTreeSet<Scope>,
    /// The departments whose people the token gives access to; null for all people.
    #[schema(required = true)]
    department_ids: Option<BTreeSet<DepartmentId>>,
    /// The instant at which the token expires.
    expires_at: Instant,
    /// The instant at which the token was created.
    created_at: Instant,
    /// The administrator who created the token.
    created_by: UserId,
    /// An instant within an hour of the last request with the token; null if there was none.
    #[schema(required = true)]
    last_used_at: Option<Instant>,
}

impl ServiceTokenAnswer {
    /// Creates the answer, with instants in the reader's time zone.
    fn new(record: &ServiceTokenRecord, zone: &Zone) -> Self {
        let ServiceToken { id, name, scopes, department_ids, expires_at, created_at, created_by } =
            record.token.clone();
        let instant = |at| Instant::new(at, zone);
        Self {
            id,
            name,
            scopes,
            department_ids,
            expires_at: instant(expires_at),
            created_at: instant(created_at),
            created_by,
            last_used_at: record.last_used_at.map(instant),
        }
    }
}

/// A new service token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Payroll",
    "scopes": ["attendance:read", "reports:read"],
    "expires_at": "2027-11-04T00:00:00Z"
}))]
pub(crate) struct NewServiceToken {
    /// The name of the system that uses the token.
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "Payroll")]
    name: NewName,
    /// The scopes of the token.
    #[schema(min_items = 1)]
    scopes: BTreeSet<Scope>,
    /// The departments whose people the token gives access to; all people by default.
    #[schema(min_items = 1, max_items = 50)]
    department_ids: Option<BTreeSet<DepartmentId>>,
    /// The instant at which the token expires; at most 366 days ahead.
    #[schema(value_type = String, format = "date-time", example = "2027-11-04T00:00:00Z")]
    expires_at: Timestamp,
}

impl NewServiceToken {
    /// Refuses values that can be checked without stored data.
    fn check(&self, now: Timestamp) -> Result<(), Problem> {
        let departments = self.department_ids.as_ref().map(BTreeSet::len);
        let latest = now.saturating_add(SignedDuration::from_hours(24 * MAX_DAYS)).unwrap_or(Timestamp::MAX);
        Problem::unless_valid([
            (self.scopes.is_empty(), "scopes", FieldRule::ItemsAtLeast { min: 1 }),
            (
                departments.is_some_and(|count| !(1..=MAX_MANAGED).contains(&count)),
                "department_ids",
                FieldRule::ItemsBetween { min: 1, max: MAX_MANAGED as u64 },
            ),
            (self.expires_at <= now, "expires_at", FieldRule::InFuture),
            (latest < self.expires_at, "expires_at", FieldRule::DaysAheadAtMost { days: MAX_DAYS }),
        ])
    }
}

/// The documented answer; [`Answer::secret`] adds the token.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only for the documentation: the token must not be in a saved answer")]
pub(crate) struct CreatedServiceToken {
    /// The id of the service token.
    id: ServiceTokenId,
    /// The name of the system that uses the token.
    #[schema(value_type = String)]
    name: Name,
    /// The scopes of the token.
    scopes: BTreeSet<Scope>,
    /// The departments whose people the token gives access to; null for all people.
    #[schema(required = true)]
    department_ids: Option<BTreeSet<DepartmentId>>,
    /// The instant at which the token expires.
    expires_at: Instant,
    /// The instant at which the token was created.
    created_at: Instant,
    /// The administrator who created the token.
    created_by: UserId,
    /// Always null, because no request has used the token yet.
    #[schema(required = true)]
    last_used_at: Option<Instant>,
    /// The token, for `Authorization: Bearer …`. It is shown only once; a replay leaves it out.
    #[schema(required = false)]
    token: String,
}

/// Create a service token
///
/// For admins only. The answer contains the token, which is shown only once. A system that calls the API with the token acts as
/// a manager of these departments, or of everyone, within the scopes. Needs a sign-in within the last 10 minutes.
#[utoipa::path(
    post, path = "/service-tokens", operation_id = "createServiceToken", tag = "service-tokens",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")),
    request_body = NewServiceToken,
    responses(
        (status = 201, description = "The service token", body = CreatedServiceToken),
        (status = 403, description = "`forbidden`; `confirmation_required`: confirm your password first"),
    ),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    repeat: Repeat,
    request_id: RequestId,
    Body { value, hash }: Body<NewServiceToken>,
) -> Result<Response, Problem> {
    value.check(app.now())?;
    authorization::must_be_admin(&caller)?;
    authorization::must_have_recent_sign_in(&caller, app.now())?;
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    command(&app.store, key, app.now(), || created(&app, &caller, key, &request_id, &value)).await
}

async fn created(
    app: &App,
    caller: &Caller,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
    new: &NewServiceToken,
) -> Result<Answer, Failed> {
    let now = app.now();
    let departments = new.department_ids.clone().unwrap_or_default();
    let snapshot = app.store.service_token_snapshot(caller.user_id, None, &departments, key, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(snapshot.earlier)?;
    if !departments.is_subset(&snapshot.departments) {
        return Err(Problem::invalid("department_ids", FieldRule::NotDepartments).into());
    }
    let id = ServiceTokenId::generate(now, &*app.entropy);
    let (revealed, token_hash) = service_token::generate(id, &*app.entropy);
    let token = ServiceToken {
        id,
        name: new.name.clone().into(),
        scopes: new.scopes.clone(),
        department_ids: new.department_ids.clone(),
        expires_at: new.expires_at,
        created_at: now,
        created_by: caller.user_id,
    };
    let record = ServiceTokenRecord { token, token_hash, last_used_at: None };
    let shown = ServiceTokenAnswer::new(&record, &caller.zone);
    let answer = Answer::json(StatusCode::CREATED, &shown)?;
    let subject = Subject::ServiceToken(id);
    let mut commit = Commit::new(
        app.stamp(caller, request_id, now),
        subject,
        vec![Fact::Company(CompanyFact::ServiceTokenCreated)],
    )?;
    commit.audit(subject, "service_token_created", None, Some(&shown))?;
    commit.create_service_token(&record)?;
    commit.save_answer(key, answer.saved())?;
    commit.send(&app.store).await?;
    Ok(answer.secret("token", revealed))
}

/// List service tokens
///
/// For admins only. Lists the service tokens in the order in which they were created. Expired tokens are listed until they are
/// revoked.
#[utoipa::path(
    get, path = "/service-tokens", operation_id = "listServiceTokens", tag = "service-tokens", params(ListQuery),
    responses((status = 200, description = "A page of service tokens", body = Page<ServiceTokenAnswer>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(ListQuery { limit, cursor }): Query<ListQuery>,
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let read =
        async |after: Option<ServiceTokenId>| -> Result<(Vec<ServiceTokenAnswer>, Option<ServiceTokenId>), Problem> {
            let page = app.store.service_tokens(after, limit.get()).await?;
            let next = page.items.last().filter(|_| page.more).map(|record| record.token.id);
            Ok((page.items.iter().map(|record| ServiceTokenAnswer::new(record, &caller.zone)).collect(), next))
        };
    Answer::ok(&paginate(&app, &caller, ListName::ServiceTokens, &(), cursor.as_deref(), read).await?)
}

/// Revoke a service token
///
/// For admins only. The token is refused from now on. Changes that were made with it are kept.
#[utoipa::path(
    delete, path = "/service-tokens/{id}", operation_id = "revokeServiceToken", tag = "service-tokens",
    params(("id" = String, Path, description = "The id of the service token")),
    responses((status = 204, description = "Revoked")),
)]
pub(crate) async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let id = parameter::id(&id)?;
    command(&app.store, None, app.now(), || revoked(&app, &caller, id, &request_id)).await
}

async fn revoked(app: &App, caller: &Caller, id: ServiceTokenId, request_id: &RequestId) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.service_token_snapshot(caller.user_id, Some(id), &BTreeSet::new(), None, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let record = snapshot.token.ok_or_else(Problem::not_found)?;
    let subject = Subject::ServiceToken(id);
    let mut commit = Commit::new(
        app.stamp(caller, request_id, now),
        subject,
        vec![Fact::Company(CompanyFact::ServiceTokenRevoked)],
    )?;
    commit.audit(subject, "service_token_revoked", Some(&ServiceTokenAnswer::new(&record, &caller.zone)), None)?;
    commit.revoke_service_token(&record.token)?;
    commit.send(&app.store).await?;
    Ok(Answer::no_content())
}
