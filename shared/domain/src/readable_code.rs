//! Random codes that people read and type: temporary passwords and recovery codes.

use crate::ports::{Entropy, random_bytes};

/// The 32 characters of codes, five bits each: without `l`, `o`, `0` and `1`, so that they are unambiguous on paper and over the
/// phone.
const CHARACTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Generates a code of `N` characters in groups of `group`, such as `k7wd-m2xq-9hbt-ecv4`.
pub fn readable_code<const N: usize>(entropy: &dyn Entropy, group: usize) -> String {
    let random: [u8; N] = random_bytes(entropy);
    let readable = |bytes: &[u8]| -> String {
        // 256 is a multiple of 32, so all characters are equally likely.
        bytes.iter().filter_map(|byte| CHARACTERS.get(usize::from(byte % 32))).map(|byte| char::from(*byte)).collect()
    };
    let groups: Vec<String> = random.chunks(group.max(1)).map(readable).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Counting;

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (byte, value) in bytes.iter_mut().zip(17_u8..) {
                *byte = value.wrapping_mul(37);
            }
        }
    }

    #[test]
    fn a_readable_code_is_groups_of_unambiguous_characters() {
        for (code, lengths) in
            [(readable_code::<16>(&Counting, 4), vec![4, 4, 4, 4]), (readable_code::<10>(&Counting, 5), vec![5, 5])]
        {
            let groups: Vec<&str> = code.split('-').collect();
            assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), lengths);
            assert!(groups.concat().bytes().all(|byte| CHARACTERS.contains(&byte)), "{code}");
        }
    }
}
