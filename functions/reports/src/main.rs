//! The Lambda function `reports`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    runtime::http::run(reports::service).await
}
