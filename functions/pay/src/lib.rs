//! Pay: from days to payroll. Codes, rules and segments; pay periods and timesheets; time accounts; payroll runs.
//!
//! `domain::pay` has the rules, `store::pay` the items. docs/rules.md explains both from its section "From days to pay" on.

mod accounts;
mod approvals;
mod codes;
mod cost_centers;
mod periods;
mod preview;
mod profiles;
mod rules;
mod runs;
mod segments;
mod templates;
mod timesheets;

use axum::Router;
use runtime::{Environment, InitError};
use web::{App, endpoints::Endpoints, routes};

/// Creates the function's router.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    Ok(runtime::http::router(endpoints(), runtime::http::app(environment).await?))
}

/// Returns what this function adds to the OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    runtime::http::openapi(endpoints())
}

fn endpoints<E: Endpoints<App>>() -> E {
    E::none()
        .routes(routes!(codes::list))
        .routes(routes!(codes::put))
        .routes(routes!(rules::list, rules::create))
        .routes(routes!(preview::preview))
        .routes(routes!(rules::read, rules::replace, rules::delete))
        .routes(routes!(approvals::decide))
        .routes(routes!(profiles::list))
        .routes(routes!(cost_centers::list))
        .routes(routes!(cost_centers::put))
        .routes(routes!(segments::list))
        .routes(routes!(runs::list, runs::start::start))
        .routes(routes!(runs::read))
        .routes(routes!(runs::lines::list))
        .routes(routes!(runs::file::read))
        .routes(routes!(templates::list))
        .routes(routes!(templates::read, templates::put, templates::delete))
        .routes(routes!(accounts::read))
        .routes(routes!(accounts::ledger::list))
        .routes(routes!(accounts::change::adjust))
        .routes(routes!(accounts::change::pay_out))
        .routes(routes!(periods::list::list))
        .routes(routes!(periods::close::close))
        .routes(routes!(periods::reopen::reopen))
        .routes(routes!(timesheets::list::list))
        .routes(routes!(timesheets::export::export))
        .routes(routes!(timesheets::read::read))
        .routes(routes!(timesheets::sign::submit))
        .routes(routes!(timesheets::sign::approve))
        .routes(routes!(timesheets::sign::reject))
        .routes(routes!(timesheets::approve_many::approve_many))
}
