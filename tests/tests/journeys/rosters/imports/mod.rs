//! `POST /roster/import`, and the work that follows. `jobs` does the work, or a test does it like `jobs` if it controls the
//! progress.

mod applying;
mod interruptions;
mod refusals;

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::{
    job::Job,
    ports::{Clock, Entropy},
};
use imports::{Importer, Progress};
use jiff::{SignedDuration, Timestamp};
use local::{AwsCall, Fault};
use rollcall_tests::{Company, Person, Reply};
use secret_store::CompanyKeys;
use serde_json::json;
use store::Store;

use super::Team;
use crate::{long_work::COMPANY_KEYS, table::Table};

/// A clock that advances by a second with each reading.
#[derive(Debug)]
pub(super) struct Ticking {
    start: Timestamp,
    looks: AtomicU64,
}

impl Ticking {
    fn from(start: &str) -> Self {
        Self { start: start.parse().unwrap(), looks: AtomicU64::new(0) }
    }

    fn after(&self, seconds: i64) -> Timestamp {
        self.start + SignedDuration::from_secs(seconds)
    }
}

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        self.after(i64::try_from(self.looks.fetch_add(1, Ordering::Relaxed)).unwrap())
    }
}

/// A sequence of numbers that differ from each other and are the same in every test.
#[derive(Debug, Default)]
pub(super) struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        for (byte, digit) in bytes.iter_mut().rev().zip(number.iter().rev().chain(std::iter::repeat(&7))) {
            *byte = *digit;
        }
    }
}

pub(super) struct Work {
    store: Store,
    clock: Ticking,
    entropy: Arc<Counting>,
    keys: CompanyKeys,
}

impl Work {
    fn of(company: &Company) -> Self {
        let entropy = Arc::new(Counting::default());
        let client = aws_sdk_dynamodb::Client::new(company.stack.sdk());
        let store = Store::new(client, "rollcall", Arc::clone(&entropy) as Arc<dyn Entropy>);
        let keys = CompanyKeys::new(company.stack.sdk(), COMPANY_KEYS);
        Self { store, clock: Ticking::from("2026-11-02T05:00:00Z"), entropy, keys }
    }

    async fn go_on(&self, id: &str, deadline: Timestamp) -> Progress {
        let importer = Importer { store: &self.store, clock: &self.clock, entropy: &*self.entropy, keys: &self.keys };
        importer.continue_import(id.parse().unwrap(), deadline).await.unwrap()
    }

    async fn finish(&self, id: &str) -> Job {
        match self.go_on(id, Timestamp::MAX).await {
            Progress::Finished(job) => job,
            Progress::Unfinished(_) | Progress::Unknown => panic!("not finished"),
        }
    }
}

pub(super) async fn import(company: &Company, by: &Person, sheet: &str) -> Reply {
    company.post("/roster/import").by(by).raw("text/csv; charset=utf-8", sheet).send().await
}

/// Returns the number of imported changes in the audit of a person.
pub(super) async fn audited(company: &Company, person: &str) -> usize {
    let entries = Table::of(company).partition(&format!("AUDIT#user:{person}")).await;
    entries.iter().filter(|entry| entry["action"].as_s().unwrap() == "roster_imported").count()
}

/// Disables `jobs`, so that the test does its work.
pub(super) fn stand_still(company: &Company) {
    company.stack.faults().plan(|call: AwsCall<'_>| (call.by == "jobs").then_some(Fault::DiesBefore));
}

pub(super) async fn site(team: &Team, name: &str, zone: &str) -> String {
    let call = team.company.post("/sites").by(&team.company.admin);
    call.json(json!({"name": name, "time_zone": zone})).send().await.expect(201).str("id").to_owned()
}

/// Creates a department with the given number of people, and a sheet with a Saturday for each.
pub(super) async fn many(team: &Team, count: usize) -> (Vec<Person>, String) {
    let mut people = Vec::new();
    let mut sheet = "username,date,start,end\n".to_owned();
    for number in 0..count {
        let name = format!("worker{number:02}");
        people.push(team.company.person(&name, json!({"department_id": team.department})).await);
        writeln!(sheet, "{name},2026-11-07,10:00,14:00").unwrap();
    }
    (people, sheet)
}
