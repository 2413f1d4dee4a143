//! Timesheets: a person's days of a pay period, submitted by the person and approved by a manager.

pub(crate) mod answer;
pub(crate) mod approve_many;
pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod sign;

use domain::pay::{PayPeriod, PayPeriods};
use store::settings::VersionedSettings;
use web::{App, Code, Detail, Problem, parameter};

/// The pay periods of the settings.
pub(crate) fn pay_periods(settings: &VersionedSettings) -> Result<PayPeriods, Problem> {
    let periods = settings.settings.pay_period;
    periods.ok_or_else(|| Problem::new(Code::PayPeriodNotSet).detail(Detail::SetPayPeriod))
}

/// The pay period that a path names.
pub(crate) fn period_of(settings: &VersionedSettings, id: &str) -> Result<PayPeriod, Problem> {
    let period: PayPeriod = parameter::id(id)?;
    if pay_periods(settings)?.contain(period) { Ok(period) } else { Err(Problem::not_found()) }
}

/// The pay period that a path names, with the company's pay periods.
pub(crate) async fn named_period(app: &App, id: &str) -> Result<(PayPeriods, PayPeriod), Problem> {
    let settings = app.store.settings().await?;
    let period = period_of(&settings, id)?;
    Ok((pay_periods(&settings)?, period))
}
