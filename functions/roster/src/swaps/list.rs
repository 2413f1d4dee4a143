//! `GET /roster/swaps`

use std::collections::BTreeMap;

use axum::extract::State;
use domain::{
    id::{DepartmentId, SwapId, UserId},
    swap::{Awaited, Swap, SwapStatus},
    user::User,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{people_lists::Position, swaps::SwapFilter};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    allowed::{deciders_for, swap_actions},
    answers::SwapAnswer,
    authorization::{is_self, may_decide_either, may_see_either},
    cursor::{CursorSeal, ListName, Page},
    query::Limit,
    whose_list::WhoseList,
};

/// The filters and page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// Limits the list to swaps with this status.
    #[param(inline)]
    status: Option<SwapStatusFilter>,
    /// Limits the list to swaps of this person; `me` is the caller. Without it, a manager's list covers everyone in
    /// their charge.
    user_id: Option<String>,
    /// Limits the list to swaps of people in this department, for the department's managers.
    department_id: Option<DepartmentId>,
    /// The maximum number of items.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
}

/// The status of swaps to list. `awaiting_manager` selects the accepted swaps that wait for a manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SwapStatusAsked)]
pub(crate) enum SwapStatusFilter {
    /// The other person hasn't answered.
    Pending,
    /// The other person accepted.
    Accepted,
    /// The other person accepted, and a manager hasn't decided.
    AwaitingManager,
    /// A manager approved the swap.
    Approved,
    /// The other person declined.
    Declined,
    /// A manager rejected the swap.
    Rejected,
    /// The asker withdrew the request.
    Withdrawn,
    /// The first of the dates began before the swap was made.
    Expired,
}

/// List swaps
///
/// A person's list has the swaps that they asked for or were asked for, newest first. A manager's list goes
/// department by department, with the swaps that wait for a manager first. A page of a manager's list may hold fewer
/// swaps than requested and still have a `next_cursor`.
#[utoipa::path(
    get,
    path = "/roster/swaps",
    operation_id = "listSwaps",
    tag = "swaps",
    params(List),
    responses((status = 200, description = "A page of swaps", body = Page<SwapAnswer>))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(List { status, user_id, department_id, limit, cursor }): Query<List>,
) -> Result<Answer, Problem> {
    let now = app.now();
    let whose = WhoseList::of_query(&app, &caller, user_id.as_deref(), department_id).await?;
    // A cursor is valid only for the same list.
    let filters = (whose.cursor_filter(), status);
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Swaps, &filters).await?;
    let deciders = deciders_for(&app, &caller).await?;
    let (swaps, next_cursor) = match whose {
        WhoseList::Person(person, _) => {
            let before = seal.position::<SwapId>(cursor.as_deref())?;
            let wanted = |swap: &Swap| status.is_none_or(|asked| asked.is_that_of(swap, now));
            let page = app.store.swaps_of(person, before, limit.get(), wanted, status.is_some()).await?;
            (with_people(&app, page.swaps).await?, seal.next(page.next)?)
        }
        WhoseList::InCharge(scope) => {
            let position = seal.position::<Position>(cursor.as_deref())?;
            let filter = status.map_or(SwapFilter::All, SwapStatusFilter::filter);
            let visible = |asker: &User, other: &User| {
                let offered = match filter {
                    // Managers can't decide their own swaps, so the list of swaps that wait for a manager leaves them
                    // out.
                    SwapFilter::AwaitingManager => {
                        let is_own = is_self(&caller, asker.id) || is_self(&caller, other.id);
                        !is_own || may_decide_either(&caller, asker, other, deciders).is_ok()
                    }
                    SwapFilter::All | SwapFilter::Status(_) => true,
                };
                offered && may_see_either(&caller, asker, other).is_ok()
            };
            let page = app.store.swaps(&scope, filter, position, limit.get(), (now, visible)).await?;
            (page.swaps, seal.next(page.next)?)
        }
    };
    let shown = |(swap, asker, other): &(Swap, User, User)| {
        SwapAnswer::new(swap, now).allowing(swap_actions(&caller, (asker, other), swap, deciders, now))
    };
    Answer::ok(&Page { items: swaps.iter().map(shown).collect(), next_cursor })
}

/// Returns swaps with the asker and the person asked. Reads a hundred people with each BatchGetItem.
async fn with_people(app: &App, swaps: Vec<Swap>) -> Result<Vec<(Swap, User, User)>, Problem> {
    let ids = swaps.iter().flat_map(|swap| [swap.from_user_id, swap.with_user_id]).collect();
    let people: BTreeMap<UserId, User> =
        app.store.all_users(ids).await?.into_iter().map(|person| (person.id, person)).collect();
    let both = |swap: Swap| {
        let (asker, other) = (people.get(&swap.from_user_id)?, people.get(&swap.with_user_id)?);
        Some((swap, asker.clone(), other.clone()))
    };
    Ok(swaps.into_iter().filter_map(both).collect())
}

impl SwapStatusFilter {
    const fn filter(self) -> SwapFilter {
        match self {
            Self::Pending => SwapFilter::Status(SwapStatus::Pending),
            Self::Accepted => SwapFilter::Status(SwapStatus::Accepted),
            Self::AwaitingManager => SwapFilter::AwaitingManager,
            Self::Approved => SwapFilter::Status(SwapStatus::Approved),
            Self::Declined => SwapFilter::Status(SwapStatus::Declined),
            Self::Rejected => SwapFilter::Status(SwapStatus::Rejected),
            Self::Withdrawn => SwapFilter::Status(SwapStatus::Withdrawn),
            Self::Expired => SwapFilter::Status(SwapStatus::Expired),
        }
    }

    fn is_that_of(self, swap: &Swap, now: Timestamp) -> bool {
        match self.filter() {
            SwapFilter::All => true,
            SwapFilter::AwaitingManager => swap.awaits(now) == Some(Awaited::Manager),
            SwapFilter::Status(status) => swap.status_at(now) == status,
        }
    }
}
