//! `/users/{id}/badge` and `/badges`: the badges that people hold to a kiosk's reader (`app::people::badges`).

use app::people::badges;
use axum::extract::{Path, State};
use domain::{
    badge::BadgeNumber,
    id::{DepartmentId, UserId},
    user::User,
};
use serde::Deserialize;
use store::{
    badges::number_context,
    people_lists::{ListScope, Position},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Query, RequestId, Secret,
    answers::BadgeAnswer,
    authorization::visible_people_of,
    cursor::{CursorSeal, ListName, Page},
    parameter,
    person::visible_person,
    query::Limit,
    use_case::{execute, no_content},
};

use crate::state::People;

/// A new badge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"number": "04A2 19F3 7C"}))]
pub(crate) struct NewBadge {
    /// The badge's number as a reader sends it: 4 to 64 letters and digits. Case, spaces, `:`, `-` and `.` are ignored.
    #[schema(value_type = String, format = "password", min_length = 4, max_length = 1024)]
    number: Secret,
}

/// Get a person's badge
///
/// For the person and their managers. The number can't be read.
#[utoipa::path(
    get, path = "/users/{id}/badge", operation_id = "getBadge", tag = "users",
    params(("id" = String, Path, description = "The id of the person; `me` is the caller")),
    responses(
        (status = 200, description = "The badge", body = BadgeAnswer),
        (status = 404, description = "`not_found`: the person has no badge"),
    ),
)]
pub(crate) async fn get(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let person = visible_person(&app, &caller, &id).await?;
    let badge = app.store.badge(person).await?.ok_or_else(Problem::not_found)?;
    Answer::ok(&BadgeAnswer::new(person, &badge, &caller.zone))
}

/// Assign a badge
///
/// Assigns a badge to a person whom the caller manages; admins can also assign their own. The person's previous badge is
/// invalid from now on. Needs a sign-in within the last 10 minutes.
#[utoipa::path(
    put, path = "/users/{id}/badge", operation_id = "assignBadge", tag = "users",
    params(("id" = String, Path, description = "The id of the person; `me` is the caller")),
    request_body = NewBadge,
    responses(
        (status = 200, description = "The badge", body = BadgeAnswer),
        (status = 403, description = "`forbidden`; `own_record`; `confirmation_required`: confirm your password first"),
        (status = 409, description = "`badge_taken`: another person has this badge; `already_decided`: the person has left"),
    ),
)]
pub(crate) async fn assign(
    State(People { app, keys, .. }): State<People>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
    Body { value: NewBadge { number }, hash: _ }: Body<NewBadge>,
) -> Result<Answer, Problem> {
    let person = parameter::user(&id, &caller)?;
    let number = BadgeNumber::parse(number.expose()).map_err(|error| Problem::invalid("number", error))?;
    let sealed = keys.seal(&number_context(person), number.expose().as_bytes(), &*app.entropy, app.now()).await?;
    let number = keys.badge_hashes(&number, app.now()).await?;
    let request = app.request(&caller, &request_id, None);
    let shown = |badge: &BadgeAnswer, _: u64| -> Result<Answer, Problem> { Answer::ok(badge) };
    execute(&request, shown, || badges::assign(&request, person, &number, &sealed)).await
}

/// Revoke a badge
///
/// Revokes the badge of a person whom the caller manages; admins can also revoke their own. Kiosks refuse the badge from now
/// on.
#[utoipa::path(
    delete, path = "/users/{id}/badge", operation_id = "revokeBadge", tag = "users",
    params(("id" = String, Path, description = "The id of the person; `me` is the caller")),
    responses(
        (status = 204, description = "Revoked"),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 404, description = "`not_found`: the person has no badge"),
    ),
)]
pub(crate) async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let person = parameter::user(&id, &caller)?;
    let request = app.request(&caller, &request_id, None);
    execute(&request, no_content, || badges::revoke(&request, person)).await
}

/// The department and the page of a badge list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// Only badges of people of this department.
    department_id: Option<DepartmentId>,
    /// The maximum number of items.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List badges
///
/// Lists the badges of the people whom the caller manages, by department and name. A page reads `limit` people, so it may hold
/// fewer badges, or none, and still have a `next_cursor`.
#[utoipa::path(
    get, path = "/badges", operation_id = "listBadges", tag = "users", params(List),
    responses((status = 200, description = "A page of badges", body = Page<BadgeAnswer>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(List { department_id, limit, cursor }): Query<List>,
) -> Result<Answer, Problem> {
    let scope = ListScope::from(visible_people_of(&caller, department_id)?);
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Badges, &scope.departments()).await?;
    let position: Option<Position> = seal.position(cursor.as_deref())?;
    let page = app.store.people(&scope, position, limit.get(), |_: &User| true, false).await?;
    let next_cursor = seal.next(page.next)?;
    let people: Vec<UserId> = page.people.iter().map(|person| person.id).collect();
    let badges = app.store.badges(&people).await?;
    let items = badges.iter().map(|(person, badge)| BadgeAnswer::new(*person, badge, &caller.zone)).collect();
    Answer::ok(&Page { items, next_cursor })
}
