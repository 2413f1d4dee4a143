//! Errors of calls to S3.

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_types::error::display::DisplayErrorContext;

/// An error of a call to S3.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// S3 is unavailable, after the SDK's own retries. A later attempt may succeed.
    #[error("S3 is unavailable: {0}")]
    Unavailable(String),
    /// S3 refused the call itself: a defect or a misconfiguration.
    #[error("S3 refused {operation}: {reason}")]
    Refused {
        /// The operation.
        operation: &'static str,
        /// S3's reason.
        reason: String,
    },
}

/// Distinguishes temporary errors from permanent ones.
pub fn classify<E, R>(operation: &'static str, error: SdkError<E, R>) -> BucketError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug + 'static,
{
    match error.as_service_error().map(|service| service.code()) {
        Some(Some("SlowDown" | "ServiceUnavailable" | "InternalError" | "RequestTimeout")) | None => {
            BucketError::Unavailable(format!("{operation}: {}", DisplayErrorContext(&error)))
        }
        Some(code) => {
            let message = error.as_service_error().and_then(ProvideErrorMetadata::message).unwrap_or("no message");
            BucketError::Refused { operation, reason: format!("{}: {message}", code.unwrap_or("unknown")) }
        }
    }
}

#[cfg(feature = "http")]
mod problem {
    use web::{Code, Problem};

    use super::BucketError;

    impl From<BucketError> for Problem {
        fn from(error: BucketError) -> Self {
            match error {
                BucketError::Unavailable(reason) => {
                    tracing::warn!(%reason, "the bucket is unavailable");
                    Self::new(Code::Unavailable).retry_after(1)
                }
                BucketError::Refused { .. } => Self::internal(error),
            }
        }
    }
}
