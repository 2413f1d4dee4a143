//! The storage of a stack: its data folder, or memory and a temporary folder.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
};

use domain::ports::Clock;
use runtime::system::{SystemClock, SystemEntropy};

use crate::{
    aws::{DynamoDb, table},
    data_folder::{DataFolder, KeptSecrets},
    error::StartError,
    gateway::Certificate,
    options::Data,
};

/// The storage, which must outlive the stack's work on its files.
#[derive(Debug)]
pub(crate) enum Home {
    Folder(DataFolder),
    Temporary(tempfile::TempDir),
}

impl Home {
    pub(crate) fn open(data: &Data) -> Result<Self, StartError> {
        match data {
            Data::Folder(folder) => DataFolder::open(folder).map(Self::Folder),
            Data::Ephemeral => {
                let folder = tempfile::Builder::new().prefix("rollcall-").tempdir();
                folder.map(Self::Temporary).map_err(|error| StartError::Services(error.to_string()))
            }
        }
    }

    pub(crate) fn secrets(&self) -> Result<KeptSecrets, StartError> {
        match self {
            Self::Folder(folder) => folder.secrets(&SystemEntropy),
            Self::Temporary(_) => Ok(KeptSecrets::generate(&SystemEntropy)),
        }
    }

    pub(crate) fn tables(&self, definition: &table::Definition) -> Result<DynamoDb, StartError> {
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

    /// Returns whether this start makes the demo company. A folder records that its demo company isn't complete.
    pub(crate) fn begins_demo(&self) -> Result<bool, StartError> {
        match self {
            Self::Folder(folder) if folder.first_start() => folder.begin_demo().map(|()| true),
            Self::Folder(_) => Ok(false),
            Self::Temporary(_) => Ok(true),
        }
    }

    pub(crate) fn end_demo(&self) -> Result<(), StartError> {
        match self {
            Self::Folder(folder) => folder.end_demo(),
            Self::Temporary(_) => Ok(()),
        }
    }

    /// Returns whether the stack has the demo company. `wanted` is whether this start asked for it.
    pub(crate) fn has_demo(&self, wanted: bool) -> bool {
        match self {
            Self::Folder(folder) => folder.has_demo(),
            Self::Temporary(_) => wanted,
        }
    }

    /// Returns the data folder, in which the flow of events also stores its state; `None` if the stack is in memory.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder.folder()),
            Self::Temporary(_) => None,
        }
    }

    /// Returns a certificate for the addresses. It is the one of an earlier start, if that one is still suitable.
    pub(crate) fn certificate(&self, addresses: &[IpAddr]) -> Result<Certificate, StartError> {
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

    pub(crate) fn buckets(&self) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.buckets(),
            Self::Temporary(folder) => folder.path().to_owned(),
        }
    }
}
