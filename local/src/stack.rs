//! A running stack, from its data folder to its ports.

use std::{
    collections::BTreeMap,
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    sync::{Arc, LazyLock},
    time::Duration,
};

use aws_config::SdkConfig;
use axum::Router;
use tokio::{
    net::TcpListener,
    sync::{mpsc::UnboundedReceiver, watch},
    task::JoinSet,
};
use tracing::{instrument::WithSubscriber, subscriber::NoSubscriber};

use crate::{
    aws::{
        self, DynamoDb, Endpoint, Faults, Mailbox, PartitionKey, PartitionUnits, S3, Secrets, partitions::Partitions,
    },
    calls::Calls,
    clock::StackClock,
    demo,
    error::StartError,
    flow::{self, Bus, DeadLetters, Flow},
    functions,
    gateway::{self, Certificate, Gateway, Links, PathTemplates, Scheme, Server},
    home::Home,
    live::{self, Connections, LiveApi},
    network, openapi,
    options::Options,
    sweeper,
    template::Template,
};

/// A running stack. [`Stack::shutdown`] ends it in order; dropping it ends it at once.
#[derive(Debug)]
pub struct Stack {
    gateway: Server,
    /// The port for readers of faces and fingers.
    devices: Option<Server>,
    aws: Server,
    live_url: String,
    /// The addresses at which other machines reach the stack.
    addresses: Vec<IpAddr>,
    certificate: Option<Certificate>,
    clock: Arc<StackClock>,
    calls: Arc<Calls>,
    faults: Arc<Faults>,
    partitions: Arc<Partitions>,
    flow: Arc<Flow>,
    /// The tasks of the stream's readers and the bus. They end with the stack.
    flowing: JoinSet<()>,
    sdk: SdkConfig,
    setup_token: String,
    has_demo: bool,
    end: watch::Sender<bool>,
    home: Home,
}

/// The time that the readers of the stream have to finish their current batch.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// Checks that every route leads to a function of the stack.
fn has_all<'a>(
    functions: &BTreeMap<String, Router>,
    of_routes: impl IntoIterator<Item = &'a str>,
) -> Result<(), StartError> {
    match of_routes.into_iter().find(|name| !functions.contains_key(*name)) {
        Some(unknown) => {
            Err(StartError::Template(format!("a route leads to {unknown:?}, which the stack doesn't have")))
        }
        None => Ok(()),
    }
}

/// Creates the demo company, without log lines for its hundreds of requests.
async fn make_demo(
    gateway: &Gateway,
    functions: &flow::Functions,
    clock: &StackClock,
    setup_token: &str,
    home: &Home,
) -> Result<(), StartError> {
    tracing::info!("making the demo company");
    let making = demo::make(gateway, functions, clock, setup_token).with_subscriber(NoSubscriber::default());
    for refused in making.await.map_err(StartError::Demo)? {
        tracing::warn!(refused, "a punch is missing from the demo company");
    }
    home.end_demo()
}

/// Tells the gateway whether the stack has the demo company, and returns it.
fn announce_demo(gateway: &Gateway, home: &Home, options: &Options) -> bool {
    let has_demo = home.has_demo(options.demo);
    if has_demo {
        gateway.has_demo();
    }
    has_demo
}

/// The method and path template of every operation. Computed once, because a process of tests starts hundreds of stacks.
static OPERATIONS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| openapi::operations(&openapi::merged()));

/// Makes the gateway with the routes of the template.
fn make_gateway(
    template: &Template,
    options: &Options,
    functions: BTreeMap<String, Router>,
    shared: gateway::Shared,
) -> Result<Gateway, StartError> {
    let routes = template.routes().map_err(StartError::Template)?;
    has_all(&functions, routes.functions())?;
    let cors = template.cors_of_api().map_err(StartError::Template)?.with_origins(&options.origins);
    let paths = PathTemplates::new(OPERATIONS.iter().cloned());
    Ok(Gateway::new(routes, paths, functions, cors, shared).with_time_limit_factor(options.time_limit_factor))
}

/// Answers readers of faces and fingers at a port of their own.
fn serve_devices(
    (listener, address): (TcpListener, SocketAddr),
    gateway: Arc<Gateway>,
    secret: gateway::DeviceSecret,
    ended: watch::Receiver<bool>,
) -> Server {
    Server::start(listener, address, Arc::new(gateway::DevicePort { gateway, secret }), None, ended)
}

/// Starts to delete expired items and to close connections that have reached their maximum lifetime.
fn keep_time(tables: DynamoDb, live: LiveApi, clock: Arc<StackClock>, ended: watch::Receiver<bool>) {
    tokio::spawn(sweeper::sweep(tables, clock, ended));
    tokio::spawn(live.end_old_ones());
}

/// The ports of a stack.
struct Listeners {
    gateway: (TcpListener, SocketAddr),
    aws: (TcpListener, SocketAddr),
    devices: Option<(TcpListener, SocketAddr)>,
}

impl Listeners {
    /// Opens all ports before anything is written, so that a start that fails for a port leaves no incomplete folder.
    async fn open(options: &Options) -> Result<Self, StartError> {
        let at = |port| SocketAddr::new(options.host, port);
        let aws_port = if options.port == 0 { 0 } else { options.port.checked_add(1).unwrap_or_default() };
        let devices = match options.terminals {
            Some(port) => Some(listen(at(port)).await?),
            None => None,
        };
        Ok(Self { gateway: listen(at(options.port)).await?, aws: listen(at(aws_port)).await?, devices })
    }
}

impl Stack {
    /// Starts a stack. When this returns, the stack answers requests.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let template = Template::embedded().map_err(StartError::Template)?;
        let home = Home::open(&options.data)?;
        let listeners = Listeners::open(&options).await?;
        let (gateway_listener, gateway_address) = listeners.gateway;
        let (aws_listener, aws_address) = listeners.aws;
        let addresses = network::addresses(options.host);
        let certificate = options.tls.then(|| home.certificate(&addresses)).transpose()?;
        let tls = certificate.as_ref().map(Certificate::acceptor).transpose().map_err(StartError::Certificate)?;

        let makes_demo = options.demo && home.begins_demo()?;

        let secrets = home.secrets()?;
        let setup_token = options.setup_token.clone().unwrap_or(secrets.setup_token);
        let tables = home.tables(&template.table().map_err(StartError::Template)?)?;
        let s3 = S3::open(&home.buckets()).map_err(StartError::Services)?;

        let clock = Arc::new(StackClock::new(options.clock));
        let calls = Arc::new(Calls::default());
        let faults = Arc::new(Faults::default());
        let partitions = Arc::clone(&tables.partitions);
        let bus = Arc::new(Bus::new(template.rules().map_err(StartError::Template)?, home.folder()));
        let flow = Arc::new(Flow::new(Arc::clone(&bus), DeadLetters::open(template.queues(), home.folder())));
        let mailbox = Arc::new(Mailbox::new(Arc::clone(&clock)));
        let connections = Arc::new(Connections::new(Arc::clone(&clock)));
        let sources = template.streams().map_err(StartError::Template)?;
        let endpoint = Arc::new(Endpoint {
            dynamodb: tables.clone(),
            secrets: Secrets::new(&secrets.signing_keys, &secrets.company_keys, &setup_token),
            mailbox: Arc::clone(&mailbox),
            s3,
            cors: template.cors_of_bucket().map_err(StartError::Template)?.with_origins(&options.origins),
            address: aws_address,
            bus,
            connections: Arc::clone(&connections),
            calls: Arc::clone(&calls),
            faults: Arc::clone(&faults),
            denials: template.denials().map_err(StartError::Template)?,
            stream_readers: sources.iter().map(|source| source.function.clone()).collect(),
        });
        let sdk = aws::sdk_config(&endpoint, aws_address);
        let scheme = if tls.is_some() && !gateway_address.ip().is_loopback() { Scheme::Https } else { Scheme::Http };
        let public_url = format!("{}://{gateway_address}", scheme.as_str());
        let device_secret = gateway::DeviceSecret::generate();
        let devices = listeners.devices.is_some().then_some(&device_secret);
        let functions = functions::start(template, &public_url, &sdk, &clock, devices).await?;
        let events = functions::start_events(template, &public_url, &sdk, &clock).await?;
        let events = Arc::new(flow::Functions::new(events, Arc::clone(&calls), options.time_limit_factor));

        let shared = gateway::Shared {
            clock: Arc::clone(&clock),
            calls: Arc::clone(&calls),
            flow: Arc::clone(&flow),
            mailbox,
            links: Links::new(aws_address),
            table: functions::table(template, &public_url, &sdk, &clock)?,
        };
        let gateway = Arc::new(make_gateway(template, &options, functions, shared)?);

        let (end, ended) = watch::channel(false);
        let live = template.live().map_err(StartError::Template)?;
        let live_url = format!("{}/{}", live::address(&sdk), live.stage);
        let live = LiveApi::new(live, connections, Arc::clone(&events), Arc::clone(&clock), ended.clone());
        if options.keeps_time {
            keep_time(tables.clone(), live.clone(), Arc::clone(&clock), ended.clone());
        }
        let port = Arc::new(live::Port { endpoint, live });
        let aws = Server::start(aws_listener, aws_address, port, tls.clone(), ended.clone());
        if makes_demo {
            make_demo(&gateway, &events, &clock, &setup_token, &home).await?;
            calls.reset();
        }
        let parts = flow::Parts {
            tables,
            functions: events,
            sources,
            schedules: template.schedules().map_err(StartError::Template)?,
            clock: Arc::clone(&clock),
            keeps_time: options.keeps_time,
        };
        let flowing = flow.start(parts, home.folder(), ended.clone()).await.map_err(StartError::Services)?;
        let has_demo = announce_demo(&gateway, &home, &options);
        let serve = |listener| serve_devices(listener, Arc::clone(&gateway), device_secret, ended.clone());
        let devices = listeners.devices.map(serve);
        let gateway = Server::start(gateway_listener, gateway_address, gateway, tls, ended);
        Ok(Self {
            gateway,
            devices,
            aws,
            live_url,
            addresses,
            certificate,
            clock,
            calls,
            faults,
            partitions,
            flow,
            flowing,
            sdk,
            setup_token,
            has_demo,
            end,
            home,
        })
    }

    /// Returns the URL of the API: `http://127.0.0.1:3000`.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme(), self.gateway.address())
    }

    /// Returns the URL of the port for readers of faces and fingers; `None` without one.
    pub fn terminals_url(&self) -> Option<String> {
        self.devices.as_ref().map(|devices| format!("http://{}", devices.address()))
    }

    /// Returns the URLs at which other machines in the network reach the API.
    pub fn network_urls(&self) -> Vec<String> {
        let scheme = if self.certificate.is_some() { Scheme::Https } else { Scheme::Http };
        let port = self.gateway.address().port();
        let urls = self.addresses.iter().map(|address| SocketAddr::new(*address, port));
        urls.map(|address| format!("{}://{address}", scheme.as_str())).collect()
    }

    /// Returns the certificate of encrypted connections in DER format, for a client that should trust it.
    pub fn certificate(&self) -> Option<Vec<u8>> {
        self.certificate.as_ref().map(Certificate::der)
    }

    /// Returns the scheme with which this machine reaches the stack. Loopback addresses need no encryption.
    fn scheme(&self) -> &'static str {
        let is_encrypted = self.certificate.is_some() && !self.gateway.address().ip().is_loopback();
        if is_encrypted { Scheme::Https.as_str() } else { Scheme::Http.as_str() }
    }

    /// Returns the URL of the stack's AWS, for `aws --endpoint-url` and presigned URLs.
    pub fn aws_url(&self) -> String {
        format!("{}://{}", self.scheme(), self.aws.address())
    }

    /// Returns the URL of live connections: `ws://127.0.0.1:3001/live`.
    pub fn live_url(&self) -> &str {
        &self.live_url
    }

    /// Returns the clock that every function uses.
    pub fn clock(&self) -> &StackClock {
        &self.clock
    }

    /// Returns the AWS calls since the last reset.
    pub fn calls(&self) -> crate::CallReport {
        self.calls.report()
    }

    /// Resets the count of AWS calls.
    pub fn reset_calls(&self) {
        self.calls.reset();
    }

    /// Starts to count the capacity units of each partition key.
    pub fn count_partitions(&self) {
        self.partitions.start();
    }

    /// Stops the count of [`Self::count_partitions`], and returns it.
    pub fn counted_partitions(&self) -> BTreeMap<PartitionKey, PartitionUnits> {
        self.partitions.stop()
    }

    /// Returns the faults at AWS calls. There are none unless a test plans them.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Waits until every event so far is relayed, consumed and pushed, and all work that it causes is done. Returns
    /// `false` if this takes minutes.
    pub async fn settle(&self) -> bool {
        self.flow.settle().await
    }

    /// Returns a receiver of every event that the bus accepts from now on, in the form in which a rule's function
    /// gets it.
    pub fn listen(&self) -> UnboundedReceiver<serde_json::Value> {
        self.flow.bus().listen()
    }

    /// Returns the dead-letter queues of the template with their messages.
    pub fn dead_letters(&self) -> serde_json::Value {
        self.flow.dead_letters().report()
    }

    /// Returns the SDK configuration of the functions, for tests that read the table directly.
    pub fn sdk(&self) -> &SdkConfig {
        &self.sdk
    }

    /// Returns the token for setting up the first administrator.
    pub fn setup_token(&self) -> &str {
        &self.setup_token
    }

    /// Returns whether the stack has the demo company.
    pub fn has_demo(&self) -> bool {
        self.has_demo
    }

    /// Returns the data folder; `None` if the stack is in memory.
    pub fn home(&self) -> Option<&Path> {
        self.home.folder()
    }

    /// Ends the stack: answers open requests, then frees the ports and the data folder.
    pub async fn shutdown(self) {
        self.end.send_replace(true);
        self.gateway.finished().await;
        if let Some(devices) = self.devices {
            devices.finished().await;
        }
        self.aws.finished().await;
        // Unfinished work is repeated after the next start, so the wait is short.
        let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, self.flowing.join_all()).await;
    }
}

/// Listens on `address`, and returns the address at which a client on this machine reaches it.
async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let listener = TcpListener::bind(address).await.map_err(|source| {
        if source.kind() == ErrorKind::AddrInUse {
            StartError::PortInUse(address)
        } else {
            StartError::Listen { address, source }
        }
    })?;
    let bound = listener.local_addr().map_err(|source| StartError::Listen { address, source })?;
    let host = match bound.ip() {
        IpAddr::V4(any) if any.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(any) if any.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host @ (IpAddr::V4(_) | IpAddr::V6(_)) => host,
    };
    Ok((listener, SocketAddr::new(host, bound.port())))
}
