//! Refresh tokens. A token contains the person, the session and its generation, and a MAC that proves them.
//!
//! A session has one token for each generation, and each refresh starts the next generation. The token of a generation is
//! always the same text, because it is derived from the signing secret. The table stores neither tokens nor their hashes.
//! So a lost answer can be repeated (`docs/adr/0020-refresh-tokens-are-derived.md`).

use std::fmt;

use app::auth::sign_in::Standing;
use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
    hmac,
};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use domain::id::{FamilyId, UserId};
use jiff::Timestamp;
use store::sign_ins::SignIn;

use crate::signing_keys::SigningKeys;

/// How long the previous token is still accepted while the current one is unused, in seconds. Two tabs that refresh at once, and
/// a client whose answer was lost, get the same successor.
const REPEAT_SECONDS: i64 = 30;

/// The prefix of derived tokens.
const DERIVED: &str = "rt2";
/// The prefix of random tokens, which release 0.1.0 issued and stored as a hash.
const RANDOM: &str = "rt1";

/// A refresh token as a client sends it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RefreshToken {
    pub(crate) user: UserId,
    pub(crate) family: FamilyId,
    proof: Proof,
}

#[derive(Clone, PartialEq, Eq)]
enum Proof {
    /// The secret of a token of release 0.1.0.
    Random([u8; 32]),
    /// The generation, and the MAC over everything that precedes the MAC.
    Derived { generation: u64, mac: [u8; 32] },
}

impl RefreshToken {
    /// Parses a token. Returns none for text of another format.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (form, user, family) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let proof = match form {
            DERIVED => {
                let generation = parts.next()?.parse().ok()?;
                Proof::Derived { generation, mac: bytes(parts.next()?)? }
            }
            RANDOM => Proof::Random(bytes(parts.next()?)?),
            _ => return None,
        };
        parts.next().is_none().then_some(Self { user, family, proof })
    }

    /// Returns the standing of the token in `session` at `now`.
    pub(crate) fn standing(&self, session: &SignIn, keys: &SigningKeys, now: Timestamp) -> Standing {
        let Some(generation) = self.generation(session, keys) else { return Standing::Forged };
        let since_refresh = now.as_second() - session.refreshed_at.as_second();
        if generation == session.generation {
            Standing::Current
        } else if generation > session.generation {
            // A restored table is behind the tokens that the replaced table issued.
            Standing::Forged
        } else if generation + 1 == session.generation && since_refresh <= REPEAT_SECONDS {
            Standing::Repeated
        } else {
            Standing::Reused
        }
    }

    /// Returns the generation that the token proves, or none if the token proves nothing.
    fn generation(&self, session: &SignIn, keys: &SigningKeys) -> Option<u64> {
        match &self.proof {
            Proof::Derived { .. } => self.proven_generation(keys),
            // The session keeps the hash of the last random token, which counts as the generation before the first.
            Proof::Random(secret) => {
                let hash = HEXLOWER.encode(digest(&SHA256, secret).as_ref());
                verify_slices_are_equal(hash.as_bytes(), session.token_hash.as_bytes()).is_ok().then_some(0)
            }
        }
    }

    /// Returns whether the token has a valid MAC. Random tokens have none: only their session proves them.
    pub(crate) fn proves_itself(&self, keys: &SigningKeys) -> bool {
        self.proven_generation(keys).is_some()
    }

    /// Returns the generation of a derived token whose MAC is valid.
    fn proven_generation(&self, keys: &SigningKeys) -> Option<u64> {
        match &self.proof {
            Proof::Derived { generation, mac } => {
                let claim = claim(self.user, self.family, *generation);
                let is_ours = keys.refresh_keys().any(|key| hmac::verify(key, claim.as_bytes(), mac).is_ok());
                is_ours.then_some(*generation)
            }
            Proof::Random(_) => None,
        }
    }
}

/// Returns the token of the session's current generation, as the client gets it. The key is the one that signed when the
/// generation began, so that the token stays the same when keys change.
pub(crate) fn current(session: &SignIn, keys: &SigningKeys) -> Option<String> {
    let claim = claim(session.user_id, session.family, session.generation);
    let key = &keys.signing_at(session.refreshed_at)?.refresh;
    let mac = hmac::sign(key, claim.as_bytes());
    Some(format!("{claim}.{}", BASE64URL_NOPAD.encode(mac.as_ref())))
}

/// Returns a derived token without its MAC.
fn claim(user: UserId, family: FamilyId, generation: u64) -> String {
    format!("{DERIVED}.{user}.{family}.{generation}")
}

fn bytes(text: &str) -> Option<[u8; 32]> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok()
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken").field("family", &self.family).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "2026-11-02T08:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn keys(secret: &str) -> SigningKeys {
        SigningKeys::parse(secret).unwrap()
    }

    fn our_keys() -> SigningKeys {
        keys(r#"{"kid": "k", "secret": "a generated secret!"}"#)
    }

    fn session(generation: u64) -> SignIn {
        let user = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let family = "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap();
        SignIn { generation, ..SignIn::new(user, family, 1, at(START), 0) }
    }

    fn token(generation: u64) -> RefreshToken {
        RefreshToken::parse(&current(&session(generation), &our_keys()).unwrap()).unwrap()
    }

    fn standing(token: &RefreshToken, session: &SignIn, now: &str) -> Standing {
        token.standing(session, &our_keys(), at(now))
    }

    #[test]
    fn the_token_of_a_generation_is_always_the_same() {
        assert_eq!(current(&session(3), &our_keys()), current(&session(3), &our_keys()));
        assert_ne!(current(&session(3), &our_keys()), current(&session(4), &our_keys()));
    }

    #[test]
    fn the_previous_token_is_accepted_for_30_seconds_after_a_refresh() {
        let refreshed = session(4);
        assert_eq!(standing(&token(4), &refreshed, "2026-11-09T08:00:00Z"), Standing::Current);
        assert_eq!(standing(&token(3), &refreshed, "2026-11-02T08:00:30Z"), Standing::Repeated);
        assert_eq!(standing(&token(3), &refreshed, "2026-11-02T08:00:31Z"), Standing::Reused);
        assert_eq!(standing(&token(2), &refreshed, "2026-11-02T08:00:01Z"), Standing::Reused);
        assert_eq!(standing(&token(5), &refreshed, "2026-11-02T08:00:01Z"), Standing::Forged);
    }

    #[test]
    fn a_token_with_a_wrong_mac_is_forged_whatever_generation_it_names() {
        let theirs = keys(r#"{"kid": "k", "secret": "another generated one"}"#);
        for generation in [0, 3, 4, 9] {
            let forged = current(&session(generation), &theirs).unwrap();
            let forged = RefreshToken::parse(&forged).unwrap();
            assert_eq!(standing(&forged, &session(4), START), Standing::Forged);
            assert!(!forged.proves_itself(&our_keys()));
        }
        let raised = current(&session(3), &our_keys()).unwrap().replace(".3.", ".4.");
        assert_eq!(standing(&RefreshToken::parse(&raised).unwrap(), &session(4), START), Standing::Forged);
    }

    #[test]
    fn a_token_outlives_the_change_of_the_signing_key() {
        let changed = keys(
            r#"[{"kid": "k", "secret": "a generated secret!"},
                {"kid": "next", "secret": "another generated secret", "sign_from": "2026-11-02T07:00:00Z"}]"#,
        );
        let old = token(4);
        assert_eq!(old.standing(&session(4), &changed, at(START)), Standing::Current);
        assert_ne!(current(&session(4), &changed), current(&session(4), &our_keys()));
    }

    #[test]
    fn a_random_token_of_0_1_0_is_the_generation_before_the_first() {
        let text = format!("rt1.01JBN2V7Q4W0M3T9K5ZXH8R6CD.01JBN2V7Q4W0M3T9K5ZXH8R6CE.{}", "BwcH".repeat(10) + "Bwc");
        let random = RefreshToken::parse(&text).unwrap();
        let stored = SignIn { token_hash: HEXLOWER.encode(digest(&SHA256, &[7; 32]).as_ref()), ..session(0) };
        assert_eq!(standing(&random, &stored, START), Standing::Current);
        assert_eq!(standing(&random, &SignIn { generation: 1, ..stored.clone() }, START), Standing::Repeated);
        assert_eq!(standing(&random, &SignIn { generation: 2, ..stored }, START), Standing::Reused);
        assert_eq!(standing(&random, &session(0), START), Standing::Forged);
    }

    #[test]
    fn text_of_another_form_is_no_token() {
        let good = current(&session(1), &our_keys()).unwrap();
        let longer = format!("{good}.x");
        let other_form = good.replacen("rt2", "rt3", 1);
        let cut = &good[..good.len() - 1];
        for wrong in ["", "rt2", "rt2....", "a.b.c", "\0", &longer, &other_form, cut] {
            assert_eq!(RefreshToken::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn debug_output_does_not_show_the_proof() {
        let mac = current(&session(1), &our_keys()).unwrap().rsplit_once('.').unwrap().1.to_owned();
        assert!(!format!("{:?}", token(1)).contains(&mac));
    }
}
