//! The public keys, for other services that check Rollcall's tokens (RFC 7517, RFC 8037).

use axum::{Json, extract::State, response::IntoResponse};
use http::header;
use serde::Serialize;
use store::published_keys::PublicKey;
use utoipa::ToSchema;
use web::Problem;

use crate::state::Auth;

/// A set of keys.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JsonWebKeySet {
    /// The keys that sign access tokens now, or have signed tokens that are still valid.
    keys: Vec<JsonWebKey>,
}

/// A public Ed25519 key.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct JsonWebKey {
    /// The key type (RFC 8037).
    #[schema(example = "OKP")]
    kty: &'static str,
    /// The curve.
    #[schema(example = "Ed25519")]
    crv: &'static str,
    /// The use of the key: signatures.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    purpose: &'static str,
    /// The signature algorithm.
    #[schema(example = "EdDSA")]
    alg: &'static str,
    /// The id of the key, which the headers of tokens contain.
    kid: String,
    /// The public key in base64url.
    x: String,
}

impl From<&PublicKey> for JsonWebKey {
    fn from(key: &PublicKey) -> Self {
        Self { kty: "OKP", crv: "Ed25519", purpose: "sig", alg: "EdDSA", kid: key.kid.clone(), x: key.x.clone() }
    }
}

/// Get the public signing keys
///
/// Returns the Ed25519 keys (RFC 7517) that check access tokens, including keys that start signing at a later time.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    operation_id = "getSigningKeys",
    tag = "auth",
    security(()),
    responses((status = 200, description = "The keys", body = JsonWebKeySet))
)]
pub(crate) async fn jwks(State(auth): State<Auth>) -> Result<impl IntoResponse, Problem> {
    let keys = auth.signing.keys().await?.public().map(JsonWebKey::from).collect();
    Ok(([(header::CACHE_CONTROL, "public, max-age=300")], Json(JsonWebKeySet { keys })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_shown_as_rfc_8037_has_it() {
        let key = PublicKey { kid: "k1".to_owned(), x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned() };
        assert_eq!(
            serde_json::to_value(JsonWebKey::from(&key)).unwrap(),
            serde_json::json!({
                "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "k1",
                "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            })
        );
    }
}
