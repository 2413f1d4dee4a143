//! `GET /users`: the people whom the caller manages. `GET /users/{id}`: one of them, or the caller.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::{
    id::DepartmentId,
    user::{Role, User, UserStatus},
};
use serde::Deserialize;
use store::people_lists::{ListScope, Position};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    allowed::user_actions,
    answers::UserAnswer,
    authorization::{may_see, visible_people_of},
    cursor::{CursorSeal, ListName, Page},
    parameter,
    query::Limit,
    use_case::changed,
};

use super::{search, sheet};

/// The filters and the page of a list of people.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// Only people of this department.
    department_id: Option<DepartmentId>,
    /// Only people with this role.
    role: Option<Role>,
    /// Only people whose account has this status.
    status: Option<UserStatus>,
    /// Only people whose full name or username has, for each word of the query, a word that begins with it. Order, case and
    /// accents don't matter.
    #[param(max_length = 100)]
    q: Option<String>,
    /// The maximum number of items.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// The format of the list. A sheet has all people of the filters and no pages.
    #[serde(default)]
    #[param(inline)]
    format: Format,
}

/// The format of the list of people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = UsersFormat)]
pub(crate) enum Format {
    /// A page of people.
    #[default]
    Json,
    /// A sheet with a line for each person, as `POST /users/import` takes it.
    Csv,
}

/// List users
///
/// Lists people by department and name: everyone for admins and managers of everyone, and the people of their departments for
/// other managers. A page may hold fewer people than `limit` and still have a `next_cursor`. A sheet (`format=csv`) holds at most
/// 5,000 people.
#[utoipa::path(
    get, path = "/users", operation_id = "listUsers", tag = "users", params(List),
    responses(
        (status = 200, description = "A page of people, or all of them as a sheet", content((Page<UserAnswer> = "application/json"), (String = "text/csv"))),
        (status = 413, description = "`report_too_large`: more people than a sheet may have"),
    ),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(List { department_id, role, status, q, limit, cursor, format }): Query<List>,
) -> Result<Response, Problem> {
    let scope = ListScope::from(visible_people_of(&caller, department_id)?);
    let query = search::parse(q.as_deref())?;
    // The context contains the scope: a cursor into a department that the caller no longer manages isn't valid.
    let filters = (scope.departments(), role, status, query.canonical());
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Users, &filters).await?;
    let position: Option<Position> = seal.position(cursor.as_deref())?;
    let wanted = |person: &User| {
        role.is_none_or(|role| person.authority.role() == role)
            && status.is_none_or(|status| person.status == status)
            && search::finds(&query, person)
    };
    let filtered = role.is_some() || status.is_some() || !query.is_empty();
    match format {
        Format::Json => {}
        Format::Csv => return sheet::sheet(&app, &scope, wanted, filtered).await,
    }
    let company = app.store.company_snapshot(&[]).await?;
    let page = app.store.people(&scope, position, limit.get(), wanted, filtered).await?;
    let next_cursor = seal.next(page.next)?;
    let shown = |user: &User| {
        let zone = user.zone_at(&company.sites, &company.settings.settings.time_zone);
        UserAnswer::new(user, zone).allowing(user_actions(&caller, user, company.deciders))
    };
    Ok(Answer::ok(&Page { items: page.people.iter().map(shown).collect(), next_cursor })?.into_response())
}

/// Get a user
///
/// Returns the caller's own profile, or that of a person whom the caller manages.
#[utoipa::path(
    get, path = "/users/{id}", operation_id = "getUser", tag = "users",
    params(("id" = String, Path, description = "The id of the person; `me` is the caller")),
    responses((status = 200, description = "The person", body = UserAnswer,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let (user, settings, sites, deciders) = app.store.user_and_company(parameter::user(&id, &caller)?).await?;
    let user = user.ok_or_else(Problem::not_found)?;
    may_see(&caller, &user)?;
    let zone = user.zone_at(&sites, &settings.time_zone);
    let actions = user_actions(&caller, &user, deciders);
    changed(&UserAnswer::new(&user, zone).allowing(actions), user.version)
}
