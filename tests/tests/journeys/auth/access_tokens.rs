//! Access tokens, and the keys that check them.

use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde_json::{Value, json};
use store::keys;

use super::{me, set_up};
use crate::{bulk_fixtures::Counter, table::Table};

#[tokio::test]
async fn me_shows_the_profile_as_it_is_now() {
    let company = set_up().await;
    let reply = me(&company, &company.admin.access_token).await.expect(200);
    assert_eq!(reply.body["id"], company.admin.id.as_str());
    assert_eq!(reply.header("etag"), Some("\"1\""));
    assert!(!reply.text.contains("password"));
    company.get("/auth/me").send().await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn anybody_can_check_a_token_with_the_published_keys() {
    let company = set_up().await;
    let jwks = company.get("/.well-known/jwks.json").send().await.expect(200);
    assert_eq!(jwks.header("cache-control"), Some("public, max-age=300"));
    let token = &company.admin.access_token;
    let kid = jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let key = jwks.body["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid.as_str()).unwrap();
    assert_eq!((&key["kty"], &key["crv"], &key["alg"]), (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA")));

    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.validate_exp = false;
    validation.set_audience(&["rollcall"]);
    let key = DecodingKey::from_ed_components(key["x"].as_str().unwrap()).unwrap();
    let claims = jsonwebtoken::decode::<Value>(token, &key, &validation).unwrap().claims;
    assert_eq!(claims["sub"], company.admin.id.as_str());
    assert_eq!(claims["role"], "admin");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 900);
    for claim in ["iss", "department_id", "manages", "manages_all", "zone", "sid", "jti"] {
        assert!(claims.get(claim).is_some(), "{claim} is missing: {claims}");
    }
}

#[tokio::test]
async fn keys_that_0_1_0_published_are_read_until_they_have_their_partition() {
    let company = set_up().await;
    let store = Table::of(&company).store(Arc::new(Counter::default())).await;
    let published = store.published_keys().await.unwrap().unwrap();
    assert_eq!(published.version, 1);

    let client = aws_sdk_dynamodb::Client::new(company.stack.sdk());
    let key = keys::published_keys().attributes();
    let found = client.get_item().table_name("rollcall").set_key(Some(key.clone())).send().await.unwrap();
    let mut old = found.item.unwrap();
    old.insert(keys::PK.to_owned(), AttributeValue::S("ORG".to_owned()));
    old.insert(keys::SK.to_owned(), AttributeValue::S("KEYS".to_owned()));
    client.put_item().table_name("rollcall").set_item(Some(old)).send().await.unwrap();
    client.delete_item().table_name("rollcall").set_key(Some(key)).send().await.unwrap();

    let read = store.published_keys().await.unwrap().unwrap();
    assert_eq!((&read.signing, &read.cursor_key), (&published.signing, &published.cursor_key));
    assert_eq!(read.version, 0, "auth publishes them again");
}

#[tokio::test]
async fn a_token_that_is_not_ours_is_401() {
    let company = set_up().await;
    let good = &company.admin.access_token;
    let [header, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("{good}") };
    let kid = jsonwebtoken::decode_header(good).unwrap().kid;
    let jwks = company.get("/.well-known/jwks.json").send().await.expect(200);
    let public = BASE64URL_NOPAD.decode(jwks.body["keys"][0]["x"].as_str().unwrap().as_bytes()).unwrap();
    let said: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap()).unwrap();
    let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());

    let none = format!("{}.{claims}.", encode(&json!({"alg": "none", "typ": "JWT", "kid": kid})));
    let none_signed = format!("{}.{claims}.{signature}", encode(&json!({"alg": "none", "kid": kid})));
    // An algorithm confusion attack: the public key as the secret of an HMAC.
    let mut confused = Header::new(Algorithm::HS256);
    confused.kid.clone_from(&kid);
    let confused = jsonwebtoken::encode(&confused, &said, &EncodingKey::from_secret(&public)).unwrap();
    // A foreign key with the id of the published key: PKCS #8 of RFC 8410, with a seed of sevens.
    let mut der = vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    der.extend([7; 32]);
    let foreign = |kid: Option<String>| {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = kid;
        jsonwebtoken::encode(&header, &said, &EncodingKey::from_ed_der(&der)).unwrap()
    };
    let mut promoted = said.clone();
    promoted["role"] = json!("admin");
    promoted["sub"] = json!("01JBN2V7Q4W0M3T9K5ZXH8R6CD");
    let promoted = format!("{header}.{}.{signature}", encode(&promoted));

    let foreign = [foreign(kid.clone()), foreign(Some("unknown".to_owned())), foreign(None)];
    let garbage = ["", "x", "a.b.c", "..", "....", &good[..good.len() - 2], &good[1..]].map(str::to_owned);
    let forged = [none, none_signed, confused, promoted].into_iter().chain(foreign).chain(garbage);
    for token in forged {
        let reply = me(&company, &token).await.expect_problem(401, "unauthenticated");
        assert!(reply.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Bearer")), "{token}");
    }
    company
        .get("/auth/me")
        .header("authorization", "Basic YWRhOmFkYQ==")
        .send()
        .await
        .expect_problem(401, "unauthenticated");
    company.set_clock("2026-11-02T08:15:00+03:00").await;
    me(&company, good).await.expect_problem(401, "token_expired");
}
