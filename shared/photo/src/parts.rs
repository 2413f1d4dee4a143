//! Reads the parts of a file in sequence, never beyond its end.

use crate::PhotoRefusal;

/// The unread part of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Reads the next bytes.
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], PhotoRefusal> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(PhotoRefusal::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    /// Reads the next bytes as an array.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], PhotoRefusal> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(PhotoRefusal::Truncated)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the unread bytes without reading them.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.0
    }
}
