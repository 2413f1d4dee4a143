//! What a sheet would do, before anything is written.

use domain::job::{JobFailure, MAX_FAILURES};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The parameters of an import that can be previewed.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PreviewQuery {
    /// Whether the sheet is only checked: the answer says what it would do, and nothing is written.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    pub preview: bool,
}

/// What a sheet would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportPreview {
    /// The number of entries of the sheet.
    total: u32,
    /// The number of entries that would change something.
    changed: u32,
    /// The number of entries that are already as the sheet says.
    unchanged: u32,
    /// The number of entries that the import would refuse.
    failed: u32,
    /// The first 100 entries that the import would refuse. `failed` counts all of them.
    failures: Vec<JobFailure>,
}

impl ImportPreview {
    /// Creates the preview of a sheet of which some entries change nothing, and some are refused.
    pub fn new(total: usize, unchanged: usize, mut failures: Vec<JobFailure>) -> Self {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let failed = failures.len();
        failures.truncate(MAX_FAILURES);
        Self {
            total: number(total),
            changed: number(total.saturating_sub(unchanged + failed)),
            unchanged: number(unchanged),
            failed: number(failed),
            failures,
        }
    }
}
