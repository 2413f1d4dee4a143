//! The Lambda function `checks`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    runtime::events::run(checks::function).await
}
