//! Reports: read in parts, added up as the parts come, and written as JSON, CSV, Excel or a picture.
//!
//! An [`Order`] says what is wanted and whose it may be. A [`ReportBuilder`] reads its parts, several at a time and in order,
//! and gives lines as soon as they are known, so that neither a request nor an export holds more than it must. All forms are
//! made of the same [`Column`]s and [`Cell`]s: they can't tell different figures.

mod builder;
mod chart;
mod column;
mod document;
mod error;
mod export;
mod fold;
mod order;
mod part;
mod plan;
mod reading;
mod schema;
mod scope;
mod svg;
mod table;
mod workbook;

pub use builder::ReportBuilder;
pub use chart::Chart;
pub use column::{Cell, Column, Line};
pub use document::{Document, Finished, Format};
pub use error::{Bound, ReportError};
pub use export::{Export, LINK_LASTS};
pub use order::{GroupBy, Order, Report, Whose};
pub use schema::{Rows, Shown, shown};
pub use svg::svg;
pub use table::{Bounds, Table};
