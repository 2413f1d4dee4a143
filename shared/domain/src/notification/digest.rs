//! Many who haven't arrived, told in one letter.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Letter, News, Newsroom, NotificationKind, wording::day};
use crate::{
    calendar::Zone,
    event::{Event, Fact, Missing},
    id::UserId,
    user::User,
};

/// The most people that a letter names; how many more there are it counts. An inbox is read page by page, and a page is to
/// stay readable.
const NAMED: usize = 100;
/// The most names in the body.
const NAMED_IN_WORDS: usize = 5;

/// The letters about those whom one look found missing: one for each person in charge, of those they are in charge of.
pub(super) fn missing_letters(event: &Event, news: &[News<'_>], newsroom: &Newsroom<'_>) -> Vec<Letter> {
    let person = |id| newsroom.people.get(&id);
    let mut found: BTreeMap<UserId, Vec<(Missing, &User)>> = BTreeMap::new();
    for news in news {
        let Fact::MissingPeople { people } = news.fact else { continue };
        let Some(about) = person(news.about) else { continue };
        for to in news.recipients(event, newsroom.managers, person) {
            let theirs = people.iter().filter(|missing| missing.user_id == about.id);
            found.entry(to).or_default().extend(theirs.map(|missing| (*missing, about)));
        }
    }
    found.into_iter().filter_map(|(to, people)| letter(event, to, &people, newsroom)).collect()
}

fn letter(event: &Event, to: UserId, people: &[(Missing, &User)], newsroom: &Newsroom<'_>) -> Option<Letter> {
    let (_, first) = people.first()?;
    let (title, body) = words(people);
    Some(Letter {
        to,
        event_id: event.id,
        kind: NotificationKind::NotArrived,
        title,
        body,
        data: data(people),
        created_at: event.at,
        zone: zone(first, newsroom),
    })
}

fn zone(about: &User, newsroom: &Newsroom<'_>) -> Zone {
    let site_zone = about.site_id.and_then(|site| newsroom.sites.zone(site));
    about.zone(site_zone, &newsroom.settings.time_zone).clone()
}

fn words(people: &[(Missing, &User)]) -> (String, String) {
    if let [(missing, person)] = people {
        let name = person.full_name.as_str();
        let date = day(missing.shift_id.date());
        return (
            format!("{name} has not arrived"),
            format!("{name} has not clocked in for a shift of {date} that has begun."),
        );
    }
    let names: Vec<&str> = people.iter().take(NAMED_IN_WORDS).map(|(_, person)| person.full_name.as_str()).collect();
    let more = match people.len().saturating_sub(NAMED_IN_WORDS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let body = format!("Not clocked in for a shift that has begun: {}{more}.", names.join(", "));
    (format!("{} people have not arrived", people.len()), body)
}

/// Of one person what every letter has; of several a list of that.
fn data(people: &[(Missing, &User)]) -> BTreeMap<String, Value> {
    let of_one = |missing: &Missing, person: &User| {
        json!({
            "user_id": missing.user_id,
            "full_name": person.full_name.as_str(),
            "date": missing.shift_id.date(),
            "shift_id": missing.shift_id,
        })
    };
    let data = if let [(missing, person)] = people {
        of_one(missing, person)
    } else {
        let named: Vec<Value> = people.iter().take(NAMED).map(|(missing, person)| of_one(missing, person)).collect();
        json!({"people": named, "more": people.len().saturating_sub(NAMED)})
    };
    match data {
        Value::Object(fields) => fields.into_iter().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => BTreeMap::new(),
    }
}
