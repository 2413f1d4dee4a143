//! Reading a file's parts one after the other, never beyond its end.

use crate::PhotoRefusal;

/// What is left of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next bytes.
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], PhotoRefusal> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(PhotoRefusal::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    /// The next bytes as an array.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], PhotoRefusal> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(PhotoRefusal::Truncated)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is left, untouched.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.0
    }
}
