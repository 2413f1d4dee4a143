//! `GET /holidays`

use axum::extract::State;
use domain::{FieldRule, calendar::WorkDate};
use serde::Deserialize;
use web::{
    Answer, App, Caller, Problem, Query,
    cursor::{CursorSeal, ListName, Page},
    query::Limit,
};

use super::HolidayAnswer;

/// The year and the page of a holiday list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// The calendar year; by default, the current year in the company's time zone.
    #[param(minimum = 2000, maximum = 2199)]
    year: Option<i16>,
    /// The maximum number of items; all of them by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List holidays
///
/// Lists the holidays of one year by date: those of the company and of all sites.
#[utoipa::path(
    get, path = "/holidays", operation_id = "listHolidays", tag = "holidays", params(List),
    responses((status = 200, description = "The year's holidays", body = Page<HolidayAnswer>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(List { year, limit, cursor }): Query<List>,
) -> Result<Answer, Problem> {
    let year = match year {
        Some(year) if (WorkDate::MIN.year()..=WorkDate::MAX.year()).contains(&year) => year,
        Some(_) => return Err(Problem::invalid("year", FieldRule::WholeNumberBetween { min: 2000, max: 2199 })),
        None => app.store.settings().await?.settings.time_zone.date_of(app.now()).year(),
    };
    let holidays = app.store.holidays(year).await?.holidays;
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Holidays, &year).await?;
    let items = holidays.into_iter().map(HolidayAnswer::from).collect();
    Answer::ok(&Page::of_whole(items, limit, cursor.as_deref(), &seal)?)
}
