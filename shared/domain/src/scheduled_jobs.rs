//! What happens by the clock alone.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{FieldRule, Invalid};

/// A piece of the clockwork, by the name of its EventBridge schedule. Each is idempotent: run twice, the second changes
/// nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Makes everyone's day, two hours before their date begins.
    OpenDay,
    /// Looks who hasn't arrived, who missed a shift, who left early.
    Lateness,
    /// Closes sessions that nobody closed.
    CloseDay,
    /// Looks for balances below a mark that was changed.
    Balances,
    /// Turns leave years: grants, carry-over, expiry.
    LeaveYear,
    /// Removes photos that no punch names, compares a sample of month totals with their days, and tells once a week which
    /// days wait for a review.
    Housekeeping,
    /// Closes the hours of the audit with digests, each of which contains the one before it.
    AuditDigest,
}

impl Check {
    /// All.
    pub const ALL: [Self; 7] = [
        Self::OpenDay,
        Self::Lateness,
        Self::CloseDay,
        Self::Balances,
        Self::LeaveYear,
        Self::Housekeeping,
        Self::AuditDigest,
    ];

    /// Its schedule's name.
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
