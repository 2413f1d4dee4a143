//! `GET /attendance/{user_id}/summary`

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::{
    calendar::WorkDate,
    day::{Bucket, MonthTotals, Period, Summary},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    person::{PersonToday, visible_person_today},
};

/// The period of a summary.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SummaryQuery {
    /// The length of the period. Weeks are ISO weeks, Monday to Sunday.
    period: Period,
    /// A date in the period. Defaults to today.
    #[param(value_type = Option<String>, example = "2026-11-02")]
    date: Option<WorkDate>,
}

/// A person's figures for a period and for each part of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Summary)]
pub(crate) struct SummaryAnswer {
    /// The length of the period that the figures cover.
    period: Period,
    #[serde(flatten)]
    whole: FiguresAnswer,
    /// The parts of the period in order: days, or the months of a year. Together they cover the whole period.
    buckets: Vec<FiguresAnswer>,
}

/// The figures for a range of dates.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SummaryFigures)]
pub(crate) struct FiguresAnswer {
    /// The first date.
    from: WorkDate,
    /// The last date.
    to: WorkDate,
    /// The time worked, in seconds.
    worked_seconds: i64,
    /// The length of all breaks, in seconds.
    break_seconds: i64,
    /// The scheduled working time, in seconds.
    scheduled_seconds: i64,
    /// The overtime, in seconds.
    overtime_seconds: i64,
    /// The lateness, in seconds.
    late_seconds: i64,
    /// The time by which the person left early, in seconds.
    early_leave_seconds: i64,
    /// The number of days with presence.
    days_present: i64,
    /// The number of days with lateness that isn't excused.
    days_late: i64,
    /// The number of days with absence that isn't excused.
    days_absent: i64,
    /// The leave in days; half a day is 0.5.
    days_on_leave: f64,
}

/// Get a person's figures for a day, a week, a month or a year
///
/// The figures are the sums of the days in the list of days. For a year, they are the sums of the month totals. Days that aren't
/// opened yet, because nothing happened on them and their opening time hasn't come, don't count.
#[utoipa::path(
    get,
    path = "/attendance/{user_id}/summary",
    operation_id = "getSummary",
    tag = "attendance",
    params(("user_id" = String, Path, description = "The id of the person; `me` is the caller"), SummaryQuery),
    responses((status = 200, description = "The figures", body = SummaryAnswer))
)]
pub(crate) async fn summary(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    Query(SummaryQuery { period, date }): Query<SummaryQuery>,
) -> Result<Response, Problem> {
    let now = app.now();
    let PersonToday { id: person, today, .. } = visible_person_today(&app, &caller, &user, now).await?;
    let date = date.unwrap_or(today);
    let dates = period.around(date);
    let figures: Vec<(WorkDate, MonthTotals)> = match period {
        Period::Day | Period::Week | Period::Month => {
            let days = app.store.all_days(person, dates.from, dates.to).await?;
            days.iter().map(|day| (day.date(), day.contribution(now))).collect()
        }
        Period::Year => app.store.months_of_year(person, date.year()).await?,
    };
    Ok(Answer::ok(&SummaryAnswer::new(&Summary::new(period, dates, figures)))?.into_response())
}

impl SummaryAnswer {
    fn new(summary: &Summary) -> Self {
        Self {
            period: summary.period,
            whole: FiguresAnswer::new(&summary.whole),
            buckets: summary.buckets.iter().map(FiguresAnswer::new).collect(),
        }
    }
}

impl FiguresAnswer {
    fn new(bucket: &Bucket) -> Self {
        let MonthTotals {
            worked_seconds,
            break_seconds,
            scheduled_seconds,
            overtime_seconds,
            late_seconds,
            early_leave_seconds,
            days_present,
            days_absent,
            days_late,
            half_days_on_leave,
        } = bucket.totals;
        Self {
            from: bucket.dates.from,
            to: bucket.dates.to,
            worked_seconds,
            break_seconds,
            scheduled_seconds,
            overtime_seconds,
            late_seconds,
            early_leave_seconds,
            days_present,
            days_late,
            days_absent,
            days_on_leave: in_days(half_days_on_leave),
        }
    }
}

/// Converts half days to days.
fn in_days(halves: i64) -> f64 {
    // A year has at most 732 half days, which an `f64` represents exactly.
    i32::try_from(halves).map_or(0.0, |halves| f64::from(halves) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_has_its_dates_and_figures_with_leave_in_days() {
        let totals = MonthTotals { half_days_on_leave: 3, late_seconds: 60, days_late: 1, ..MonthTotals::default() };
        let date: WorkDate = "2026-11-02".parse().unwrap();
        let summary = Summary::new(Period::Day, Period::Day.around(date), [(date, totals)]);
        let answer = serde_json::to_value(SummaryAnswer::new(&summary)).unwrap();
        assert_eq!(
            (&answer["period"], &answer["from"], &answer["to"]),
            (&"day".into(), &"2026-11-02".into(), &"2026-11-02".into())
        );
        assert_eq!((&answer["days_on_leave"], &answer["late_seconds"]), (&1.5.into(), &60.into()));
        assert_eq!(answer["buckets"].as_array().unwrap().len(), 1);
        assert_eq!(answer["buckets"][0]["days_on_leave"], 1.5);
    }
}
