//! `GET /attendance/{user_id}`

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::calendar::WorkDate;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{
    Answer, App, Caller, Problem, Query,
    answers::DayAnswer,
    cursor::{CursorSeal, Page},
    query::Limit,
};

use crate::person::visible_person;

/// The longest stretch that can be asked for.
const LONGEST_DAYS: i32 = 366;

/// Which days, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DaysQuery {
    /// The first date; 30 days before `to` where it isn't given.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<WorkDate>,
    /// The last date; tomorrow where it isn't given, so that a night shift that begins today is in.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    to: Option<WorkDate>,
    /// The most days of a page, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// Where to go on, from the page before.
    cursor: Option<String>,
}

/// Days of a person
///
/// The days on which something happened or was expected and opened, newest first. At most 366 dates at once.
#[utoipa::path(
    get,
    path = "/attendance/{user_id}",
    tag = "attendance",
    params(("user_id" = String, Path, description = "A person's id, or `me`")),
    responses((status = 200, description = "A page of days", body = Page<DayAnswer>))
)]
pub(crate) async fn list_days(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    Query(query): Query<DaysQuery>,
) -> Result<Response, Problem> {
    let now = app.now();
    let (from, to) = stretch(&query, caller.zone.date_of(now))?;
    let person = visible_person(&app, &caller, &user).await?;
    let seal = CursorSeal::new(
        &app.tokens.cursor_key().await?,
        &["days", &caller.user_id.to_string(), &person.to_string(), &from.to_string(), &to.to_string()],
    );
    let before = query.cursor.map(|cursor| seal.open::<WorkDate>(&cursor)).transpose()?;
    let page = app.store.days(person, from, to, before, query.limit.get()).await?;
    let next_cursor = page.items.last().filter(|_| page.more).map(|day| seal.seal(&day.date())).transpose()?;
    let items = page.items.iter().map(|day| DayAnswer::new(day, now)).collect();
    Ok(Answer::ok(&Page { items, next_cursor })?.into_response())
}

/// The dates that are asked for.
fn stretch(query: &DaysQuery, today: WorkDate) -> Result<(WorkDate, WorkDate), Problem> {
    let (from, to) = match (query.from, query.to) {
        (Some(from), Some(to)) => (from, to),
        (None, Some(to)) => (to.plus_days(-30), to),
        // Without an end, as far as one answer goes.
        (Some(from), None) => (from, today.next().max(from).min(from.plus_days(LONGEST_DAYS - 1))),
        (None, None) => (today.plus_days(-29), today.next()),
    };
    if to < from {
        return Err(Problem::invalid("to", "must not lie before from"));
    }
    if to.days_since(from) >= LONGEST_DAYS {
        return Err(Problem::invalid("to", format!("must lie within {LONGEST_DAYS} days from from")));
    }
    Ok((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> WorkDate {
        text.parse().unwrap()
    }

    fn asked(from: Option<&str>, to: Option<&str>) -> Result<(WorkDate, WorkDate), Problem> {
        let query = DaysQuery { from: from.map(date), to: to.map(date), limit: Limit::default(), cursor: None };
        stretch(&query, date("2026-11-02"))
    }

    #[test]
    fn without_dates_it_is_the_last_month_up_to_tomorrow() {
        assert_eq!(asked(None, None).unwrap(), (date("2026-10-04"), date("2026-11-03")));
    }

    #[test]
    fn a_year_is_the_most() {
        assert!(asked(Some("2028-01-01"), Some("2028-12-31")).is_ok());
        assert!(asked(Some("2027-01-01"), Some("2028-01-01")).is_ok());
        assert!(asked(Some("2027-01-01"), Some("2028-01-02")).is_err());
        assert!(asked(Some("2026-11-02"), Some("2026-11-01")).is_err());
        assert_eq!(asked(Some("2020-01-01"), None).unwrap().1, date("2020-12-31"));
    }
}
