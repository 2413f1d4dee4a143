//! An S3 bucket.
//!
//! Only the functions that need this crate link S3's client, which is as large as all their other code together.

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
pub use upload::{SuspendedUpload, Upload, Uploaded};

/// An S3 bucket.
#[derive(Debug, Clone)]
pub struct Bucket {
    client: Client,
    name: String,
}

/// A presigned request, which another party sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presigned {
    /// The URL of the request.
    pub url: String,
    /// The headers of the request.
    pub headers: Vec<(String, String)>,
}

impl Bucket {
    /// Creates the client of a bucket.
    pub fn new(sdk: &SdkConfig, name: &str) -> Self {
        let config = aws_sdk_s3::config::Builder::from(sdk)
            // With an emulated endpoint, the bucket's name goes into the path: it can't be a subdomain of 127.0.0.1.
            .force_path_style(sdk.endpoint_url().is_some())
            // The checksum of a presigned upload isn't known in advance, and TLS protects the other requests.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .interceptor(CountCalls)
            .build();
        Self { client: Client::from_conf(config), name: name.to_owned() }
    }

    /// Returns S3's client, for calls that only one kind of object needs.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Returns the name of the bucket.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns a presigned request that reads the object under a key.
    pub async fn presigned_get(&self, key: &str, lasting: Duration) -> Result<Presigned, BucketError> {
        let request = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(key)
            // No cache on the way stores the object.
            .response_cache_control("no-store")
            .presigned(presigning(lasting)?)
            .await;
        request.map(Presigned::from).map_err(|error| classify("GetObject", error))
    }

    /// Writes a small object in one call, with a checksum, which buckets with Object Lock require.
    pub async fn put(&self, key: &str, content_type: &'static str, content: Vec<u8>) -> Result<(), BucketError> {
        let put = self.client.put_object().bucket(&self.name).key(key).content_type(content_type);
        let put = put.checksum_algorithm(ChecksumAlgorithm::Sha256).body(ByteStream::from(content));
        put.send().await.map(drop).map_err(|error| classify("PutObject", error))
    }

    /// Deletes the object under a key, if it exists.
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

/// Returns the lifetime of a signature, from now in real time: S3 checks signatures against real time only.
pub fn presigning(lasting: Duration) -> Result<PresigningConfig, BucketError> {
    PresigningConfig::expires_in(lasting)
        .map_err(|error| BucketError::Refused { operation: "presigning", reason: error.to_string() })
}
