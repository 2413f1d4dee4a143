//! Service tokens as callers. A token is authenticated by its secret, needs the scope of the operation, and has a limited
//! number of requests.

use axum::extract::MatchedPath;
use domain::{
    calendar::Zone,
    id::{FamilyId, ServiceTokenId, UserId},
    ports::Entropy,
    service_token::{MAX_REQUESTS_PER_MINUTE, RequestMinute},
    user::Authority,
};
use http::request::Parts;
use jiff::Timestamp;

use crate::{App, Caller, Code, Detail, Problem, caller::CallerKind, scopes, token_secret::TokenSecret};

/// The prefix of service tokens. No access token and no device token starts with it.
const FORM: &str = "st1";

/// Returns a new token with the given id, which is shown once, and the hash that the table stores.
pub fn generate(id: ServiceTokenId, entropy: &dyn Entropy) -> (String, String) {
    let secret = TokenSecret::generate(entropy);
    (secret.reveal(FORM, id), secret.hash())
}

/// Returns whether a bearer token has the form of a service token.
pub(crate) fn is_service_token(token: &str) -> bool {
    token.strip_prefix(FORM).is_some_and(|rest| rest.starts_with('.'))
}

/// Returns the caller of a request with a service token. It takes one read, and one write that counts the request. If no use of
/// the token was recorded within the last hour, it takes another write.
///
/// # Errors
/// 401 for a token that is wrong, expired or revoked; 403 without the operation's scope; 429 after too many requests.
pub(crate) async fn caller(app: &App, token: &str, parts: &Parts, now: Timestamp) -> Result<Caller, Problem> {
    let refused = || Problem::new(Code::Unauthenticated).detail(Detail::ServiceToken);
    let (id, secret): (ServiceTokenId, _) = TokenSecret::parse(FORM, token).ok_or_else(refused)?;
    let record = app.store.service_token(id).await?;
    let is_good = |hash: &str, expires_at: Timestamp| secret.has_hash(hash) && now < expires_at;
    let record = record.filter(|it| is_good(&it.token_hash, it.token.expires_at)).ok_or_else(refused)?;

    let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let scope = scopes::required(&parts.method, path)
        .ok_or_else(|| Problem::new(Code::Forbidden).detail(Detail::NotForServiceTokens))?;
    if !record.token.scopes.contains(&scope) {
        return Err(Problem::new(Code::ScopeRequired).detail(Detail::NeedsScope { scope: scope.to_string() }));
    }
    if !app.store.count_service_request(&record, now).await? {
        let detail = Detail::RequestsPerMinute { max: MAX_REQUESTS_PER_MINUTE.into() };
        let seconds = RequestMinute::at(now).seconds_left(now);
        return Err(Problem::new(Code::RateLimited).detail(detail).retry_after(seconds));
    }
    Ok(Caller(::app::Caller {
        kind: CallerKind::ServiceToken(id),
        // No person has the id of a token, so no record is ever the token's own.
        user_id: UserId::from(id.ulid()),
        authority: Authority::Manager { scope: record.token.people() },
        department_id: None,
        zone: Zone::UTC,
        family: FamilyId::from(id.ulid()),
        authenticated_at: Timestamp::UNIX_EPOCH,
    }))
}

#[cfg(test)]
mod tests {
    use fixtures::SameByte;

    use super::*;

    #[test]
    fn a_service_token_is_recognized_by_its_form_and_verified_by_hash() {
        let id: ServiceTokenId = "01JBN2V7Q4W0M3T9K5ZXH8R6SV".parse().unwrap();
        let (token, hash) = generate(id, &SameByte(7));
        assert!(is_service_token(&token));
        let (read, secret) = TokenSecret::parse::<ServiceTokenId>(FORM, &token).unwrap();
        assert_eq!(read, id);
        assert!(secret.has_hash(&hash));
        assert!(!TokenSecret::generate(&SameByte(8)).has_hash(&hash));
        for other in ["", "st1", "kt1.x.y", "eyJhbGciOiJFZERTQSJ9.e30.x", "st12.x.y"] {
            assert!(!is_service_token(other), "{other}");
        }
    }
}
