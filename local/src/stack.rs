//! A running stack, from its data folder to its ports.

use std::{
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use aws_config::SdkConfig;
use runtime::system::SystemEntropy;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    aws::{self, DynamoDb, Endpoint, S3, Secrets, table},
    calls::Calls,
    clock::StackClock,
    data_folder::{DataFolder, KeptSecrets},
    error::StartError,
    functions,
    gateway::{Gateway, PathTemplates, Server},
    openapi,
    options::{Data, Options},
    sweeper, template,
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
    made_demo: bool,
    end: watch::Sender<bool>,
    _home: Home,
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
        let open = |file: Option<PathBuf>| {
            let tables = DynamoDb::open(file.as_deref())?;
            tables.create(definition)?;
            Ok::<_, dynoxide::DynoxideError>(tables)
        };
        match self {
            Self::Folder(folder) => {
                folder.check_table(definition)?;
                open(Some(folder.table())).map_err(|error| folder.refused_table(error))
            }
            Self::Temporary(_) => open(None).map_err(|error| StartError::Services(error.to_string())),
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
        let home = Home::open(&options.data)?;
        // Both ports before anything is written: a start that fails for a port leaves no half-made folder.
        let (gateway_listener, gateway_address) = listen(SocketAddr::new(options.host, options.port)).await?;
        let aws_port = if options.port == 0 { 0 } else { options.port.checked_add(1).unwrap_or_default() };
        let (aws_listener, aws_address) = listen(SocketAddr::new(options.host, aws_port)).await?;

        let secrets = home.secrets()?;
        let setup_token = options.setup_token.clone().unwrap_or(secrets.setup_token);
        let definition = table::Definition::of_template().map_err(StartError::Template)?;
        let tables = home.tables(&definition)?;
        let s3 = S3::open(&home.buckets()).map_err(StartError::Services)?;

        let clock = Arc::new(StackClock::new(options.clock));
        let calls = Arc::new(Calls::default());
        let endpoint = Arc::new(Endpoint {
            dynamodb: tables.clone(),
            secrets: Secrets::new(&secrets.signing_keys, &setup_token),
            s3,
            calls: Arc::clone(&calls),
        });
        let sdk = aws::sdk_config(&endpoint, aws_address);
        let url = format!("http://{gateway_address}");
        let functions = functions::start(&sdk, clock.clone(), &url).await?;

        let routes = template::routes().map_err(StartError::Template)?;
        if let Some(unknown) = routes.functions().find(|name| !functions.contains_key(*name)) {
            return Err(StartError::Template(format!("a route leads to {unknown:?}, which the stack doesn't have")));
        }
        let paths = PathTemplates::new(openapi::operations(&openapi::merged()));
        let gateway = Arc::new(Gateway::new(routes, paths, functions, Arc::clone(&clock), Arc::clone(&calls)));

        let (end, ended) = watch::channel(false);
        tokio::spawn(sweeper::sweep(tables, Arc::clone(&clock), ended.clone()));
        let aws = Server::start(aws_listener, aws_address, endpoint, ended.clone());
        let made_demo = options.demo && home.first_start();
        let gateway = Server::start(gateway_listener, gateway_address, gateway, ended);
        Ok(Self { gateway, aws, clock, calls, sdk, setup_token, made_demo, end, _home: home })
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

    /// Whether this start made the demo company.
    pub fn made_demo(&self) -> bool {
        self.made_demo
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
    let listener = TcpListener::bind(address).await.map_err(|source| match source.kind() {
        ErrorKind::AddrInUse => StartError::PortInUse(address),
        _ => StartError::Listen { address, source },
    })?;
    let bound = listener.local_addr().map_err(|source| StartError::Listen { address, source })?;
    let host = match bound.ip() {
        IpAddr::V4(any) if any.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(any) if any.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    Ok((listener, SocketAddr::new(host, bound.port())))
}
