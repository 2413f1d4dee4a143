//! The Lambda function `relay`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    runtime::events::run(relay::function).await
}
