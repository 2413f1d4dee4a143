//! People as other use cases need them.

use domain::{id::UserId, user::User};
use store::Store;

use crate::{Caller, Denied, Failed, authorization};

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
