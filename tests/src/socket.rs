//! A live connection, as a client uses it.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{Error, Message, client::IntoClientRequest, http::HeaderValue, protocol::WebSocketConfig},
};

use crate::{Company, Person, described};

/// The timeout for a message that must come. It only ends a test that would hang, so a slow machine never exceeds it.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(10);

/// An open connection.
#[derive(Debug)]
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// The refusal of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The status of the handshake.
    pub status: u16,
}

impl Socket {
    /// Opens a connection at a URL that contains a ticket.
    pub async fn open(url: &str) -> Result<Self, Refused> {
        Self::open_with(url, None).await
    }

    /// Opens a connection with an access token and no ticket.
    pub async fn open_with(url: &str, token: Option<&str>) -> Result<Self, Refused> {
        let mut request = url.into_client_request().expect("the URL is one");
        if let Some(token) = token {
            let token = HeaderValue::try_from(format!("Bearer {token}")).expect("a token is a header's value");
            request.headers_mut().insert("authorization", token);
        }
        // Some tests open thousands of connections.
        let config = WebSocketConfig::default().read_buffer_size(4 * 1024);
        match connect_async_with_config(request, Some(config), false).await {
            Ok((stream, _)) => Ok(Self(stream)),
            Err(Error::Http(answer)) => Err(Refused { status: answer.status().as_u16() }),
            Err(error) => panic!("the stack doesn't answer: {error}"),
        }
    }

    /// Sends a text.
    pub async fn send(&mut self, text: impl Into<String>) {
        self.0.send(Message::text(text.into())).await.expect("the connection is open");
    }

    /// Returns the next message, or `None` when the connection was closed.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            match tokio::time::timeout(PATIENCE, self.0.next()).await.expect("a message comes") {
                Some(Ok(Message::Text(text))) => {
                    let message = serde_json::from_str(&text).expect("a message is JSON");
                    described::check_message(&message);
                    return Some(message);
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_) | Message::Binary(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            }
        }
    }

    /// Returns all messages that were sent so far. After the company has settled, no more follow.
    pub async fn heard(&mut self) -> Vec<Value> {
        self.send(json!({"action": "ping"}).to_string()).await;
        self.until("pong").await
    }

    /// Returns all messages up to one of the given type, which must come.
    pub async fn until(&mut self, kind: &str) -> Vec<Value> {
        let mut heard = Vec::new();
        loop {
            let message = self.next().await.expect("the connection is open");
            if message["type"] == kind {
                return heard;
            }
            heard.push(message);
        }
    }
}

impl Company {
    /// Returns the URL with a new ticket of a person.
    pub async fn live_url(&self, person: &Person) -> String {
        self.post("/live/tickets").by(person).send().await.expect(200).str("url").to_owned()
    }

    /// Opens a live connection for a person.
    pub async fn connect(&self, person: &Person) -> Socket {
        Socket::open(&self.live_url(person).await).await.expect("a new ticket opens a connection")
    }
}
