//! The OpenAPI schemas of reports, made of their columns: they can't say anything else than the answers.

use serde_json::{Map, Value};
use utoipa::openapi::{
    ArrayBuilder, KnownFormat, Object, ObjectBuilder, RefOr, Schema, SchemaFormat,
    schema::{SchemaType, Type},
};

use crate::{
    column::{Column, Kind, Line},
    fold::{ATTENDANCE, LATENESS, LEAVE, MONTHLY_WORK, TRENDS, WORKED_HOURS},
};

/// The answer of a report, by its number in [`shown`].
#[derive(Debug)]
pub struct Rows<const REPORT: usize>;

/// What the schemas of reports are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Its name.
    pub name: &'static str,
    /// The columns of its rows; several where they depend on what is asked.
    pub columns: &'static [&'static [Column]],
}

/// The reports in the order of [`Rows`].
pub const fn shown() -> [Shown; 6] {
    [
        Shown { name: "MonthlyWork", columns: &[MONTHLY_WORK] },
        Shown { name: "WorkedHours", columns: WORKED_HOURS },
        Shown { name: "LatenessReport", columns: &[LATENESS] },
        Shown { name: "LeaveReport", columns: &[LEAVE] },
        Shown { name: "AttendanceReport", columns: &[ATTENDANCE] },
        Shown { name: "Trends", columns: &[TRENDS] },
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
        ObjectBuilder::new()
            .property("rows", ArrayBuilder::new().items(rows))
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
    let text = |format: KnownFormat| {
        ObjectBuilder::new().schema_type(of(Type::String)).format(Some(SchemaFormat::KnownFormat(format))).build()
    };
    match column.kind {
        Kind::Text => ObjectBuilder::new().schema_type(of(Type::String)).build(),
        Kind::Count | Kind::Duration => ObjectBuilder::new()
            .schema_type(of(Type::Integer))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .build(),
        Kind::Days | Kind::Rate | Kind::Degrees => ObjectBuilder::new().schema_type(of(Type::Number)).build(),
        Kind::Date => text(KnownFormat::Date),
        Kind::Instant => text(KnownFormat::DateTime),
        Kind::Flag => ObjectBuilder::new().schema_type(SchemaType::new(Type::Boolean)).build(),
    }
}

/// A line as JSON has it.
pub(crate) fn json(columns: &[Column], line: &Line) -> Value {
    let fields = columns.iter().zip(line).map(|(column, cell)| (column.key.to_owned(), cell.json()));
    Value::Object(fields.collect::<Map<String, Value>>())
}

/// The totals as JSON has them: of the columns that have one.
pub(crate) fn json_totals(columns: &[Column], totals: &Line) -> Value {
    let summed = columns.iter().zip(totals).filter(|(column, _)| column.sums);
    Value::Object(summed.map(|(column, cell)| (column.key.to_owned(), cell.json())).collect::<Map<String, Value>>())
}
