//! Pay runs.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The state of a pay run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayRunStatus {
    /// The run hasn't begun.
    Queued,
    /// Some people are done.
    Running,
    /// The result is complete, and never changes.
    Done,
    /// The result has no file. `error` says why.
    Failed,
}
