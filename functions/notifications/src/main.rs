//! The Lambda function `notifications`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    runtime::http::run(notifications::service).await
}
