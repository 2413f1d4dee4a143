//! A badge as the API and the audit show it.

use domain::{calendar::Zone, id::UserId};
use serde::Serialize;
use store::badges::BadgeRecord;
use utoipa::ToSchema;

use crate::instant::Instant;

/// A badge as the API and the audit show it. Its number is never shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Badge)]
pub struct BadgeAnswer {
    /// The person who has the badge.
    user_id: UserId,
    /// The instant at which the person was given the badge.
    assigned_at: Instant,
    /// The manager or administrator who assigned the badge.
    assigned_by: UserId,
}

impl BadgeAnswer {
    /// Creates the answer, with the instant in the reader's time zone.
    pub fn new(person: UserId, record: &BadgeRecord, zone: &Zone) -> Self {
        Self { user_id: person, assigned_at: Instant::new(record.assigned_at, zone), assigned_by: record.assigned_by }
    }
}
