//! Raw requests on a connection, for bytes that HTTP clients don't send.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::Company;

/// A raw response.
#[derive(Debug, Clone)]
pub struct Wire {
    /// The status.
    pub status: u16,
    /// The status line and the headers.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Wire {
    /// Sends a raw request to the API, and reads the response until the stack closes the connection.
    pub async fn send(company: &Company, request: &str) -> Self {
        Self::exchange(company, request, false).await
    }

    /// Sends a raw request and closes the client's side, so that missing parts of the request never arrive.
    pub async fn send_and_end(company: &Company, request: &str) -> Self {
        Self::exchange(company, request, true).await
    }

    async fn exchange(company: &Company, request: &str, ends: bool) -> Self {
        let url = company.stack.url();
        let mut connection =
            TcpStream::connect(url.strip_prefix("http://").expect("a URL")).await.expect("the stack listens");
        // The stack may have responded and closed the connection before it has read everything.
        let _ = connection.write_all(request.as_bytes()).await;
        if ends {
            let _ = connection.shutdown().await;
        }
        let mut answer = Vec::new();
        let _ = connection.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no answer to {:?}", request.lines().next()));
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }
}
