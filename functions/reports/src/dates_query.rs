//! What reports are asked for that have a row for each thing that happened on their dates.

use domain::{
    calendar::WorkDate,
    id::{DepartmentId, UserId},
};
use reporting::Format;
use serde::Deserialize;

/// Of which dates, of whom, in which form.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DatesQuery {
    /// The first date; 30 days before `to` where it isn't given.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    pub(crate) from: Option<WorkDate>,
    /// The last date; tomorrow where it isn't given, so that a night shift that begins today is in.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    pub(crate) to: Option<WorkDate>,
    /// Only what stands with this department.
    pub(crate) department_id: Option<DepartmentId>,
    /// Only what is this person's.
    pub(crate) user_id: Option<UserId>,
    /// In which form; what `Accept` says where it isn't given.
    pub(crate) format: Option<Format>,
}
