//! The Lambda function `reports`.

use allocator as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    runtime::http::run(reports::service).await
}
