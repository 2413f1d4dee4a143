//! Argon2id hashes of passwords and PINs. They are computed and verified on blocking threads, at most one for each core at
//! a time: more would take memory without being faster.

#[cfg(debug_assertions)]
use std::sync::atomic::{AtomicBool, Ordering};
use std::{num::NonZero, sync::LazyLock, thread::available_parallelism};

use app::{Refusal, hashing::SecretHasher};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use domain::{
    password::normalized,
    ports::{Entropy, random_bytes},
};
use tokio::sync::Semaphore;

/// 19 MiB, two passes, one lane: the minimum that OWASP's password storage cheat sheet recommends for Argon2id. A sign-in
/// shouldn't need a larger function than the other operations.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Whether new hashes are cheap.
#[cfg(debug_assertions)]
static CHEAP: AtomicBool = AtomicBool::new(false);

/// Makes all later hashes of this process cheap, and so unsafe, for tests that sign in thousands of times: a third of their processor
/// time was Argon2. Release builds don't have the function, so no Lambda function can call it.
#[cfg(debug_assertions)]
pub fn use_cheap_hashes() {
    CHEAP.store(true, Ordering::Relaxed);
}

/// Limits the concurrent hashes, and so their memory, to the number of cores.
static RUNNING: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, NonZero::get)));

/// A hash that belongs to no password, with the parameters above. Its verification takes as long as that of a real hash.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes passwords and PINs for use cases. PIN hashes are easy to brute-force; the protection is the lock-out.
#[derive(Debug, Clone, Copy)]
pub struct Argon2Hasher;

impl SecretHasher for Argon2Hasher {
    async fn hash(&self, entropy: &dyn Entropy, secret: &str) -> Result<String, Refusal> {
        hash(entropy, secret).await
    }

    async fn verify(&self, hash: Option<&str>, typed: &str) -> Result<bool, Refusal> {
        verify(hash, typed).await
    }
}

/// Returns the hash of a password or PIN in PHC form, with a new salt.
async fn hash(entropy: &dyn Entropy, secret: &str) -> Result<String, Refusal> {
    let salt = SaltString::encode_b64(&random_bytes::<16>(entropy)).map_err(defect)?;
    let secret = secret.to_owned();
    off_thread(move || {
        let hash = argon2()?.hash_password(secret.as_bytes(), &salt).map_err(defect)?;
        Ok(hash.to_string())
    })
    .await
}

/// Returns whether the password or PIN matches the hash. Without a hash (an account that doesn't exist), it returns `false`
/// after the same work.
///
/// New hashes are of normalized passwords. Earlier hashes are of the text as it was typed, so that text is tried too if it
/// differs.
async fn verify(hash: Option<&str>, typed: &str) -> Result<bool, Refusal> {
    let known = hash.is_some();
    let hash = hash.unwrap_or(NOBODYS).to_owned();
    let normal = normalized(typed);
    let tried = if normal == typed { vec![normal] } else { vec![normal, typed.to_owned()] };
    off_thread(move || {
        let hash = PasswordHash::new(&hash).map_err(defect)?;
        for password in tried {
            match argon2()?.verify_password(password.as_bytes(), &hash) {
                Ok(()) => return Ok(known),
                Err(argon2::password_hash::Error::Password) => {}
                Err(error) => return Err(defect(error)),
            }
        }
        Ok(false)
    })
    .await
}

fn argon2() -> Result<Argon2<'static>, Refusal> {
    let cost = (MEMORY_KIB, PASSES);
    #[cfg(debug_assertions)]
    let cost = if CHEAP.load(Ordering::Relaxed) { (Params::MIN_M_COST, Params::MIN_T_COST) } else { cost };
    let params = Params::new(cost.0, cost.1, LANES, None).map_err(defect)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Returns the refusal of a defect, whose cause goes to the log.
fn defect(cause: impl std::fmt::Display) -> Refusal {
    tracing::error!(%cause, "a secret can't be hashed");
    Refusal::Defect("a secret can't be hashed")
}

/// Runs the hashing, which takes tens of milliseconds, where it doesn't block the thread's other work.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let running = RUNNING.acquire().await.map_err(defect)?;
    let hashing = move || {
        let done = work();
        // Held until here, even if the caller no longer waits.
        drop(running);
        done
    };
    tokio::task::spawn_blocking(hashing).await.map_err(defect)?
}

#[cfg(test)]
mod tests {
    use domain::{password::NewPassword, username::Username};
    use fixtures::SameByte;

    use super::*;

    fn password() -> NewPassword {
        NewPassword::parse("correct horse battery", &Username::parse("maria").unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_password_is_checked_against_its_hash() {
        let hash = hash(&SameByte(7), password().expose()).await.unwrap();
        assert!(verify(Some(&hash), "correct horse battery").await.unwrap());
        assert!(!verify(Some(&hash), "correct horse batterz").await.unwrap());
        assert!(!verify(Some(&hash), "").await.unwrap());
    }

    #[tokio::test]
    async fn a_password_is_right_in_either_normal_form() {
        let (composed, decomposed) = ("Çağlayan köprüsü", "C\u{327}ag\u{306}layan ko\u{308}pru\u{308}su\u{308}");
        for set in [composed, decomposed] {
            let new = NewPassword::parse(set, &Username::parse("maria").unwrap()).unwrap();
            let hash = hash(&SameByte(7), new.expose()).await.unwrap();
            for typed in [composed, decomposed, &composed.replace(' ', "\u{a0}")] {
                assert!(verify(Some(&hash), typed).await.unwrap(), "{set} typed as {typed:?}");
            }
            assert!(!verify(Some(&hash), "çağlayan köprüsü").await.unwrap());
        }
    }

    #[tokio::test]
    async fn a_hash_of_a_password_as_it_was_typed_stays_good() {
        let old = "C\u{327}ag\u{306}layan\u{a0}ko\u{308}pru\u{308}";
        let hash = hash(&SameByte(7), old).await.unwrap();
        assert!(verify(Some(&hash), old).await.unwrap());
        assert!(!verify(None, old).await.unwrap());
    }

    #[tokio::test]
    async fn the_dummy_hash_costs_the_same_work_and_matches_no_password() {
        let real = hash(&SameByte(7), password().expose()).await.unwrap();
        let real = PasswordHash::new(&real).unwrap();
        let nobodys = PasswordHash::new(NOBODYS).unwrap();
        assert_eq!((real.algorithm, real.version), (nobodys.algorithm, nobodys.version));
        assert_eq!(Params::try_from(&real).unwrap(), Params::try_from(&nobodys).unwrap());
        assert!(!verify(None, "correct horse battery").await.unwrap());
    }
}
