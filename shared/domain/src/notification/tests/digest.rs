//! Tests of digests.

use super::fixtures::{Company, date, event, id, person};
use crate::{
    event::{DayFact, DaysToReview, Event, Fact, Missing, Subject},
    notification::{NamedDays, NotificationContent, NotificationDraft, NotificationKind, NotificationText},
    schedule::ShiftId,
    scheduled_jobs::Check,
    text::Name,
    user::UserStatus,
};

/// Returns the digest of a run that found these people missing.
fn missing(names: &[&str]) -> Event {
    let shift_id = ShiftId::new(date("2026-11-02"), "09:00".parse().unwrap());
    let people = names.iter().map(|name| Missing { user_id: person(name), shift_id }).collect();
    let facts = vec![Fact::Day(DayFact::MissingPeople { people })];
    Event { subject: Subject::Check(Check::Lateness), ..event(None, "maria", facts) }
}

fn draft<'a>(drafts: &'a [NotificationDraft], to: &str) -> &'a NotificationDraft {
    let mut theirs = drafts.iter().filter(|draft| draft.to == person(to));
    let draft = theirs.next().unwrap();
    assert!(theirs.next().is_none(), "{to} gets two");
    draft
}

fn content(draft: &NotificationDraft) -> &NotificationContent {
    let NotificationText::Content { content, more: 0 } = &draft.text else { panic!("{draft:?}") };
    content
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

#[test]
fn a_digest_names_only_the_people_its_recipient_is_responsible_for() {
    let company = Company::new();
    let drafts = company.drafts(&missing(&["maria", "paul", "walter"]));
    assert_eq!(drafts.len(), 5, "ada, alan, gina, hana and wilma");
    let of_hana = draft(&drafts, "hana");
    let names = ["Maria", "Paul"].map(name).to_vec();
    assert_eq!(*content(of_hana), NotificationContent::PeopleNotArrived { count: 2, names });
    let listed: Vec<&str> =
        of_hana.data["people"].as_array().unwrap().iter().map(|one| one["full_name"].as_str().unwrap()).collect();
    assert_eq!((listed, &of_hana.data["more"]), (vec!["Maria", "Paul"], &0.into()));
    let of_wilma = draft(&drafts, "wilma");
    let walter = NotificationContent::NotArrived { name: name("Walter"), date: date("2026-11-02") };
    assert_eq!((content(of_wilma), &of_wilma.data["date"]), (&walter, &"2026-11-02".into()));
    assert!(!of_wilma.data.contains_key("people"));
    let of_gina = content(draft(&drafts, "gina"));
    assert!(matches!(of_gina, NotificationContent::PeopleNotArrived { count: 3, .. }), "{of_gina:?}");
}

#[test]
fn a_digest_names_at_most_100_people_and_counts_the_rest() {
    let mut company = Company::new();
    let maria = company.people[&person("maria")].clone();
    let shift_id = ShiftId::new(date("2026-11-02"), "09:00".parse().unwrap());
    let mut people = Vec::new();
    for number in 0..103_u8 {
        let user_id = format!("01JBN2V7Q4W0M3T9K5ZXH8{number:04}").parse().unwrap();
        company.people.insert(user_id, crate::user::User { id: user_id, ..maria.clone() });
        people.push(Missing { user_id, shift_id });
    }
    let facts = vec![Fact::Day(DayFact::MissingPeople { people })];
    let event = Event { subject: Subject::Department(id('H')), ..event(None, "maria", facts) };
    let drafts = company.drafts(&event);
    let of_hana = draft(&drafts, "hana");
    assert_eq!((of_hana.data["people"].as_array().unwrap().len(), &of_hana.data["more"]), (100, &3.into()));
    let names = vec![name("Maria"); 5];
    assert_eq!(*content(of_hana), NotificationContent::PeopleNotArrived { count: 103, names });
}

#[test]
fn days_to_review_are_counted_for_each_person_in_charge() {
    let of = |name: &str, days, oldest: &str| DaysToReview { user_id: person(name), days, oldest: date(oldest) };
    let people = vec![of("maria", 2, "2026-10-30"), of("paul", 1, "2026-10-26"), of("walter", 1, "2026-10-29")];
    let facts = vec![Fact::Day(DayFact::DaysToReview { people })];
    let event = Event { subject: Subject::Check(Check::Housekeeping), ..event(None, "maria", facts) };
    let drafts = Company::new().drafts(&event);
    assert_eq!(drafts.len(), 5, "ada, alan, gina, hana and wilma");
    assert!(drafts.iter().all(|draft| draft.kind == NotificationKind::DaysToReview));
    let of_hana = draft(&drafts, "hana");
    let people = [("Maria", 2), ("Paul", 1)].map(|(of, days)| NamedDays { name: name(of), days }).to_vec();
    let oldest = date("2026-10-26");
    assert_eq!(*content(of_hana), NotificationContent::DaysToReview { days: 3, oldest, count: 2, people });
    assert_eq!((&of_hana.data["days"], &of_hana.data["oldest"]), (&3.into(), &"2026-10-26".into()));
    assert_eq!(of_hana.data["people"][0]["days"], 2);
    let of_wilma = draft(&drafts, "wilma");
    assert_eq!(of_wilma.data["user_id"], person("walter").to_string());
}

#[test]
fn people_who_decide_for_nobody_in_a_digest_do_not_get_it() {
    let mut company = Company::new();
    company.change("hana", |hana| hana.status = UserStatus::Disabled);
    let drafts = company.drafts(&missing(&["maria"]));
    assert!(drafts.iter().all(|draft| ![person("hana"), person("wilma")].contains(&draft.to)));
    assert_eq!(drafts.len(), 3, "ada, alan and gina");
}
