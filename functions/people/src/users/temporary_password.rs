//! Passwords that a manager reads out to someone once.

use domain::{
    password::NewPassword,
    ports::{Entropy, random_bytes},
    username::Username,
};
use web::Problem;

/// 32 characters that are told apart on paper and over the phone: no `l`, `o`, `0` or `1`. Five bits each.
const CHARACTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Four groups of four: 80 bits.
const GROUPS: usize = 4;

/// A new password such as `k7wd-m2xq-9hbt-ecv4`.
pub(super) fn temporary_password(entropy: &dyn Entropy, username: &Username) -> Result<NewPassword, Problem> {
    let random: [u8; 4 * GROUPS] = random_bytes(entropy);
    let group = |bytes: &[u8]| -> String {
        // 256 is a multiple of 32, so every character is as likely as any other.
        bytes.iter().filter_map(|byte| CHARACTERS.get(usize::from(byte % 32))).map(|byte| char::from(*byte)).collect()
    };
    let groups: Vec<String> = random.chunks(4).map(group).collect();
    NewPassword::parse(&groups.join("-"), username).map_err(|_| Problem::internal("a made password breaks the rules"))
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
