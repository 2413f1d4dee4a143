//! The Lambda function `docs`.

use allocator as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    runtime::http::run(docs::service).await
}
