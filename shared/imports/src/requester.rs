//! The person or the system that requested an import. Each step is decided with their present rights.

use app::{Caller, authorization, caller::CallerKind};
use domain::{
    audit::Actor,
    calendar::Zone,
    id::{FamilyId, ServiceTokenId, UserId},
    job::Job,
    user::Authority,
};
use jiff::Timestamp;
use store::{Store, StoreError};

/// Returns the actor of an import's changes.
pub(crate) const fn actor(job: &Job) -> Actor {
    match job.service_token {
        Some(id) => Actor::ServiceToken { id },
        None => Actor::User { id: job.requested_by },
    }
}

/// Returns the caller for whom the import's changes are made; none if they may import nothing any more. An import makes no change
/// that needs a recent sign-in.
pub(crate) async fn caller(store: &Store, job: &Job, now: Timestamp) -> Result<Option<Caller>, StoreError> {
    let caller = match job.service_token {
        Some(id) => system(store, id, now).await?,
        None => person(store, job).await?,
    };
    Ok(caller.filter(|caller| authorization::must_be_manager(caller).is_ok()))
}

/// Returns the system with a service token; none if the token isn't valid any more.
async fn system(store: &Store, id: ServiceTokenId, now: Timestamp) -> Result<Option<Caller>, StoreError> {
    let record = store.service_token(id).await?.filter(|record| now < record.token.expires_at);
    Ok(record.map(|record| Caller {
        kind: CallerKind::ServiceToken(id),
        user_id: UserId::from(id.ulid()),
        authority: Authority::Manager { scope: record.token.people() },
        department_id: None,
        zone: Zone::UTC,
        family: FamilyId::from(id.ulid()),
        authenticated_at: Timestamp::UNIX_EPOCH,
    }))
}

/// Returns the person who requested the import; none if their account isn't active any more.
async fn person(store: &Store, job: &Job) -> Result<Option<Caller>, StoreError> {
    let person = store.user(job.requested_by).await?;
    let person = person.filter(|person| authorization::must_be_active(person).is_ok());
    Ok(person.map(|person| Caller {
        kind: CallerKind::Person,
        user_id: person.id,
        authority: person.authority,
        department_id: person.department_id,
        zone: person.time_zone.unwrap_or(Zone::UTC),
        family: FamilyId::from(job.id.ulid()),
        authenticated_at: Timestamp::UNIX_EPOCH,
    }))
}
