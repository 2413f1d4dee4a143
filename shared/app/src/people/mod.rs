//! People: their accounts, profiles and credentials, and what ends when they leave.

pub mod accounts;
pub mod badges;
pub mod credentials;
pub mod imports;
pub mod offboarding;
pub mod pay_profiles;
pub mod profiles;
mod temporary_password;

use std::collections::BTreeSet;

use domain::{
    FieldFault, FieldRule,
    id::{DepartmentId, UserId},
    user::User,
};
use store::{
    Store,
    people_snapshot::{PeopleQuery, PeopleSnapshot},
};

pub use self::temporary_password::temporary_password;
use crate::{Caller, Denied, Failed, Refusal, Request, authorization};

/// The reason why a change of a person's account is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeopleRefusal {
    /// The username belongs to another person.
    UsernameTaken,
    /// The e-mail address belongs to another person.
    EmailTaken,
    /// This deployment sends no e-mail.
    EmailOff,
    /// The person has no e-mail address.
    NoEmailAddress,
    /// The person has set a password already.
    InvitationUsed,
    /// The badge belongs to another person.
    BadgeTaken,
    /// The personnel number belongs to another person.
    PersonnelNumberTaken,
    /// The registration is decided already.
    RegistrationDecided,
}

/// Returns the profile of another person whom the caller may see; nothing for the caller, whose profile isn't read.
///
/// # Errors
/// The person doesn't exist, or the caller may not see them.
pub async fn visible_other(store: &Store, caller: &Caller, id: UserId) -> Result<Option<User>, Failed> {
    if id == caller.user_id {
        return Ok(None);
    }
    let person = store.user(id).await?.ok_or(Denied::NotFound)?;
    authorization::may_see(caller, &person)?;
    Ok(Some(person))
}

/// Refuses what needs an e-mail, if this deployment sends none.
///
/// # Errors
/// [`PeopleRefusal::EmailOff`]
pub fn must_send_email(sends_email: bool) -> Result<(), Refusal> {
    if sends_email { Ok(()) } else { Err(PeopleRefusal::EmailOff.into()) }
}

/// Reads a person and the data that a change of their account depends on, for a caller whose token is still valid.
async fn snapshot_of(request: &Request<'_>, person: UserId) -> Result<(PeopleSnapshot, User), Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let query = PeopleQuery::of_person(caller.user_id, person, repeat);
    let mut snapshot = ports.store.people_snapshot(&query, ports.now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let person = snapshot.person.take().ok_or(Denied::NotFound)?;
    Ok((snapshot, person))
}

/// Checks that the departments that a person is to manage exist, and that the username and e-mail address are available to the
/// person. The commit's conditions check the same again; this check can name the field that is wrong.
fn check_named(snapshot: &PeopleSnapshot, person: UserId, manages: &BTreeSet<DepartmentId>) -> Result<(), Refusal> {
    if !manages.is_subset(&snapshot.departments) {
        return Err(Refusal::Invalid(vec![FieldFault::new("manages", FieldRule::NotDepartments)]));
    }
    if snapshot.username_holder.is_some_and(|holder| holder != person) {
        return Err(PeopleRefusal::UsernameTaken.into());
    }
    if snapshot.email_holder.is_some_and(|holder| holder != person) {
        return Err(PeopleRefusal::EmailTaken.into());
    }
    Ok(())
}
