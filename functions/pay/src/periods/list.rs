//! `GET /pay/periods`

use app::pay::periods;
use axum::extract::State;
use domain::bounded::Bounded;
use serde::Deserialize;
use web::{
    Answer, App, Caller, Problem, Query,
    cursor::{CursorSeal, ListName, Page},
    query::Limit,
};

use super::{PayPeriodAnswer, company_zone};

/// The year of a list of pay periods.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct List {
    /// The calendar year in which the periods end; the present year by default.
    #[serde(default, deserialize_with = "web::query::number")]
    #[param(value_type = Option<u32>, minimum = 2001, maximum = 2198, example = 2026)]
    year: Option<Bounded<2001, 2198>>,
    /// The maximum number of items; all of them by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List pay periods
///
/// Lists the pay periods that end in a calendar year, by the setting `pay_period`.
#[utoipa::path(
    get,
    path = "/pay/periods",
    operation_id = "listPayPeriods",
    tag = "pay",
    params(List),
    responses(
        (status = 200, description = "A page of periods", body = Page<PayPeriodAnswer>),
        (status = 409, description = "`pay_period_not_set`")
    )
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(List { year, limit, cursor }): Query<List>,
) -> Result<Answer, Problem> {
    let year = year.and_then(|year| i16::try_from(year.get()).ok());
    let year = year.unwrap_or_else(|| caller.zone.date_of(app.now()).year());
    let of_year = periods::of_year(&app.store, year).await?;
    let seal = CursorSeal::of_caller(&app, &caller, ListName::PayPeriods, &year).await?;
    let zone = company_zone(&app).await?;
    let shown = of_year.iter().map(|period| PayPeriodAnswer::new(period, &zone)).collect();
    Answer::ok(&Page::of_whole(shown, limit, cursor.as_deref(), &seal)?)
}
