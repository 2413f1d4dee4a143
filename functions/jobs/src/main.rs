//! The Lambda function `jobs`.

use allocator as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    runtime::events::run(jobs::function).await
}
