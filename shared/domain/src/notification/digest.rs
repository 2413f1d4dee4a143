//! Digests: one notification about many people, for each manager of some of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    NamedDays, News, NotificationContent, NotificationContext, NotificationDraft, NotificationKind, NotificationText,
};
use crate::{
    calendar::{WorkDate, Zone},
    event::{
        AccountFact, DayFact, DaysToReview, Event, Fact, Missing, PendingRegistration, TimesheetFact,
        UnapprovedTimesheet,
    },
    id::UserId,
    user::User,
};

/// The most people that the data of a notification names; the rest is only counted. This keeps a page of the inbox readable.
const NAMED: usize = 100;
/// The most people that the text of a notification names.
const NAMED_IN_TEXT: usize = 5;

/// Returns whether a fact is about many people at once.
pub(super) const fn is_digest(fact: &Fact) -> bool {
    missing_people(fact).is_some()
        || days_to_review(fact).is_some()
        || pending_registrations(fact).is_some()
        || timesheets_to_approve(fact).is_some()
}

/// Returns the drafts of an event's digests: one of each kind for each manager, about the people that the manager decides for.
pub(super) fn digest_drafts(
    event: &Event,
    news: &[News<'_>],
    context: &NotificationContext<'_>,
) -> Vec<NotificationDraft> {
    let missing = drafts_about(event, news, context, missing_people);
    let to_review = drafts_about(event, news, context, days_to_review);
    let pending = drafts_about(event, news, context, pending_registrations);
    let to_approve = drafts_about(event, news, context, timesheets_to_approve);
    [missing, to_review, pending, to_approve].into_iter().flatten().collect()
}

/// Returns the people who haven't arrived, if the fact is about them.
const fn missing_people(fact: &Fact) -> Option<&Vec<Missing>> {
    if let Fact::Day(DayFact::MissingPeople { people }) = fact { Some(people) } else { None }
}

/// Returns the people whose days wait for a review, if the fact is about them.
const fn days_to_review(fact: &Fact) -> Option<&Vec<DaysToReview>> {
    if let Fact::Day(DayFact::DaysToReview { people }) = fact { Some(people) } else { None }
}

/// Returns the people who registered and wait for approval, if the fact is about them.
const fn pending_registrations(fact: &Fact) -> Option<&Vec<PendingRegistration>> {
    if let Fact::Account(AccountFact::RegistrationsPending { people }) = fact { Some(people) } else { None }
}

/// Returns the timesheets that wait for approval, if the fact is about them.
const fn timesheets_to_approve(fact: &Fact) -> Option<&Vec<UnapprovedTimesheet>> {
    if let Fact::Timesheet(TimesheetFact::TimesheetsToApprove { people }) = fact { Some(people) } else { None }
}

/// An entry of a digest, about one person.
trait Entry: Copy {
    /// The kind of notification of the digest.
    const KIND: NotificationKind;

    /// The person.
    fn user_id(&self) -> UserId;

    /// Returns the entry as `data` of a notification.
    fn data(&self, person: &User) -> BTreeMap<String, Value>;

    /// Returns the content of a notification about these people.
    fn content(people: &[(Self, &User)]) -> NotificationContent;

    /// Returns the `data` about all people together, where there are several.
    fn data_of_all(people: &[(Self, &User)]) -> BTreeMap<String, Value>;
}

impl Entry for Missing {
    const KIND: NotificationKind = NotificationKind::NotArrived;

    fn user_id(&self) -> UserId {
        self.user_id
    }

    fn data(&self, person: &User) -> BTreeMap<String, Value> {
        [
            ("user_id", json!(self.user_id)),
            ("full_name", json!(person.full_name)),
            ("date", json!(self.shift_id.date())),
            ("shift_id", json!(self.shift_id)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn content(people: &[(Self, &User)]) -> NotificationContent {
        if let [(missing, person)] = people {
            return NotificationContent::NotArrived { name: person.full_name.clone(), date: missing.shift_id.date() };
        }
        let names = people.iter().take(NAMED_IN_TEXT).map(|(_, person)| person.full_name.clone());
        NotificationContent::PeopleNotArrived { count: people.len(), names: names.collect() }
    }

    fn data_of_all(_: &[(Self, &User)]) -> BTreeMap<String, Value> {
        BTreeMap::new()
    }
}

impl Entry for DaysToReview {
    const KIND: NotificationKind = NotificationKind::DaysToReview;

    fn user_id(&self) -> UserId {
        self.user_id
    }

    fn data(&self, person: &User) -> BTreeMap<String, Value> {
        [
            ("user_id", json!(self.user_id)),
            ("full_name", json!(person.full_name)),
            ("days", json!(self.days)),
            ("oldest", json!(self.oldest)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    fn content(people: &[(Self, &User)]) -> NotificationContent {
        let named = people.iter().take(NAMED_IN_TEXT);
        let named = named.map(|(review, person)| NamedDays { name: person.full_name.clone(), days: review.days });
        NotificationContent::DaysToReview {
            days: days_of(people),
            oldest: people.iter().map(|(review, _)| review.oldest).min().unwrap_or(WorkDate::MIN),
            count: people.len(),
            people: named.collect(),
        }
    }

    fn data_of_all(people: &[(Self, &User)]) -> BTreeMap<String, Value> {
        let oldest: Option<WorkDate> = people.iter().map(|(review, _)| review.oldest).min();
        [("days", json!(days_of(people))), ("oldest", json!(oldest))]
            .map(|(name, value)| (name.to_owned(), value))
            .into()
    }
}

impl Entry for PendingRegistration {
    const KIND: NotificationKind = NotificationKind::RegistrationPending;

    fn user_id(&self) -> UserId {
        self.user_id
    }

    fn data(&self, person: &User) -> BTreeMap<String, Value> {
        [("user_id", json!(self.user_id)), ("full_name", json!(person.full_name))]
            .map(|(name, value)| (name.to_owned(), value))
            .into()
    }

    fn content(people: &[(Self, &User)]) -> NotificationContent {
        if let [(_, person)] = people {
            return NotificationContent::RegistrationPending { name: person.full_name.clone() };
        }
        let names = people.iter().take(NAMED_IN_TEXT).map(|(_, person)| person.full_name.clone());
        NotificationContent::RegistrationsPending { count: people.len(), names: names.collect() }
    }

    fn data_of_all(_: &[(Self, &User)]) -> BTreeMap<String, Value> {
        BTreeMap::new()
    }
}

impl Entry for UnapprovedTimesheet {
    const KIND: NotificationKind = NotificationKind::TimesheetsToApprove;

    fn user_id(&self) -> UserId {
        self.user_id
    }

    fn data(&self, person: &User) -> BTreeMap<String, Value> {
        [("user_id", json!(self.user_id)), ("full_name", json!(person.full_name)), ("period", json!(self.period))]
            .map(|(name, value)| (name.to_owned(), value))
            .into()
    }

    fn content(people: &[(Self, &User)]) -> NotificationContent {
        let names = people.iter().take(NAMED_IN_TEXT).map(|(_, person)| person.full_name.clone());
        NotificationContent::TimesheetsToApprove { count: people.len(), names: names.collect() }
    }

    fn data_of_all(_: &[(Self, &User)]) -> BTreeMap<String, Value> {
        BTreeMap::new()
    }
}

/// Returns the total number of days.
fn days_of(people: &[(DaysToReview, &User)]) -> u64 {
    people.iter().map(|(review, _)| u64::from(review.days)).sum()
}

/// Returns the drafts of the digests of one kind. `entries` finds the entries in a fact.
fn drafts_about<E: Entry>(
    event: &Event,
    news: &[News<'_>],
    context: &NotificationContext<'_>,
    entries: fn(&Fact) -> Option<&Vec<E>>,
) -> Vec<NotificationDraft> {
    let person = |id| context.people.get(&id);
    let mut found: BTreeMap<UserId, Vec<(E, &User)>> = BTreeMap::new();
    for news in news {
        let Some(people) = entries(news.fact) else { continue };
        let Some(about) = person(news.about) else { continue };
        for to in news.recipients(event, context.managers, person) {
            let theirs = people.iter().filter(|entry| entry.user_id() == about.id);
            found.entry(to).or_default().extend(theirs.map(|entry| (*entry, about)));
        }
    }
    found.into_iter().filter_map(|(to, people)| draft(event, to, &people, context)).collect()
}

fn draft<E: Entry>(
    event: &Event,
    to: UserId,
    people: &[(E, &User)],
    context: &NotificationContext<'_>,
) -> Option<NotificationDraft> {
    let (_, first) = people.first()?;
    Some(NotificationDraft {
        to,
        event_id: event.id,
        kind: E::KIND,
        text: NotificationText::Content { content: E::content(people), more: 0 },
        data: data(people),
        created_at: event.at,
        zone: zone(first, context),
    })
}

fn zone(about: &User, context: &NotificationContext<'_>) -> Zone {
    let site_zone = about.site_id.and_then(|site| context.sites.zone(site));
    about.zone(site_zone, &context.settings.time_zone).clone()
}

/// Returns the data of the entry for one person, and a list of such data for several people.
fn data<E: Entry>(people: &[(E, &User)]) -> BTreeMap<String, Value> {
    if let [(entry, person)] = people {
        return entry.data(person);
    }
    let named: Vec<_> = people.iter().take(NAMED).map(|(entry, person)| entry.data(person)).collect();
    let mut data = E::data_of_all(people);
    data.insert("people".to_owned(), json!(named));
    data.insert("more".to_owned(), json!(people.len().saturating_sub(NAMED)));
    data
}
