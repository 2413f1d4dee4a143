//! The only EXIF value that belongs to the picture: its orientation.

/// The tag of the orientation.
const ORIENTATION: u16 = 0x0112;
/// The type of a 16-bit number.
const SHORT: u16 = 3;

/// The orientation of a picture, 1 to 8. 1 means upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Orientation(u8);

impl Orientation {
    /// Returns the orientation in a TIFF structure, the body of an EXIF segment. An unreadable structure has none, and is
    /// removed in any case.
    pub(crate) fn of(tiff: &[u8]) -> Option<Self> {
        let is_little = match tiff.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        let short = |at: usize| -> Option<u16> {
            let bytes = *tiff.get(at..)?.first_chunk()?;
            Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
        };
        let long = |at: usize| -> Option<usize> {
            let bytes = *tiff.get(at..)?.first_chunk()?;
            usize::try_from(if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }).ok()
        };
        let directory = long(4)?;
        let entries = usize::from(short(directory)?);
        (0..entries).find_map(|entry| {
            let at = directory.checked_add(2 + 12 * entry)?;
            let is_orientation = short(at)? == ORIENTATION && short(at + 2)? == SHORT && long(at + 4)? == 1;
            let value = u8::try_from(short(at + 8)?).ok()?;
            (is_orientation && (1..=8).contains(&value)).then_some(Self(value))
        })
    }

    /// Returns a TIFF structure that contains the orientation and nothing else.
    pub(crate) fn to_tiff(self) -> Vec<u8> {
        let mut tiff = b"MM\0*".to_vec();
        // The only directory follows the header and has one entry.
        tiff.extend(8_u32.to_be_bytes());
        tiff.extend(1_u16.to_be_bytes());
        tiff.extend(ORIENTATION.to_be_bytes());
        tiff.extend(SHORT.to_be_bytes());
        tiff.extend(1_u32.to_be_bytes());
        tiff.extend([0, self.0, 0, 0]);
        // No other directory follows.
        tiff.extend(0_u32.to_be_bytes());
        tiff
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_orientation_is_read_back_as_it_was_written() {
        for value in 1..=8 {
            assert_eq!(Orientation::of(&Orientation(value).to_tiff()), Some(Orientation(value)));
        }
    }

    #[test]
    fn the_orientation_is_found_among_other_tags_in_either_byte_order() {
        let little = b"II*\0\x08\0\0\0\x02\0\x0f\x01\x02\0\x04\0\0\0abc\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        assert_eq!(Orientation::of(little), Some(Orientation(6)));
    }

    #[test]
    fn nonsense_has_no_orientation() {
        let whole = Orientation(6).to_tiff();
        for length in 0..20 {
            assert_eq!(Orientation::of(&whole[..length]), None, "{length} bytes");
        }
        assert_eq!(Orientation::of(b"MM\0*\xff\xff\xff\xff"), None);
        assert_eq!(Orientation::of(&Orientation(9).to_tiff()), None);
    }
}
