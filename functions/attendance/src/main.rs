//! The Lambda function `attendance`.

use allocator as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    runtime::http::run(attendance::service).await
}
