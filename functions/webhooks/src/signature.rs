//! Signatures of deliveries, as Standard Webhooks defines them: HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`.

use aws_lc_rs::hmac;
use data_encoding::BASE64;

/// Returns the value of `webhook-signature`: a signature with each of the secrets, separated by spaces.
pub(crate) fn signatures(secrets: &[Vec<u8>], id: &str, seconds: i64, body: &str) -> String {
    let content = format!("{id}.{seconds}.{body}");
    let signature = |secret: &Vec<u8>| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        format!("v1,{}", BASE64.encode(hmac::sign(&key, content.as_bytes()).as_ref()))
    };
    secrets.iter().map(signature).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the libraries of Standard Webhooks.
    #[test]
    fn a_signature_is_the_one_that_the_libraries_expect() {
        let secret = BASE64.decode(b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", r#"{"test": 2432232314}"#);
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signatures(std::slice::from_ref(&secret), id, 1_614_265_330, body), expected);

        let both = signatures(&[vec![7; 32], secret], id, 1_614_265_330, body);
        let (new, old) = both.split_once(' ').unwrap();
        assert_eq!(old, expected);
        assert_ne!(new, expected);
    }
}
