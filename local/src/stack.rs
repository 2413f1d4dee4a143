//! A running stack, from its data folder to its ports.

use std::{
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use aws_config::SdkConfig;
use runtime::system::SystemEntropy;
use tokio::{net::TcpListener, sync::watch};
use tracing::{instrument::WithSubscriber, subscriber::NoSubscriber};

use crate::{
    aws::{self, DynamoDb, Endpoint, S3, Secrets, table},
    calls::Calls,
    clock::StackClock,
    data_folder::{DataFolder, KeptSecrets},
    demo,
    error::StartError,
    functions,
    gateway::{Gateway, PathTemplates, Server},
    openapi,
    options::{Data, Options},
    sweeper,
    template::Template,
};

/// A running stack. It ends with [`Stack::shutdown`], or at once when it is dropped.
#[derive(Debug)]
pub struct Stack {
    gateway: Server,
    aws: Server,
    clock: Arc<StackClock>,
    calls: Arc<Calls>,
    sdk: SdkConfig,
    setup_token: String,
    has_demo: bool,
    end: watch::Sender<bool>,
    home: Home,
}

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

    fn buckets(&self) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.buckets(),
            Self::Temporary(folder) => folder.path().to_owned(),
        }
    }
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
        let endpoint = Arc::new(Endpoint {
            dynamodb: tables.clone(),
            secrets: Secrets::new(&secrets.signing_keys, &setup_token),
            s3,
            cors: template.cors_of_bucket().map_err(StartError::Template)?,
            calls: Arc::clone(&calls),
        });
        let sdk = aws::sdk_config(&endpoint, aws_address);
        let functions = functions::start(&template, &sdk, &clock).await?;

        let routes = template.routes().map_err(StartError::Template)?;
        let cors = template.cors_of_api().map_err(StartError::Template)?;
        if let Some(unknown) = routes.functions().find(|name| !functions.contains_key(*name)) {
            return Err(StartError::Template(format!("a route leads to {unknown:?}, which the stack doesn't have")));
        }
        let paths = PathTemplates::new(openapi::operations(&openapi::merged()));
        let gateway = Arc::new(Gateway::new(routes, paths, functions, cors, Arc::clone(&clock), Arc::clone(&calls)));

        let (end, ended) = watch::channel(false);
        tokio::spawn(sweeper::sweep(tables, Arc::clone(&clock), ended.clone()));
        let aws = Server::start(aws_listener, aws_address, endpoint, ended.clone());
        if makes_demo {
            tracing::info!("making the demo company");
            // Hundreds of requests in a second: nobody wants to read of each.
            let making = demo::make(&gateway, &clock, &setup_token).with_subscriber(NoSubscriber::default());
            for refused in making.await.map_err(StartError::Demo)? {
                tracing::warn!(refused, "a punch is missing from the demo company");
            }
            home.end_demo()?;
            calls.reset();
        }
        let has_demo = home.has_demo(options.demo);
        let gateway = Server::start(gateway_listener, gateway_address, gateway, ended);
        Ok(Self { gateway, aws, clock, calls, sdk, setup_token, has_demo, end, home })
    }

    /// Where the API is: `http://127.0.0.1:3000`.
    pub fn url(&self) -> String {
        format!("http://{}", self.gateway.address())
    }

    /// Where the stack's own AWS is, for `aws --endpoint-url` and presigned URLs.
    pub fn aws_url(&self) -> String {
        format!("http://{}", self.aws.address())
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
