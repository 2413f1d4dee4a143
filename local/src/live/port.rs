//! The port that the stack's AWS and the live connections share.

use std::{net::IpAddr, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};

use super::api::LiveApi;
use crate::{aws::Endpoint, gateway::Answers};

/// The handler of requests on the port.
#[derive(Debug)]
pub(crate) struct Port {
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) live: LiveApi,
}

impl Answers for Port {
    async fn answer(&self, request: Request<Bytes>, source: IpAddr) -> Response<Bytes> {
        if LiveApi::is_asked_for(&request) {
            self.live.open(request, source).await
        } else {
            Answers::answer(&*self.endpoint, request, source).await
        }
    }
}
