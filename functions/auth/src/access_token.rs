//! Signs the access tokens that [`web::token`] checks.

use app::auth::sign_in::OpenSession;
use domain::id::new_ulid;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Header};
use web::{
    Problem,
    token::{AUDIENCE, Claims, LIFETIME_SECONDS},
};

use crate::{signing_keys::SigningKeys, state::Auth};

/// Issues an access token for a session. `authenticated_at` is when the person last proved who they are.
pub(crate) fn issue(
    auth: &Auth,
    keys: &SigningKeys,
    open: &OpenSession,
    authenticated_at: Timestamp,
    now: Timestamp,
) -> Result<String, Problem> {
    let user = &open.user;
    let claims = Claims {
        iss: auth.issuer.to_string(),
        aud: AUDIENCE.to_owned(),
        sub: user.id,
        role: user.authority.role(),
        department_id: user.department_id,
        manages: user.authority.manages(),
        manages_all: user.authority.manages_all(),
        zone: open.zone.clone(),
        sid: open.session.family,
        auth_time: authenticated_at.as_second(),
        restriction: open.restriction,
        iat: now.as_second(),
        exp: now.as_second() + LIFETIME_SECONDS,
        jti: new_ulid(now, &*auth.app.entropy).to_string(),
    };
    sign(keys, &claims, now)
}

fn sign(keys: &SigningKeys, claims: &Claims, now: Timestamp) -> Result<String, Problem> {
    let key = keys.signing_at(now).ok_or_else(|| Problem::internal("no signing key signs yet"))?;
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some(key.public.kid.clone());
    jsonwebtoken::encode(&header, claims, &key.private).map_err(Problem::internal)
}

#[cfg(test)]
mod tests {
    use domain::{calendar::Zone, user::Role};
    use jsonwebtoken::{DecodingKey, Validation};

    use super::*;

    #[test]
    fn a_token_is_checked_with_the_published_half_of_its_key() {
        let keys = SigningKeys::parse(r#"{"kid": "k1", "secret": "a generated secret!"}"#).unwrap();
        let now: Timestamp = "2026-11-02T08:00:00Z".parse().unwrap();
        let claims = Claims {
            iss: "https://rollcall.example".to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            role: Role::Employee,
            department_id: None,
            manages: std::collections::BTreeSet::new(),
            manages_all: false,
            zone: Zone::UTC,
            sid: "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap(),
            auth_time: now.as_second(),
            restriction: None,
            iat: now.as_second(),
            exp: now.as_second() + LIFETIME_SECONDS,
            jti: "1".to_owned(),
        };
        let token = sign(&keys, &claims, now).unwrap();
        assert_eq!(jsonwebtoken::decode_header(&token).unwrap().kid.as_deref(), Some("k1"));
        // Checks the token with the published keys, as `web::token` does.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[AUDIENCE]);
        validation.validate_exp = false;
        let check = |keys: &SigningKeys| {
            let published = DecodingKey::from_ed_components(&keys.public().next().unwrap().x).unwrap();
            jsonwebtoken::decode::<Claims>(&token, &published, &validation)
        };
        assert_eq!(check(&keys).unwrap().claims, claims);
        let others = SigningKeys::parse(r#"{"kid": "k1", "secret": "another generated one"}"#).unwrap();
        assert!(check(&others).is_err());
    }
}
