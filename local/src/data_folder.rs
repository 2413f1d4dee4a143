//! The data that a stack stores on disk for the next start: table, secrets and photos.
//!
//! Only one stack at a time uses a folder. A stack doesn't repair a folder that it can't use, because the data may be
//! important. It refuses to start, with an explanation.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use data_encoding::{BASE32_NOPAD, BASE64};
use domain::ports::{Entropy, random_bytes};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{aws::table, error::StartError, gateway::Certificate};

/// The lock file, which stays open while the stack uses the folder.
const LOCK: &str = "lock";
const TABLE: &str = "table.sqlite";
/// The definition with which the table was created.
const TABLE_DEFINITION: &str = "table.json";
const SECRETS: &str = "secrets.json";
/// The certificate for `--tls`.
const CERTIFICATE: &str = "certificate.json";
const BUCKETS: &str = "buckets";
/// A file that exists while the demo company is being created.
const UNFINISHED_DEMO: &str = "demo-unfinished";
/// A file that exists once the demo company is complete.
const DEMO: &str = "demo";

/// A locked data folder.
#[derive(Debug)]
pub(crate) struct DataFolder {
    folder: PathBuf,
    first_start: bool,
    _lock: File,
}

/// The secrets that Secrets Manager returns.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptSecrets {
    pub(crate) signing_keys: Value,
    /// Missing in folders of version 0.1.0: see [`KeptSecrets::completed`].
    #[serde(default)]
    pub(crate) company_keys: Value,
    pub(crate) setup_token: String,
}

impl KeptSecrets {
    pub(crate) fn generate(entropy: &dyn Entropy) -> Self {
        // The keys are valid from the earliest time, so that tokens of the demo company's past can be signed.
        let keys = || {
            json!([{
                "kid": BASE32_NOPAD.encode(&random_bytes::<5>(entropy)).to_lowercase(),
                "secret": BASE64.encode(&random_bytes::<32>(entropy)),
                "sign_from": "1970-01-01T00:00:00Z",
            }])
        };
        Self {
            signing_keys: keys(),
            company_keys: keys(),
            setup_token: BASE32_NOPAD.encode(&random_bytes::<10>(entropy)).to_lowercase(),
        }
    }

    /// Uses the signing keys as company keys if there are none. This is safe, because different keys are derived from them.
    fn completed(mut self) -> Self {
        if self.company_keys.is_null() {
            self.company_keys = self.signing_keys.clone();
        }
        self
    }
}

impl DataFolder {
    /// Opens and locks the folder, and creates it if it doesn't exist.
    pub(crate) fn open(folder: &Path) -> Result<Self, StartError> {
        let refused = |problem: String| StartError::Folder { folder: folder.to_owned(), problem };
        fs::create_dir_all(folder).map_err(|error| refused(format!("it can't be made ({error})")))?;
        let lock = OpenOptions::new().create(true).write(true).truncate(false).open(folder.join(LOCK));
        let lock = lock.map_err(|error| refused(format!("nothing can be written to it ({error})")))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => StartError::FolderInUse(folder.to_owned()),
            TryLockError::Error(error) => refused(format!("it can't be locked ({error})")),
        })?;
        let mut opened = Self { folder: folder.to_owned(), first_start: false, _lock: lock };
        if opened.path(UNFINISHED_DEMO).exists() {
            opened.start_over().map_err(|error| refused(format!("an unfinished demo can't be removed ({error})")))?;
        }
        opened.first_start = !opened.path(TABLE).exists();
        Ok(opened)
    }

    /// Returns whether the folder has no table yet.
    pub(crate) fn first_start(&self) -> bool {
        self.first_start
    }

    pub(crate) fn table(&self) -> PathBuf {
        self.path(TABLE)
    }

    pub(crate) fn buckets(&self) -> PathBuf {
        self.path(BUCKETS)
    }

    /// Returns the secrets of the folder, which the first start creates.
    pub(crate) fn secrets(&self, entropy: &dyn Entropy) -> Result<KeptSecrets, StartError> {
        let path = self.path(SECRETS);
        match fs::read(&path) {
            Ok(kept) => serde_json::from_slice(&kept)
                .map(KeptSecrets::completed)
                .map_err(|error| self.refused(format!("{SECRETS} is damaged ({error}); {}", self.way_out()))),
            Err(error) if error.kind() == ErrorKind::NotFound && self.first_start => {
                let secrets = KeptSecrets::generate(entropy);
                let written =
                    private_file(&path).and_then(|mut file| file.write_all(&serde_json::to_vec_pretty(&secrets)?));
                written.map_err(|error| self.refused(format!("{SECRETS} can't be written ({error})")))?;
                Ok(secrets)
            }
            Err(error) => Err(self.refused(format!("{SECRETS} can't be read ({error}); {}", self.way_out()))),
        }
    }

    /// Returns the certificate of an earlier start; `None` if it can't be read, because the stack can create another
    /// one.
    pub(crate) fn certificate(&self) -> Option<Certificate> {
        serde_json::from_slice(&fs::read(self.path(CERTIFICATE)).ok()?).ok()
    }

    /// Stores the certificate with its key, and replaces an earlier one.
    pub(crate) fn keep_certificate(&self, certificate: &Certificate) -> Result<(), StartError> {
        let path = self.path(CERTIFICATE);
        let written = || {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
            private_file(&path)?.write_all(&serde_json::to_vec_pretty(certificate)?)
        };
        written().map_err(|error| self.refused(format!("{CERTIFICATE} can't be written ({error})")))
    }

    /// Refuses a table that was created with a definition other than this version's.
    pub(crate) fn check_table(&self, definition: &table::Definition) -> Result<(), StartError> {
        let path = self.path(TABLE_DEFINITION);
        let wanted = &definition.create;
        if self.first_start {
            let written = fs::write(&path, format!("{wanted:#}\n"));
            return written.map_err(|error| self.refused(format!("{TABLE_DEFINITION} can't be written ({error})")));
        }
        let kept = fs::read(&path).ok().and_then(|kept| serde_json::from_slice::<Value>(&kept).ok());
        if kept.as_ref() == Some(wanted) {
            return Ok(());
        }
        Err(self.refused(format!("its table was made by another version of Rollcall; {}", self.way_out())))
    }

    /// Returns the error for a folder whose table can't be used.
    pub(crate) fn refused_table(&self, problem: impl std::fmt::Display) -> StartError {
        self.refused(format!("{TABLE} is damaged or was never Rollcall's ({problem}); {}", self.way_out()))
    }

    /// Records that the demo company is being created, so that an incomplete one isn't mistaken for the user's own
    /// data.
    pub(crate) fn begin_demo(&self) -> Result<(), StartError> {
        let begun = fs::write(self.path(UNFINISHED_DEMO), "");
        begun.map_err(|error| self.refused(format!("nothing can be written to it ({error})")))
    }

    /// Records that the demo company is complete.
    pub(crate) fn end_demo(&self) -> Result<(), StartError> {
        let ended = fs::rename(self.path(UNFINISHED_DEMO), self.path(DEMO));
        ended.map_err(|error| self.refused(format!("nothing can be written to it ({error})")))
    }

    /// Returns whether the first start created the demo company in this folder.
    pub(crate) fn has_demo(&self) -> bool {
        self.path(DEMO).exists()
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn start_over(&self) -> std::io::Result<()> {
        for file in [TABLE.to_owned(), format!("{TABLE}-wal"), format!("{TABLE}-shm"), SECRETS.to_owned()] {
            match fs::remove_file(self.path(&file)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        fs::remove_file(self.path(UNFINISHED_DEMO))
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    fn refused(&self, problem: String) -> StartError {
        StartError::Folder { folder: self.folder.clone(), problem }
    }

    fn way_out(&self) -> String {
        format!("move {} away to start afresh, or choose another with --data-dir", self.folder.display())
    }
}

/// Creates a file that only its owner may read.
fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use runtime::system::SystemEntropy;

    use super::*;

    fn refusal<T>(result: Result<T, StartError>) -> String {
        result.err().expect("refused").to_string()
    }

    #[test]
    fn secrets_are_made_once_and_kept_from_others() {
        let home = tempfile::tempdir().unwrap();
        let made = DataFolder::open(home.path()).unwrap().secrets(&SystemEntropy).unwrap();
        let found = DataFolder::open(home.path()).unwrap().secrets(&SystemEntropy).unwrap();
        assert_eq!(made.setup_token, found.setup_token);
        assert_eq!(made.company_keys, found.company_keys);
        assert_ne!(made.company_keys, made.signing_keys);
        #[cfg(unix)]
        {
            let secrets = fs::metadata(home.path().join(SECRETS)).unwrap();
            assert_eq!(std::os::unix::fs::MetadataExt::mode(&secrets) & 0o777, 0o600);
        }
    }

    #[test]
    fn the_secrets_of_the_first_release_are_completed() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(SECRETS), r#"{"signing_keys": [{"kid": "a"}], "setup_token": "x"}"#).unwrap();
        let secrets = DataFolder::open(home.path()).unwrap().secrets(&SystemEntropy).unwrap();
        assert_eq!(secrets.company_keys, json!([{"kid": "a"}]));
    }

    #[test]
    fn a_folder_has_one_user_at_a_time() {
        let home = tempfile::tempdir().unwrap();
        let first = DataFolder::open(home.path()).unwrap();
        assert!(refusal(DataFolder::open(home.path())).contains("in use by another rollcall"));
        drop(first);
        DataFolder::open(home.path()).unwrap();
    }

    #[test]
    fn damaged_files_are_reported_and_never_repaired() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(TABLE), "").unwrap();
        let folder = DataFolder::open(home.path()).unwrap();
        assert!(refusal(folder.secrets(&SystemEntropy)).contains("secrets.json can't be read"));
        fs::write(home.path().join(SECRETS), "{").unwrap();
        assert!(refusal(folder.secrets(&SystemEntropy)).contains("secrets.json is damaged"));
        let definition = crate::template::Template::embedded().unwrap().table().unwrap();
        assert!(refusal(folder.check_table(&definition)).contains("another version of Rollcall"));
    }

    #[test]
    fn an_unfinished_demo_company_is_deleted_at_the_next_start() {
        let home = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(home.path()).unwrap();
        folder.begin_demo().unwrap();
        fs::write(home.path().join(TABLE), "half").unwrap();
        drop(folder);
        let folder = DataFolder::open(home.path()).unwrap();
        assert!(folder.first_start());
        assert!(!home.path().join(UNFINISHED_DEMO).exists());
    }

    #[test]
    fn a_file_in_the_folders_place_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("data");
        fs::write(&file, "").unwrap();
        assert!(refusal(DataFolder::open(&file)).contains("it can't be made"));
    }
}
