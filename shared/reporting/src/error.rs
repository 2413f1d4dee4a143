//! Errors of reports.

use store::StoreError;

/// The reason for which a report can't be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The table didn't respond, or not as expected.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The report exceeds a limit.
    #[error(transparent)]
    TooLarge(Bound),
    /// The person of the report is gone.
    #[error("the person is gone")]
    NobodyThere,
    /// The file can't be written: a defect, or no disk space.
    #[error("the file can't be written: {0}")]
    Unwritable(String),
}

/// A limit that a report exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Bound {
    /// The limit on the dates and departments that one response adds up.
    #[error("The report covers {parts} dates and departments, more than {max}.")]
    Parts {
        /// The number of dates and departments of the report.
        parts: u64,
        /// The maximum.
        max: u64,
    },
    /// The limit on the rows of a response.
    #[error("The report has more than {max} rows.")]
    Rows {
        /// The maximum.
        max: u64,
    },
    /// The limit on the days or months that one response adds up.
    #[error("The report adds up more than {max} days or months.")]
    Figures {
        /// The maximum.
        max: u64,
    },
    /// The limit on the rows of a workbook.
    #[error("A workbook has at most {max} rows. Choose CSV instead.")]
    WorkbookRows {
        /// The maximum.
        max: u64,
    },
}

impl ReportError {
    pub(crate) fn unwritable(error: impl std::fmt::Display) -> Self {
        Self::Unwritable(error.to_string())
    }
}

#[cfg(feature = "http")]
mod problem {
    use web::{Code, Detail, Problem};

    use super::{Bound, ReportError};

    impl From<ReportError> for Problem {
        fn from(error: ReportError) -> Self {
            match error {
                ReportError::Store(error) => error.into(),
                ReportError::TooLarge(bound) => Self::new(code(bound)).detail(detail(bound)),
                ReportError::NobodyThere => Self::not_found(),
                ReportError::Unwritable(_) => Self::internal(error),
            }
        }
    }

    const fn code(bound: Bound) -> Code {
        match bound {
            Bound::Parts { .. } | Bound::Rows { .. } | Bound::Figures { .. } => Code::ReportTooLarge,
            Bound::WorkbookRows { .. } => Code::TooManyRows,
        }
    }

    const fn detail(bound: Bound) -> Detail {
        match bound {
            Bound::Parts { parts, max } => Detail::ReportParts { parts, max },
            Bound::Rows { max } => Detail::ReportRows { max },
            Bound::Figures { max } => Detail::ReportFigures { max },
            Bound::WorkbookRows { max } => Detail::WorkbookRows { max },
        }
    }
}
