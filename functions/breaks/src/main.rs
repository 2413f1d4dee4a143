//! The Lambda function `breaks`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    runtime::http::run(breaks::service).await
}
