//! `GET /users/directory`: the names and departments of all active people, for everyone.

use axum::extract::State;
use domain::{
    id::{DepartmentId, UserId},
    text::Name,
    user::{User, UserStatus},
};
use serde::{Deserialize, Serialize};
use store::people_lists::{ListScope, Position};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    cursor::{CursorSeal, ListName, Page},
    query::Limit,
};

use super::search;

/// The filters and the page of the directory.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Directory {
    /// Only people whose full name has, for each word of the query, a word that begins with it. Order, case and accents don't
    /// matter.
    #[param(max_length = 100)]
    q: Option<String>,
    /// Only people of this department.
    department_id: Option<DepartmentId>,
    /// The maximum number of items.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A colleague as everyone sees them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Colleague {
    /// The id of the colleague.
    id: UserId,
    /// The full name of the colleague.
    #[schema(value_type = String)]
    full_name: Name,
    /// The department that the colleague belongs to.
    department_id: Option<DepartmentId>,
}

/// List the directory
///
/// Lists all active people by department and name. A page may hold fewer people than `limit` and still have a `next_cursor`.
#[utoipa::path(
    get, path = "/users/directory", operation_id = "searchDirectory", tag = "users", params(Directory),
    responses((status = 200, description = "A page of people", body = Page<Colleague>)),
)]
pub(crate) async fn directory(
    State(app): State<App>,
    caller: Caller,
    Query(Directory { q, department_id, limit, cursor }): Query<Directory>,
) -> Result<Answer, Problem> {
    let query = search::parse(q.as_deref())?;
    let scope = department_id.map_or(ListScope::Everyone, |id| ListScope::Departments([id].into()));
    let filters = (scope.departments(), query.canonical());
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Directory, &filters).await?;
    let position: Option<Position> = seal.position(cursor.as_deref())?;
    // The query searches names only: the directory doesn't show usernames, and a search mustn't reveal them letter by letter.
    let wanted = |person: &User| person.status == UserStatus::Active && search::finds_by_name(&query, person);
    let page = app.store.people(&scope, position, limit.get(), wanted, true).await?;
    let next_cursor = seal.next(page.next)?;
    let items = page.people.into_iter().map(|person| {
        let User { id, full_name, department_id, .. } = person;
        Colleague { id, full_name, department_id }
    });
    Answer::ok(&Page { items: items.collect(), next_cursor })
}
