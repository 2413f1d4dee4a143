//! The pay profiles of many people. `people::pay_profiles` changes one person's.

use domain::{calendar::WorkDate, id::UserId, pay::PayProfile, user::User};
use store::{
    Store, StoreError,
    people_lists::{ListScope, Position},
};

/// The people of a list of pay profiles.
#[derive(Debug, Clone, Copy)]
pub struct ProfileFilter {
    /// The date on which the profiles are in force.
    pub on: WorkDate,
    /// Only people with a profile, or only employed people without one; none for all people.
    pub has_profile: Option<bool>,
}

/// A page of people with their pay profiles in force.
#[derive(Debug)]
pub struct ProfilePage {
    /// The people with their profiles, by department and name.
    pub people: Vec<(User, Option<PayProfile>)>,
    /// The position of the next page; none on the last page.
    pub next: Option<Position>,
}

/// Returns the pay profiles of at most `limit` people of a scope, after a position.
///
/// # Errors
/// The table can't be read.
pub async fn page(
    store: &Store,
    scope: &ListScope,
    filter: ProfileFilter,
    position: Option<Position>,
    limit: usize,
) -> Result<ProfilePage, StoreError> {
    let page = store.people(scope, position, limit, |_: &User| true, false).await?;
    let ids: Vec<UserId> = page.people.iter().map(|person| person.id).collect();
    let profiles = store.pay_profiles_of(&ids).await?;
    let in_force = profiles.into_iter().map(|profiles| profiles.on(filter.on).cloned());
    let people =
        page.people.into_iter().zip(in_force).filter(|(person, profile)| filter.includes(person, profile.as_ref()));
    Ok(ProfilePage { people: people.collect(), next: page.next })
}

impl ProfileFilter {
    fn includes(self, person: &User, profile: Option<&PayProfile>) -> bool {
        match self.has_profile {
            None => true,
            Some(true) => profile.is_some(),
            Some(false) => profile.is_none() && person.is_employed_on(self.on),
        }
    }
}
