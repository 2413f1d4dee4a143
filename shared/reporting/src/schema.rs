//! The OpenAPI schemas of reports. They are generated from the columns, so that they agree with the responses.

use serde::{Serialize, Serializer};
use utoipa::openapi::{
    ArrayBuilder, KnownFormat, Object, ObjectBuilder, RefOr, Schema, SchemaFormat,
    schema::{SchemaType, Type},
};

use crate::{
    column::{Cell, Column, Kind, Line},
    fold::{ATTENDANCE, LATENESS, LEAVE, MONTHLY_WORK, TRENDS, WORKED_HOURS},
};

/// The response of a report, by its number in [`shown`].
#[derive(Debug)]
pub struct Rows<const REPORT: usize>;

/// The data that a report's schema is generated from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The name of the report.
    pub name: &'static str,
    /// The description of the report.
    pub description: &'static str,
    /// The columns of the rows; several if they depend on the request.
    pub columns: &'static [&'static [Column]],
}

/// Returns the reports in the order of [`Rows`].
pub const fn shown() -> [Shown; 6] {
    [
        Shown {
            name: "MonthlyWork",
            description: "The attendance of each person in a month.",
            columns: &[MONTHLY_WORK],
        },
        Shown {
            name: "WorkedHours",
            description: "The hours worked by date, person or department.",
            columns: WORKED_HOURS,
        },
        Shown { name: "LatenessReport", description: "Each day with lateness.", columns: &[LATENESS] },
        Shown {
            name: "LeaveReport",
            description: "The leave balances of each person in a leave year.",
            columns: &[LEAVE],
        },
        Shown { name: "AttendanceReport", description: "Each session of a period.", columns: &[ATTENDANCE] },
        Shown {
            name: "Trends",
            description: "The presence, lateness and absence of each part of a period.",
            columns: &[TRENDS],
        },
    ]
}

impl<const REPORT: usize> utoipa::PartialSchema for Rows<REPORT> {
    fn schema() -> RefOr<Schema> {
        let columns = shown().get(REPORT).map_or(&[][..], |shown| shown.columns);
        let row = |columns: &&[Column]| object(columns.iter());
        let rows = match columns {
            [only] => RefOr::T(Schema::Object(row(only))),
            several => {
                let mut one_of = utoipa::openapi::OneOfBuilder::new();
                for columns in several {
                    one_of = one_of.item(row(columns));
                }
                one_of.into()
            }
        };
        let totals = columns.iter().max_by_key(|columns| columns.len());
        let totals = totals.map_or_else(Object::new, |columns| object(columns.iter().filter(|column| column.sums)));
        let title = shown().get(REPORT).map_or("", |shown| shown.description);
        let totals =
            ObjectBuilder::from(totals).description(Some("The totals of all rows, of the columns that have one."));
        ObjectBuilder::new()
            .description(Some(title))
            .property("rows", ArrayBuilder::new().items(rows).description(Some("The rows of the report, in order.")))
            .required("rows")
            .property("totals", totals)
            .required("totals")
            .into()
    }
}

impl<const REPORT: usize> utoipa::ToSchema for Rows<REPORT> {
    fn name() -> std::borrow::Cow<'static, str> {
        shown().get(REPORT).map_or("Report", |shown| shown.name).into()
    }
}

fn object<'a>(columns: impl Iterator<Item = &'a Column>) -> Object {
    let mut object = ObjectBuilder::new();
    for column in columns {
        object = object.property(column.key, property(column)).required(column.key);
    }
    object.build()
}

fn property(column: &Column) -> Object {
    let of = |kind: Type| {
        if column.sums { SchemaType::new(kind) } else { SchemaType::from_iter([kind, Type::Null]) }
    };
    let object = ObjectBuilder::new().description(Some(description(column)));
    let with_format = |kind: Type, format: KnownFormat| (of(kind), Some(SchemaFormat::KnownFormat(format)));
    let (schema_type, format) = match column.kind {
        Kind::Text => (of(Type::String), None),
        Kind::Count | Kind::Duration => with_format(Type::Integer, KnownFormat::Int64),
        Kind::Days | Kind::Rate | Kind::Degrees => (of(Type::Number), None),
        Kind::Date => with_format(Type::String, KnownFormat::Date),
        Kind::Instant => with_format(Type::String, KnownFormat::DateTime),
        Kind::Flag => (SchemaType::new(Type::Boolean), None),
    };
    object.schema_type(schema_type).format(format).build()
}

/// Returns the description of a column by its key: a key has the same meaning in every report.
fn description(column: &Column) -> &'static str {
    match column.key {
        "user_id" => "The id of the person.",
        "full_name" => "The full name of the person.",
        "department" => "The name of the department.",
        "department_id" => "The id of the department.",
        "date" => "The work date.",
        "from" => "The first date of the period.",
        "to" => "The last date of the period.",
        "session_id" => "The id of the session.",
        "clock_in" => "The clock-in, in the time zone of the day.",
        "clock_out" => "The clock-out, in the time zone of the day; `null` while the session is open.",
        "time_zone" => "The time zone of the day.",
        "worked_seconds" => "The time worked, in seconds.",
        "breaks" => "The number of breaks.",
        "break_seconds" => "The length of all breaks, in seconds.",
        "scheduled_seconds" => "The scheduled working time, in seconds.",
        "overtime_seconds" => "The overtime, in seconds.",
        "late_seconds" => "The lateness, in seconds.",
        "early_leave_seconds" => "The time by which the person left early, in seconds.",
        "in_remark" => "The remark of the clock-in.",
        "out_remark" => "The remark of the clock-out.",
        "in_place" => "The place of the clock-in, as the device named it.",
        "in_latitude" => "The latitude of the clock-in, in degrees.",
        "in_longitude" => "The longitude of the clock-in, in degrees.",
        "out_place" => "The place of the clock-out, as the device named it.",
        "out_latitude" => "The latitude of the clock-out, in degrees.",
        "out_longitude" => "The longitude of the clock-out, in degrees.",
        "in_source" => "The device or person that the clock-in came from.",
        "out_source" => "The device or person that the clock-out came from.",
        "has_photo" => "Whether a photo belongs to the session.",
        "excused" => "Whether the lateness is excused.",
        "days_present" => "The number of days with presence.",
        "days_absent" => "The number of days with absence that isn't excused.",
        "days_late" => "The number of days with lateness that isn't excused.",
        "days_on_leave" => "The number of leave days; half a day is 0.5.",
        "presence_rate" => {
            "The days with presence among those with presence or absence, from 0 to 1; `null` where there are none."
        }
        "lateness_rate" => {
            "The days with lateness among those with presence, from 0 to 1; `null` where there are none."
        }
        "absence_rate" => {
            "The days with absence among those with presence or absence, from 0 to 1; `null` where there are none."
        }
        "type" => "The code of the leave type.",
        "granted_days" => "The days granted.",
        "carried_days" => "The days carried over from the year before, less those carried into the next.",
        "used_days" => "The days of approved leave.",
        "pending_days" => "The days of leave that waits for a decision.",
        "deducted_days" => "The days deducted for lateness.",
        "adjusted_days" => "The days that managers added, less those that they took away.",
        "expired_days" => "The days that expired.",
        "available_days" => "The days that may still be taken; negative where more was taken than granted.",
        // A contract test fails for a column that is missing here.
        _ => "",
    }
}

/// Returns a line as a JSON object, which is written without a copy of its cells: a report has a thousand of them.
pub(crate) fn json<'a>(columns: &'a [Column], line: &'a Line) -> impl Serialize {
    JsonObject(columns.iter().zip(line))
}

/// Returns the totals as a JSON object, for the columns that have one.
pub(crate) fn json_totals<'a>(columns: &'a [Column], totals: &'a Line) -> impl Serialize {
    JsonObject(columns.iter().zip(totals).filter(|(column, _)| column.sums))
}

/// Cells with the keys of their columns.
struct JsonObject<C>(C);

impl<'a, C: Iterator<Item = (&'a Column, &'a Cell)> + Clone> Serialize for JsonObject<C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.clone().map(|(column, cell)| (column.key, cell)))
    }
}
