//! The scheduled jobs.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{FieldRule, Invalid};

/// A scheduled job, named after its EventBridge schedule. Each job is idempotent: a second run changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Creates everyone's daily record, two hours before the date begins.
    OpenDay,
    /// Finds people who haven't arrived, missed a shift or left early.
    Lateness,
    /// Closes sessions that nobody closed.
    CloseDay,
    /// Finds leave balances below a threshold that was changed.
    Balances,
    /// Rolls leave years over: grants, carry-over, expiry.
    LeaveYear,
    /// Removes photos that belong to no punch, compares a sample of month totals with their days, and once a week reports which
    /// days wait for a review.
    Housekeeping,
    /// Writes digests of the audit's hours, each of which contains the digest before it.
    AuditDigest,
}

impl Check {
    /// All scheduled jobs.
    pub const ALL: [Self; 7] = [
        Self::OpenDay,
        Self::Lateness,
        Self::CloseDay,
        Self::Balances,
        Self::LeaveYear,
        Self::Housekeeping,
        Self::AuditDigest,
    ];

    /// The name of the job's schedule.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenDay => "open-day",
            Self::Lateness => "lateness",
            Self::CloseDay => "close-day",
            Self::Balances => "balances",
            Self::LeaveYear => "leave-year",
            Self::Housekeeping => "housekeeping",
            Self::AuditDigest => "audit-digest",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Check {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|check| check.name() == text)
            .ok_or_else(|| Invalid::new(FieldRule::OneOf { allowed: Self::ALL.into_iter().map(Self::name).collect() }))
    }
}
