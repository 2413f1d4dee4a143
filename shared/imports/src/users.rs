//! People: an entry is a new account, or a change of a profile.
//!
//! A new person's temporary password is derived from the company's keys, the import and the username. The request shows it, and the
//! job hashes it. So it is stored nowhere.

use app::{
    Failed, Refusal, Request, Versions,
    people::{
        accounts::{self, Creation, FirstPassword},
        imports::{ImportedPerson, PersonChange},
        profiles::{self, Named, ProfileChange},
        temporary_password,
    },
};
use data_encoding::BASE64URL_NOPAD;
use domain::{id::JobId, password::NewPassword, ports::Entropy, username::Username};
use jiff::Timestamp;
use password_hash::Argon2Hasher;
use problems::Problem;
use secret_store::CompanyKeys;
use store::{Store, StoreError};

use crate::entries::{Decision, Entry, OfJob};

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
                let password =
                    password.map_err(|refusal| StoreError::Unavailable(Problem::from(refusal).explanation()))?;
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
/// The company's keys can't be read.
pub async fn first_password(
    keys: &CompanyKeys,
    job: JobId,
    username: &Username,
    requested_at: Timestamp,
) -> Result<NewPassword, Refusal> {
    let proof = keys.prove(&format!("temporary password of import {job} {}", username.as_str()), requested_at).await?;
    let bytes = BASE64URL_NOPAD.decode(proof.as_bytes());
    let bytes = bytes.map_err(|_| Refusal::Defect("a proof of the company's keys isn't base64"))?;
    temporary_password(&Derived(bytes), username)
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
    use app::people::imports::ImportedProfile;
    use domain::{patch_field::PatchField, text::Name};

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
