//! `GET /corrections`

use axum::extract::State;
use domain::{
    correction::{Correction, CorrectionId, CorrectionStatus},
    id::DepartmentId,
    user::User,
};
use serde::Deserialize;
use store::people_lists::Position;
use web::{
    Answer, App, Caller, Problem, Query,
    allowed::{Owner, correction_actions, deciders_for},
    answers::CorrectionAnswer,
    authorization::{is_self, may_decide_own, may_see},
    cursor::{CursorSeal, ListName, Page},
    query::Limit,
    whose_list::WhoseList,
};

/// The filters and the page of a list of corrections.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// Limits the list to corrections with this status.
    status: Option<CorrectionStatus>,
    /// Limits the list to this person; `me` is the caller. Without it, managers get the corrections of everyone in their charge.
    user_id: Option<String>,
    /// Limits the list to the people of this department, for its managers.
    department_id: Option<DepartmentId>,
    /// The maximum number of items.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List corrections
///
/// A person's corrections are listed newest first. A manager's list is ordered by department, and pending corrections come first.
/// With `status=pending`, a manager's list leaves out their own corrections, which others decide. A page of a manager's list may
/// hold fewer items than requested and still have a `next_cursor`.
#[utoipa::path(
    get,
    path = "/corrections",
    operation_id = "listCorrections",
    tag = "corrections",
    params(List),
    responses((status = 200, description = "A page of corrections", body = Page<CorrectionAnswer>))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(List { status, user_id, department_id, limit, cursor }): Query<List>,
) -> Result<Answer, Problem> {
    let whose = WhoseList::of_query(&app, &caller, user_id.as_deref(), department_id).await?;
    // A cursor is valid only for the list that it was issued for.
    let filters = (whose.cursor_filter(), status);
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Corrections, &filters).await?;
    let deciders = deciders_for(&app, &caller).await?;
    let shown = |correction: &Correction, owner: Owner<'_>| {
        CorrectionAnswer::new(correction).allowing(correction_actions(&caller, owner, correction, deciders))
    };
    let (items, next_cursor) = match whose {
        WhoseList::Person(person, other) => {
            let before = seal.position::<CorrectionId>(cursor.as_deref())?;
            let page = app.store.corrections_of(person, status, before, limit.get()).await?;
            let owner = Owner::read(other.as_deref());
            let items: Vec<_> = page.corrections.iter().map(|correction| shown(correction, owner)).collect();
            (items, seal.next(page.next)?)
        }
        WhoseList::InCharge(scope) => {
            let position = seal.position::<Position>(cursor.as_deref())?;
            let offers_own = status != Some(CorrectionStatus::Pending) || may_decide_own(&caller, deciders).is_ok();
            let visible =
                |person: &User| may_see(&caller, person).is_ok() && (offers_own || !is_self(&caller, person.id));
            let page = app.store.corrections(&scope, status, position, limit.get(), visible).await?;
            let of = |(correction, person): &(Correction, User)| shown(correction, Owner::of(&caller, person));
            (page.corrections.iter().map(of).collect(), seal.next(page.next)?)
        }
    };
    Answer::ok(&Page { items, next_cursor })
}
