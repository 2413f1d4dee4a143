//! Temporary passwords, which a manager tells a person once.

use domain::{
    password::NewPassword,
    ports::{Entropy, random_bytes},
    username::Username,
};

use crate::Refusal;

/// The 32 characters of temporary passwords, five bits each: without `l`, `o`, `0` and `1`, so that they are unambiguous on
/// paper and over the phone.
const CHARACTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// The number of groups of four characters, 80 bits in all.
const GROUPS: usize = 4;

/// Generates a password such as `k7wd-m2xq-9hbt-ecv4`.
///
/// # Errors
/// The password breaks a rule of passwords: a defect.
pub fn temporary_password(entropy: &dyn Entropy, username: &Username) -> Result<NewPassword, Refusal> {
    let random: [u8; 4 * GROUPS] = random_bytes(entropy);
    let group = |bytes: &[u8]| -> String {
        // 256 is a multiple of 32, so all characters are equally likely.
        bytes.iter().filter_map(|byte| CHARACTERS.get(usize::from(byte % 32))).map(|byte| char::from(*byte)).collect()
    };
    let groups: Vec<String> = random.chunks(4).map(group).collect();
    NewPassword::parse(&groups.join("-"), username).map_err(|_| Refusal::Defect("a made password breaks the rules"))
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
    fn a_temporary_password_is_four_readable_groups() {
        let password = temporary_password(&Counting, &Username::parse("maria").unwrap()).unwrap();
        let groups: Vec<&str> = password.expose().split('-').collect();
        assert_eq!(groups.len(), 4);
        assert!(groups.iter().all(|group| group.len() == 4 && group.bytes().all(|byte| CHARACTERS.contains(&byte))));
    }
}
