//! The time of the wording of notifications: `cargo bench -p texts`.
#![expect(clippy::unwrap_used, reason = "a value that can't be made ends the measurement")]

use divan::{Bencher, black_box};
use domain::{calendar::Zone, language::Language, notification::NotificationText};
use serde_json::{Value, json};

fn main() {
    divan::main();
}

/// Returns a batch of a hundred notifications of five kinds.
fn batch() -> Vec<NotificationText> {
    let contents: [Value; 5] = [
        json!({"message": "late_arrival", "name": "Maria Person", "date": "2026-10-05", "seconds": 1020}),
        json!({"message": "leave_requested", "name": "Maria Person", "start_date": "2026-10-19", "end_date": "2026-10-21"}),
        json!({"message": "leave_decided", "decision": "approved", "start_date": "2026-10-19", "end_date": "2026-10-21"}),
        json!({"message": "people_not_arrived", "count": 2, "names": ["Sven Person", "Lena Person"]}),
        json!({"message": "auto_clock_out", "name": "John Person", "date": "2026-10-06", "at": "2026-10-06T13:00:00Z"}),
    ];
    let text = |content: &Value| serde_json::from_value(json!({"content": content})).unwrap();
    contents.iter().cycle().take(100).map(text).collect()
}

#[divan::bench(args = ["en", "de", "tr"])]
fn a_hundred_notifications(bencher: Bencher, tag: &str) {
    let (batch, zone) = (batch(), Zone::parse("Europe/Istanbul").unwrap());
    let language = Language::of_tag(tag).unwrap();
    bencher.bench_local(|| {
        let rendered = batch.iter().map(|text| texts::notification(black_box(text), &zone, language));
        rendered.map(|text| text.body.len()).sum::<usize>()
    });
}
