//! The Lambda function `clock`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    runtime::http::run(clock::service).await
}
