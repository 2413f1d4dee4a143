//! The Lambda function `webhooks`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    runtime::events::run(webhooks::function).await
}
