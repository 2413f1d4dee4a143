//! Live connections: who may open one, the messages that each receives, and the end of connections.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use local::{AwsCall, Fault};
use rollcall_tests::{Company, Person, Socket, socket::Refused, without_names};
use serde_json::{Value, json};

/// Two departments and their observers, each with an open connection. It is Monday, nine o'clock.
struct Scene {
    company: Company,
    harbour: String,
    maria: Person,
    hana: Person,
    sockets: Sockets,
}

/// The connections of the people: maria and her colleague paul, hana who manages them, olga of another department.
struct Sockets {
    maria: Socket,
    paul: Socket,
    hana: Socket,
    olga: Socket,
}

/// Returns messages as `type kind-or-presence-or-version`.
fn lines(messages: &[Value]) -> Vec<String> {
    let line = |message: &Value| {
        let data = &message["data"];
        let what = match message["type"].as_str().unwrap() {
            "notification" => data["kind"].as_str().unwrap().to_owned(),
            "presence" => {
                let changes = data["changes"].as_array().unwrap().iter();
                changes.map(|change| change["presence"].as_str().unwrap()).collect::<Vec<_>>().join(",")
            }
            "day" => format!("{} {}", data["date"].as_str().unwrap(), data["version"]),
            other => panic!("{other}: {message}"),
        };
        format!("{} {what}", message["type"].as_str().unwrap())
    };
    messages.iter().map(line).collect()
}

impl Sockets {
    /// Returns the messages of each person, as `name: message`.
    async fn heard(&mut self) -> Vec<String> {
        let mut heard = Vec::new();
        let everyone =
            [("maria", &mut self.maria), ("paul", &mut self.paul), ("hana", &mut self.hana), ("olga", &mut self.olga)];
        for (name, socket) in everyone {
            let messages = socket.heard().await;
            heard.extend(lines(&messages).into_iter().map(|line| format!("{name}: {line}")));
        }
        heard
    }
}

impl Scene {
    async fn start() -> Self {
        let company = Company::start().await;
        let (harbour, workshop) = (company.department("Harbour").await, company.department("Workshop").await);
        company.person("maria", json!({"department_id": harbour})).await;
        company.person("paul", json!({"department_id": harbour})).await;
        company.person("olga", json!({"department_id": workshop})).await;
        company.person("hana", json!({"role": "manager", "manages": [harbour], "department_id": workshop})).await;
        company.set_clock("2026-11-02T09:00:00+03:00").await;
        company.settle().await;
        let mut people = Vec::new();
        for username in ["maria", "paul", "hana", "olga"] {
            people.push(company.sign_in(username).await);
        }
        let sockets = Sockets {
            maria: company.connect(&people[0]).await,
            paul: company.connect(&people[1]).await,
            hana: company.connect(&people[2]).await,
            olga: company.connect(&people[3]).await,
        };
        Self { harbour, maria: people[0].clone(), hana: people[2].clone(), sockets, company }
    }

    /// Moves the clock and waits until all messages are delivered.
    async fn at(&mut self, now: &str) {
        self.company.set_clock(&format!("2026-11-02T{now}:00+03:00")).await;
        self.maria = self.company.sign_in("maria").await;
        self.hana = self.company.sign_in("hana").await;
    }

    async fn punch(&self, path: &str) {
        let reply = self.company.post(path).by(&self.maria).json(json!({})).send().await;
        assert!(reply.status.is_success(), "{}", reply.text);
        self.company.settle().await;
    }

    /// Edits maria's session as hana, which notifies maria.
    async fn edit(&self, clock_in: &str) {
        let sessions = json!([{"clock_in": format!("2026-11-02T{clock_in}:00+03:00"),
            "clock_out": "2026-11-02T08:50:00+03:00", "breaks": []}]);
        let body = json!({"sessions": sessions, "reason": "As agreed"});
        let path = format!("/attendance/{}/2026-11-02", self.maria.id);
        self.company.put(&path).by(&self.hana).json(body).send().await.expect(200);
        self.company.settle().await;
    }
}

#[tokio::test]
async fn each_person_gets_only_their_own_messages_in_order() {
    let mut scene = Scene::start().await;
    scene.at("09:20").await;
    scene.punch("/clock/in").await;
    assert_eq!(
        scene.sockets.heard().await,
        [
            "maria: notification late_deducted",
            "maria: day 2026-11-02 1",
            "maria: presence working",
            "paul: presence working",
            "hana: notification late_arrival",
            "hana: day 2026-11-02 1",
        ]
    );
    scene.at("10:00").await;
    scene.punch("/breaks/start").await;
    scene.at("10:10").await;
    scene.punch("/breaks/end").await;
    assert_eq!(
        scene.sockets.heard().await,
        [
            "maria: day 2026-11-02 2",
            "maria: presence on_break",
            "maria: day 2026-11-02 3",
            "maria: presence working",
            "paul: presence on_break",
            "paul: presence working",
            "hana: day 2026-11-02 2",
            "hana: day 2026-11-02 3",
        ]
    );

    scene.at("10:30").await;
    let day = format!("/attendance/{}/2026-11-02", scene.maria.id);
    let day = scene.company.get(&day).by(&scene.maria).send().await.expect(200).body;
    let sessions = json!([{"id": day["sessions"][0]["id"], "clock_in": "2026-11-02T09:00:00+03:00",
        "clock_out": null, "breaks": []}]);
    let body = json!({"sessions": sessions, "reason": "I was there at nine"});
    let asked = scene.company.post("/attendance/me/2026-11-02/corrections").by(&scene.maria).json(body);
    let id = asked.send().await.expect(201).str("id").to_owned();
    scene.company.settle().await;
    assert_eq!(scene.sockets.heard().await, ["hana: notification correction_requested"]);
    let decision = json!({"status": "approved"});
    scene.company.post(&format!("/corrections/{id}/decision")).by(&scene.hana).json(decision).send().await.expect(200);
    scene.company.settle().await;
    let heard = scene.sockets.heard().await;
    assert_eq!(heard[0], "maria: notification correction_decided", "{heard:?}");
    assert!(heard.contains(&"maria: day 2026-11-02 4".to_owned()), "{heard:?}");
    assert!(heard.contains(&"hana: day 2026-11-02 4".to_owned()), "{heard:?}");
    assert!(!heard.iter().any(|line| line.starts_with("olga")), "{heard:?}");
    assert!(heard.iter().filter(|line| line.starts_with("paul")).all(|line| line.contains("presence")), "{heard:?}");

    scene.at("10:40").await;
    let leave = json!({"start_date": "2026-11-09", "end_date": "2026-11-10"});
    let asked = scene.company.post("/leave/requests").by(&scene.maria).json(leave).send().await.expect(201);
    scene.company.settle().await;
    assert_eq!(scene.sockets.heard().await, ["hana: notification leave_requested"]);
    let path = format!("/leave/requests/{}/decision", asked.str("id"));
    let decision = json!({"status": "approved"});
    scene.company.post(&path).by(&scene.hana).json(decision).send().await.expect(200);
    scene.company.settle().await;
    assert_eq!(scene.sockets.heard().await, ["maria: notification leave_decided"]);

    // She received nothing because nothing concerned her. She receives her own clock-in, and her department receives her
    // presence.
    let olga = scene.company.sign_in("olga").await;
    scene.company.post("/clock/in").by(&olga).json(json!({})).send().await.expect(201);
    scene.company.settle().await;
    assert_eq!(
        scene.sockets.heard().await,
        [
            "hana: presence working",
            "olga: notification late_deducted",
            "olga: day 2026-11-02 1",
            "olga: presence working"
        ]
    );
}

#[tokio::test]
async fn a_message_has_the_shape_of_the_contract() {
    let mut scene = Scene::start().await;
    scene.at("09:20").await;
    scene.punch("/clock/in").await;
    let paul = scene.sockets.paul.heard().await;
    assert_eq!(
        paul[0]["data"],
        json!({"changes": [{"user_id": scene.maria.id, "presence": "working", "at": "2026-11-02T09:20:00+03:00",
            "version": 1}]})
    );
    let hana = scene.sockets.hana.heard().await;
    let listed = scene.company.get("/notifications").by(&scene.hana).send().await.expect(200);
    // Responses contain names next to ids; messages of live connections contain only the ids.
    assert_eq!(hana[0]["data"], without_names(&listed.items()[0]));
    assert_eq!((&hana[0]["id"], &hana[0]["at"]), (&listed.items()[0]["id"], &json!("2026-11-02T09:20:00+03:00")));
    let board = format!("/attendance/board?date=2026-11-02&department_id={}", scene.harbour);
    let board = scene.company.get(&board).by(&scene.hana).send().await.expect(200);
    let mut row = board.items().iter().find(|row| row["user_id"] == scene.maria.id.as_str()).unwrap().clone();
    row["date"] = json!("2026-11-02");
    row["version"] = json!(1);
    // Only the board contains both rows of managers and rows of colleagues.
    row.as_object_mut().unwrap().remove("view");
    assert_eq!(hana[1]["data"], without_names(&row));
}

#[tokio::test]
async fn a_resumed_connection_gets_each_missed_notification_once() {
    let mut scene = Scene::start().await;
    scene.edit("08:00").await;
    let first = scene.sockets.maria.heard().await;
    let since = first.iter().find(|message| message["type"] == "notification").unwrap()["id"].clone();
    // The connection is closed; another device of hers stays connected.
    scene.sockets.maria = scene.company.connect(&scene.maria).await;
    for clock_in in ["08:05", "08:10"] {
        scene.edit(clock_in).await;
    }
    let pushed = scene.sockets.maria.heard().await;
    let mut late = scene.company.connect(&scene.maria).await;
    late.send(json!({"action": "resume", "since": since}).to_string()).await;
    let replayed = late.until("resync").await;
    let kinds: Vec<&Value> = replayed.iter().map(|message| &message["data"]["kind"]).collect();
    assert_eq!(kinds, ["day_edited", "day_edited"]);
    let pushed: Vec<&Value> = pushed.iter().filter(|message| message["type"] == "notification").collect();
    assert_eq!(replayed.iter().collect::<Vec<_>>(), pushed, "the same messages, in the same order");

    scene.edit("08:15").await;
    let after = late.heard().await;
    let new: Vec<&Value> = after.iter().filter(|message| message["type"] == "notification").collect();
    assert_eq!(new.len(), 1);
    assert!(replayed.iter().all(|message| message["id"] != new[0]["id"]));
    late.send(json!({"action": "resume", "since": new[0]["id"]}).to_string()).await;
    assert_eq!(late.until("resync").await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_invalid_message_is_answered_without_closing_the_connection() {
    let scene = Scene::start().await;
    let Sockets { mut maria, .. } = scene.sockets;
    for (text, code) in [
        ("garbage", "unknown_action"),
        ("[]", "unknown_action"),
        (r#"{"action": "fly"}"#, "unknown_action"),
        (r#"{"action": "ping", "loud": true}"#, "unknown_action"),
        (r#"{"action": "resume"}"#, "unknown_action"),
        (r#"{"action": "resume", "since": "1"}"#, "unknown_notification"),
    ] {
        maria.send(text).await;
        let message = maria.next().await.unwrap();
        assert_eq!((&message["type"], &message["data"]["code"]), (&json!("error"), &json!(code)), "{text}");
    }
    let another = format!("01JBPB7N3C5V7X9Z1B3D5F7H9K{}", scene.hana.id);
    maria.send(json!({"action": "resume", "since": another}).to_string()).await;
    assert_eq!(maria.next().await.unwrap()["data"]["code"], "unknown_notification");
    assert_eq!(maria.heard().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_ticket_opens_one_connection_within_thirty_seconds() {
    let company = Company::start().await;
    let reply = company.post("/live/tickets").by(&company.admin).send().await.expect(200);
    assert_eq!(reply.body["expires_in"], 30);
    let url = reply.str("url").to_owned();
    assert_eq!(url, format!("{}?ticket={}", company.stack.live_url(), reply.str("ticket")));
    let opened = Socket::open(&url).await;
    assert!(opened.is_ok());
    assert_eq!(Socket::open(&url).await.unwrap_err(), Refused { status: 401 }, "used twice");

    let url = company.live_url(&company.admin).await;
    company.set_clock("2026-11-02T08:00:30+03:00").await;
    assert_eq!(Socket::open(&url).await.unwrap_err(), Refused { status: 401 }, "expired");
    for garbage in ["", "?ticket=", "?ticket=garbage", "?ticket=lt1.a.b.c"] {
        let url = format!("{}{garbage}", company.stack.live_url());
        assert_eq!(Socket::open(&url).await.unwrap_err(), Refused { status: 401 }, "{garbage}");
    }
    let another = company.person("paul", json!({})).await;
    let ticket = company.live_url(&another).await.replace(&another.id, &company.admin.id);
    assert_eq!(Socket::open(&ticket).await.unwrap_err(), Refused { status: 401 }, "made another's");
}

#[tokio::test]
async fn of_two_connections_with_one_ticket_at_the_same_time_one_opens() {
    let company = Company::start().await;
    let url = company.live_url(&company.admin).await;
    let opened = futures_util::future::join_all([(); 4].map(|()| Socket::open(&url))).await;
    assert_eq!(opened.iter().filter(|opened| opened.is_ok()).count(), 1);
}

#[tokio::test]
async fn ten_connections_of_one_person_at_the_same_time_all_open() {
    let company = Company::start().await;
    let url = company.stack.live_url();
    let open = || Socket::open_with(url, Some(&company.admin.access_token));
    let mut sockets = futures_util::future::join_all([(); 10].map(|()| open())).await;
    for socket in &mut sockets {
        assert_eq!(socket.as_mut().unwrap().heard().await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn who_can_set_headers_connects_with_an_access_token() {
    let company = Company::start().await;
    let url = company.stack.live_url();
    let mut socket = Socket::open_with(url, Some(&company.admin.access_token)).await.unwrap();
    assert_eq!(socket.heard().await, Vec::<Value>::new());
    assert_eq!(Socket::open_with(url, Some("garbage")).await.unwrap_err(), Refused { status: 401 });
    company.set_clock("2026-11-02T08:15:00+03:00").await;
    let expired = Socket::open_with(url, Some(&company.admin.access_token)).await;
    assert_eq!(expired.unwrap_err(), Refused { status: 401 });
}

#[tokio::test]
async fn people_who_are_disabled_or_signed_out_open_no_connection() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let url = company.live_url(&maria).await;
    company.delete(&format!("/users/{}", maria.id)).by(&company.admin).send().await.expect(204);
    assert_eq!(Socket::open(&url).await.unwrap_err(), Refused { status: 403 });
    let token = Socket::open_with(company.stack.live_url(), Some(&maria.access_token)).await;
    assert_eq!(token.unwrap_err(), Refused { status: 403 });

    let paul = company.person("paul", json!({})).await;
    let url = company.live_url(&paul).await;
    company.post("/auth/logout").json(json!({"refresh_token": paul.refresh_token})).send().await.expect(204);
    assert_eq!(Socket::open(&url).await.unwrap_err(), Refused { status: 401 });
}

#[tokio::test]
async fn the_eleventh_connection_closes_the_oldest() {
    let company = Company::start().await;
    let mut sockets = Vec::new();
    for second in 0..10 {
        company.set_clock(&format!("2026-11-02T08:00:{second:02}+03:00")).await;
        sockets.push(company.connect(&company.admin).await);
    }
    assert_eq!(sockets[0].heard().await, Vec::<Value>::new(), "ten stay open");
    company.set_clock("2026-11-02T08:00:10+03:00").await;
    let mut eleventh = company.connect(&company.admin).await;
    assert_eq!(sockets[0].next().await, None);
    for socket in sockets.iter_mut().skip(1).chain([&mut eleventh]) {
        assert_eq!(socket.heard().await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn signing_out_closes_the_connections_of_that_sign_in() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let again = company.sign_in("maria").await;
    let (mut of_one, mut of_other) = (company.connect(&maria).await, company.connect(&again).await);
    company.post("/auth/logout").json(json!({"refresh_token": maria.refresh_token})).send().await.expect(204);
    company.settle().await;
    assert_eq!(of_one.next().await, None);
    assert_eq!(of_other.heard().await, Vec::<Value>::new());
    company.post("/auth/logout-all").by(&again).send().await.expect(204);
    company.settle().await;
    assert_eq!(of_other.next().await, None);
}

#[tokio::test]
async fn a_change_of_scope_or_status_closes_a_persons_connections() {
    let company = Company::start().await;
    let (harbour, workshop) = (company.department("Harbour").await, company.department("Workshop").await);
    company.person("maria", json!({"department_id": harbour})).await;
    for change in [json!({"department_id": workshop}), json!({"role": "manager", "manages": [harbour]})] {
        let maria = company.sign_in("maria").await;
        let mut socket = company.connect(&maria).await;
        company.patch(&format!("/users/{}", maria.id)).by(&company.admin).json(change.clone()).send().await.expect(200);
        company.settle().await;
        assert_eq!(socket.next().await, None, "{change}");
    }
    let maria = company.sign_in("maria").await;
    let mut socket = company.connect(&maria).await;
    company.delete(&format!("/users/{}", maria.id)).by(&company.admin).send().await.expect(204);
    company.settle().await;
    assert_eq!(socket.next().await, None, "disabled");
}

#[tokio::test]
async fn a_connection_whose_session_has_ended_resumes_nothing() {
    let mut scene = Scene::start().await;
    scene.edit("08:00").await;
    let first = scene.sockets.maria.heard().await;
    let since = first.iter().find(|message| message["type"] == "notification").unwrap()["id"].clone();
    // Nothing reaches `notify`, which would close the connection.
    scene.company.stack.faults().plan(|call: AwsCall<'_>| (call.by == "notify").then_some(Fault::Refused));
    scene.company.post("/auth/logout-all").by(&scene.maria).send().await.expect(204);
    scene.sockets.maria.send(json!({"action": "resume", "since": since}).to_string()).await;
    let answer = scene.sockets.maria.next().await.unwrap();
    assert_eq!((&answer["type"], &answer["data"]["code"]), (&json!("error"), &json!("unavailable")));
}

#[tokio::test]
async fn a_throttled_message_is_sent_again() {
    let mut scene = Scene::start().await;
    let left = AtomicUsize::new(2);
    let throttled = move |call: AwsCall<'_>| {
        let still = call.operation == "PostToConnection"
            && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        still.then_some(Fault::Throttled)
    };
    scene.company.stack.faults().plan(throttled);
    scene.at("09:20").await;
    scene.punch("/clock/in").await;
    assert_eq!(lines(&scene.sockets.paul.heard().await), ["presence working"]);
    assert_eq!(lines(&scene.sockets.hana.heard().await), ["notification late_arrival", "day 2026-11-02 1"]);
}

#[tokio::test]
async fn what_stays_throttled_is_dropped_and_followed_by_a_resync() {
    let mut scene = Scene::start().await;
    // All attempts of the first messages to maria, paul and hana.
    let left = AtomicUsize::new(15);
    scene.company.stack.faults().plan(move |call: AwsCall<'_>| {
        let still = call.operation == "PostToConnection"
            && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        still.then_some(Fault::Throttled)
    });
    scene.at("09:20").await;
    scene.punch("/clock/in").await;
    let mut paul = scene.sockets.paul.heard().await;
    let mut hana = scene.sockets.hana.heard().await;
    let (paul, hana) = (paul.pop().unwrap(), hana.pop().unwrap());
    assert_eq!((&paul["type"], &paul["data"]), (&json!("resync"), &json!({"replayed": 0, "more": false})));
    assert_eq!((&hana["type"], &hana["data"]), (&json!("resync"), &json!({"replayed": 0, "more": true})));

    scene.sockets.maria.heard().await;
    scene.punch("/clock/out").await;
    assert_eq!(lines(&scene.sockets.paul.heard().await), ["presence out"], "the connection stayed open");
}

#[tokio::test]
async fn a_failed_delivery_closes_the_connection_and_is_replayed_on_resume() {
    let mut scene = Scene::start().await;
    scene.edit("08:00").await;
    let first = scene.sockets.maria.heard().await;
    let since = first.iter().find(|message| message["type"] == "notification").unwrap()["id"].clone();
    scene.company.stack.faults().plan(|call| (call.operation == "PostToConnection").then_some(Fault::Refused));
    scene.edit("08:05").await;
    scene.company.stack.faults().clear();
    assert_eq!(scene.sockets.maria.next().await, None);
    let mut again = scene.company.connect(&scene.maria).await;
    again.send(json!({"action": "resume", "since": since}).to_string()).await;
    assert_eq!(lines(&again.until("resync").await), ["notification day_edited"]);
}

#[tokio::test]
async fn a_connection_without_a_disconnect_is_removed_by_the_next_message() {
    let mut scene = Scene::start().await;
    let of_harbour = format!("TOPIC#{}", scene.harbour);
    let table = crate::table::Table::of(&scene.company);
    let of_workshop = scene.company.connect(&scene.hana).await;
    let died = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&died);
    scene.company.stack.faults().plan(move |call| {
        let is_live = call.by == "live";
        seen.fetch_or(is_live, Ordering::SeqCst);
        is_live.then_some(Fault::DiesBefore)
    });
    drop(std::mem::replace(&mut scene.sockets.paul, of_workshop));
    while !died.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    scene.company.stack.faults().clear();
    assert_eq!(table.partition(&of_harbour).await.len(), 2, "paul's is still there");

    scene.at("09:20").await;
    scene.punch("/clock/in").await;
    assert_eq!(table.partition(&of_harbour).await.len(), 1);
    assert_eq!(scene.sockets.maria.heard().await.len(), 3, "the others hear as ever");
}

#[tokio::test]
async fn a_connection_that_ended_leaves_nothing_behind() {
    let scene = Scene::start().await;
    drop(scene.sockets.paul);
    // The end of a connection is announced or found by a message, at the latest by the next one that is sent.
    let mut open = usize::MAX;
    let table = crate::table::Table::of(&scene.company);
    while open != 1 {
        open = table.partition(&format!("TOPIC#{}", scene.harbour)).await.len();
        assert!((1..=2).contains(&open), "maria's, and for a while paul's");
        tokio::task::yield_now().await;
    }
}
