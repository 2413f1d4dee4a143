//! The leave book in the table: its conditions protect it even if the code before them decides wrongly.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use domain::{
    audit::Actor,
    event::Subject,
    id::{EventId, SessionId, UserId},
    leave::{Balances, Booking, LateCharge, LeaveBook, LeaveMinutes},
    ports::Entropy,
    schedule::{LeaveTypeCode, ShiftId},
    user::User,
};
use futures_util::future::join_all;
use jiff::Timestamp;
use rollcall_tests::Company;
use serde_json::json;
use store::{Commit, CommitError, Condition, Stamp, Store, leave_book::BookQuery, settings::VersionedSettings};

use super::Team;
use crate::table::Table;

/// A counter, as a source of different tokens and ids.
#[derive(Debug, Default)]
struct Counter(AtomicU64);

impl Entropy for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        let next = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        bytes.fill(0);
        let shared = bytes.len().min(next.len());
        bytes[..shared].copy_from_slice(&next[next.len() - shared..]);
    }
}

/// Books a person's leave directly in the store, without a function.
struct Clerk {
    store: Store,
    entropy: Arc<Counter>,
    now: Timestamp,
    person: User,
}

impl Clerk {
    async fn of(company: &Company, person: &str) -> Self {
        let entropy = Arc::new(Counter::default());
        let store = Table::of(company).store(entropy.clone()).await;
        let id: UserId = person.parse().unwrap();
        let person = store.user(id).await.unwrap();
        let now = "2026-11-02T05:00:00Z".parse().unwrap();
        Self { store, entropy, now, person: person.unwrap() }
    }

    async fn settings(&self) -> VersionedSettings {
        self.store.settings().await.unwrap()
    }

    /// Reads, books and commits once.
    async fn book(
        &self,
        settings: &VersionedSettings,
        act: impl FnOnce(&mut LeaveBook<'_>),
    ) -> Result<(), CommitError> {
        let today = "2026-11-02".parse().unwrap();
        let query = BookQuery::annual(self.person.id, Balances::years_for(today, []));
        let stored = self.store.stored_book(&query).await?;
        let mut book =
            stored.open(&self.person, &settings.settings, Booking { at: self.now, today, by: Actor::System });
        act(&mut book);
        let booked = book.finish();
        let event_id = EventId::generate(self.now, &*self.entropy);
        let stamp = Stamp { event_id, at: self.now, actor: Actor::System, request_id: None };
        let mut commit = Commit::new(stamp, Subject::User(self.person.id), booked.facts.clone())?;
        commit.book_leave(self.person.id, &booked, &stored, settings)?;
        commit.send(&self.store).await
    }
}

/// Returns a charge of ten minutes of lateness for a shift.
fn late(shift: u32, revision: u64) -> LateCharge {
    LateCharge {
        shift_id: ShiftId::new("2026-11-02".parse().unwrap(), format!("09:{shift:02}").parse().unwrap()),
        session_id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse::<SessionId>().unwrap(),
        minutes: LeaveMinutes::new(10),
        revision,
    }
}

#[tokio::test]
async fn the_table_refuses_a_second_booking_for_the_same_cause() {
    let team = Team::start().await;
    let clerk = Clerk::of(&team.company, &team.maria.id).await;
    let settings = clerk.settings().await;
    clerk.book(&settings, |book| book.deduct(late(0, 1))).await.unwrap();
    let again = clerk.book(&settings, |book| book.deduct(late(0, 1))).await;
    assert!(matches!(again, Err(CommitError::ConditionFailed(Condition::Version))), "{again:?}");
    assert_eq!(team.booked(2026).await.len(), 1);
    clerk.book(&settings, |book| book.deduct(late(0, 2))).await.unwrap();
    assert_eq!(team.booked(2026).await.len(), 2);
}

#[tokio::test]
async fn twenty_who_book_at_once_leave_a_balance_that_is_the_fold_of_its_ledger() {
    let team = Team::start().await;
    let clerk = Clerk::of(&team.company, &team.maria.id).await;
    let settings = clerk.settings().await;
    let deduct = async |shift| {
        while let Err(error) = clerk.book(&settings, |book| book.deduct(late(shift, 1))).await {
            assert!(matches!(error, CommitError::ConditionFailed(Condition::Version)), "{error:?}");
        }
    };
    join_all((0..20).map(deduct)).await;
    let minutes = Table::of(&team.company).ledger_minutes(&team.maria.id).await;
    assert_eq!(minutes, [vec![15 * 480], vec![-10; 20]].concat(), "in the order of their numbers");
    assert_eq!(team.balance(2026).await["available_days"], json!(14.58));
}

#[tokio::test]
async fn the_first_entry_is_counted_by_the_length_of_a_leave_day_that_it_fixes() {
    let company = Company::start().await;
    let clerk = Clerk::of(&company, &company.admin.id).await;
    let settings = clerk.settings().await;
    company.settings(json!({"leave_day_minutes": 450})).await;
    let annual = LeaveTypeCode::annual();
    let by_old_settings = clerk.book(&settings, |book| book.bring_up_to_date(&annual)).await;
    assert!(matches!(by_old_settings, Err(CommitError::ConditionFailed(Condition::Version))), "{by_old_settings:?}");
    let settings = clerk.settings().await;
    clerk.book(&settings, |book| book.bring_up_to_date(&annual)).await.unwrap();
    assert_eq!(Table::of(&company).ledger_minutes(&company.admin.id).await, [15 * 450]);
    let admin = company.sign_in("ada").await;
    let change = company.patch("/settings").by(&admin).json(json!({"leave_day_minutes": 480}));
    change.send().await.expect_problem(409, "ledger_started");
}
