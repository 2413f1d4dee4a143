//! Timesheets: a person's days of a pay period, submitted by the person and approved by a manager.

pub(crate) mod answer;
pub(crate) mod approve_many;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod sign;

use domain::pay::{PayPeriod, PayPeriods};
use web::{App, Code, Detail, Problem, parameter};

/// The company's pay periods.
pub(crate) async fn pay_periods(app: &App) -> Result<PayPeriods, Problem> {
    let settings = app.store.settings().await?.settings;
    settings.pay_period.ok_or_else(|| Problem::new(Code::PayPeriodNotSet).detail(Detail::SetPayPeriod))
}

/// The pay period that a path names, with the company's pay periods.
pub(crate) async fn named_period(app: &App, id: &str) -> Result<(PayPeriods, PayPeriod), Problem> {
    let period: PayPeriod = parameter::id(id)?;
    let periods = pay_periods(app).await?;
    if periods.contain(period) { Ok((periods, period)) } else { Err(Problem::not_found()) }
}
