//! The check of a request's session, around its handler.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use store::{
    Store,
    session_check::{checking_session, is_due},
};

use crate::Problem;

/// Has the request's session checked by the first call of the handler to the table, or at the end where there was none. An answer
/// whose session has ended is replaced by the refusal, whatever the handler made of it.
pub async fn layer(State(store): State<Store>, request: Request, next: Next) -> Response {
    checking_session(async {
        let response = next.run(request).await;
        // What was refused for another reason before anything was read needs no read any more.
        if is_due() && (response.status().is_client_error() || response.status().is_server_error()) {
            return response;
        }
        match store.check_session().await {
            Ok(()) => response,
            Err(error) => Problem::from(error).into_response(),
        }
    })
    .await
}
