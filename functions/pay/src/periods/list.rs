//! `GET /pay/periods`

use std::collections::BTreeMap;

use axum::extract::State;
use domain::{bounded::Bounded, pay::PayPeriod};
use serde::Deserialize;
use store::pay::periods::PayPeriodRecord;
use web::{
    Answer, App, Caller, Problem, Query,
    cursor::{CursorSeal, ListName, Page},
    query::Limit,
};

use super::PayPeriodAnswer;
use crate::timesheets::pay_periods;

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
    let periods = pay_periods(&app.store.settings().await?)?;
    let year = year.and_then(|year| i16::try_from(year.get()).ok());
    let year = year.unwrap_or_else(|| caller.zone.date_of(app.now()).year());
    let of_year = periods.of_year(year);
    let stored = match of_year.first().zip(of_year.last()) {
        Some((first, last)) => app.store.pay_periods(*first, Some(*last)).await?,
        None => Vec::new(),
    };
    let stored: BTreeMap<PayPeriod, PayPeriodRecord> =
        stored.into_iter().map(|record| (record.period, record)).collect();
    let shown = |period: &PayPeriod| {
        let record = stored.get(period).cloned().unwrap_or_else(|| PayPeriodRecord::open(*period));
        PayPeriodAnswer::from(&record)
    };
    let seal = CursorSeal::of_caller(&app, &caller, ListName::PayPeriods, &year).await?;
    Answer::ok(&Page::of_whole(of_year.iter().map(shown).collect(), limit, cursor.as_deref(), &seal)?)
}
