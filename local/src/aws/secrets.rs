//! Secrets Manager, with the one operation that functions use: `GetSecretValue` of the template's secrets.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

use super::{ACCOUNT, REGION, json_answer};

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// The name of the secret from which signing keys are derived.
pub(crate) const SIGNING_KEYS: &str = "rollcall/signing-keys";
/// The name of the secret with the token for setting up the company.
pub(crate) const SETUP_TOKEN: &str = "rollcall/setup-token";
/// The name of the secret with the company's keys.
pub(crate) const COMPANY_KEYS: &str = "rollcall/company-keys";

/// Secret strings by name.
pub(crate) struct Secrets(BTreeMap<&'static str, String>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Secrets").finish_non_exhaustive()
    }
}

impl Secrets {
    pub(crate) fn new(signing_keys: &Value, company_keys: &Value, setup_token: &str) -> Self {
        Self(BTreeMap::from([
            (SIGNING_KEYS, signing_keys.to_string()),
            (COMPANY_KEYS, company_keys.to_string()),
            (SETUP_TOKEN, json!({"token": setup_token}).to_string()),
        ]))
    }

    /// Answers a request as Secrets Manager does.
    pub(super) fn answer(&self, operation: &str, body: &[u8]) -> Response<Bytes> {
        if operation != "GetSecretValue" {
            return refuse("InvalidRequestException", &format!("the local stack has no operation {operation}"));
        }
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        let asked = request["SecretId"].as_str().unwrap_or_default();
        let found = self.0.iter().find(|(name, _)| asked == **name || asked == arn(name));
        let Some((name, secret)) = found else {
            return refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
        };
        let answer = json!({
            "ARN": arn(name),
            "Name": name,
            "SecretString": secret,
            "VersionId": "00000000-0000-0000-0000-000000000001",
            "VersionStages": ["AWSCURRENT"],
        });
        json_answer(200, CONTENT_TYPE, answer.to_string())
    }
}

/// Returns the ARN of a secret, as `!Ref` in a template returns it.
pub(crate) fn arn(name: &str) -> String {
    format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-rclcal")
}

fn refuse(kind: &str, message: &str) -> Response<Bytes> {
    json_answer(400, CONTENT_TYPE, json!({"__type": kind, "Message": message}).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_by_name_and_by_arn() {
        let secrets = Secrets::new(&json!([]), &json!([]), "letmein");
        for id in [SETUP_TOKEN.to_owned(), arn(SETUP_TOKEN)] {
            let answer = secrets.answer("GetSecretValue", json!({"SecretId": id}).to_string().as_bytes());
            let answer: Value = serde_json::from_slice(answer.body()).unwrap();
            assert_eq!(answer["SecretString"], r#"{"token":"letmein"}"#);
        }
    }

    #[test]
    fn an_unknown_secret_is_refused_as_aws_refuses_it() {
        let answer =
            Secrets::new(&json!([]), &json!([]), "letmein").answer("GetSecretValue", br#"{"SecretId":"other"}"#);
        assert_eq!(answer.status(), 400);
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(answer["__type"], "ResourceNotFoundException");
    }
}
