//! Push messages and messages to chats, at receivers that run in the test.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU16, Ordering},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::Scene;

/// The head in lower case and the body of a request.
type Received = (String, Vec<u8>);

/// A server that keeps the requests that it gets.
#[derive(Clone)]
struct Receiver {
    url: String,
    status: Arc<AtomicU16>,
    requests: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/receive", listener.local_addr().unwrap());
        let receiver = Self { url, status: Arc::new(AtomicU16::new(201)), requests: Arc::default() };
        let answering = receiver.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (mut bytes, mut part) = (Vec::new(), [0; 8192]);
                let (head, body) = loop {
                    let read = stream.read(&mut part).await.unwrap();
                    bytes.extend_from_slice(&part[..read]);
                    if let Some(whole) = whole(&bytes) {
                        break whole;
                    }
                    assert!(read > 0, "the request ends early");
                };
                answering.requests.lock().unwrap().push((head, body));
                let status = answering.status.load(Ordering::Relaxed);
                let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        receiver
    }

    fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

/// Returns the head in lower case and the body of a request that has arrived as a whole.
fn whole(bytes: &[u8]) -> Option<(String, Vec<u8>)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let length: usize = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().unwrap();
    let body = bytes[end + 4..].to_vec();
    (body.len() == length).then_some((head, body))
}

/// The keys of the browser in RFC 8291.
fn subscription(endpoint: &str) -> Value {
    let keys = json!({
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    });
    json!({"endpoint": endpoint, "keys": keys})
}

#[tokio::test]
async fn a_browser_gets_encrypted_push_messages_until_its_subscription_ends() {
    let mut scene = Scene::start().await;
    let push = Receiver::start().await;
    scene.choose(json!({"channels": {"push": ["leave_decided"]}})).await;
    let subscriptions = "/notifications/push-subscriptions";
    let post = |body: Value| scene.company.post(subscriptions).by(&scene.maria).json(body).send();
    post(subscription("ftp://push.example/")).await.expect_invalid("endpoint");
    let mut wrong = subscription(&push.url);
    wrong["keys"]["auth"] = json!("short");
    post(wrong).await.expect_invalid("keys.auth");
    post(subscription(&push.url)).await.expect(201);
    post(subscription(&push.url)).await.expect(201);
    let list = scene.company.get(subscriptions).by(&scene.maria).send().await.expect(200);
    assert_eq!((list.items().len(), &list.items()[0]["is_current"]), (1, &json!(true)), "{}", list.text);

    // The sign-in that subscribed lasts; `leave` begins others.
    scene.leave("2026-11-09").await;
    assert_eq!(scene.send().await["sent"], 1);
    let [(head, body)] = push.take().try_into().unwrap();
    for line in ["content-encoding: aes128gcm", "authorization: vapid t=", "ttl: 86400", "urgency: normal", "topic: 01"]
    {
        assert!(head.contains(line), "{line} isn't in {head}");
    }
    assert!(!String::from_utf8_lossy(&body).contains("leave"), "the content is encrypted");

    for status in [503, 410] {
        push.status.store(status, Ordering::Relaxed);
        scene.leave(if status == 503 { "2026-11-10" } else { "2026-11-11" }).await;
        let outcome = scene.send().await;
        let expected = if status == 503 { "put_off" } else { "dropped" };
        assert_eq!(outcome[expected], 1, "{status}: {outcome}");
    }
    let list = scene.company.get(subscriptions).by(&scene.maria).send().await.expect(200);
    assert!(list.items().is_empty(), "{}", list.text);
}

#[tokio::test]
async fn push_messages_end_with_their_session() {
    let mut scene = Scene::start().await;
    let push = Receiver::start().await;
    scene.choose(json!({"channels": {"push": ["leave_decided"]}})).await;
    let subscriptions = "/notifications/push-subscriptions";
    let body = subscription(&push.url);
    scene.company.post(subscriptions).by(&scene.maria).json(body).send().await.expect(201);
    scene
        .company
        .post("/auth/logout")
        .json(json!({"refresh_token": scene.maria.refresh_token}))
        .send()
        .await
        .expect(204);
    scene.leave("2026-11-09").await;
    scene.send().await;
    assert!(push.take().is_empty());
}

#[tokio::test]
async fn chosen_kinds_are_sent_to_the_departments_chat_once() {
    let mut scene = Scene::start().await;
    let chat = Receiver::start().await;
    let admin = scene.company.sign_in("ada").await;
    let path = format!("/departments/{}/chat", scene.department);
    let body = |url: &str| json!({"service": "slack", "url": url, "kinds": ["late", "leave_approved"]});
    let put = |url: &str| scene.company.put(&path).by(&admin).json(body(url)).send();
    put("http://169.254.169.254/").await.expect_invalid("url");
    let twice = json!({"service": "slack", "url": chat.url, "kinds": ["late", "late"]});
    scene.company.put(&path).by(&admin).json(twice).send().await.expect_invalid("kinds");
    let set = put(&chat.url).await.expect(200);
    assert!(!set.text.contains("/receive"), "the address is never shown: {}", set.text);

    scene.leave("2026-11-09").await;
    scene.company.set_clock("2026-11-02T09:20:00+03:00").await;
    scene.maria = scene.company.sign_in("maria").await;
    scene.company.post("/clock/in").by(&scene.maria).json(json!({})).send().await.expect(201);
    assert_eq!(scene.send().await["sent"], 2);
    assert_eq!(scene.send().await["sent"], 0);
    let texts: Vec<String> = chat
        .take()
        .iter()
        .map(|(_, body)| serde_json::from_slice::<Value>(body).unwrap()["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts.contains(&"maria of the test is on leave on Mon 9 Nov 2026.".to_owned()), "{texts:?}");

    // A chat that its service doesn't know any more stops.
    chat.status.store(404, Ordering::Relaxed);
    scene.leave("2026-11-10").await;
    assert_eq!(scene.send().await["dropped"], 1);
    let admin = scene.company.sign_in("ada").await;
    let stopped = scene.company.get(&path).by(&admin).send().await.expect(200);
    assert!(stopped.body["stopped_at"].is_string(), "{}", stopped.text);
    scene.company.delete(&path).by(&admin).send().await.expect(204);
    scene.company.get(&path).by(&admin).send().await.expect(404);
}
