//! `rollcall`: runs all of Rollcall on this machine, until Ctrl-C.

use std::{io::Write, net::IpAddr, path::PathBuf, process::ExitCode};

use clap::Parser;
use jiff::Timestamp;
use local::{Data, Options, Origin, Stack};

/// The C library's allocator takes a quarter of the stack's processor time, and keeps the memory of past password hashes
/// for itself. The stack allocates much: the table's requests and answers are text.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rollcall on this machine: the API and the AWS services that it needs, in one process.
#[derive(Debug, Parser)]
#[command(name = "rollcall", version)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
struct Arguments {
    /// Keep all data in memory; it is lost when the stack ends
    #[arg(long)]
    ephemeral: bool,
    /// Start without the demo company, which the first start creates
    #[arg(long)]
    no_demo: bool,
    /// Run schedules only when `POST /_local/schedules/{name}` says so, and not by the clock
    #[arg(long)]
    no_schedules: bool,
    /// The port of the API; the AWS endpoint uses the next one (0: any free ports)
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// The address to listen on; 0.0.0.0 accepts phones in the same network
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Also serve encrypted connections, with the stack's own certificate: in a network, browsers require them for
    /// camera, position and service workers
    #[arg(long)]
    tls: bool,
    /// Allow pages of this origin to call the API, such as `https://app.example.com`; can be repeated
    #[arg(long, value_name = "ORIGIN")]
    cors_origin: Vec<Origin>,
    /// Also listen on this port for readers of faces and fingers, which speak plain HTTP (0: any free port)
    #[arg(long, value_name = "PORT")]
    terminals: Option<u16>,
    /// The folder in which data is stored
    #[arg(long, default_value = ".rollcall", value_name = "FOLDER")]
    data_dir: PathBuf,
    /// Stop the clock at this instant, such as 2026-11-02T08:58:00+03:00
    #[arg(long, value_name = "RFC3339")]
    clock: Option<Timestamp>,
    /// The token for setting up the first administrator, instead of a random one
    #[arg(long, env = "ROLLCALL_SETUP_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    setup_token: Option<String>,
    /// Write the API's OpenAPI document to this file, and exit
    #[arg(long, value_name = "FILE")]
    write_openapi: Option<PathBuf>,
    /// Write the AsyncAPI document of live connections to this file, and exit
    #[arg(long, value_name = "FILE")]
    write_asyncapi: Option<PathBuf>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            data: if arguments.ephemeral { Data::Ephemeral } else { Data::Folder(arguments.data_dir) },
            host: arguments.host,
            port: arguments.port,
            clock: arguments.clock,
            demo: !arguments.no_demo,
            keeps_time: !arguments.no_schedules,
            tls: arguments.tls,
            origins: arguments.cors_origin,
            terminals: arguments.terminals,
            setup_token: arguments.setup_token.filter(|token| !token.is_empty()),
            time_limit_factor: 1,
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("rollcall: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let mut documents = Vec::new();
    if let Some(file) = &arguments.write_openapi {
        documents.push((file, local::openapi::merged().to_pretty_json().map_err(|error| error.to_string())?));
    }
    if let Some(file) = &arguments.write_asyncapi {
        documents.push((file, local::openapi::asyncapi().map_err(|error| error.to_string())?));
    }
    if !documents.is_empty() {
        for (file, document) in documents {
            std::fs::write(file, document + "\n")
                .map_err(|error| format!("{} can't be written: {error}", file.display()))?;
        }
        return Ok(());
    }
    log_to_stderr();
    let mut ended = signals().map_err(|error| format!("can't listen for signals: {error}"))?;
    let starting = Stack::start(arguments.into());
    let stack = tokio::select! {
        started = starting => started.map_err(|error| error.to_string())?,
        // The stack hasn't started yet, so there is nothing to shut down.
        _ = ended.recv() => return Ok(()),
    };
    // Standard output may be closed.
    let _ = writeln!(std::io::stdout(), "{}", stack.welcome());
    ended.recv().await;
    stack.shutdown().await;
    Ok(())
}

fn log_to_stderr() {
    use tracing::level_filters::LevelFilter;
    use tracing_subscriber::{Layer, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt};
    let quiet = [("s3s", LevelFilter::WARN), ("s3s_fs", LevelFilter::WARN)];
    let usual = Targets::new().with_default(LevelFilter::INFO).with_targets(quiet);
    let filter = runtime::telemetry::wanted(&runtime::Variables::of_process(), usual);
    let lines = fmt::layer().with_writer(std::io::stderr).compact();
    tracing_subscriber::registry().with(lines.with_filter(filter)).init();
}

/// Returns a receiver for Ctrl-C and for the signals of `kill` and process managers.
fn signals() -> std::io::Result<tokio::sync::mpsc::Receiver<()>> {
    let (told, ended) = tokio::sync::mpsc::channel(1);
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    #[cfg(unix)]
    let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    tokio::spawn(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            return;
        }
        let _ = told.send(()).await;
    });
    Ok(ended)
}
