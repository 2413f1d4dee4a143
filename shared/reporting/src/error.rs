//! Why a report can't be made.

use store::StoreError;
use web::{Code, Detail, Problem};

/// Why a report can't be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The table didn't answer, or not as expected.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is more than is allowed here.
    #[error("{0}")]
    TooLarge(Box<Detail>),
    /// Whose report it is is gone.
    #[error("the person is gone")]
    NobodyThere,
    /// The file can't be written: a defect of ours, or no space.
    #[error("the file can't be written: {0}")]
    Unwritable(String),
}

impl ReportError {
    pub(crate) fn unwritable(error: impl std::fmt::Display) -> Self {
        Self::Unwritable(error.to_string())
    }
}

impl From<ReportError> for Problem {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Store(error) => error.into(),
            ReportError::TooLarge(detail) => Self::new(Code::ReportTooLarge).detail(*detail),
            ReportError::NobodyThere => Self::not_found(),
            ReportError::Unwritable(_) => Self::internal(error),
        }
    }
}
