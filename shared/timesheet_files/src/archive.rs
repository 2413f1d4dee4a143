//! A zip archive that is written file by file. Memory holds only the bytes that haven't been taken yet.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use domain::{id::UserId, text::Name};
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions, write::StreamWriter};

use crate::FileError;

/// The maximum number of characters of a person's name in the name of a file.
const NAME_CHARACTERS: usize = 60;

/// An archive that is being written.
pub struct Archive {
    writer: ZipWriter<StreamWriter<Written>>,
    written: Written,
}

/// The bytes that are written and not taken yet. The writer and the archive share them.
#[derive(Debug, Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").finish_non_exhaustive()
    }
}

impl Default for Archive {
    fn default() -> Self {
        let written = Written::default();
        Self { writer: ZipWriter::new_stream(written.clone()), written }
    }
}

impl Archive {
    /// Adds a file, and returns the bytes of the archive that are complete. A PDF is compressed already, so it is stored as it is.
    ///
    /// # Errors
    /// The archive already has a file of that name.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<Vec<u8>, FileError> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.writer.start_file(name, options).map_err(unwritable)?;
        self.writer.write_all(bytes).map_err(|error| FileError::Unwritable(error.to_string()))?;
        Ok(self.written.take())
    }

    /// Completes the archive, and returns its last bytes.
    ///
    /// # Errors
    /// The list of the files can't be written.
    pub fn finish(self) -> Result<Vec<u8>, FileError> {
        self.writer.finish().map_err(unwritable)?;
        Ok(self.written.take())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "so that it can be passed to `map_err`")]
fn unwritable(error: ZipError) -> FileError {
    FileError::Unwritable(error.to_string())
}

/// Returns the name of a person's file: their name without characters that mean something in paths, and their id, because names
/// aren't unique.
pub fn entry_name(person: UserId, full_name: &Name) -> String {
    let safe = |character: char| if character.is_alphanumeric() { character } else { '_' };
    let name: String = full_name.as_str().chars().take(NAME_CHARACTERS).map(safe).collect();
    format!("{name}-{person}.pdf")
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use zip::ZipArchive;

    use super::*;

    #[test]
    fn an_archive_in_pieces_is_a_whole_archive() {
        let two = vec![7; 100_000];
        let mut archive = Archive::default();
        let mut bytes = archive.add("one.pdf", b"%PDF one").unwrap();
        assert!(!bytes.is_empty());
        bytes.extend(archive.add("two.pdf", &two).unwrap());
        bytes.extend(archive.finish().unwrap());
        let mut read = ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(read.len(), 2);
        let mut content = Vec::new();
        read.by_name("two.pdf").unwrap().read_to_end(&mut content).unwrap();
        assert_eq!(content, two);
    }

    #[test]
    fn an_archive_has_no_two_files_of_one_name() {
        let mut archive = Archive::default();
        archive.add("one.pdf", b"%PDF one").unwrap();
        assert!(archive.add("one.pdf", b"again").is_err());
    }

    #[test]
    fn names_of_files_have_no_paths() {
        let id: UserId = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let named = |name: &str| entry_name(id, &Name::parse(name).unwrap());
        assert_eq!(named("../../etc/passwd"), "______etc_passwd-01JBN2V7Q4W0M3T9K5ZXH8R6CD.pdf");
        assert_eq!(named("Zoë Åström"), "Zoë_Åström-01JBN2V7Q4W0M3T9K5ZXH8R6CD.pdf");
        assert_eq!(named(&"é".repeat(90)).chars().count(), 60 + 1 + 26 + 4);
    }
}
