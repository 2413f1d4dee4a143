//! The sockets: HTTP/1.1 connections in, whole requests on to whoever answers them.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use super::limits;

/// How long open requests may take after the stack was told to end.
const FAREWELL: Duration = Duration::from_secs(5);

/// Whoever answers the requests that come in on a port.
pub(crate) trait Answers: Send + Sync + 'static {
    /// Answers a request of the client at `source`.
    fn answer(&self, request: Request<Bytes>, source: IpAddr) -> impl Future<Output = Response<Bytes>> + Send;
}

/// A port that is being served.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves `listener` until `ended` says so.
    pub(crate) fn start(
        listener: TcpListener,
        address: SocketAddr,
        answers: Arc<impl Answers>,
        ended: watch::Receiver<bool>,
    ) -> Self {
        Self { address, task: tokio::spawn(serve(listener, answers, ended)) }
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

async fn serve(listener: TcpListener, answers: Arc<impl Answers>, mut ended: watch::Receiver<bool>) {
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
        let answers = Arc::clone(&answers);
        let service = service_fn(move |request| respond(Arc::clone(&answers), request, source.ip()));
        // One that becomes a WebSocket ends here, and lives on elsewhere.
        let connection = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let mut ended = of_connections.clone();
        connections.spawn(async move {
            let mut connection = pin!(connection);
            let done = tokio::select! {
                done = &mut connection => done,
                _ = ended.changed() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = done {
                tracing::debug!(%error, "a connection broke");
            }
        });
    }
    drop(listener);
    let answered = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(FAREWELL, answered).await.is_err() {
        tracing::warn!("gave up waiting for open requests");
    }
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
