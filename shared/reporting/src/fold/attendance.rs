//! All sessions: their start and end, breaks, remarks and places.

use domain::day::{Location, Punch, Session, SessionFigures};

use super::{DEPARTMENT, FULL_NAME, Fold, USER_ID, owner_cells};
use crate::{
    chart::Plot,
    column::{Cell, Column, Kind, Line},
    part::{Figure, FigureValue, zone_of},
    scope::ReportScope,
};

pub(crate) const COLUMNS: &[Column] = &[
    Column::new("date", "Date", Kind::Date),
    USER_ID,
    FULL_NAME,
    DEPARTMENT,
    Column::new("session_id", "Session (id)", Kind::Text),
    Column::new("clock_in", "In", Kind::Instant),
    Column::new("clock_out", "Out", Kind::Instant),
    Column::new("time_zone", "Time zone", Kind::Text),
    Column::summed("worked_seconds", "Worked", Kind::Duration),
    Column::summed("breaks", "Breaks", Kind::Count),
    Column::summed("break_seconds", "Break time", Kind::Duration),
    Column::new("in_remark", "Remark at in", Kind::Text),
    Column::new("out_remark", "Remark at out", Kind::Text),
    Column::new("in_place", "Place at in", Kind::Text),
    Column::new("in_latitude", "Latitude at in", Kind::Degrees),
    Column::new("in_longitude", "Longitude at in", Kind::Degrees),
    Column::new("out_place", "Place at out", Kind::Text),
    Column::new("out_latitude", "Latitude at out", Kind::Degrees),
    Column::new("out_longitude", "Longitude at out", Kind::Degrees),
    Column::new("in_source", "Source of in", Kind::Text),
    Column::new("out_source", "Source of out", Kind::Text),
    Column::new("has_photo", "Photo", Kind::Flag),
];

pub(super) const PLOT: Plot = Plot { key: 0, by: 0, else_by: 3, of: &[8], lines: false, unit: "hours" };

/// The report of sessions.
pub(super) struct Attendance;

impl Fold for Attendance {
    fn take(&mut self, figure: Figure, scope: &ReportScope) -> Vec<Line> {
        let FigureValue::WholeDay(day) = figure.value else { return Vec::new() };
        // The figures of a session don't depend on the time of the request: `as_of` only affects shifts.
        let as_of = day.sessions().last().map_or(day.begins_at(), Session::last_punch_at);
        let figures = day.figures(as_of);
        let zone = zone_of(&day);
        let line = |(session, of): (&Session, &SessionFigures)| {
            let out = session.clock_out.as_ref();
            let instant = |punch: &Punch| Cell::Instant(punch.at, zone.clone());
            let has_photo = [Some(&session.clock_in), out].into_iter().flatten().any(|punch| punch.photo_key.is_some());
            let before = [Cell::Date(day.date())].into_iter().chain(owner_cells(&figure.owner, scope));
            let after = [
                Cell::Text(session.id.to_string()),
                instant(&session.clock_in),
                out.map_or(Cell::Nothing, instant),
                Cell::Text(zone.to_string()),
                Cell::Seconds(of.worked_seconds),
                Cell::Count(i64::try_from(session.breaks.len()).unwrap_or(i64::MAX)),
                Cell::Seconds(of.break_seconds),
                Cell::text(session.clock_in.remark.as_ref()),
                Cell::text(out.and_then(|out| out.remark.as_ref())),
            ];
            let places = [place(Some(&session.clock_in)), place(out)].into_iter().flatten();
            let end = [source(Some(&session.clock_in)), source(out), Cell::Flag(has_photo)];
            before.chain(after).chain(places).chain(end).collect()
        };
        day.sessions().iter().zip(&figures.sessions).map(line).collect()
    }
}

/// Returns the place of a punch: label, latitude, longitude.
fn place(punch: Option<&Punch>) -> [Cell; 3] {
    let location: Option<&Location> = punch.and_then(|punch| punch.location.as_ref());
    let point = location.and_then(|location| location.coordinates);
    let degrees = |degrees: Option<f64>| degrees.map_or(Cell::Nothing, Cell::Degrees);
    [
        Cell::text(location.and_then(|location| location.label.as_ref())),
        degrees(point.map(|point| point.latitude.degrees())),
        degrees(point.map(|point| point.longitude.degrees())),
    ]
}

/// Returns the source of a punch, by its name in the API.
fn source(punch: Option<&Punch>) -> Cell {
    let name = punch.and_then(|punch| serde_json::to_value(punch.source).ok());
    Cell::text(name.as_ref().and_then(|name| name.as_str()))
}
