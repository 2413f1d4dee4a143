//! How a stack is to be started.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use jiff::Timestamp;

use crate::gateway::Origin;

/// How a stack is to be started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where its data is kept.
    pub data: Data,
    /// The address that it listens on.
    pub host: IpAddr,
    /// The gateway's port; the AWS endpoint has the next one. 0: whatever ports are free.
    pub port: u16,
    /// The moment at which its clock stands at first, instead of running.
    pub clock: Option<Timestamp>,
    /// Whether the first start makes the demo company.
    pub demo: bool,
    /// Whether the template's schedules run on time by themselves; else only by `/_local/schedules/{name}`.
    pub keeps_time: bool,
    /// Whether the ports take encrypted connections, with a certificate of the stack's own.
    pub tls: bool,
    /// Origins whose pages may call the API, besides those of loopback addresses and the stack's own.
    pub origins: Vec<Origin>,
    /// The set-up token, where it is not to be random.
    pub setup_token: Option<String>,
}

/// Where a stack's data is kept.
#[derive(Debug, Clone)]
pub enum Data {
    /// In memory (photos in a temporary folder), gone when the stack ends.
    Ephemeral,
    /// In this folder, found again by the next start.
    Folder(PathBuf),
}

impl Options {
    /// An empty stack in memory on ports of its own, whose schedules wait to be run: what a test wants.
    pub fn ephemeral() -> Self {
        Self {
            data: Data::Ephemeral,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            clock: None,
            demo: false,
            keeps_time: false,
            tls: false,
            origins: Vec::new(),
            setup_token: None,
        }
    }
}
