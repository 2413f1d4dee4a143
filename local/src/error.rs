//! The errors that prevent a stack from starting, in the words of the person who starts it.

use std::{io, net::SocketAddr, path::PathBuf};

/// An error that prevents a stack from starting.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program listens on a port that the stack needs.
    #[error(
        "port {} is in use on {}: end what listens there, or choose two free ones in a row with --port",
        .0.port(), .0.ip()
    )]
    PortInUse(SocketAddr),
    /// The stack can't listen on a port for another reason.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// The address of the port.
        address: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },
    /// Another stack uses the same data folder.
    #[error("the data folder {} is in use by another rollcall: end that one, or choose another with --data-dir", .0.display())]
    FolderInUse(PathBuf),
    /// The data folder contains something that the stack can't use.
    #[error("the data folder {} can't be used: {problem}", .folder.display())]
    Folder {
        /// The path of the folder.
        folder: PathBuf,
        /// The problem, and what to do about it.
        problem: String,
    },
    /// template.yaml doesn't contain something that the stack needs.
    #[error("template.yaml can't be followed: {0}")]
    Template(String),
    /// A function failed to start.
    #[error("the function {name} doesn't start: {source}")]
    Function {
        /// The name of the function.
        name: &'static str,
        /// The error of the function.
        source: runtime::InitError,
    },
    /// The certificate for `--tls` can't be created.
    #[error("the certificate for encrypted connections can't be made: {0}")]
    Certificate(String),
    /// The demo company can't be created.
    #[error("the demo company can't be made: {0} (--no-demo starts without it)")]
    Demo(String),
    /// The stack's database or buckets can't be created in memory.
    #[error("the local AWS services don't start: {0}")]
    Services(String),
}
