//! The sockets: HTTP/1.1 connections in, whole requests on to whoever answers them.

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

/// How long open requests may take after the stack was told to end.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a client may take to begin an encrypted connection.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);

/// Whoever answers the requests that come in on a port.
pub(crate) trait Answers: Send + Sync + 'static {
    /// Answers a request of the client at `source`.
    fn answer(&self, request: Request<Bytes>, source: IpAddr) -> impl Future<Output = Response<Bytes>> + Send;
}

/// Whether a request came encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// The scheme of a request that came in on a port.
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        request.extensions().get().copied().unwrap_or(Self::Http)
    }

    /// As URLs have it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The schemes of links in an answer: of calls, and of live connections.
    pub(super) const fn of_links(self) -> (&'static str, &'static str) {
        match self {
            Self::Http => ("http", "ws"),
            Self::Https => ("https", "wss"),
        }
    }
}

/// A port that is being served.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves `listener` until `ended` says so; with `tls`, encrypted connections and those of this machine.
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

    /// Waits until all requests are answered that were open when the end came.
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
                    // Out of file descriptors, most likely: the ones in use will be freed.
                    tracing::warn!(%error, "can't accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            // What has ended is forgotten.
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

/// A connection that was accepted.
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
            // The first byte of a handshake; no method of HTTP begins with it.
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
            // Browsers open connections that they may never use.
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
        // What this machine sends to itself needs no encryption, and browsers trust it as if it had.
        let is_redirected = self.tls.is_some() && scheme == Scheme::Http && !self.source.is_loopback();
        let (answers, source) = (Arc::clone(&self.answers), self.source);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(scheme);
            let answers = Arc::clone(&answers);
            async move { if is_redirected { Ok(to_https(&request)) } else { respond(answers, request, source).await } }
        });
        // One that becomes a WebSocket ends here, and lives on elsewhere.
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

/// A connection whose first byte has come.
enum Opened {
    Plain(TcpStream),
    Encrypted(Box<TlsStream<TcpStream>>),
}

/// Leads a request that came unencrypted to the same address with `https`.
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
        // A malformed chunk, or a body that ends before it is whole.
        Err(_) => limits::Refusal::BAD_REQUEST.into_answer(),
    };
    Ok(answer.map(Full::new))
}
