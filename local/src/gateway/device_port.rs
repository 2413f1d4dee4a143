//! The port for readers of faces and fingers, which speak plain HTTP and know their serial number alone. It passes their requests
//! to the gateway, with the proof that they came in here. In the cloud, the bridge of a site does this with terminals' secrets.

use std::{net::IpAddr, sync::Arc};

use bytes::Bytes;
use data_encoding::HEXLOWER;
use domain::ports::random_bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use runtime::system::SystemEntropy;

use super::{Answers, Gateway};

/// The header with which the port proves itself to the function `terminals`.
const LISTENER: &str = "x-terminal-listener";

/// The secret that the port and the function `terminals` share.
#[derive(Clone)]
pub(crate) struct DeviceSecret(String);

impl DeviceSecret {
    /// Generates a secret.
    pub(crate) fn generate() -> Self {
        let bytes: [u8; 32] = random_bytes(&SystemEntropy);
        Self(HEXLOWER.encode(&bytes))
    }

    /// Returns the secret as text.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

/// The port for devices.
pub(crate) struct DevicePort {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) secret: DeviceSecret,
}

impl Answers for DevicePort {
    async fn answer(&self, mut request: Request<Bytes>, source: IpAddr) -> Response<Bytes> {
        let proof = HeaderValue::from_str(self.secret.expose());
        let (true, Ok(proof)) = (request.uri().path().starts_with("/iclock/"), proof) else {
            let mut refused = Response::new(Bytes::from_static(b"ERROR"));
            *refused.status_mut() = StatusCode::NOT_FOUND;
            refused.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
            return refused;
        };
        request.headers_mut().insert(LISTENER, proof);
        self.gateway.answer(request, source).await
    }
}
