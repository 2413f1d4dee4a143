//! Writes an object of any length as its content arrives. At most one part is in memory.

use aws_sdk_s3::{
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use serde::{Deserialize, Serialize};

use crate::{Bucket, BucketError, classify};

/// The size of a part: S3 accepts up to ten thousand parts, of at least 5 MB each except the last.
const PART: usize = 8 * 1024 * 1024;

/// The minimum size of a part before the last one (an S3 limit).
const MIN_PART: usize = 5 * 1024 * 1024;

/// An object that is being written.
#[derive(Debug)]
pub struct Upload {
    bucket: Bucket,
    key: String,
    content_type: &'static str,
    file_name: String,
    /// The bytes that aren't sent yet.
    held: Vec<u8>,
    /// The multipart upload; it starts when the content exceeds one part.
    parts: Option<Parts>,
    length: u64,
}

#[derive(Debug)]
struct Parts {
    id: String,
    sent: Vec<CompletedPart>,
}

/// An upload that another process continues. It has no content: that is in S3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspendedUpload {
    id: String,
    /// The tags of the parts, in order.
    tags: Vec<Option<String>>,
    length: u64,
}

/// The result of a finished upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uploaded {
    /// The size of the object, in bytes.
    pub bytes: u64,
}

impl Bucket {
    /// Starts an upload under a key. A download saves the object as a file with the given name. An existing object stays until
    /// the upload is finished.
    pub fn upload(&self, key: String, content_type: &'static str, file_name: String) -> Upload {
        Upload { bucket: self.clone(), key, content_type, file_name, held: Vec::new(), parts: None, length: 0 }
    }

    /// Continues an upload under the same key.
    pub fn resume_upload(
        &self,
        key: String,
        content_type: &'static str,
        file_name: String,
        suspended: &SuspendedUpload,
    ) -> Upload {
        let sent = (1..).zip(&suspended.tags).map(|(number, tag)| completed(number, tag.clone())).collect();
        let parts = Some(Parts { id: suspended.id.clone(), sent });
        Upload { parts, length: suspended.length, ..self.upload(key, content_type, file_name) }
    }
}

impl Upload {
    /// Adds bytes to the object.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), BucketError> {
        self.length += bytes.len() as u64;
        let mut rest = bytes;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(PART - self.held.len()));
            self.held.extend_from_slice(now);
            rest = later;
            if self.held.len() == PART {
                self.send_part().await?;
            }
        }
        Ok(())
    }

    /// Writes the rest of the object and makes it visible. An upload that can't be finished is aborted.
    pub async fn finish(mut self) -> Result<Uploaded, BucketError> {
        let finished = self.complete().await;
        if finished.is_err() {
            self.abandon().await;
        }
        finished
    }

    /// Returns whether another process can continue the upload from here: S3 accepts no small part before the last one.
    pub fn can_be_suspended(&self) -> bool {
        MIN_PART <= self.held.len() || (self.held.is_empty() && self.parts.is_some())
    }

    /// Sends all bytes so far, and returns what another process needs to continue. Requires
    /// [`can_be_suspended`](Self::can_be_suspended).
    pub async fn suspend(&mut self) -> Result<SuspendedUpload, BucketError> {
        if !self.held.is_empty() {
            self.send_part().await?;
        }
        let parts = self.parts.as_ref();
        let sent = parts.into_iter().flat_map(|parts| &parts.sent);
        Ok(SuspendedUpload {
            id: parts.map(|parts| parts.id.clone()).unwrap_or_default(),
            tags: sent.map(|part| part.e_tag().map(str::to_owned)).collect(),
            length: self.length,
        })
    }

    /// Does the same as [`finish`](Self::finish), but doesn't abort the upload if it fails: another process may try again.
    pub async fn complete(&mut self) -> Result<Uploaded, BucketError> {
        let uploaded = Uploaded { bytes: self.length };
        if self.parts.is_none() {
            let sent = self
                .bucket
                .client
                .put_object()
                .bucket(&self.bucket.name)
                .key(&self.key)
                .content_type(self.content_type)
                .content_disposition(disposition(&self.file_name))
                .body(ByteStream::from(std::mem::take(&mut self.held)))
                .send()
                .await;
            return sent.map(|_| uploaded).map_err(|error| classify("PutObject", error));
        }
        if !self.held.is_empty() {
            self.send_part().await?;
        }
        let Some(Parts { id, sent }) = &self.parts else { return Ok(uploaded) };
        let parts = CompletedMultipartUpload::builder().set_parts(Some(sent.clone())).build();
        let completed = self
            .bucket
            .client
            .complete_multipart_upload()
            .bucket(&self.bucket.name)
            .key(&self.key)
            .upload_id(id)
            .multipart_upload(parts)
            .send()
            .await;
        completed.map(|_| uploaded).map_err(|error| classify("CompleteMultipartUpload", error))
    }

    /// Aborts the upload. If that fails, a lifecycle rule removes the parts.
    pub async fn abandon(self) {
        let Some(Parts { id, .. }) = self.parts else { return };
        let client = &self.bucket.client;
        let aborted = client.abort_multipart_upload().bucket(&self.bucket.name).key(&self.key).upload_id(id);
        if let Err(error) = aborted.send().await {
            tracing::warn!(error = %classify("AbortMultipartUpload", error), "an upload is left unfinished");
        }
    }

    async fn begin_parts(&self) -> Result<Parts, BucketError> {
        let begun = self
            .bucket
            .client
            .create_multipart_upload()
            .bucket(&self.bucket.name)
            .key(&self.key)
            .content_type(self.content_type)
            .content_disposition(disposition(&self.file_name))
            .send()
            .await
            .map_err(|error| classify("CreateMultipartUpload", error))?;
        Ok(Parts { id: begun.upload_id.unwrap_or_default(), sent: Vec::new() })
    }

    async fn send_part(&mut self) -> Result<(), BucketError> {
        if self.parts.is_none() {
            self.parts = Some(self.begin_parts().await?);
        }
        let Bucket { client, name } = &self.bucket;
        let Some(parts) = &mut self.parts else { return Ok(()) };
        let number = i32::try_from(parts.sent.len() + 1).unwrap_or(i32::MAX);
        let sent = client
            .upload_part()
            .bucket(name)
            .key(&self.key)
            .upload_id(&parts.id)
            .part_number(number)
            .body(ByteStream::from(std::mem::take(&mut self.held)))
            .send()
            .await;
        let sent = sent.map_err(|error| classify("UploadPart", error))?;
        parts.sent.push(completed(number, sent.e_tag));
        Ok(())
    }
}

fn completed(number: i32, tag: Option<String>) -> CompletedPart {
    CompletedPart::builder().part_number(number).set_e_tag(tag).build()
}

/// Returns the `Content-Disposition` of a file name. The product's own file names need no escaping.
fn disposition(file_name: &str) -> String {
    format!("attachment; filename=\"{file_name}\"")
}
