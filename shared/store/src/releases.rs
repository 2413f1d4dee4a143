//! Items of other releases: those that release 0.1.0 stored, those of the present release, and those of a newer one, which
//! have more fields everywhere. `tests/fixtures/README.md` says how the files are made.

#[path = "../../../tests/fixtures/newer.rs"]
mod newer;

use std::{fs, path::Path};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    audit::AuditEntry,
    chat::DepartmentChats,
    correction::Correction,
    day::{Day, MonthTotals, Presence},
    event::{Event, Received},
    job::Job,
    lateness::LateMonth,
    leave::{
        Balance, LeaveTypes, LedgerEntry,
        request::{LeaveRequest, OpenLeave},
    },
    notification::{Inbox, Notification},
    outgoing::{AccountLink, OutgoingMessage},
    pay::{CostCenter, PayProfiles, Timesheet},
    schedule::{Schedule, ScheduleYear},
    swap::Swap,
    user::User,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    audit_digests::{AuditDigest, HashBatch, OpenHour},
    badges::{BadgeRecord, NumberOwner},
    board::BoardItem,
    branding::VersionedBranding,
    chats::Chat,
    company_context::CompanyContext,
    connections::{Connection, OpenConnections},
    credentials::Credential,
    departments::DepartmentRecord,
    event_feed::FeedEntry,
    feeds::Feed,
    holidays::YearOfHolidays,
    idempotency::Record,
    inboxes::NotifiedEvent,
    item::Attributes,
    item_json::FromItem,
    keys::{EXPIRES_AT, Index, Key, PK, ROW, SK, VERSION},
    kiosks::{KioskRecord, Pin, ReadPinBudget},
    live_tickets::LiveTicketRecord,
    offline,
    opening::KnownZones,
    pay::{
        accounts::{AccountRecord, StoredEntry},
        approvals::PayApprovalRecord,
        closing::ChangedDates,
        codes::StoredPayCodes,
        periods::{PayPeriodRecord, PeriodWorkCount},
        profiles::PersonnelNumberOwner,
        rules::PayRulesRecord,
        runs::{PayRun, PayRunPart, RunsOfPeriod},
        signed_figures::{SegmentsPart, SignedFigures},
        templates::StoredTemplate,
    },
    presence_windows::PresencePart,
    preserve::{preserve, preserving, remember, understood},
    progress::Progress,
    published_keys::PublishedKeys,
    push_subscriptions::PushSubscription,
    registrations::VersionedQueue,
    reviews::{Waiting, WeeklyReviews},
    second_factors::SecondFactor,
    service_tokens::ServiceTokenRecord,
    settings::{LedgerStarted, VersionedSettings},
    sign_ins::{FailuresOfDay, ReadAttempts, SignIn},
    sites::{SiteRecord, VersionedSiteBook},
    stored_item::StoredItem,
    terminals::{
        SerialOwner, TerminalRecord, TerminalState,
        commands::TerminalCommand,
        numbers::{AssignedNumber, NumbersOfPerson, UnknownNumber},
    },
    uploads::Upload,
    users::{Deciders, Holder},
};

/// The way in which the code uses the items under a key.
enum Stored {
    /// The code reads and writes the items as this entity.
    Entity(Entity),
    /// The code reads the items, and changes them in place.
    InPlace(fn(Attributes) -> Result<(), String>),
    /// The code only checks whether the items exist, or reads their index rows.
    Marker,
}

struct Entity {
    read_and_write: fn(Attributes) -> Result<Attributes, String>,
    /// Does the same with the item in DynamoDB JSON.
    read_json_and_write: fn(&str) -> Result<Attributes, String>,
    preserve: fn(&Key, &mut Attributes),
}

fn entity<T: Serialize + DeserializeOwned>() -> Stored {
    Stored::Entity(Entity {
        read_and_write: |attributes| {
            read::<T>(attributes.clone())?;
            Ok(understood::<T>(attributes).expect("what is read can be written"))
        },
        read_json_and_write: |line| {
            let FromItem(entity): FromItem<T> = serde_json::from_str(line).map_err(|error| error.to_string())?;
            Ok(serde_dynamo::aws_sdk_dynamodb_1::to_item(entity).expect("what is read can be written"))
        },
        preserve: preserve::<T>,
    })
}

fn in_place<T: DeserializeOwned>() -> Stored {
    Stored::InPlace(read::<T>)
}

fn read<T: DeserializeOwned>(attributes: Attributes) -> Result<(), String> {
    StoredItem::from(attributes).read::<T>().map(drop).map_err(|error| error.to_string())
}

/// Reads the failures at one name: those of a day are a count, the newest ones are a list.
fn read_failures(attributes: Attributes) -> Result<(), String> {
    if attributes.contains_key("count") { read::<FailuresOfDay>(attributes) } else { read::<ReadAttempts>(attributes) }
}

/// Returns the first part of a key's text.
fn first(text: &str) -> &str {
    text.split('#').next().unwrap_or_default()
}

fn stored(key: &Key) -> Stored {
    match (first(&key.pk), first(&key.sk)) {
        ("ORG", "SETTINGS") => entity::<VersionedSettings>(),
        ("ORG", "BRANDING") => entity::<VersionedBranding>(),
        ("ORG", "ADMINS") => in_place::<Deciders>(),
        ("ORG", "KEYS") | ("KEYS", "PUBLISHED") => entity::<PublishedKeys>(),
        ("ORG", "DEPT" | "FORMERDEPT") => entity::<DepartmentRecord>(),
        ("ORG", "SITE") => in_place::<SiteRecord>(),
        ("ORG", "FORMERSITE") => entity::<SiteRecord>(),
        ("ORG", "SITES") => entity::<VersionedSiteBook>(),
        ("ORG", "KIOSK") => entity::<KioskRecord>(),
        ("ORG", "SERVICETOKEN") => entity::<ServiceTokenRecord>(),
        ("ORG", "ZONES") => in_place::<KnownZones>(),
        ("ORG", "HOLIDAYS") => entity::<YearOfHolidays>(),
        ("ORG", "LEDGER") => entity::<LedgerStarted>(),
        ("ORG", "LEAVETYPES") => entity::<LeaveTypes>(),
        ("ORG", "REGISTRATIONS") => entity::<VersionedQueue>(),
        ("COMPANY", "CONTEXT") => entity::<CompanyContext>(),
        ("USER", "PROFILE") => entity::<User>(),
        ("USER", "CREDENTIAL") => entity::<Credential>(),
        ("USER", "PIN") => entity::<Pin>(),
        ("USER", "MFA") => entity::<SecondFactor>(),
        ("USER", "BADGE") => entity::<BadgeRecord>(),
        ("USER", "SESSION") => entity::<SignIn>(),
        ("USER", "PRESENCE") => entity::<Presence>(),
        ("USER", "SCHEDULE") if key.sk.contains('#') => entity::<ScheduleYear>(),
        ("USER", "SCHEDULE") => entity::<Schedule>(),
        ("USER", "SWAP") => entity::<Swap>(),
        ("USER", "FEED") => entity::<Feed>(),
        ("USER", "DAY") => entity::<Day>(),
        ("USER", "REVIEW") => entity::<Waiting>(),
        ("USER", "CORRECTION") => entity::<Correction>(),
        ("USER", "LEAVE") => entity::<LeaveRequest>(),
        ("USER", "OPENLEAVE") => entity::<OpenLeave>(),
        ("USER", "BALANCE") => entity::<Balance>(),
        ("USER", "LEDGER") => entity::<LedgerEntry>(),
        ("USER", "NOTE") => entity::<Notification>(),
        ("USER", "INBOX") => entity::<Inbox>(),
        ("USER", "TOLD") => entity::<NotifiedEvent>(),
        ("USER" | "CHAT", "OUT") => entity::<OutgoingMessage>(),
        ("ORG", "CHAT") => entity::<Chat>(),
        ("ORG", "CHATS") => entity::<DepartmentChats>(),
        ("USER", "LINK") => entity::<AccountLink>(),
        ("USER", "PUSH") => entity::<PushSubscription>(),
        ("USER", "LATENESS") => entity::<LateMonth>(),
        ("ORG", "PAYCODES") => entity::<StoredPayCodes>(),
        ("ORG", "PAYRULES") => in_place::<PayRulesRecord>(),
        ("ORG", "COSTCENTER") => entity::<CostCenter>(),
        ("USER", "PAYPROFILES") => entity::<PayProfiles>(),
        ("USER", "PAYAPPROVAL") => entity::<PayApprovalRecord>(),
        ("UNIQUE", "UNIQUE") if key.pk.starts_with("UNIQUE#personnel#") => entity::<PersonnelNumberOwner>(),
        ("ORG", "PAYPERIOD") => entity::<PayPeriodRecord>(),
        ("ORG", "PAYPERIODWORK") => in_place::<PeriodWorkCount>(),
        ("USER", "TIMESHEET") => entity::<Timesheet>(),
        ("USER", "TIMESHEETFIGURES") => entity::<SignedFigures>(),
        ("USER", "TIMESHEETSEGMENTS") => entity::<SegmentsPart>(),
        ("USER", "CHANGEDDATES") => in_place::<ChangedDates>(),
        ("USER", "ACCOUNT") => in_place::<AccountRecord>(),
        ("USER", "ACCOUNTENTRY") => entity::<StoredEntry>(),
        ("ORG", "PAYRUN") => entity::<PayRun<Value>>(),
        ("ORG", "PAYRUNS") => entity::<RunsOfPeriod>(),
        ("PAYRUN", "LINES") => entity::<PayRunPart<Value>>(),
        ("ORG", "PAYTEMPLATE") => entity::<StoredTemplate<Value>>(),
        ("USER", "MONTH") => in_place::<MonthTotals>(),
        ("USER", "CONNECTIONS") => entity::<OpenConnections>(),
        ("CONN" | "TOPIC", "CONN") => entity::<Connection>(),
        ("TICKET", "TICKET") => entity::<LiveTicketRecord>(),
        ("PRESENCEWINDOW", _) => entity::<PresencePart>(),
        ("UNIQUE", "UNIQUE") if key.pk.starts_with("UNIQUE#badge#") => entity::<NumberOwner>(),
        ("UNIQUE", "UNIQUE") if key.pk.starts_with("UNIQUE#terminal#") => entity::<SerialOwner>(),
        ("UNIQUE", "UNIQUE") if key.pk.starts_with("UNIQUE#terminalnumber#") => entity::<AssignedNumber>(),
        ("USER", "TERMINALNUMBERS") => entity::<NumbersOfPerson>(),
        ("TERMINALS", _) => entity::<TerminalRecord>(),
        ("TERMINAL", "STATE") => in_place::<TerminalState>(),
        ("TERMINAL", "COMMAND") => entity::<TerminalCommand>(),
        ("UNKNOWNNUMBERS", _) => entity::<UnknownNumber>(),
        ("UNIQUE", "UNIQUE") => entity::<Holder>(),
        ("LOCK", "LOCK") if key.pk.starts_with("LOCK#kiosk#") => entity::<ReadPinBudget>(),
        ("LOCK", "LOCK") => Stored::InPlace(read_failures),
        ("OUTBOX", _) => in_place::<Received>(),
        ("FEED", _) => in_place::<FeedEntry>(),
        ("AUDIT", _) => entity::<AuditEntry>(),
        ("AUDITHASH", _) => entity::<HashBatch>(),
        ("AUDITHOURS", _) => entity::<OpenHour>(),
        ("AUDITDIGEST", _) => entity::<AuditDigest>(),
        ("JOB", "JOB") => entity::<Job>(),
        ("CHECK", "PROGRESS") if key.pk == "CHECK#reviews" => entity::<WeeklyReviews>(),
        ("JOB" | "CHECK", "PROGRESS") => entity::<Progress>(),
        ("OFFLINE", _) => entity::<offline::Record>(),
        ("UPLOAD", "UPLOAD") => entity::<Upload>(),
        ("IDEM", "IDEM") => entity::<Record>(),
        // Sets that change in place; steps, which `jobs` reads with its own types; items that only exist or don't.
        ("ORG" | "MANAGERS", "MANAGERS")
        | ("JOB", "STEP")
        | ("USER", "BOOKED" | "MOVED" | "OPENED")
        | ("CHAT", "TOLD")
        | ("ORG", "FORMERSERVICETOKEN")
        | ("DIGESTS" | "LINKS" | "REGISTER" | "KIOSKCODE" | "SERVICETOKEN", _) => Stored::Marker,
        _ => panic!("{key} has no type here: add the type that code reads it as"),
    }
}

/// Returns the items of a release, in DynamoDB JSON.
fn lines_of(release: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(release).join("table.jsonl");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn items_of(release: &str) -> Vec<Attributes> {
    lines_of(release).into_iter().map(attributes).collect()
}

fn attributes(line: Value) -> Attributes {
    let item: serde_dynamo::Item = serde_json::from_value(line).unwrap();
    item.into()
}

/// Returns the items of a release as a newer release would write them.
fn newer_than(release: &str) -> Vec<Attributes> {
    let mut items = lines_of(release);
    items.iter_mut().for_each(newer::add_fields);
    items.into_iter().map(attributes).collect()
}

/// Returns an entity's attributes without the derived ones.
fn own(mut attributes: Attributes) -> Value {
    let derived = [PK, SK, ROW, EXPIRES_AT, Index::Gsi1.pk(), Index::Gsi1.sk(), Index::Gsi2.pk(), Index::Gsi2.sk()];
    for name in derived {
        attributes.remove(name);
    }
    serde_dynamo::aws_sdk_dynamodb_1::from_item(attributes).unwrap()
}

fn read_all(items: Vec<Attributes>) {
    for item in items {
        let key = Key::of(&item);
        let read = match stored(&key) {
            Stored::Entity(entity) => (entity.read_and_write)(item).and_then(|written| {
                // This release can read the items that it writes, and writes them unchanged.
                let again = (entity.read_and_write)(written.clone())?;
                assert_eq!(own(again), own(written), "{key}");
                Ok(())
            }),
            Stored::InPlace(read) => read(item),
            Stored::Marker => Ok(()),
        };
        read.unwrap_or_else(|error| panic!("{key}: {error}"));
    }
}

#[test]
fn every_item_that_release_0_1_0_stored_is_read() {
    read_all(items_of("0.1.0"));
}

#[test]
fn every_item_of_a_newer_release_is_read() {
    read_all(newer_than("0.1.0"));
    read_all(newer_than("current"));
}

#[test]
fn every_item_is_the_same_when_it_is_read_from_json() {
    for mut line in lines_of("0.1.0").into_iter().chain(lines_of("current")) {
        for is_newer in [false, true] {
            if is_newer {
                newer::add_fields(&mut line);
            }
            let item = attributes(line.clone());
            let key = Key::of(&item);
            if let Stored::Entity(entity) = stored(&key) {
                assert_eq!((entity.read_json_and_write)(&line.to_string()), (entity.read_and_write)(item), "{key}");
            }
        }
    }
}

#[test]
fn every_row_of_a_day_is_the_same_when_it_is_read_from_json() {
    let lines = lines_of("0.1.0").into_iter().chain(lines_of("current"));
    for line in lines.filter(|line| line["sk"]["S"].as_str().unwrap().starts_with("DAY#")) {
        let mut attributes = attributes(line);
        let row: BoardItem = StoredItem::from(attributes.clone()).read_row().unwrap();
        let row_attribute = attributes.remove(ROW).unwrap();
        let of_attributes: BoardItem = serde_dynamo::aws_sdk_dynamodb_1::from_attribute_value(row_attribute).unwrap();
        assert_eq!(serde_json::to_value(row).unwrap(), serde_json::to_value(of_attributes).unwrap());
    }
}

#[test]
fn every_item_of_this_release_is_written_as_it_is_recorded() {
    for item in items_of("current") {
        let key = Key::of(&item);
        let recorded = own(item.clone());
        // Disabling a person increases the version of the presence, even if no punch has written one.
        let has_only_a_version = recorded.as_object().unwrap().keys().all(|name| name == VERSION);
        if let Stored::Entity(entity) = stored(&key)
            && !has_only_a_version
        {
            let written = (entity.read_and_write)(item).unwrap_or_else(|error| panic!("{key}: {error}"));
            assert_eq!(
                own(written),
                recorded,
                "{key} has changed: record the release again (tests/fixtures/README.md)"
            );
        }
    }
}

#[tokio::test]
async fn every_writer_preserves_the_fields_of_a_newer_release() {
    for item in newer_than("0.1.0").into_iter().chain(newer_than("current")) {
        let key = Key::of(&item);
        let Stored::Entity(entity) = stored(&key) else { continue };
        if !item.contains_key(VERSION) {
            continue;
        }
        let written = preserving(async {
            let stored = StoredItem::from(item.clone());
            remember(&stored.head(), &stored);
            let mut written = (entity.read_and_write)(item.clone()).unwrap();
            written.insert(VERSION.to_owned(), AttributeValue::N("1000".to_owned()));
            (entity.preserve)(&key, &mut written);
            written
        });
        let fields = |attributes: Attributes| newer::count(&own(attributes));
        assert_eq!(fields(written.await), fields(item), "{key}");
    }
}

/// The fields of an export's link. Links are signed when they are fetched, so facts no longer have them.
const LINK: [&str; 2] = ["url", "url_expires_at"];

#[test]
fn every_event_that_release_0_1_0_stored_is_known_whole() {
    let mut kinds = std::collections::BTreeSet::new();
    for item in items_of("0.1.0").into_iter().filter(|item| Key::of(item).pk.starts_with("OUTBOX#")) {
        let received: Received = StoredItem::from(item).read().unwrap();
        assert!(received.unknown.is_empty(), "{:?}", received.unknown);
        let event: Event = received.event.unwrap();
        let facts = serde_json::to_value(&event.facts).unwrap();
        kinds.extend(facts.as_array().unwrap().iter().map(|fact| fact["kind"].as_str().unwrap().to_owned()));
        for (before, after) in received.document["facts"].as_array().unwrap().iter().zip(facts.as_array().unwrap()) {
            let kept = before.as_object().unwrap().iter().filter(|(field, _)| !LINK.contains(&field.as_str()));
            for (field, value) in kept {
                assert_eq!(&after[field], value, "{before}");
            }
        }
    }
    assert_eq!(kinds.len(), 61, "{kinds:?}");
}
