//! A WebSocket connection, from its opening to its end.

use std::{sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};

use super::{
    api::LiveApi,
    connections::Posted,
    event::{Connection, Happened},
};

/// The time after which an idle connection ends. It is real time, because nobody moves the clock for it.
const IDLE: Duration = Duration::from_mins(10);
/// The time that the client has to complete the closing handshake.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);
/// The maximum number of a client's messages that wait for the function.
const INCOMING: usize = 64;
/// The maximum sizes of a message and of a frame, in bytes.
const MESSAGE: usize = 128 * 1024;
const FRAME: usize = 32 * 1024;
/// The size of a connection's buffers, in bytes. It is small, because some tests open thousands of connections.
const BUFFER: usize = 4 * 1024;

/// A socket that is being opened.
pub(super) struct Socket {
    pub(super) api: LiveApi,
    pub(super) connection: Arc<Connection>,
    /// The receiver of outgoing messages. It ends when the connection must be closed.
    pub(super) outgoing: mpsc::Receiver<String>,
}

/// The end of a connection.
#[derive(Debug, Clone, Copy)]
struct Ending {
    code: CloseCode,
    reason: &'static str,
}

impl Ending {
    const CLOSED: Self = Self { code: CloseCode::Normal, reason: "Connection Closed Normally" };
    const IDLE: Self = Self { code: CloseCode::Away, reason: "Going away" };
    const BROKEN: Self = Self { code: CloseCode::Abnormal, reason: "Connection Closed Abnormally" };
    const TOO_LARGE: Self = Self { code: CloseCode::Size, reason: "Message too long" };
    const BINARY: Self = Self { code: CloseCode::Unsupported, reason: "Unsupported Data" };
    const STACK: Self = Self { code: CloseCode::Away, reason: "The stack ends" };
}

impl Socket {
    /// Carries messages in both directions until either side ends the connection.
    pub(super) async fn serve(mut self, upgrade: OnUpgrade) {
        let ending = match upgrade.await {
            Ok(upgraded) => {
                let config = WebSocketConfig::default()
                    .read_buffer_size(BUFFER)
                    .write_buffer_size(BUFFER)
                    .max_message_size(Some(MESSAGE))
                    .max_frame_size(Some(FRAME));
                let stream = TokioIo::new(upgraded);
                let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
                self.carry(socket).await
            }
            Err(error) => {
                tracing::debug!(%error, "a connection didn't open");
                Ending::BROKEN
            }
        };
        self.api.connections.close(&self.connection.id);
        if *self.api.ended.borrow() {
            return;
        }
        let end = Happened::Disconnect { code: ending.code.into(), reason: ending.reason };
        if let Err(error) = self.api.deliver(&self.connection, end).await {
            tracing::warn!(error, "nobody heard of the end of a connection");
        }
    }

    async fn carry<S>(&mut self, mut socket: WebSocketStream<S>) -> Ending
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    {
        // Incoming messages are handled in a task of their own, because handling them can send messages to the same
        // connection.
        let (incoming, asked) = mpsc::channel(INCOMING);
        tokio::spawn(handle(self.api.clone(), Arc::clone(&self.connection), asked));
        let ending = loop {
            tokio::select! {
                text = self.outgoing.recv() => {
                    let Some(text) = text else { break Ending::CLOSED };
                    if socket.send(Message::text(text)).await.is_err() {
                        return Ending::BROKEN;
                    }
                }
                came = tokio::time::timeout(IDLE, socket.next()) => match came {
                    Err(_) => break Ending::IDLE,
                    Ok(None | Some(Ok(Message::Close(_)))) => break Ending::CLOSED,
                    Ok(Some(Ok(Message::Text(text)))) => {
                        self.api.connections.touch(&self.connection.id);
                        if incoming.send(text.to_string()).await.is_err() {
                            break Ending::BROKEN;
                        }
                    }
                    Ok(Some(Ok(Message::Binary(_)))) => break Ending::BINARY,
                    Ok(Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)))) => {}
                    Ok(Some(Err(Error::Capacity(_)))) => break Ending::TOO_LARGE,
                    Ok(Some(Err(_))) => return Ending::BROKEN,
                },
                _ = self.api.ended.changed() => break Ending::STACK,
            }
        };
        // From here on, messages to this connection find no connection.
        self.api.connections.close(&self.connection.id);
        let frame = CloseFrame { code: ending.code, reason: ending.reason.into() };
        let farewell = async {
            if socket.close(Some(frame)).await.is_ok() {
                while let Some(Ok(_)) = socket.next().await {}
            }
        };
        let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, farewell).await;
        ending
    }
}

/// Invokes the function with the messages of a client, in order.
async fn handle(api: LiveApi, connection: Arc<Connection>, mut asked: mpsc::Receiver<String>) {
    while let Some(text) = asked.recv().await {
        let answer = match api.deliver(&connection, Happened::Message(&text)).await {
            Ok(answer) if api.definition.answers_messages => answer["body"].as_str().map(str::to_owned),
            Ok(_) => None,
            Err(error) => {
                tracing::error!(error, "a message of a client can't be handled");
                let refusal = serde_json::json!({"message": "Internal server error", "connectionId": connection.id});
                Some(Value::to_string(&refusal))
            }
        };
        if let Some(answer) = answer
            && api.connections.post(&connection.id, answer) == Posted::Full
        {
            tracing::warn!("a client reads too slowly to be answered");
        }
    }
}
