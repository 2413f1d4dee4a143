//! Time accounts, as the API shows them.

use domain::{calendar::WorkDate, id::UserId, settings::Settings};
use serde::Serialize;
use store::pay::accounts::AccountRecord;
use utoipa::ToSchema;

/// A person's time account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimeAccount)]
pub struct TimeAccountAnswer {
    /// The person.
    user_id: UserId,
    /// The sum of all entries in seconds; negative if the person owes time.
    balance_seconds: i64,
    /// The last date whose time is in the balance.
    as_of: WorkDate,
    /// The seconds that requests for time off reserve: pending ones, and approved ones that aren't booked yet.
    reserved_seconds: i64,
    /// The balance minus what is reserved.
    available_seconds: i64,
    /// The maximum balance in seconds; `null` for no limit.
    cap_seconds: Option<i64>,
    /// The minimum balance in seconds, 0 or negative; `null` for no limit.
    floor_seconds: Option<i64>,
    /// Whether the balance is above the maximum.
    is_above_cap: bool,
    /// Whether the balance is below the minimum.
    is_below_floor: bool,
    /// The time that expires at the next settlement, as the balance is now; `null` if nothing expires.
    expiring: Option<ExpiringTimeAnswer>,
    /// The version of the account; grows with each entry.
    version: u64,
}

/// Time that expires when accounts are settled.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExpiringTime)]
pub struct ExpiringTimeAnswer {
    /// The seconds.
    seconds: i64,
    /// The date on which the time is gone.
    on: WorkDate,
}

impl TimeAccountAnswer {
    /// Returns an account with the seconds that requests reserve.
    pub fn new(account: &AccountRecord, reserved: i64, settings: &Settings) -> Self {
        let policy = &settings.time_accounts;
        let (balance, cap, floor) = (account.balance_seconds, policy.cap_seconds(), policy.floor_seconds());
        let expiring = policy.next_settlement(account.booked_through).and_then(|on| {
            let seconds = policy.expiring_seconds(balance);
            (seconds > 0).then_some(ExpiringTimeAnswer { seconds, on })
        });
        Self {
            user_id: account.user_id,
            balance_seconds: balance,
            as_of: account.booked_through,
            reserved_seconds: reserved,
            available_seconds: balance - reserved,
            cap_seconds: cap,
            floor_seconds: floor,
            is_above_cap: cap.is_some_and(|cap| cap < balance),
            is_below_floor: floor.is_some_and(|floor| balance < floor),
            expiring,
            version: account.version,
        }
    }
}
