//! The calendar feed, read by another iCalendar library than the one that wrote it.

use std::collections::BTreeMap;

use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty};
use jiff::Timestamp;
use rollcall_tests::{Company, Reply};
use serde_json::json;

use super::{Team, weekly};

/// An event, as a calendar program reads it.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    uid: String,
    sequence: i64,
    start: Timestamp,
    end: Timestamp,
}

fn events(text: &str) -> Vec<Seen> {
    let calendar = ICalendar::parse(text).unwrap();
    let events = calendar.components.iter().filter(|part| part.component_type == ICalendarComponentType::VEvent);
    events
        .map(|event| {
            let value = |property| event.property(&property).and_then(|entry| entry.values.first()).unwrap();
            let instant = |property| {
                let time = value(property).as_partial_date_time().unwrap();
                assert!(time.has_zone(), "an instant, whatever the reader's zone");
                Timestamp::from_second(time.to_timestamp().unwrap()).unwrap()
            };
            Seen {
                uid: event.uid().unwrap().to_owned(),
                sequence: value(ICalendarProperty::Sequence).as_integer().unwrap(),
                start: instant(ICalendarProperty::Dtstart),
                end: instant(ICalendarProperty::Dtend),
            }
        })
        .collect()
}

/// Returns the path of a person's new feed.
async fn feed(team: &Team) -> String {
    let maria = team.company.sign_in("maria").await;
    let made = team.company.post("/roster/me/calendar").by(&maria).json(json!({})).send().await.expect(201);
    let url = made.str("url").to_owned();
    let base = team.company.stack.url();
    url.strip_prefix(&base).unwrap_or_else(|| panic!("{url} isn't below {base}")).to_owned()
}

async fn read(team: &Team, path: &str) -> Reply {
    team.company.get(path).send().await
}

#[tokio::test]
async fn over_a_dst_change_a_feed_has_the_same_instants_as_the_roster() {
    // Berlin's clocks went back in the night to 25 October 2026.
    let team = Team::of(Company::start_at("2026-10-19T08:00:00+02:00", "Europe/Berlin").await).await;
    let night = json!([{"start": "22:00", "end": "06:00"}]);
    let pattern = json!({"effective_from": "2026-10-20", "weekly_offs": ["wednesday"],
        "shifts": {"saturday": night, "sunday": night, "monday": [{"start": "08:00", "end": "16:00", "break_minutes": 30}]}});
    team.pattern(&team.maria, pattern).await.expect(200);
    let path = feed(&team).await;
    let reply = read(&team, &path).await.expect(200);
    assert_eq!(reply.header("content-type"), Some("text/calendar; charset=utf-8"));
    let seen = events(&reply.text);
    let maria = team.company.sign_in("maria").await;
    let shifts =
        team.company.get("/roster/me/shifts?from=2026-10-20&to=2026-11-20").by(&maria).send().await.expect(200);
    let instant = |shift: &serde_json::Value, end: &str| shift[end].as_str().unwrap().parse::<Timestamp>().unwrap();
    let of_roster: Vec<(Timestamp, Timestamp)> =
        shifts.items().iter().map(|shift| (instant(shift, "start_at"), instant(shift, "end_at"))).collect();
    assert_eq!(of_roster.len(), 12);
    let first = of_roster[0].0;
    let of_feed: Vec<(Timestamp, Timestamp)> =
        seen.iter().map(|event| (event.start, event.end)).filter(|(start, _)| first <= *start).take(12).collect();
    assert_eq!(of_feed, of_roster);
    let long_night = of_feed.iter().map(|(start, end)| end.as_second() - start.as_second()).max().unwrap();
    assert_eq!(long_night, 9 * 3600, "the hour that came twice is worked twice");
}

#[tokio::test]
async fn a_changed_shift_keeps_its_uid_and_its_sequence_grows() {
    let team = Team::start().await;
    team.pattern(&team.maria, weekly(json!({"friday": [{"start": "09:00", "end": "17:00"}]}))).await.expect(200);
    let path = feed(&team).await;
    let by_uid =
        |text: &str| events(text).into_iter().map(|event| (event.uid.clone(), event)).collect::<BTreeMap<_, _>>();
    let before = by_uid(&read(&team, &path).await.expect(200).text);
    let longer = json!({"shifts": [{"start": "09:00", "end": "19:00"}], "reason": "Stocktaking"});
    team.plan(&team.maria, "2026-11-06", longer).await.expect(200);
    let after = by_uid(&read(&team, &path).await.expect(200).text);
    assert!(before.keys().eq(after.keys()));
    let uid = before.keys().find(|uid| uid.starts_with("2026-11-06T09:00")).unwrap();
    assert!(before[uid].sequence < after[uid].sequence);
    assert_eq!(after[uid].end.as_second() - before[uid].end.as_second(), 2 * 3600);
    assert!(before.iter().all(|(uid, event)| event.sequence <= after[uid].sequence), "none ever shrinks");
}

#[tokio::test]
async fn nothing_is_sent_again_while_nothing_has_changed() {
    let mut team = Team::start().await;
    let path = feed(&team).await;
    let first = read(&team, &path).await.expect(200);
    let etag = first.header("etag").unwrap().to_owned();
    team.at("2026-11-02T08:05:00+03:00").await;
    let again = |tag: String| {
        let call = team.company.get(&path).header("If-None-Match", &tag);
        call.send()
    };
    let unchanged = again(etag.clone()).await.expect(304);
    assert_eq!((unchanged.text.as_str(), unchanged.header("etag")), ("", Some(etag.as_str())));
    again(format!("W/{etag}")).await.expect(304);
    team.plan(&team.maria, "2026-11-06", json!({"off": true, "reason": "r"})).await.expect(200);
    again(etag).await.expect(200);
}

#[tokio::test]
async fn a_feed_is_gone_once_it_is_revoked_replaced_or_its_person_left() {
    let team = Team::start().await;
    let first = feed(&team).await;
    let second = feed(&team).await;
    read(&team, &first).await.expect_problem(404, "not_found");
    read(&team, &second).await.expect(200);
    let revoke = async || team.company.delete("/roster/me/calendar").by(&team.maria).send().await.expect(204);
    revoke().await;
    read(&team, &second).await.expect_problem(404, "not_found");
    revoke().await;
    let third = feed(&team).await;
    for wrong in ["/roster/calendar/x.ics", "/roster/calendar/x", third.strip_suffix(".ics").unwrap()] {
        read(&team, wrong).await.expect_problem(404, "not_found");
    }
    let admin = team.company.sign_in("ada").await;
    let person = format!("/users/{}", team.maria.id);
    team.company.delete(&person).by(&admin).send().await.expect(204);
    read(&team, &third).await.expect_problem(404, "not_found");
    team.company.patch(&person).by(&admin).json(json!({"status": "active"})).send().await.expect(200);
    read(&team, &third).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn the_table_and_the_audit_never_hold_an_address() {
    let team = Team::start().await;
    let path = feed(&team).await;
    let secret = &path["/roster/calendar/".len() + 26..path.len() - 4];
    let table = crate::table::Table::of(&team.company);
    for partition in [
        format!("USER#{}", team.maria.id),
        format!("AUDIT#user:{}", team.maria.id),
        format!("OUTBOX#user:{}", team.maria.id),
    ] {
        let items = format!("{:?}", table.partition(&partition).await);
        assert!(items.len() > 100 && !items.contains(secret), "{partition}");
    }
}

#[tokio::test]
async fn on_leave_or_off_there_is_no_event() {
    let team = Team::start().await;
    let path = feed(&team).await;
    let before = events(&read(&team, &path).await.expect(200).text).len();
    team.plan(&team.maria, "2026-11-06", json!({"off": true, "reason": "r"})).await.expect(200);
    assert_eq!(events(&read(&team, &path).await.expect(200).text).len(), before - 1);
}

#[tokio::test]
async fn special_characters_in_the_companys_name_are_escaped_in_feeds() {
    let team = Team::start().await;
    let name = "A, B; C\\new";
    team.company.settings(json!({"company_name": name})).await;
    let path = feed(&team).await;
    let calendar = ICalendar::parse(read(&team, &path).await.expect(200).text.as_str()).unwrap();
    let text = |part: usize, property: ICalendarProperty| {
        let value = calendar.components[part].property(&property).and_then(|entry| entry.values.first()).unwrap();
        value.as_text().unwrap().to_owned()
    };
    assert_eq!(text(0, ICalendarProperty::Name), name);
    assert_eq!(text(0, ICalendarProperty::Other("X-WR-CALNAME".to_owned())), name);
    assert_eq!(text(1, ICalendarProperty::Summary), name);
}
