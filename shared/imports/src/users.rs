//! People: an entry is a new account, or a change of a profile.
//!
//! A new person's temporary password is derived from the company's keys, the import and the username. The request shows it, and the
//! job hashes it. So it is stored nowhere.

use app::{
    Failed, Refusal, Request, Versions,
    people::{
        accounts::{self, Creation, FirstPassword},
        profiles::{self, Named, ProfileChange},
        temporary_password,
    },
};
use data_encoding::BASE64URL_NOPAD;
use domain::{
    calendar::{WorkDate, Zone},
    email::Email,
    employment::EmploymentUpdate,
    id::{DepartmentId, JobId, SiteId, UserId},
    language::Language,
    password::NewPassword,
    patch_field::PatchField,
    ports::Entropy,
    settings::LeaveAllowance,
    text::Name,
    user::{NewAccount, ProfileUpdate, User, UserStatus},
    username::Username,
};
use jiff::Timestamp;
use secret_store::CompanyKeys;
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};
use web::{Problem, password_hash::Argon2Hasher};

use crate::entries::{Decision, Entry, OfJob};

/// A person of a sheet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportedPerson {
    /// The number of the row.
    pub row: u32,
    /// What the row does.
    pub change: PersonChange,
}

/// What a row of a sheet of people does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonChange {
    /// The person gets an account.
    Create {
        /// The profile of the account.
        account: Box<NewAccount>,
        /// Whether the person gets a link to set their password, instead of a temporary password.
        invite: bool,
    },
    /// The profile of a person changes.
    Change {
        /// The person.
        user_id: UserId,
        /// The fields that change.
        profile: Box<ImportedProfile>,
    },
}

/// The fields of a profile that a row changes. Absent fields stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportedProfile {
    /// The full name.
    pub full_name: Option<Name>,
    /// The e-mail address.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub email: PatchField<Email>,
    /// The state of the account.
    pub status: Option<UserStatus>,
    /// The department.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub department_id: PatchField<DepartmentId>,
    /// The site.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub site_id: PatchField<SiteId>,
    /// The person's own time zone.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub time_zone: PatchField<Zone>,
    /// The person's own language.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub language: PatchField<Language>,
    /// The first date of the latest employment.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub hired_on: PatchField<WorkDate>,
    /// The last date of the latest employment.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub left_on: PatchField<WorkDate>,
    /// The person's own annual leave allowance.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub annual_leave_days: PatchField<LeaveAllowance>,
    /// Whether the person's attendance is recorded.
    pub tracks_attendance: Option<bool>,
}

impl ImportedProfile {
    /// Returns the profile after the change.
    fn update(&self, before: &User) -> ProfileUpdate {
        let (change, now) = (self.clone(), ProfileUpdate::of(before));
        ProfileUpdate {
            full_name: change.full_name.unwrap_or(now.full_name),
            email: change.email.or(now.email),
            status: change.status.unwrap_or(now.status),
            department_id: change.department_id.or(now.department_id),
            site_id: change.site_id.or(now.site_id),
            time_zone: change.time_zone.or(now.time_zone),
            language: change.language.or(now.language),
            employment: EmploymentUpdate { employments: None, hired_on: change.hired_on, left_on: change.left_on },
            tracks_attendance: change.tracks_attendance.unwrap_or(now.tracks_attendance),
            annual_leave_days: change.annual_leave_days.or(now.annual_leave_days),
            ..now
        }
    }
}

impl Entry for ImportedPerson {
    fn row(&self) -> u32 {
        self.row
    }

    /// Returns that every person needs a decision: people who are already as the sheet says aren't among the entries.
    async fn known(_: &Store, entries: &[Self]) -> Result<Vec<bool>, StoreError> {
        Ok(vec![false; entries.len()])
    }

    async fn decide(&self, request: &Request<'_>, job: OfJob<'_>) -> Result<Decision, Failed> {
        match &self.change {
            PersonChange::Create { account, invite } => {
                let OfJob { job, keys } = job;
                let password = first_password(keys, job.id, &account.username, job.created_at).await;
                let password = password.map_err(|problem| StoreError::Unavailable(problem.explanation()))?;
                let creation = Creation {
                    account,
                    password: FirstPassword::Temporary(&password),
                    invite: *invite,
                    // The request has checked it.
                    sends_email: true,
                };
                let created = accounts::create(request, &Argon2Hasher, &creation).await?;
                Ok(Decision::created(created))
            }
            PersonChange::Change { user_id, profile } => {
                let named = Named {
                    email: profile.email.as_ref(),
                    department_id: profile.department_id.as_ref().copied(),
                    ..Named::default()
                };
                let change =
                    ProfileChange { person: *user_id, versions: &Versions::Any, named, of_language_alone: false };
                // What a leaver left open is ended on the event of the change.
                Ok(profiles::change(request, &change, |before| profile.update(before)).await?.into())
            }
        }
    }
}

/// Returns the temporary password of a new person. It is the same for the same import, which was requested at that instant.
///
/// # Errors
///
/// 503 if the company's keys can't be read.
pub async fn first_password(
    keys: &CompanyKeys,
    job: JobId,
    username: &Username,
    requested_at: Timestamp,
) -> Result<NewPassword, Problem> {
    let proof = keys.prove(&format!("temporary password of import {job} {}", username.as_str()), requested_at).await?;
    let bytes = BASE64URL_NOPAD.decode(proof.as_bytes()).map_err(Problem::internal)?;
    temporary_password(&Derived(bytes), username).map_err(|refusal: Refusal| refusal.into())
}

/// Bytes that are derived from a key.
struct Derived(Vec<u8>);

impl std::fmt::Debug for Derived {
    /// Leaves the bytes out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Derived").finish_non_exhaustive()
    }
}

impl Entropy for Derived {
    fn fill(&self, bytes: &mut [u8]) {
        for (byte, derived) in bytes.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *derived;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_change_knows_removed_values_from_absent_ones() {
        let profile = ImportedProfile {
            full_name: Some(Name::parse("Maria Roth").unwrap()),
            email: PatchField::Null,
            left_on: PatchField::Value("2026-11-30".parse().unwrap()),
            ..ImportedProfile::default()
        };
        let stored = serde_json::to_value(&profile).unwrap();
        assert_eq!(stored["email"], serde_json::Value::Null);
        assert!(stored.get("site_id").is_none());
        assert_eq!(serde_json::from_value::<ImportedProfile>(stored).unwrap(), profile);
    }
}
