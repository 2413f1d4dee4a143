//! Service tokens, with which a company's own systems (payroll, an HR system, a planning tool) call the API.

use std::{collections::BTreeSet, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    id::{DepartmentId, ServiceTokenId, UserId},
    text::Name,
    user::ManagerScope,
};

/// A service token. A token never changes: another scope requires another token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceToken {
    /// The service token's id.
    pub id: ServiceTokenId,
    /// The name of the system that uses it.
    pub name: Name,
    /// The operations that the system may call.
    pub scopes: BTreeSet<Scope>,
    /// The departments whose people the system can access; absent for everyone.
    #[serde(default)]
    pub department_ids: Option<BTreeSet<DepartmentId>>,
    /// The instant from which the token is refused.
    pub expires_at: Timestamp,
    /// The instant at which the token was created.
    pub created_at: Timestamp,
    /// The administrator who created it.
    pub created_by: UserId,
}

impl ServiceToken {
    /// The people that the system can see and change, expressed as a manager's scope.
    pub fn people(&self) -> ManagerScope {
        match &self.department_ids {
            None => ManagerScope::Everyone,
            Some(departments) => ManagerScope::Departments(departments.clone()),
        }
    }
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// A permission of a service token. Each operation of the API that accepts service tokens requires one scope.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Scope {
            $(
                $(#[$doc])*
                #[serde(rename = $name)]
                $variant,
            )*
        }

        impl Scope {
            /// All scopes.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The scope's name in the API.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

scopes! {
    /// Reads days, breaks, the board and corrections.
    AttendanceRead = "attendance:read";
    /// Reads settings, departments, sites, holidays and leave types.
    CompanyRead = "company:read";
    /// Reads the events of the whole company. The token must be for all people.
    EventsRead = "events:read";
    /// Reads leave requests, balances and the leave calendar.
    LeaveRead = "leave:read";
    /// Reads pay codes, pay rules, pay profiles, segments, pay periods, time accounts and payroll runs.
    PayRead = "pay:read";
    /// Reads reports.
    ReportsRead = "reports:read";
    /// Reads rosters and swaps.
    RosterRead = "roster:read";
    /// Plans patterns and single dates of employees.
    RosterWrite = "roster:write";
    /// Reads people.
    UsersRead = "users:read";
    /// Creates, changes and disables employees.
    UsersWrite = "users:write";
}

/// Written by hand, because the derive doesn't see names that a macro gives to the variants.
impl utoipa::PartialSchema for Scope {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(
                "What a service token allows. Each operation that takes service tokens names the scope that it needs.",
            ))
            .enum_values(Some(Self::ALL.iter().map(|scope| scope.as_str())))
            .into()
    }
}

impl utoipa::ToSchema for Scope {}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The maximum number of requests with one service token in a minute.
pub const MAX_REQUESTS_PER_MINUTE: u32 = 300;

/// The minute in which the requests of a service token are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestMinute(i64);

impl RequestMinute {
    /// The minute that contains an instant.
    pub fn at(now: Timestamp) -> Self {
        Self(now.as_second().div_euclid(60))
    }

    /// The minutes since 1970.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The instant at which the next minute begins.
    pub fn ends_at(self) -> Timestamp {
        Timestamp::from_second(self.0.saturating_add(1).saturating_mul(60)).unwrap_or(Timestamp::MAX)
    }

    /// The whole seconds until the next minute, rounded up, so that a client that waits that long is in the next minute.
    pub fn seconds_left(self, now: Timestamp) -> u32 {
        let milliseconds = self.ends_at().duration_since(now).as_millis().unsigned_abs();
        u32::try_from(milliseconds.div_ceil(1000)).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_written_as_it_is_read() {
        for scope in Scope::ALL {
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.as_str());
        }
    }

    #[test]
    fn requests_are_counted_by_the_minute() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let minute = RequestMinute::at(at("2026-11-02T08:00:59.5Z"));
        assert_eq!(minute, RequestMinute::at(at("2026-11-02T08:00:00Z")));
        assert_eq!(minute.ends_at(), at("2026-11-02T08:01:00Z"));
        assert_eq!(minute.seconds_left(at("2026-11-02T08:00:59.5Z")), 1);
        assert_eq!(minute.seconds_left(at("2026-11-02T08:00:00Z")), 60);
    }
}
