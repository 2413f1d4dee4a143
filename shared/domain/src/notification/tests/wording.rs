//! What letters say.

use super::cast::{Company, event, person, told};
use crate::{event::Fact, notification::Letter};

fn letter(fact: Fact, actor: Option<&str>, to: &str) -> Letter {
    let letters = Company::new().letters(&event(actor, "maria", vec![fact]));
    letters.into_iter().find(|letter| letter.to == person(to)).unwrap()
}

#[test]
fn every_letter_has_words_of_its_own_and_names_whom_it_is_about() {
    let company = Company::new();
    for (actor, fact, _) in told() {
        for letter in company.letters(&event(actor, "maria", vec![fact.clone()])) {
            assert_ne!(letter.title, "Something changed", "{fact:?}");
            assert!(!letter.title.is_empty() && letter.body.ends_with('.'), "{letter:?}");
            assert_eq!(letter.data["user_id"], person("maria").to_string());
            assert!(!letter.data.contains_key("kind"));
            let text = format!("{} {}", letter.title, letter.body);
            let is_own = letter.to == person("maria");
            let speaks_of = if is_own { ["You", "you"] } else { ["Maria", "your"] };
            assert!(speaks_of.iter().any(|word| text.contains(word)), "{text}");
        }
    }
}

#[test]
fn dates_times_and_lengths_are_written_for_people() {
    let find = |kind: &str| {
        let (actor, fact, _) = told().into_iter().find(|(_, fact, _)| format!("{fact:?}").starts_with(kind)).unwrap();
        (fact, actor)
    };
    for (kind, to, title, body) in [
        ("Late {", "hana", "Maria came late", "Maria clocked in 20 min late on Mon 2 Nov 2026."),
        ("LeftEarly", "hana", "Maria left early", "Maria left 1 h 1 min before the end on Mon 2 Nov 2026."),
        (
            "AutoClockedOut",
            "maria",
            "You were clocked out",
            "Your session of Mon 2 Nov 2026 was still open and ends at 09:20. Ask for a correction if that is wrong.",
        ),
        (
            "ClockInFlagged",
            "hana",
            "Maria clocked in outside the clock-in window",
            "Maria clocked in outside the clock-in window on Mon 2 Nov 2026. Acknowledge or reject it.",
        ),
        (
            "ClockInReviewed",
            "maria",
            "Your clock-in was rejected",
            "Your flagged clock-in of Mon 2 Nov 2026 was rejected. Your times stay recorded.",
        ),
        (
            "LateDeducted",
            "maria",
            "Lateness cost you leave",
            "0.05 days (20 min) of leave were deducted for coming late on Mon 2 Nov 2026.",
        ),
        (
            "LeaveAdjusted",
            "maria",
            "Your leave balance was adjusted",
            "-0.5 days of annual leave of 2026. A manager changed it.",
        ),
        (
            "LeaveBalanceLow",
            "hana",
            "Maria is running low on leave",
            "Maria has 2.5 days of annual leave of 2026 left.",
        ),
        (
            "LeaveRequested",
            "hana",
            "Maria asks for leave",
            "Maria asks for leave from Mon 9 Nov 2026 to Tue 10 Nov 2026. It waits for a decision.",
        ),
        (
            "SwapMade",
            "paul",
            "Your swap was made",
            "You and Maria swapped: Wed 4 Nov 2026 and Thu 5 Nov 2026. Your rosters have changed.",
        ),
    ] {
        let (fact, actor) = find(kind);
        let letter = letter(fact, actor, to);
        assert_eq!((letter.title.as_str(), letter.body.as_str()), (title, body));
    }
}

#[test]
fn data_holds_what_the_fact_says() {
    let late = told().remove(0).1;
    let letter = letter(late, Some("maria"), "hana");
    let data = serde_json::to_value(letter.data).unwrap();
    let expected = serde_json::json!({
        "user_id": person("maria"), "date": "2026-11-02", "shift_id": "1", "late_seconds": 1200});
    assert_eq!(data, expected);
}
