//! Splits entries into calls of `PutEvents`.

use crate::entry::SizedEntry;

/// The maximum number of entries in a call (an AWS limit).
const ENTRIES: usize = 10;
/// The maximum total size of the entries in a call, in bytes (an AWS limit).
const BYTES: usize = 256 * 1024;

/// Splits the entries, in order, into as few calls as possible. An entry that is too large by itself gets a call of
/// its own, so that AWS refuses only that entry.
pub(crate) fn chunks(entries: Vec<SizedEntry>) -> Vec<Vec<SizedEntry>> {
    let mut chunks: Vec<Vec<SizedEntry>> = Vec::new();
    let mut bytes = 0;
    for entry in entries {
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < ENTRIES && bytes + entry.bytes <= BYTES => {
                bytes += entry.bytes;
                chunk.push(entry);
            }
            Some(_) | None => {
                bytes = entry.bytes;
                chunks.push(vec![entry]);
            }
        }
    }
    chunks
}

#[cfg(test)]
mod tests {
    use aws_sdk_eventbridge::types::PutEventsRequestEntry;

    use super::*;

    fn lengths(bytes: &[usize]) -> Vec<usize> {
        let entries = bytes.iter().map(|bytes| SizedEntry {
            sequence_number: bytes.to_string(),
            entry: PutEventsRequestEntry::builder().build(),
            bytes: *bytes,
        });
        let chunks = chunks(entries.collect());
        let flat: Vec<usize> = chunks.iter().flatten().map(|entry| entry.bytes).collect();
        assert_eq!(flat, bytes);
        chunks.iter().map(Vec::len).collect()
    }

    #[test]
    fn a_call_takes_ten_entries() {
        assert_eq!(lengths(&[100; 25]), [10, 10, 5]);
        assert!(lengths(&[]).is_empty());
    }

    #[test]
    fn a_call_takes_256_kilobytes() {
        assert_eq!(lengths(&[BYTES / 2, BYTES / 2, 1]), [2, 1]);
        assert_eq!(lengths(&[1, BYTES + 1, 1]), [1, 1, 1]);
    }
}
