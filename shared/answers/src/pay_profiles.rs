//! The pay profiles of a person as the API and the audit show them.

use domain::{
    id::UserId,
    pay::{PayProfile, PayProfiles},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A person's pay profiles.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PayProfiles)]
pub struct PayProfilesAnswer {
    /// The person.
    user_id: UserId,
    /// The profiles, in ascending order of their first dates.
    profiles: Vec<PayProfile>,
    /// The version of the profiles; grows with each change.
    version: u64,
}

impl PayProfilesAnswer {
    /// Creates the answer.
    pub fn new(user_id: UserId, profiles: &PayProfiles) -> Self {
        Self { user_id, profiles: profiles.all().to_vec(), version: profiles.version }
    }
}
