//! The Lambda function `jobs`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    runtime::events::run(jobs::function).await
}
