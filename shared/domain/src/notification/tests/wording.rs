//! Tests of notification content, independent of any language.

use super::{
    facts::told,
    fixtures::{Company, date, event, person},
};
use crate::{
    event::Fact,
    notification::{NotificationContent, NotificationDraft, NotificationText},
    text::Name,
};

fn draft(fact: Fact, actor: Option<&str>, to: &str) -> NotificationDraft {
    let drafts = Company::new().drafts(&event(actor, "maria", vec![fact]));
    drafts.into_iter().find(|draft| draft.to == person(to)).unwrap()
}

fn content(kind: &str, to: &str) -> NotificationContent {
    let (actor, fact, _) =
        told().into_iter().find(|(_, fact, _)| format!("{fact:?}").contains(&format!("({kind}"))).unwrap();
    match draft(fact, actor, to).text {
        NotificationText::Content { content, .. } => content,
        NotificationText::Written { title, .. } => panic!("{title} was written when it happened"),
    }
}

#[test]
fn every_notification_is_read_back_as_stored_and_names_its_person() {
    let company = Company::new();
    for (actor, fact, _) in told() {
        for draft in company.drafts(&event(actor, "maria", vec![fact.clone()])) {
            let stored = serde_json::to_value(&draft.text).unwrap();
            assert_eq!(serde_json::from_value::<NotificationText>(stored.clone()).unwrap(), draft.text);
            assert_eq!(draft.data["user_id"], person("maria").to_string());
            assert!(!draft.data.contains_key("kind"));
            let is_of_a_swap = format!("{fact:?}").starts_with("Swap");
            let is_own = draft.to == person("maria");
            assert!(is_own || is_of_a_swap || stored.to_string().contains("Maria"), "{stored}");
        }
    }
}

#[test]
fn the_content_differs_for_the_person_and_their_deciders() {
    let name = || Name::parse("Maria").unwrap();
    let (monday, at) = (date("2026-11-02"), "2026-11-02T06:20:00Z".parse().unwrap());
    assert_eq!(content("AutoClockedOut", "maria"), NotificationContent::OwnAutoClockOut { date: monday, at });
    let of_other = NotificationContent::AutoClockOut { name: name(), date: monday, at };
    assert_eq!(content("AutoClockedOut", "hana"), of_other);
    let (start_date, end_date) = (date("2026-11-09"), date("2026-11-10"));
    let cancelled = NotificationContent::LeaveCancelled { name: name(), start_date, end_date };
    assert_eq!(content("LeaveCancelled", "hana"), cancelled);
}

#[test]
fn a_swap_notification_names_the_other_person() {
    let of = |partner: &str| NotificationContent::SwapMade {
        partner: Some(Name::parse(partner).unwrap()),
        date: date("2026-11-04"),
        other_date: Some(date("2026-11-05")),
    };
    assert_eq!((content("SwapMade", "maria"), content("SwapMade", "paul")), (of("Paul"), of("Maria")));
}

#[test]
fn a_notification_of_an_earlier_release_keeps_its_words() {
    let stored = serde_json::json!({"title": "Maria came late", "body": "Maria clocked in 20 min late."});
    let (title, body) = ("Maria came late".to_owned(), "Maria clocked in 20 min late.".to_owned());
    assert_eq!(serde_json::from_value::<NotificationText>(stored).unwrap(), NotificationText::Written { title, body });
}

#[test]
fn data_holds_what_the_fact_says() {
    let late = told().remove(0).1;
    let draft = draft(late, Some("maria"), "hana");
    let data = serde_json::to_value(draft.data).unwrap();
    let expected = serde_json::json!({
        "user_id": person("maria"), "date": "2026-11-02", "shift_id": "1", "late_seconds": 1200});
    assert_eq!(data, expected);
}
