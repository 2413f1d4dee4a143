//! `/service-tokens`: tokens with which the company's own systems call the API; for admins only.

use std::collections::BTreeSet;

use app::company::service_tokens::{self, NewServiceToken};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use domain::{
    id::{DepartmentId, ServiceTokenId, UserId},
    service_token::Scope,
    text::Name,
};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Query, Repeat, RequestId,
    answers::ServiceTokenAnswer,
    authorization,
    cursor::{ListName, Page, paginate},
    instant::Instant,
    parameter,
    query::ListQuery,
    service_token,
    use_case::{execute, no_content},
};

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
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let id = ServiceTokenId::generate(request.ports.now, &*app.entropy);
    let (revealed, token_hash) = service_token::generate(id, &*app.entropy);
    let created = |token: &ServiceTokenAnswer, _: u64| -> Result<Answer, Problem> {
        Ok(Answer::json(StatusCode::CREATED, token)?.secret("token", revealed.clone()))
    };
    execute(&request, created, || service_tokens::create(&request, id, &value, &token_hash)).await
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
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let request = app.request(&caller, &request_id, None);
    execute(&request, no_content, || service_tokens::revoke(&request, id)).await
}
