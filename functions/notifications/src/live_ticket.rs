//! `POST /live/tickets`

use std::sync::Arc;

use app::live::{TICKET_LIFETIME_SECONDS, issue_ticket};
use axum::{Extension, extract::State};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, App, Caller, LiveTicket, Problem, RequestId};

/// The address at which live connections are opened.
#[derive(Debug, Clone)]
pub(crate) struct LiveUrl(pub(crate) Arc<str>);

/// A ticket for a live connection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LiveTicket)]
pub(crate) struct TicketAnswer {
    /// The ticket, valid for one connection.
    ticket: String,
    /// The address to connect to, with the ticket.
    #[schema(example = "wss://abcdef.execute-api.eu-central-1.amazonaws.com/live?ticket=lt1...")]
    url: String,
    /// The lifetime of the ticket, in seconds.
    expires_in: i64,
}

/// Get a ticket for a live connection
///
/// A browser can't send an access token with a WebSocket: it connects to `url` instead, once, within 30 seconds. Clients that
/// can set headers may connect with `Authorization` and no ticket. docs/live.md describes the messages that follow.
#[utoipa::path(
    post,
    path = "/live/tickets",
    operation_id = "createLiveTicket",
    tag = "live",
    responses((status = 200, description = "The ticket", body = TicketAnswer))
)]
pub(crate) async fn live_ticket(
    State(app): State<App>,
    Extension(LiveUrl(live_url)): Extension<LiveUrl>,
    caller: Caller,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let ticket = LiveTicket::generate(caller.user_id, caller.family, &*app.entropy);
    issue_ticket(&app.request(&caller, &request_id, None), &ticket.hash()).await?;
    let ticket = ticket.reveal();
    let url = format!("{live_url}?ticket={ticket}");
    Answer::ok(&TicketAnswer { ticket, url, expires_in: TICKET_LIFETIME_SECONDS })
}
