//! Temporary passwords, which a manager tells a person once.

use domain::{password::NewPassword, ports::Entropy, readable_code::readable_code, username::Username};

use crate::Refusal;

/// The number of characters of a temporary password, 80 bits in all.
const LENGTH: usize = 16;

/// Generates a password such as `k7wd-m2xq-9hbt-ecv4`.
///
/// # Errors
/// The password breaks a rule of passwords: a defect.
pub fn temporary_password(entropy: &dyn Entropy, username: &Username) -> Result<NewPassword, Refusal> {
    let made = NewPassword::parse(&readable_code::<LENGTH>(entropy, 4), username);
    made.map_err(|_| Refusal::Defect("a made password breaks the rules"))
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
        assert!(groups.iter().all(|group| group.len() == 4));
    }
}
