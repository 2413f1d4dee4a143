//! The Lambda function `notify`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    runtime::events::run(notify::function).await
}
