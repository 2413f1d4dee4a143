//! The HTTP/1.1 server. It passes complete requests to the port's [`Answers`].

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{HOST, LOCATION},
    uri::PathAndQuery,
};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::limits;

/// The time that open requests have to finish after the stack is told to end.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// The time that a client has to begin a connection.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);

/// A handler of the requests on a port.
pub(crate) trait Answers: Send + Sync + 'static {
    /// Answers a request of the client at `source`.
    fn answer(&self, request: Request<Bytes>, source: IpAddr) -> impl Future<Output = Response<Bytes>> + Send;
}

/// The scheme of a request: plain or encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// Returns the scheme of a request that came in on a port.
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        request.extensions().get().copied().unwrap_or(Self::Http)
    }

    /// Returns the scheme as it is written in URLs.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// Returns the schemes of links in an answer: for calls and for live connections.
    pub(super) const fn of_links(self) -> (&'static str, &'static str) {
        match self {
            Self::Http => ("http", "ws"),
            Self::Https => ("https", "wss"),
        }
    }
}

/// The server of a port.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves `listener` until `ended` is set. With `tls`, it accepts encrypted connections, and plain ones from this
    /// machine.
    pub(crate) fn start(
        listener: TcpListener,
        address: SocketAddr,
        answers: Arc<impl Answers>,
        tls: Option<TlsAcceptor>,
        ended: watch::Receiver<bool>,
    ) -> Self {
        Self { address, task: tokio::spawn(serve(listener, answers, tls, ended)) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until all requests that were open at the end are answered.
    pub(crate) async fn finished(self) {
        if let Err(error) = self.task.await {
            tracing::error!(%error, "a server ended badly");
        }
    }
}

async fn serve(
    listener: TcpListener,
    answers: Arc<impl Answers>,
    tls: Option<TlsAcceptor>,
    mut ended: watch::Receiver<bool>,
) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(30));
    let mut connections = JoinSet::new();
    let of_connections = ended.clone();
    let mut end = pin!(ended.changed());
    loop {
        let (stream, source) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // The likely cause is a lack of file descriptors. They become free when connections end.
                    tracing::warn!(%error, "can't accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            // Removes connections that have ended.
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
            _ = &mut end => break,
        };
        let connection = Connection {
            builder: builder.clone(),
            answers: Arc::clone(&answers),
            tls: tls.clone(),
            source: source.ip(),
            ended: of_connections.clone(),
        };
        connections.spawn(async move {
            if let Err(error) = connection.serve(stream).await {
                tracing::debug!(error, "a connection broke");
            }
        });
    }
    drop(listener);
    let answered = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(SHUTDOWN_TIMEOUT, answered).await.is_err() {
        tracing::warn!("gave up waiting for open requests");
    }
}

/// An accepted connection.
struct Connection<A> {
    builder: http1::Builder,
    answers: Arc<A>,
    tls: Option<TlsAcceptor>,
    source: IpAddr,
    ended: watch::Receiver<bool>,
}

impl<A: Answers> Connection<A> {
    async fn serve(mut self, stream: TcpStream) -> Result<(), String> {
        let Some(tls) = self.tls.clone() else { return self.drive(stream, Scheme::Http).await };
        let mut ended = self.ended.clone();
        let opening = async {
            // The first byte of a TLS handshake. No HTTP method begins with it.
            let mut first = [0; 1];
            stream.peek(&mut first).await.map_err(|error| error.to_string())?;
            if first != [0x16] {
                return Ok::<_, String>(Opened::Plain(stream));
            }
            let encrypted = tls.accept(stream).await.map_err(|error| error.to_string())?;
            Ok(Opened::Encrypted(Box::new(encrypted)))
        };
        let opened = tokio::select! {
            opened = tokio::time::timeout(HANDSHAKE_TIMEOUT, opening) => opened,
            // Browsers open connections in advance and may never use them.
            _ = ended.changed() => return Ok(()),
        };
        match opened.map_err(|_| "no request came".to_owned())?? {
            Opened::Plain(stream) => self.drive(stream, Scheme::Http).await,
            Opened::Encrypted(stream) => self.drive(stream, Scheme::Https).await,
        }
    }

    async fn drive<S>(&mut self, stream: S, scheme: Scheme) -> Result<(), String>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        // Connections within this machine need no encryption, and browsers treat them as secure.
        let is_redirected = self.tls.is_some() && scheme == Scheme::Http && !self.source.is_loopback();
        let (answers, source) = (Arc::clone(&self.answers), self.source);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(scheme);
            let answers = Arc::clone(&answers);
            async move { if is_redirected { Ok(to_https(&request)) } else { respond(answers, request, source).await } }
        });
        // A connection that becomes a WebSocket is handed over, and ends here.
        let connection = self.builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let mut connection = pin!(connection);
        let done = tokio::select! {
            done = &mut connection => done,
            _ = self.ended.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        done.map_err(|error| error.to_string())
    }
}

/// A connection whose first byte has arrived.
enum Opened {
    Plain(TcpStream),
    Encrypted(Box<TlsStream<TcpStream>>),
}

/// Redirects a plain request to the same address with `https`.
fn to_https(request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = StatusCode::PERMANENT_REDIRECT;
    if let Ok(location) = HeaderValue::try_from(format!("https://{host}{path}")) {
        answer.headers_mut().insert(LOCATION, location);
    }
    answer
}

async fn respond(
    answers: Arc<impl Answers>,
    request: Request<Incoming>,
    source: IpAddr,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let answer = match Limited::new(body, limits::BODY).collect().await {
        Ok(body) => answers.answer(Request::from_parts(parts, body.to_bytes()), source).await,
        Err(error) if error.is::<LengthLimitError>() => limits::Refusal::TOO_LARGE.into_answer(),
        // The body has a malformed chunk, or ends early.
        Err(_) => limits::Refusal::BAD_REQUEST.into_answer(),
    };
    Ok(answer.map(Full::new))
}
