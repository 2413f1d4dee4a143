//! `GET /pay/periods`

use std::collections::BTreeMap;

use axum::extract::State;
use domain::{bounded::Bounded, pay::PayPeriod};
use serde::{Deserialize, Serialize};
use store::pay::periods::PayPeriodRecord;
use utoipa::ToSchema;
use web::{Answer, App, Caller, Problem, Query};

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
}

/// The pay periods of a year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PayPeriodsOfYear {
    /// The calendar year.
    year: i16,
    /// The periods that end in the year, in order.
    items: Vec<PayPeriodAnswer>,
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
        (status = 200, description = "The periods", body = PayPeriodsOfYear),
        (status = 409, description = "`pay_period_not_set`")
    )
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(List { year }): Query<List>,
) -> Result<Answer, Problem> {
    let periods = pay_periods(&app.store.settings().await?)?;
    let year = year.and_then(|year| i16::try_from(year.get()).ok());
    let year = year.unwrap_or_else(|| caller.zone.date_of(app.now()).year());
    let of_year = periods.of_year(year);
    let Some((first, last)) = of_year.first().copied().zip(of_year.last().copied()) else {
        return Answer::ok(&PayPeriodsOfYear { year, items: Vec::new() });
    };
    let stored = app.store.pay_periods(first, Some(last)).await?;
    let stored: BTreeMap<PayPeriod, PayPeriodRecord> =
        stored.into_iter().map(|record| (record.period, record)).collect();
    let shown = |period: &PayPeriod| {
        let record = stored.get(period).cloned().unwrap_or_else(|| PayPeriodRecord::open(*period));
        PayPeriodAnswer::from(&record)
    };
    Answer::ok(&PayPeriodsOfYear { year, items: of_year.iter().map(shown).collect() })
}
