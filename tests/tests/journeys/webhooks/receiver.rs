//! A receiver of webhooks that runs in the test.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use aws_lc_rs::hmac;
use data_encoding::BASE64;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, OwnedMutexGuard},
};

/// A request that a receiver got.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) id: String,
    pub(super) timestamp: i64,
    pub(super) signatures: Vec<String>,
    pub(super) body: Value,
    pub(super) text: String,
}

impl Request {
    /// Returns whether one of the signatures was made with the secret.
    pub(super) fn is_signed_with(&self, secret: &str) -> bool {
        let secret = BASE64.decode(secret.strip_prefix("whsec_").unwrap().as_bytes()).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let content = format!("{}.{}.{}", self.id, self.timestamp, self.text);
        self.signatures.iter().any(|signature| {
            let signature = BASE64.decode(signature.strip_prefix("v1,").unwrap().as_bytes()).unwrap();
            hmac::verify(&key, content.as_bytes(), &signature).is_ok()
        })
    }
}

/// The status with which a receiver that is down closes connections.
pub(super) const DOWN: u16 = 0;

/// A receiver of webhooks.
#[derive(Clone)]
pub(super) struct Receiver {
    pub(super) url: String,
    status: Arc<AtomicU16>,
    /// The description of departments whose events are refused with 422.
    pub(super) refuses: Arc<Mutex<Option<String>>>,
    pub(super) received: Arc<Mutex<Vec<Request>>>,
    /// Locked while requests wait for their answers.
    answers: Arc<tokio::sync::Mutex<()>>,
    /// Notified of each request.
    arrived: Arc<Notify>,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/rollcall?tenant=7", listener.local_addr().unwrap());
        let receiver = Self {
            url,
            status: Arc::new(AtomicU16::new(204)),
            refuses: Arc::default(),
            received: Arc::default(),
            answers: Arc::default(),
            arrived: Arc::default(),
        };
        let answering = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answering.clone().answer(stream));
            }
        });
        receiver
    }

    pub(super) fn answer_with(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
    }

    /// Keeps all answers back until the returned guard is dropped.
    pub(super) async fn hold_answers(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.answers).lock_owned().await
    }

    /// Waits until a request has arrived.
    pub(super) async fn wait_for_request(&self) {
        let arrived = self.arrived.notified();
        tokio::time::timeout(Duration::from_secs(10), arrived).await.expect("a request arrives");
    }

    async fn answer(self, mut stream: TcpStream) {
        if self.status.load(Ordering::Relaxed) == DOWN {
            return;
        }
        let mut bytes = Vec::new();
        let request = loop {
            let mut part = [0; 4096];
            let read = stream.read(&mut part).await.unwrap_or_default();
            bytes.extend_from_slice(&part[..read]);
            if let Some(request) = read_request(&bytes) {
                break request;
            }
            assert!(read > 0, "the request ends early");
        };
        self.arrived.notify_one();
        let _may_answer = self.answers.lock().await;
        let mut status = self.status.load(Ordering::Relaxed);
        let is_refused =
            self.refuses.lock().unwrap().as_ref().is_some_and(|subject| request.body["data"]["subject"] == **subject);
        if is_refused {
            status = 422;
        }
        if (200..300).contains(&status) {
            self.received.lock().unwrap().push(request);
        }
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        let _ = stream.write_all(answer.as_bytes()).await;
    }

    /// Takes the requests that were accepted so far.
    pub(super) fn take(&self) -> Vec<Request> {
        std::mem::take(&mut self.received.lock().unwrap())
    }

    /// Takes the kinds of the requests that were accepted so far.
    pub(super) fn take_kinds(&self) -> Vec<String> {
        self.take().iter().map(|request| request.body["type"].as_str().unwrap().to_owned()).collect()
    }
}

/// Reads a request, if it is complete.
fn read_request(bytes: &[u8]) -> Option<Request> {
    let text = std::str::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("POST /rollcall?tenant=7 HTTP/1.1"));
    let headers: Vec<(String, &str)> =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value)).collect();
    let header = |name: &str| headers.iter().find(|(of, _)| of == name).map(|(_, value)| *value);
    if body.len() < header("content-length")?.parse().unwrap() {
        return None;
    }
    assert_eq!(header("content-type"), Some("application/json"));
    assert_eq!(header("user-agent"), Some("Rollcall"));
    Some(Request {
        id: header("webhook-id").unwrap().to_owned(),
        timestamp: header("webhook-timestamp").unwrap().parse().unwrap(),
        signatures: header("webhook-signature").unwrap().split(' ').map(str::to_owned).collect(),
        body: serde_json::from_str(body).unwrap(),
        text: body.to_owned(),
    })
}
