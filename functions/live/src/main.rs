//! The Lambda function `live`.

use allocator as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    runtime::events::run(live::function).await
}
