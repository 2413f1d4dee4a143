//! The grid as a sheet: a line for each person, a column for each date.

use axum::response::{IntoResponse, Response};
use domain::schedule::DayKind;
use http::{HeaderValue, header};
use web::{
    Code, Detail, Problem,
    answers::{
        RosterShiftAnswer,
        roster::{RosterDayAnswer, RosterRowAnswer},
    },
    sheet::escape_formula,
};

use super::Grid;

/// The maximum number of people in a sheet.
const MAX_PEOPLE: usize = 1000;
/// The number of people in one read.
const PAGE: usize = 200;

impl Grid {
    /// Returns the whole grid as one sheet.
    pub(super) async fn sheet(&self) -> Result<Response, Problem> {
        let mut sheet = csv::Writer::from_writer(Vec::new());
        let dates = self.dates.each().map(|date| date.to_string());
        let header = ["full_name".to_owned(), "user_id".to_owned()].into_iter().chain(dates);
        sheet.write_record(header).map_err(Problem::internal)?;
        let (mut position, mut people) = (None, 0);
        loop {
            let (rows, next) = self.rows(position, PAGE).await?;
            people += rows.len();
            if people > MAX_PEOPLE {
                let detail = Detail::SheetPeople { max: MAX_PEOPLE as u64 };
                return Err(Problem::new(Code::ReportTooLarge).detail(detail));
            }
            for row in rows {
                sheet.write_record(line(&row)).map_err(Problem::internal)?;
            }
            match next {
                Some(next) => position = Some(next),
                None => break,
            }
        }
        let bytes = sheet.into_inner().map_err(Problem::internal)?;
        let mut response = ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response();
        let file = format!("attachment; filename=\"roster-{}-{}.csv\"", self.dates.from, self.dates.to);
        let file = HeaderValue::from_str(&file).map_err(Problem::internal)?;
        response.headers_mut().insert(header::CONTENT_DISPOSITION, file);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }
}

fn line(row: &RosterRowAnswer) -> impl Iterator<Item = String> {
    let who = [escape_formula(row.full_name.as_str()), row.user_id.to_string()];
    who.into_iter().chain(row.days.iter().map(|day| escape_formula(&cell(day))))
}

/// Formats a date in a few characters: the times of its shifts in the person's time zone, or the reason for having
/// none.
fn cell(day: &RosterDayAnswer) -> String {
    let shifts: Vec<String> =
        day.shifts.iter().filter(|shift| !shift.on_leave).map(RosterShiftAnswer::times_of_day).collect();
    match day.kind {
        DayKind::Workday => shifts.join(" "),
        DayKind::WeeklyOff => "off".to_owned(),
        DayKind::Holiday => {
            day.holiday.as_ref().map_or_else(|| "holiday".to_owned(), |holiday| format!("holiday: {}", holiday.name))
        }
        DayKind::Leave => "leave".to_owned(),
        DayKind::Unscheduled | DayKind::Unknown => String::new(),
    }
}
