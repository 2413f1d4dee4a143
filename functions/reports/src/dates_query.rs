//! The query of reports that have a row for each occurrence on their dates.

use domain::{
    calendar::WorkDate,
    id::{DepartmentId, UserId},
};
use reporting::Format;
use serde::Deserialize;

/// The dates, people and format of a report.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DatesQuery {
    /// The first date; 30 days before `to` by default.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    pub(crate) from: Option<WorkDate>,
    /// The last date; tomorrow by default, so that the report includes a night shift that begins today.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    pub(crate) to: Option<WorkDate>,
    /// Limits the report to figures that are recorded under this department.
    pub(crate) department_id: Option<DepartmentId>,
    /// Limits the report to figures of this person.
    pub(crate) user_id: Option<UserId>,
    /// The format; by default, the one in the `Accept` header.
    pub(crate) format: Option<Format>,
}
