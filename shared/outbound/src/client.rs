//! The client of all calls to addresses that people enter.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Request, StatusCode,
    header::{HOST, USER_AGENT},
};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::OnceCell,
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs, pki_types::ServerName},
};
use url::Host;

use crate::{Reach, Resolve, SystemResolver, Target, TargetError, target::Scheme};

/// The maximum size of the head of a response, in bytes.
const MAX_HEAD_SIZE: usize = 16 * 1024;
/// The maximum number of addresses of a name to which a connection is tried.
const MAX_ADDRESSES: usize = 3;

/// The name by which receivers know the client.
const PRODUCT: HeaderValue = HeaderValue::from_static("Rollcall");

/// The limits of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The maximum time until one of the addresses accepts a connection.
    pub connect_timeout: Duration,
    /// The maximum time of the whole call.
    pub total_timeout: Duration,
    /// The number of bytes of a response's body that are read.
    pub max_response_size: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(15),
            max_response_size: 16 * 1024,
        }
    }
}

/// The response to a call.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status. A redirect is an answer like any other, because nothing follows it.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, up to [`Limits::max_response_size`].
    pub body: Bytes,
    /// Whether the body is complete.
    pub is_complete: bool,
}

/// The reason for which a call got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The name has no address.
    #[error("the name can't be resolved")]
    Unresolved,
    /// One of the addresses of the name isn't public.
    #[error("the address isn't public")]
    NotPublic,
    /// No address accepts a connection.
    #[error("the host can't be reached")]
    Unreachable,
    /// The certificate isn't valid for the name, or the encryption failed in another way.
    #[error("the connection can't be encrypted")]
    Tls,
    /// The answer isn't HTTP, or the connection ended before it.
    #[error("the connection broke")]
    Broken,
    /// The call took too long.
    #[error("the call timed out")]
    TimedOut,
}

/// Sends calls through the guard.
#[derive(Debug, Clone)]
pub struct Client {
    reach: Reach,
    resolver: Arc<dyn Resolve>,
    limits: Limits,
    /// Created by the first encrypted call, because reading the root certificates takes milliseconds.
    tls: Arc<OnceCell<TlsConnectorOf>>,
}

/// A TLS connector that can be printed.
#[derive(Clone)]
struct TlsConnectorOf(TlsConnector);

impl std::fmt::Debug for TlsConnectorOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsConnector").finish_non_exhaustive()
    }
}

impl Client {
    /// Creates a client with the system's resolver and the default limits.
    pub fn new(reach: Reach) -> Self {
        Self::with_resolver(reach, Arc::new(SystemResolver))
    }

    /// Creates a client with another resolver.
    pub fn with_resolver(reach: Reach, resolver: Arc<dyn Resolve>) -> Self {
        Self { reach, resolver, limits: Limits::default(), tls: Arc::default() }
    }

    /// Returns the client with other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Reads a URL that the client may call.
    pub fn target(&self, url: &str) -> Result<Target, TargetError> {
        Target::parse(url, self.reach)
    }

    /// Sends a POST request and reads the answer.
    pub async fn post(&self, target: &Target, headers: HeaderMap, body: Bytes) -> Result<Answer, OutboundError> {
        self.limited(Method::POST, target, headers, body).await
    }

    /// Sends a GET request and reads the answer.
    pub async fn get(&self, target: &Target, headers: HeaderMap) -> Result<Answer, OutboundError> {
        self.limited(Method::GET, target, headers, Bytes::new()).await
    }

    /// Sends a request within the time limit.
    async fn limited(
        &self,
        method: Method,
        target: &Target,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, OutboundError> {
        let call = self.call(method, target, headers, body);
        timeout(self.limits.total_timeout, call).await.unwrap_or(Err(OutboundError::TimedOut))
    }

    async fn call(
        &self,
        method: Method,
        target: &Target,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, OutboundError> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = target.path_and_query().clone().into();
        *request.headers_mut() = headers;
        let authority = HeaderValue::from_str(target.authority()).map_err(|_| OutboundError::Unresolved)?;
        request.headers_mut().insert(HOST, authority);
        request.headers_mut().entry(USER_AGENT).or_insert(PRODUCT);

        let addresses = self.resolve(target).await?;
        let stream = self.connect(&addresses).await?;
        match target.scheme() {
            Scheme::Https => {
                let stream = self.encrypt(target, stream).await?;
                exchange(stream, request, self.limits.max_response_size).await
            }
            Scheme::Http => exchange(stream, request, self.limits.max_response_size).await,
        }
    }

    /// Returns the addresses of a target. The connection goes to one of exactly these addresses; the name isn't resolved again.
    async fn resolve(&self, target: &Target) -> Result<Vec<SocketAddr>, OutboundError> {
        let mut addresses: Vec<IpAddr> = match target.host() {
            Host::Ipv4(address) => vec![(*address).into()],
            Host::Ipv6(address) => vec![(*address).into()],
            Host::Domain(name) => self.resolver.resolve(name).await.map_err(|_| OutboundError::Unresolved)?,
        };
        if addresses.is_empty() {
            return Err(OutboundError::Unresolved);
        }
        // One address that isn't public is enough: a name that also leads into the network is an attack or a mistake.
        if !addresses.iter().all(|address| target.scheme().allows(*address)) {
            return Err(OutboundError::NotPublic);
        }
        // Lambda reaches IPv4 only, unless it runs in a network with IPv6.
        addresses.sort_by_key(IpAddr::is_ipv6);
        addresses.truncate(MAX_ADDRESSES);
        Ok(addresses.into_iter().map(|address| SocketAddr::new(address, target.port())).collect())
    }

    /// Connects to the first address that accepts a connection.
    async fn connect(&self, addresses: &[SocketAddr]) -> Result<TcpStream, OutboundError> {
        let connecting = async {
            for address in addresses {
                if let Ok(stream) = TcpStream::connect(address).await {
                    return Ok(stream);
                }
            }
            Err(OutboundError::Unreachable)
        };
        timeout(self.limits.connect_timeout, connecting).await.unwrap_or(Err(OutboundError::Unreachable))
    }

    /// Encrypts a connection, and checks that the certificate is the target's.
    async fn encrypt(
        &self,
        target: &Target,
        stream: TcpStream,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, OutboundError> {
        let name = match target.host() {
            Host::Ipv4(address) => ServerName::IpAddress(IpAddr::from(*address).into()),
            Host::Ipv6(address) => ServerName::IpAddress(IpAddr::from(*address).into()),
            Host::Domain(name) => {
                let name = name.strip_suffix('.').unwrap_or(name).to_owned();
                ServerName::try_from(name).map_err(|_| OutboundError::Unresolved)?
            }
        };
        let TlsConnectorOf(connector) = self.tls.get_or_try_init(|| async { connector_of_system() }).await?;
        connector.connect(name, stream).await.map_err(|error| {
            tracing::debug!(%error, "a connection to another system can't be encrypted");
            OutboundError::Tls
        })
    }
}

/// Creates a connector that trusts the root certificates of the system.
fn connector_of_system() -> Result<TlsConnectorOf, OutboundError> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        tracing::error!(errors = ?found.errors, "the system has no root certificates");
        return Err(OutboundError::Tls);
    }
    connector(roots)
}

fn connector(roots: RootCertStore) -> Result<TlsConnectorOf, OutboundError> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| OutboundError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnectorOf(TlsConnector::from(Arc::new(config))))
}

/// Sends a request over a connection of its own and reads the answer.
async fn exchange<S>(
    stream: S,
    request: Request<Full<Bytes>>,
    max_response_size: usize,
) -> Result<Answer, OutboundError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_HEAD_SIZE)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| OutboundError::Broken)?;
    // The connection ends with the set.
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to another system broke");
        }
    });
    let answer = sender.send_request(request).await.map_err(|_| OutboundError::Broken)?;
    let (head, mut body) = answer.into_parts();
    let mut read = Vec::new();
    let mut is_complete = true;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            is_complete = false;
            break;
        };
        let Ok(data) = frame.into_data() else { continue };
        let room = max_response_size - read.len();
        read.extend(data.iter().take(room));
        if room < data.len() {
            is_complete = false;
            break;
        }
    }
    Ok(Answer { status: head.status, headers: head.headers, body: read.into(), is_complete })
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use futures_util::future::BoxFuture;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpSocket},
    };

    use super::*;

    /// A resolver that gives one answer after the other, and then the last one again.
    #[derive(Debug)]
    struct Scripted {
        answers: Vec<Vec<IpAddr>>,
        calls: AtomicUsize,
    }

    impl Scripted {
        fn new(answers: &[&[&str]]) -> Arc<Self> {
            let answer = |addresses: &&[&str]| addresses.iter().map(|address| address.parse().unwrap()).collect();
            Arc::new(Self { answers: answers.iter().map(answer).collect(), calls: AtomicUsize::new(0) })
        }
    }

    impl Resolve for Scripted {
        fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
            let call = self.calls.fetch_add(1, Ordering::Relaxed);
            let answer = self.answers.get(call).or_else(|| self.answers.last()).cloned().unwrap_or_default();
            Box::pin(std::future::ready(Ok(answer)))
        }
    }

    fn client(resolver: &Arc<Scripted>) -> Client {
        Client::with_resolver(Reach::InternetAndLoopback, Arc::clone(resolver) as Arc<dyn Resolve>)
    }

    async fn post(client: &Client, url: &str) -> Result<Answer, OutboundError> {
        client.post(&client.target(url).unwrap(), HeaderMap::new(), Bytes::from_static(b"{}")).await
    }

    /// Answers each connection with a text, and returns the port and the number of connections.
    async fn server(answer: &'static str) -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                if answer.is_empty() {
                    // Keeps the connection open without an answer.
                    std::future::pending::<()>().await;
                }
            }
        });
        (port, connections)
    }

    #[tokio::test]
    async fn a_name_that_leads_to_an_address_that_is_not_public_is_refused() {
        for addresses in [
            &["127.0.0.1"][..],
            &["169.254.169.254"],
            &["10.0.0.1"],
            &["::1"],
            &["::ffff:127.0.0.1"],
            &["64:ff9b::7f00:1"],
            &["fd00:ec2::254"],
            &["100.64.0.1"],
            // One of several is enough.
            &["93.184.216.34", "127.0.0.1"],
        ] {
            let resolver = Scripted::new(&[addresses]);
            let answer = post(&client(&resolver), "https://hooks.example.com/").await;
            assert_eq!(answer.err(), Some(OutboundError::NotPublic), "{addresses:?}");
        }
        let resolver = Scripted::new(&[&[]]);
        assert_eq!(post(&client(&resolver), "https://gone.example.com/").await.err(), Some(OutboundError::Unresolved));
    }

    #[tokio::test]
    async fn http_to_a_local_name_must_lead_to_the_machine_itself() {
        let resolver = Scripted::new(&[&["93.184.216.34"]]);
        let answer = post(&client(&resolver), "http://localhost:9/").await;
        assert_eq!(answer.err(), Some(OutboundError::NotPublic));
    }

    #[tokio::test]
    async fn dns_rebinding_after_the_check_has_no_effect() {
        // The first answer is public, each later one is the machine itself. A second resolution would reach it.
        let resolver = Scripted::new(&[&["93.184.216.34"], &["127.0.0.1"]]);
        let client = client(&resolver);
        let target = client.target("https://rebinding.example.com:8443/").unwrap();
        let pinned = client.resolve(&target).await.unwrap();
        assert_eq!(pinned, ["93.184.216.34:8443".parse::<SocketAddr>().unwrap()]);
        // The next call checks the new answer.
        assert_eq!(client.resolve(&target).await, Err(OutboundError::NotPublic));
    }

    #[tokio::test]
    async fn a_call_resolves_the_name_once_and_connects_to_that_address() {
        let (port, connections) = server("HTTP/1.1 204 No Content\r\n\r\n").await;
        // After the first answer, the name leads to an address at which nothing listens.
        let resolver = Scripted::new(&[&["127.0.0.1"], &["127.0.0.9"]]);
        let answer = post(&client(&resolver), &format!("http://localhost:{port}/")).await.unwrap();
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        assert_eq!(resolver.calls.load(Ordering::Relaxed), 1);
        assert_eq!(connections.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_nothing_follows_it() {
        let (inner, reached) = server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        let location =
            format!("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{inner}/\r\ncontent-length: 0\r\n\r\n");
        let (port, _) = server(location.leak()).await;
        let answer =
            post(&Client::new(Reach::InternetAndLoopback), &format!("http://127.0.0.1:{port}/")).await.unwrap();
        assert_eq!(answer.status, StatusCode::FOUND);
        assert_eq!(reached.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn no_more_of_a_response_is_read_than_the_limit() {
        let body = "x".repeat(40_000);
        let (port, _) = server(format!("HTTP/1.1 200 OK\r\ncontent-length: 40000\r\n\r\n{body}").leak()).await;
        let answer =
            post(&Client::new(Reach::InternetAndLoopback), &format!("http://127.0.0.1:{port}/")).await.unwrap();
        assert_eq!((answer.status, answer.body.len(), answer.is_complete), (StatusCode::OK, 16 * 1024, false));

        let head = format!("HTTP/1.1 200 OK\r\nx-long: {}\r\ncontent-length: 0\r\n\r\n", "x".repeat(100_000));
        let (port, _) = server(head.leak()).await;
        let answer = post(&Client::new(Reach::InternetAndLoopback), &format!("http://127.0.0.1:{port}/")).await;
        assert_eq!(answer.err(), Some(OutboundError::Broken));
    }

    #[tokio::test]
    async fn a_receiver_that_never_answers_is_left_after_the_limit() {
        let (port, _) = server("").await;
        let limits = Limits { total_timeout: Duration::from_millis(50), ..Limits::default() };
        let client = Client::new(Reach::InternetAndLoopback).with_limits(limits);
        let answer = post(&client, &format!("http://127.0.0.1:{port}/")).await;
        assert_eq!(answer.err(), Some(OutboundError::TimedOut));
    }

    #[tokio::test]
    async fn a_port_at_which_nothing_listens_is_unreachable() {
        // A socket that has the port without listening, so that no other test gets the port.
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let port = socket.local_addr().unwrap().port();
        let answer = post(&Client::new(Reach::InternetAndLoopback), &format!("http://127.0.0.1:{port}/")).await;
        assert_eq!(answer.err(), Some(OutboundError::Unreachable));
    }

    #[tokio::test]
    async fn what_is_not_http_is_a_broken_answer() {
        let (port, _) = server("SSH-2.0-OpenSSH_9.6\r\n").await;
        let answer = post(&Client::new(Reach::InternetAndLoopback), &format!("http://127.0.0.1:{port}/")).await;
        assert_eq!(answer.err(), Some(OutboundError::Broken));
    }

    #[test]
    fn the_root_certificates_make_a_connector() {
        // Without any root there is no connector that trusts everyone.
        assert!(connector(RootCertStore::empty()).is_ok());
    }
}
