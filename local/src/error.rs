//! Why a stack doesn't start, in a sentence for the person who started it.

use std::{io, net::SocketAddr, path::PathBuf};

/// Why a stack doesn't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Somebody else listens on a port that the stack needs.
    #[error(
        "port {} is in use on {}: end what listens there, or choose two free ones in a row with --port",
        .0.port(), .0.ip()
    )]
    PortInUse(SocketAddr),
    /// A port can't be listened on for another reason.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// Another stack works on the same data folder.
    #[error("the data folder {} is in use by another rollcall: end that one, or choose another with --data-dir", .0.display())]
    FolderInUse(PathBuf),
    /// The data folder holds something that the stack can't go on from.
    #[error("the data folder {} can't be used: {problem}", .folder.display())]
    Folder {
        /// Which folder.
        folder: PathBuf,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// What the stack takes from template.yaml isn't there.
    #[error("template.yaml can't be followed: {0}")]
    Template(String),
    /// A function refused to start.
    #[error("the function {name} doesn't start: {source}")]
    Function {
        /// Which function.
        name: &'static str,
        /// Why.
        source: runtime::InitError,
    },
    /// No certificate for `--tls`.
    #[error("the certificate for encrypted connections can't be made: {0}")]
    Certificate(String),
    /// The demo company couldn't be made.
    #[error("the demo company can't be made: {0} (--no-demo starts without it)")]
    Demo(String),
    /// The stack's own database or buckets failed in memory.
    #[error("the local AWS services don't start: {0}")]
    Services(String),
}
