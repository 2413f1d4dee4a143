//! The check of a request's session, as a layer around the handler.

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

/// Lets the handler's first call to the table check the session, or checks it at the end if the handler made no call. If the
/// session has ended, the refusal replaces the handler's response.
pub async fn layer(State(store): State<Store>, request: Request, next: Next) -> Response {
    checking_session(async {
        let response = next.run(request).await;
        // A request that was refused before anything was read needs no read for the session.
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
