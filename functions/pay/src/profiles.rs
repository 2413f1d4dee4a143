//! `GET /pay/profiles`: the pay profiles of many people. `/users/{id}/pay-profile` reads and changes one person's.

use app::pay::profiles::{self, ProfileFilter};
use axum::extract::State;
use domain::{
    calendar::WorkDate,
    id::{DepartmentId, UserId},
    pay::PayProfile,
    user::User,
};
use serde::{Deserialize, Serialize};
use store::people_lists::{ListScope, Position};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    authorization::visible_people_of,
    cursor::{CursorSeal, ListName, Page},
    query::Limit,
};

/// The people and the page of a list of pay profiles.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// Only people of this department.
    department_id: Option<DepartmentId>,
    /// Only people with a profile, or only employed people without one; all by default.
    has_profile: Option<bool>,
    /// The date on which the profiles are in force; today by default.
    #[param(value_type = Option<String>, example = "2026-11-04")]
    on: Option<WorkDate>,
    /// The maximum number of people.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A person with the pay profile in force.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListedProfile {
    /// The person.
    user_id: UserId,
    /// The person's department.
    department_id: Option<DepartmentId>,
    /// The profile; `null` if none is in force.
    profile: Option<PayProfile>,
}

/// List pay profiles
///
/// Lists the people whom the caller manages with their pay profiles, by department and name. With `has_profile=false`, it lists
/// who is missing from payroll. A page reads `limit` people, so it may hold fewer, or none, and still have a `next_cursor`.
#[utoipa::path(
    get, path = "/pay/profiles", operation_id = "listPayProfiles", tag = "pay", params(List),
    responses((status = 200, description = "A page of people", body = Page<ListedProfile>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(List { department_id, has_profile, on, limit, cursor }): Query<List>,
) -> Result<Answer, Problem> {
    let scope = ListScope::from(visible_people_of(&caller, department_id)?);
    let on = on.unwrap_or_else(|| caller.zone.date_of(app.now()));
    let filters = (scope.departments(), on, has_profile);
    let seal = CursorSeal::of_caller(&app, &caller, ListName::PayProfiles, &filters).await?;
    let position: Option<Position> = seal.position(cursor.as_deref())?;
    let page = profiles::page(&app.store, &scope, ProfileFilter { on, has_profile }, position, limit.get()).await?;
    let next_cursor = seal.next(page.next)?;
    let listed = |(person, profile): (User, Option<PayProfile>)| ListedProfile {
        user_id: person.id,
        department_id: person.department_id,
        profile,
    };
    Answer::ok(&Page { items: page.people.into_iter().map(listed).collect(), next_cursor })
}
