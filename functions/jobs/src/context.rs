//! The context of all work.

use std::{sync::Arc, time::Duration};

use bucket::Bucket;
use domain::ports::{Clock, Entropy};
use outbound::Client;
use secret_store::CompanyKeys;
use store::Store;

/// The time that an invocation reserves for handing over the rest.
pub(crate) const RESERVE: Duration = Duration::from_secs(30);

/// The dependencies of all work.
#[derive(Debug)]
pub(crate) struct Jobs {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    /// The bucket that report files are written to.
    pub(crate) exports: Bucket,
    /// The keys of the company, from which imports derive temporary passwords.
    pub(crate) keys: CompanyKeys,
    /// The guarded client that reads calendars.
    pub(crate) calendars: Client,
}
