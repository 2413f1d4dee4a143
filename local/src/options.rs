//! The options for starting a stack.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use jiff::Timestamp;

use crate::gateway::Origin;

/// The options for starting a stack.
#[derive(Debug, Clone)]
pub struct Options {
    /// The place where the stack stores its data.
    pub data: Data,
    /// The address on which the stack listens.
    pub host: IpAddr,
    /// The port of the gateway. The AWS endpoint uses the next one. With 0, any free ports are used.
    pub port: u16,
    /// The instant at which the clock is stopped at first. Without it, the clock runs.
    pub clock: Option<Timestamp>,
    /// Whether the first start creates the demo company.
    pub demo: bool,
    /// Whether the template's schedules run on time by themselves, expired items are deleted, and old connections are closed. If
    /// not, only `/_local/schedules/{name}` runs schedules, so that a test gets the same results at any speed.
    pub keeps_time: bool,
    /// Whether the ports accept encrypted connections, with the stack's own certificate.
    pub tls: bool,
    /// The origins whose pages may call the API, in addition to loopback addresses and the stack's own origin.
    pub origins: Vec<Origin>,
    /// The port for readers of faces and fingers, which speak plain HTTP; none by default. With 0, any free port is used.
    pub terminals: Option<u16>,
    /// The set-up token; a random one by default.
    pub setup_token: Option<String>,
    /// The factor by which the gateway and the functions have longer time limits than in the cloud. Tests share a machine
    /// with many others, so they need a large one.
    pub time_limit_factor: u32,
}

/// The place where a stack stores its data.
#[derive(Debug, Clone)]
pub enum Data {
    /// In memory, with photos in a temporary folder. The data is lost when the stack ends.
    Ephemeral,
    /// In this folder, which the next start reads again.
    Folder(PathBuf),
}

impl Options {
    /// Returns the options of an empty stack in memory, for tests. It uses ports of its own, its schedules don't run by
    /// themselves, and a slow machine exceeds none of its time limits.
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
            terminals: None,
            setup_token: None,
            time_limit_factor: 20,
        }
    }
}
