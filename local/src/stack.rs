//! A running stack, from its data folder to its ports.

use std::{
    collections::BTreeMap,
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use aws_config::SdkConfig;
use domain::ports::Clock;
use runtime::system::{SystemClock, SystemEntropy};
use tokio::{
    net::TcpListener,
    sync::{mpsc::UnboundedReceiver, watch},
    task::JoinSet,
};
use tracing::{instrument::WithSubscriber, subscriber::NoSubscriber};

use crate::{
    aws::{self, DynamoDb, Endpoint, Faults, PartitionKey, PartitionUnits, S3, Secrets, partitions::Partitions, table},
    calls::Calls,
    clock::StackClock,
    data_folder::{DataFolder, KeptSecrets},
    demo,
    error::StartError,
    flow::{self, Bus, DeadLetters, Flow},
    functions,
    gateway::{self, Certificate, Gateway, Links, PathTemplates, Scheme, Server},
    live::{self, Connections, LiveApi},
    network, openapi,
    options::{Data, Options},
    sweeper,
    template::Template,
};

/// A running stack. It ends with [`Stack::shutdown`], or at once when it is dropped.
#[derive(Debug)]
pub struct Stack {
    gateway: Server,
    aws: Server,
    live_url: String,
    /// Under which other machines reach it.
    addresses: Vec<IpAddr>,
    certificate: Option<Certificate>,
    clock: Arc<StackClock>,
    calls: Arc<Calls>,
    faults: Arc<Faults>,
    partitions: Arc<Partitions>,
    flow: Arc<Flow>,
    /// The stream's readers and the bus; they end with the stack.
    flowing: JoinSet<()>,
    sdk: SdkConfig,
    setup_token: String,
    has_demo: bool,
    end: watch::Sender<bool>,
    home: Home,
}

/// How long the readers of the stream may take for the batch they are at.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// What must outlive the stack's work on its files.
#[derive(Debug)]
enum Home {
    Folder(DataFolder),
    Temporary(tempfile::TempDir),
}

impl Home {
    fn open(data: &Data) -> Result<Self, StartError> {
        match data {
            Data::Folder(folder) => DataFolder::open(folder).map(Self::Folder),
            Data::Ephemeral => {
                let folder = tempfile::Builder::new().prefix("rollcall-").tempdir();
                folder.map(Self::Temporary).map_err(|error| StartError::Services(error.to_string()))
            }
        }
    }

    fn first_start(&self) -> bool {
        match self {
            Self::Folder(folder) => folder.first_start(),
            Self::Temporary(_) => true,
        }
    }

    fn secrets(&self) -> Result<KeptSecrets, StartError> {
        match self {
            Self::Folder(folder) => folder.secrets(&SystemEntropy),
            Self::Temporary(_) => Ok(KeptSecrets::generate(&SystemEntropy)),
        }
    }

    fn tables(&self, definition: &table::Definition) -> Result<DynamoDb, StartError> {
        match self {
            Self::Folder(folder) => {
                folder.check_table(definition)?;
                DynamoDb::open(Some(&folder.table()), definition).map_err(|error| folder.refused_table(error))
            }
            Self::Temporary(_) => {
                DynamoDb::open(None, definition).map_err(|error| StartError::Services(error.to_string()))
            }
        }
    }

    /// From here on the data is a demo company that isn't complete.
    fn begin_demo(&self) -> Result<(), StartError> {
        match self {
            Self::Folder(folder) => folder.begin_demo(),
            Self::Temporary(_) => Ok(()),
        }
    }

    fn end_demo(&self) -> Result<(), StartError> {
        match self {
            Self::Folder(folder) => folder.end_demo(),
            Self::Temporary(_) => Ok(()),
        }
    }

    /// Whether the demo company is here, `wanted` as it was by this start.
    fn has_demo(&self, wanted: bool) -> bool {
        match self {
            Self::Folder(folder) => folder.has_demo(),
            Self::Temporary(_) => wanted,
        }
    }

    /// Where the flow of events keeps what must outlive the stack; nowhere in a stack that is all in memory.
    fn flow(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder.folder()),
            Self::Temporary(_) => None,
        }
    }

    /// The certificate for those addresses: the one of an earlier start, as long as it serves them.
    fn certificate(&self, addresses: &[IpAddr]) -> Result<Certificate, StartError> {
        let now = SystemClock.now();
        let generate = || Certificate::generate(addresses, now).map_err(StartError::Certificate);
        match self {
            Self::Folder(folder) => {
                if let Some(kept) = folder.certificate().filter(|kept| kept.serves(addresses, now)) {
                    Ok(kept)
                } else {
                    let made = generate()?;
                    folder.keep_certificate(&made)?;
                    Ok(made)
                }
            }
            Self::Temporary(_) => generate(),
        }
    }

    fn buckets(&self) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.buckets(),
            Self::Temporary(folder) => folder.path().to_owned(),
        }
    }
}

/// Makes the demo company, without log lines for its hundreds of requests.
async fn make_demo(
    gateway: &Gateway,
    functions: &flow::Functions,
    clock: &StackClock,
    setup_token: &str,
) -> Result<(), StartError> {
    tracing::info!("making the demo company");
    let making = demo::make(gateway, functions, clock, setup_token).with_subscriber(NoSubscriber::default());
    for refused in making.await.map_err(StartError::Demo)? {
        tracing::warn!(refused, "a punch is missing from the demo company");
    }
    Ok(())
}

impl Stack {
    /// Starts a stack; when this returns, it answers.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let template = Template::embedded().map_err(StartError::Template)?;
        let home = Home::open(&options.data)?;
        // Both ports before anything is written: a start that fails for a port leaves no half-made folder.
        let (gateway_listener, gateway_address) = listen(SocketAddr::new(options.host, options.port)).await?;
        let aws_port = if options.port == 0 { 0 } else { options.port.checked_add(1).unwrap_or_default() };
        let (aws_listener, aws_address) = listen(SocketAddr::new(options.host, aws_port)).await?;

        let addresses = network::addresses(options.host);
        let certificate = options.tls.then(|| home.certificate(&addresses)).transpose()?;
        let tls = certificate.as_ref().map(Certificate::acceptor).transpose().map_err(StartError::Certificate)?;

        let makes_demo = options.demo && home.first_start();
        if makes_demo {
            home.begin_demo()?;
        }

        let secrets = home.secrets()?;
        let setup_token = options.setup_token.clone().unwrap_or(secrets.setup_token);
        let tables = home.tables(&template.table().map_err(StartError::Template)?)?;
        let s3 = S3::open(&home.buckets()).map_err(StartError::Services)?;

        let clock = Arc::new(StackClock::new(options.clock));
        let calls = Arc::new(Calls::default());
        let faults = Arc::new(Faults::default());
        let partitions = Arc::clone(&tables.partitions);
        let bus = Arc::new(Bus::new(template.rules().map_err(StartError::Template)?, home.flow()));
        let flow = Arc::new(Flow::new(Arc::clone(&bus), DeadLetters::open(template.queues(), home.flow())));
        let connections = Arc::new(Connections::new(Arc::clone(&clock)));
        let sources = template.streams().map_err(StartError::Template)?;
        let endpoint = Arc::new(Endpoint {
            dynamodb: tables.clone(),
            secrets: Secrets::new(&secrets.signing_keys, &secrets.company_keys, &setup_token),
            s3,
            cors: template.cors_of_bucket().map_err(StartError::Template)?.with_origins(&options.origins),
            address: aws_address,
            bus,
            connections: Arc::clone(&connections),
            calls: Arc::clone(&calls),
            faults: Arc::clone(&faults),
            stream_readers: sources.iter().map(|source| source.function.clone()).collect(),
        });
        let sdk = aws::sdk_config(&endpoint, aws_address);
        let functions = functions::start(&template, &sdk, &clock).await?;
        let events = functions::start_events(&template, &sdk, &clock).await?;
        let events = Arc::new(flow::Functions::new(events, Arc::clone(&calls)));

        let routes = template.routes().map_err(StartError::Template)?;
        let cors = template.cors_of_api().map_err(StartError::Template)?.with_origins(&options.origins);
        if let Some(unknown) = routes.functions().find(|name| !functions.contains_key(*name)) {
            return Err(StartError::Template(format!("a route leads to {unknown:?}, which the stack doesn't have")));
        }
        let paths = PathTemplates::new(openapi::operations(&openapi::merged()));
        let shared = gateway::Shared {
            clock: Arc::clone(&clock),
            calls: Arc::clone(&calls),
            flow: Arc::clone(&flow),
            links: Links::new(aws_address),
        };
        let gateway = Arc::new(Gateway::new(routes, paths, functions, cors, shared));

        let (end, ended) = watch::channel(false);
        tokio::spawn(sweeper::sweep(tables.clone(), Arc::clone(&clock), ended.clone()));
        let live = template.live().map_err(StartError::Template)?;
        let live_url = format!("{}/{}", live::address(&sdk), live.stage);
        let live = LiveApi::new(live, connections, Arc::clone(&events), Arc::clone(&clock), ended.clone());
        tokio::spawn(live.clone().end_old_ones());
        let port = Arc::new(live::Port { endpoint, live });
        let aws = Server::start(aws_listener, aws_address, port, tls.clone(), ended.clone());
        if makes_demo {
            make_demo(&gateway, &events, &clock, &setup_token).await?;
            home.end_demo()?;
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
        let flowing = flow.start(parts, home.flow(), ended.clone()).await.map_err(StartError::Services)?;
        let has_demo = home.has_demo(options.demo);
        if has_demo {
            gateway.has_demo();
        }
        let gateway = Server::start(gateway_listener, gateway_address, gateway, tls, ended);
        Ok(Self {
            gateway,
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

    /// Where the API is: `http://127.0.0.1:3000`.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme(), self.gateway.address())
    }

    /// Where other machines in the network find the API.
    pub fn network_urls(&self) -> Vec<String> {
        let scheme = if self.certificate.is_some() { Scheme::Https } else { Scheme::Http };
        let port = self.gateway.address().port();
        let urls = self.addresses.iter().map(|address| SocketAddr::new(*address, port));
        urls.map(|address| format!("{}://{address}", scheme.as_str())).collect()
    }

    /// The certificate of encrypted connections as DER, for a client that is to trust it.
    pub fn certificate(&self) -> Option<Vec<u8>> {
        self.certificate.as_ref().map(Certificate::der)
    }

    /// How this machine reaches the stack: loopback addresses need no encryption.
    fn scheme(&self) -> &'static str {
        let is_encrypted = self.certificate.is_some() && !self.gateway.address().ip().is_loopback();
        if is_encrypted { Scheme::Https.as_str() } else { Scheme::Http.as_str() }
    }

    /// Where the stack's own AWS is, for `aws --endpoint-url` and presigned URLs.
    pub fn aws_url(&self) -> String {
        format!("{}://{}", self.scheme(), self.aws.address())
    }

    /// Where clients open live connections: `ws://127.0.0.1:3001/live`.
    pub fn live_url(&self) -> &str {
        &self.live_url
    }

    /// The clock that every function goes by.
    pub fn clock(&self) -> &StackClock {
        &self.clock
    }

    /// The AWS calls made since the last reset.
    pub fn calls(&self) -> crate::CallReport {
        self.calls.report()
    }

    /// Forgets the AWS calls made so far.
    pub fn reset_calls(&self) {
        self.calls.reset();
    }

    /// Counts the capacity units of each partition key from now on.
    pub fn count_partitions(&self) {
        self.partitions.start();
    }

    /// Ends the count of [`Self::count_partitions`], and returns it.
    pub fn counted_partitions(&self) -> BTreeMap<PartitionKey, PartitionUnits> {
        self.partitions.stop()
    }

    /// What goes wrong at calls of AWS: nothing, unless a test plans it.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Waits until every event so far is relayed, consumed and pushed, and the work it asks for is done. `false` when that
    /// takes minutes.
    pub async fn settle(&self) -> bool {
        self.flow.settle().await
    }

    /// Every event that the bus takes from now on, as a rule for all of them would get it.
    pub fn listen(&self) -> UnboundedReceiver<serde_json::Value> {
        self.flow.bus().listen()
    }

    /// What was given up: every dead-letter queue of the template with its messages.
    pub fn dead_letters(&self) -> serde_json::Value {
        self.flow.dead_letters().report()
    }

    /// What functions make their AWS clients from, for a test that looks into the table itself.
    pub fn sdk(&self) -> &SdkConfig {
        &self.sdk
    }

    /// The token that the first administrator is set up with.
    pub fn setup_token(&self) -> &str {
        &self.setup_token
    }

    /// Whether the demo company is here.
    pub fn has_demo(&self) -> bool {
        self.has_demo
    }

    /// The data folder, unless everything is in memory.
    pub fn home(&self) -> Option<&Path> {
        match &self.home {
            Home::Folder(folder) => Some(folder.folder()),
            Home::Temporary(_) => None,
        }
    }

    /// Ends the stack: open requests are answered, then the ports are free and the data folder is too.
    pub async fn shutdown(self) {
        self.end.send_replace(true);
        self.gateway.finished().await;
        self.aws.finished().await;
        // What is under way comes again after the next start; nobody waits for it long.
        let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, self.flowing.join_all()).await;
    }
}

/// Listens on `address`, and says where that is for a client on this machine.
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
