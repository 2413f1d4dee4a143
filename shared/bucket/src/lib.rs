//! A bucket of S3.
//!
//! Only the functions that need it link S3's client, which is as large as all the rest of them.

mod error;
mod upload;

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_s3::{
    Client,
    config::{RequestChecksumCalculation, ResponseChecksumValidation},
    presigning::{PresignedRequest, PresigningConfig},
    primitives::ByteStream,
    types::ChecksumAlgorithm,
};
use meter::CountCalls;

pub use error::{BucketError, classify};
pub use upload::{Upload, Uploaded};

/// The bucket.
#[derive(Debug, Clone)]
pub struct Bucket {
    client: Client,
    name: String,
}

/// A request that somebody else makes, signed by us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presigned {
    /// Where to.
    pub url: String,
    /// With which headers.
    pub headers: Vec<(String, String)>,
}

impl Bucket {
    /// The bucket of that name.
    pub fn new(sdk: &SdkConfig, name: &str) -> Self {
        let config = aws_sdk_s3::config::Builder::from(sdk)
            // Into the path where the endpoint is one of ours: a name under 127.0.0.1 leads nowhere.
            .force_path_style(sdk.endpoint_url().is_some())
            // A presigned upload can't know the checksum of what is uploaded, and TLS protects the rest on its way.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .interceptor(CountCalls)
            .build();
        Self { client: Client::from_conf(config), name: name.to_owned() }
    }

    /// S3's client, for what only one kind of object needs.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Lets somebody look at the object under a key.
    pub async fn presigned_get(&self, key: &str, lasting: Duration) -> Result<Presigned, BucketError> {
        let request = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(key)
            // Nothing of it stays where others may find it.
            .response_cache_control("no-store")
            .presigned(presigning(lasting)?)
            .await;
        request.map(Presigned::from).map_err(|error| classify("GetObject", error))
    }

    /// Writes a small object at once, with a checksum, which buckets with Object Lock demand.
    pub async fn put(&self, key: &str, content_type: &'static str, content: Vec<u8>) -> Result<(), BucketError> {
        let put = self.client.put_object().bucket(&self.name).key(key).content_type(content_type);
        let put = put.checksum_algorithm(ChecksumAlgorithm::Sha256).body(ByteStream::from(content));
        put.send().await.map(drop).map_err(|error| classify("PutObject", error))
    }

    /// Deletes the object under a key, where there is one.
    pub async fn delete(&self, key: &str) -> Result<(), BucketError> {
        let sent = self.client.delete_object().bucket(&self.name).key(key).send().await;
        sent.map(drop).map_err(|error| classify("DeleteObject", error))
    }
}

impl From<PresignedRequest> for Presigned {
    fn from(request: PresignedRequest) -> Self {
        let headers = request.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { url: request.uri().to_owned(), headers }
    }
}

/// For how long a signature holds, from now in real time: S3 knows no other.
pub fn presigning(lasting: Duration) -> Result<PresigningConfig, BucketError> {
    PresigningConfig::expires_in(lasting)
        .map_err(|error| BucketError::Refused { operation: "presigning", reason: error.to_string() })
}
