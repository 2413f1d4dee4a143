//! News for the chats of departments.

use std::collections::BTreeMap;

use super::{NotificationContent as Content, NotificationContext};
use crate::{
    calendar::Zone,
    chat::{ChatKind, DepartmentChats},
    correction::Decision,
    event::{DayFact, Event, Fact, LeaveFact, PunchFact, Subject},
    id::{DepartmentId, UserId},
    user::User,
};

/// The most people that a message names.
const MAX_NAMES: usize = 5;

/// News for the chat of a department.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatNews {
    /// The department.
    pub department: DepartmentId,
    /// The content.
    pub content: Content,
    /// The time zone of its instants.
    pub zone: Zone,
}

/// Returns the news of an event for the chats of departments, in the order of its facts.
pub fn chat_news_of(event: &Event, chats: &DepartmentChats, context: &NotificationContext<'_>) -> Vec<ChatNews> {
    event.facts.iter().flat_map(|fact| of_fact(event, fact, chats, context)).collect()
}

fn of_fact(event: &Event, fact: &Fact, chats: &DepartmentChats, context: &NotificationContext<'_>) -> Vec<ChatNews> {
    if let Fact::Day(DayFact::MissingPeople { people }) = fact {
        let mut missing: BTreeMap<DepartmentId, Vec<&User>> = BTreeMap::new();
        for person in people.iter().filter_map(|of| member(of.user_id, ChatKind::NotArrived, chats, context)) {
            missing.entry(person.0).or_default().push(person.1);
        }
        let news = missing.into_iter().filter_map(|(department, people)| {
            let names = people.iter().take(MAX_NAMES).map(|person| person.full_name.clone()).collect();
            let told = Content::PeopleNotArrived { count: people.len(), names };
            Some(ChatNews { department, content: told, zone: zone_of(people.first()?, context) })
        });
        return news.collect();
    }
    let Subject::User(user) = event.subject else { return Vec::new() };
    let news = |kind, message: &dyn Fn(&User) -> Option<Content>| {
        let (department, person) = member(user, kind, chats, context)?;
        Some(ChatNews { department, content: message(person)?, zone: zone_of(person, context) })
    };
    let late = news(ChatKind::Late, &|person| late_arrival(person, fact));
    let approved = news(ChatKind::LeaveApproved, &|person| leave_approved(person, fact));
    late.into_iter().chain(approved).collect()
}

fn late_arrival(person: &User, fact: &Fact) -> Option<Content> {
    let Fact::Punch(PunchFact::Late { date, late_seconds, .. }) = fact else { return None };
    Some(Content::LateArrival { name: person.full_name.clone(), date: *date, seconds: *late_seconds })
}

fn leave_approved(person: &User, fact: &Fact) -> Option<Content> {
    let Fact::Leave(LeaveFact::LeaveDecided { start_date, end_date, decision: Decision::Approved, .. }) = fact else {
        return None;
    };
    let name = person.full_name.clone();
    Some(Content::LeaveApproved { name, start_date: *start_date, end_date: *end_date })
}

/// Returns a person and their department, if the department's chat gets news of the kind.
fn member<'a>(
    user: UserId,
    kind: ChatKind,
    chats: &DepartmentChats,
    context: &NotificationContext<'a>,
) -> Option<(DepartmentId, &'a User)> {
    let person = context.people.get(&user)?;
    let department = person.department_id.filter(|department| chats.wants(*department, kind))?;
    Some((department, person))
}

fn zone_of(person: &User, context: &NotificationContext<'_>) -> Zone {
    person.zone_at(context.sites, &context.settings.time_zone).clone()
}
