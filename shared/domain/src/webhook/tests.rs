use jiff::SignedDuration;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn delivery() -> Delivery {
    Delivery {
        id: "01JBN2V7Q4W0M3T9K5ZXH8R6EV".parse().unwrap(),
        webhook_id: "01JBN2V7Q4W0M3T9K5ZXH8R6WH".parse().unwrap(),
        subject: "settings".to_owned(),
        kind: "settings_changed".to_owned(),
        at: at("2026-11-02T08:00:00Z"),
        body: "{}".to_owned(),
        status: DeliveryStatus::Pending,
        attempts: 0,
        due_at: at("2026-11-02T08:00:00Z"),
        since: at("2026-11-02T08:00:00Z"),
        last_attempt: None,
        version: 1,
    }
}

fn attempt(time: &str, status: u16) -> Attempt {
    Attempt { at: at(time), result: AttemptResult::Answered(status) }
}

#[test]
fn activating_a_webhook_ends_its_pause_and_other_changes_keep_it() {
    let paused = Webhook {
        id: "01JBN2V7Q4W0M3T9K5ZXH8R6WH".parse().unwrap(),
        url: "https://payroll.example.com/rollcall".to_owned(),
        kinds: BTreeSet::new(),
        description: Name::parse("Payroll").unwrap(),
        active: true,
        paused: Some(Pause { at: at("2026-11-02T08:00:00Z"), reason: PauseReason::Failing }),
        created_at: at("2026-11-01T08:00:00Z"),
        created_by: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
        version: 1,
    };
    let renamed = WebhookUpdate { description: Name::parse("Wages").ok(), ..WebhookUpdate::default() };
    let (after, fields) = renamed.apply(&paused);
    assert_eq!((after.paused, fields), (paused.paused, vec!["description".to_owned()]));
    let activated = WebhookUpdate { active: Some(true), ..WebhookUpdate::default() };
    assert_eq!(activated.apply(&paused).0.paused, None);
    let stopped = WebhookUpdate { active: Some(false), ..WebhookUpdate::default() };
    assert_eq!(stopped.apply(&paused).0.paused, paused.paused);
    let (same, fields) = WebhookUpdate::default().apply(&paused);
    assert_eq!((same, fields.is_empty()), (paused, true));
}

#[test]
fn the_response_status_determines_the_outcome_of_an_attempt() {
    let outcome = |status| AttemptResult::Answered(status).outcome();
    for status in [200, 204, 299] {
        assert_eq!(outcome(status), Outcome::Accepted, "{status}");
    }
    for status in [301, 302, 400, 401, 404, 422] {
        assert_eq!(outcome(status), Outcome::Refused, "{status}");
    }
    for status in [408, 429, 500, 502, 503, 504, 599] {
        assert_eq!(outcome(status), Outcome::Down, "{status}");
    }
    assert_eq!(outcome(410), Outcome::Gone);
    assert_eq!(AttemptResult::NoAnswer(DeliveryError::TimedOut).outcome(), Outcome::Down);
}

#[test]
fn retries_go_on_for_three_days_with_growing_pauses() {
    let (mut delivery, mut times) = (delivery(), Vec::new());
    let began = delivery.since;
    while delivery.status == DeliveryStatus::Pending {
        times.push(delivery.due_at.duration_since(began).as_secs());
        let at = delivery.due_at;
        delivery = delivery.attempted(Attempt { at, result: AttemptResult::Answered(500) }, 0.5);
    }
    assert_eq!(times[..7], [0, 5, 65, 365, 1_265, 3_065, 6_665]);
    assert_eq!(delivery.status, DeliveryStatus::Failed);
    let last = times.last().unwrap();
    assert!((3 * 86_400..3 * 86_400 + 3_600).contains(last), "{last}");
    assert!(times.len() < 80, "{}", times.len());
}

#[test]
fn jitter_moves_a_retry_by_a_fifth_at_most() {
    let due = |jitter| delivery().attempted(attempt("2026-11-02T08:00:00Z", 500), jitter).due_at;
    assert_eq!(due(0.0), at("2026-11-02T08:00:04Z"));
    assert_eq!(due(1.0), at("2026-11-02T08:00:06Z"));
}

#[test]
fn a_delivery_is_done_once_and_can_be_replayed() {
    let delivered = delivery().attempted(attempt("2026-11-02T08:00:01Z", 204), 0.5);
    assert_eq!((delivered.status, delivered.attempts, delivered.version), (DeliveryStatus::Delivered, 1, 2));
    let replayed = delivered.replayed(at("2026-11-09T08:00:00Z"));
    assert_eq!((replayed.status, replayed.attempts), (DeliveryStatus::Pending, 0));
    assert_eq!(replayed.due_at, at("2026-11-09T08:00:00Z"));
    let failed = replayed.attempted(attempt("2026-11-09T08:00:00Z", 500), 0.5);
    assert_eq!(failed.status, DeliveryStatus::Pending, "three days begin again");
}

#[test]
fn a_receiver_that_is_down_is_tried_again_within_five_minutes() {
    let mut health = Health::default();
    let mut pauses = Vec::new();
    for _ in 0..6 {
        let now = health.paused_until.unwrap_or(at("2026-11-02T08:00:00Z"));
        assert!(!health.is_paused(now));
        health = health.after(Attempt { at: now, result: AttemptResult::Answered(503) }, None, 0.5);
        pauses.push(health.paused_until.unwrap().duration_since(now).as_secs());
    }
    assert_eq!(pauses, [5, 30, 120, 300, 300, 300]);
    assert!(health.is_down());
    assert_eq!(health.after(attempt("2026-11-02T09:00:00Z", 200), None, 0.5), Health::default());
}

#[test]
fn a_receiver_may_ask_for_a_longer_pause_of_an_hour_at_most() {
    let paused = |seconds| {
        let asked = Some(SignedDuration::from_secs(seconds));
        Health::default().after(attempt("2026-11-02T08:00:00Z", 429), asked, 0.5).paused_until
    };
    assert_eq!(paused(1), Some(at("2026-11-02T08:00:05Z")));
    assert_eq!(paused(600), Some(at("2026-11-02T08:10:00Z")));
    assert_eq!(paused(86_400), Some(at("2026-11-02T09:00:00Z")));
}

#[test]
fn a_refused_event_pauses_no_other() {
    let health = Health::default().after(attempt("2026-11-02T08:00:00Z", 422), None, 0.5);
    assert!(!health.is_down() && health.paused_until.is_none());
    assert_eq!(health.failing_since, Some(at("2026-11-02T08:00:00Z")));
}

#[test]
fn five_days_of_failures_or_a_410_pause_the_webhook() {
    let health = Health::default().after(attempt("2026-11-02T08:00:00Z", 500), None, 0.5);
    assert_eq!(health.reason_to_pause(attempt("2026-11-07T07:59:59Z", 500)), None);
    assert_eq!(health.reason_to_pause(attempt("2026-11-07T08:00:00Z", 500)), Some(PauseReason::Failing));
    assert_eq!(health.reason_to_pause(attempt("2026-11-07T08:00:00Z", 404)), Some(PauseReason::Failing));
    assert_eq!(health.reason_to_pause(attempt("2026-11-07T08:00:00Z", 200)), None);
    assert_eq!(Health::default().reason_to_pause(attempt("2026-11-02T08:00:00Z", 410)), Some(PauseReason::Gone));
}

#[test]
fn a_webhook_receives_its_kinds_and_its_own_tests() {
    let webhook = Webhook {
        id: "01JBN2V7Q4W0M3T9K5ZXH8R6WH".parse().unwrap(),
        url: "https://hooks.example.com".to_owned(),
        kinds: BTreeSet::from(["late".to_owned()]),
        description: Name::parse("Payroll").unwrap(),
        active: true,
        paused: None,
        created_at: Timestamp::UNIX_EPOCH,
        created_by: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
        version: 1,
    };
    let receives = |webhook: &Webhook, subject: &str, kinds: &[&str]| webhook.receives(subject, kinds.iter().copied());
    assert!(receives(&webhook, "user:01JBN2V7Q4W0M3T9K5ZXH8R6CD", &["clocked_in", "late"]));
    assert!(!receives(&webhook, "settings", &["settings_changed"]));
    assert!(receives(&webhook, "webhook:01JBN2V7Q4W0M3T9K5ZXH8R6WH", &["webhook_test"]));
    let everything = Webhook { kinds: BTreeSet::new(), ..webhook };
    assert!(receives(&everything, "settings", &["settings_changed"]));
    assert!(!receives(&everything, "webhook:01JBN2V7Q4W0M3T9K5ZXH8R6WJ", &["webhook_test"]), "of another one");
    let paused = Webhook { active: false, ..everything };
    assert!(!receives(&paused, "settings", &["settings_changed"]));
    assert!(receives(&paused, "webhook:01JBN2V7Q4W0M3T9K5ZXH8R6WH", &["webhook_test"]));
}
