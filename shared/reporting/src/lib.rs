//! Reports: read in parts, added up as the parts arrive, and written as JSON, CSV, Excel or SVG.
//!
//! An [`Order`] contains the report and the people that it covers. A [`ReportBuilder`] reads its parts in order, several at the
//! same time, and returns lines as soon as they are complete. So requests and exports keep only what they need in memory. All
//! formats use the same [`Column`]s and [`Cell`]s, so they contain the same figures.

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
mod workbook_size;

pub use builder::{Position, ReportBuilder};
pub use chart::Chart;
pub use column::{Cell, Column, Line};
pub use document::{Document, Finished, Format};
pub use error::{Bound, ReportError};
pub use export::Export;
pub use order::{GroupBy, Order, Report, Whose};
pub use schema::{Rows, Shown, shown};
pub use svg::svg;
pub use table::{Bounds, Table};
pub use workbook_size::check_workbook;
