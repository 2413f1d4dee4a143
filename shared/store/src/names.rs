//! Names of people, departments, sites and service tokens by id, which are read when a response is built.
//!
//! Facts, days and requests store ids, so that a changed name is right in all of them at once. Names that a request has
//! already read for its decision (the caller's profile, a department) are remembered by [`remembering_names`], so that most
//! responses need no further read. The others need one eventually consistent BatchGetItem for each hundred ids.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use domain::{
    id::{DepartmentId, ServiceTokenId, SiteId, UserId},
    text::Name,
};
use serde::Deserialize;

use crate::{
    Store, StoreError,
    keys::{self, Key},
    stored_item::StoredItem,
};

tokio::task_local! {
    static KNOWN: RefCell<HashMap<Key, Name>>;
}

/// An entity with a name, by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
    /// A person, including those who left.
    Person(UserId),
    /// A department, including deleted ones.
    Department(DepartmentId),
    /// A site, including deleted ones.
    Site(SiteId),
    /// A service token, including revoked ones.
    ServiceToken(ServiceTokenId),
}

impl Named {
    /// Returns the key of the item that has the name.
    fn key(self) -> Key {
        match self {
            Self::Person(id) => keys::profile(id),
            Self::Department(id) => keys::department(id),
            Self::Site(id) => keys::site(id),
            Self::ServiceToken(id) => keys::service_token(id),
        }
    }

    /// Returns the key of the item that has the name after the entity was deleted. People are never deleted.
    fn former_key(self) -> Option<Key> {
        match self {
            Self::Person(_) => None,
            Self::Department(id) => Some(keys::former_department(id)),
            Self::Site(id) => Some(keys::former_site(id)),
            Self::ServiceToken(id) => Some(keys::former_service_token(id)),
        }
    }
}

/// Runs the work, and remembers the names that it reads for [`Store::names`].
pub async fn remembering_names<F: Future>(work: F) -> F::Output {
    KNOWN.scope(RefCell::default(), work).await
}

/// Returns whether names are remembered.
pub(crate) fn is_remembering() -> bool {
    KNOWN.try_with(|_| ()).is_ok()
}

/// Remembers the name of a person, department, site or service token that was read. Does nothing outside of
/// [`remembering_names`].
pub(crate) fn remember(key: &Key, item: &StoredItem) {
    let _ = KNOWN.try_with(|known| {
        if keys::has_name(key)
            && let Some(name) = name_in(item)
        {
            known.borrow_mut().insert(key.clone(), name);
        }
    });
}

/// The attributes that may have a name.
#[derive(Deserialize)]
struct WithName {
    full_name: Option<String>,
    name: Option<String>,
    row: Option<RowWithName>,
}

#[derive(Deserialize)]
struct RowWithName {
    full_name: Option<String>,
    name: Option<String>,
}

/// Returns the name that an item has as an attribute or in its index row.
fn name_in(item: &StoredItem) -> Option<Name> {
    let WithName { full_name, name, row } = item.parse().ok()?;
    let of_row = || row.and_then(|RowWithName { full_name, name }| full_name.or(name));
    full_name.or(name).or_else(of_row).map(Name::from)
}

impl Store {
    /// Returns the names of people, departments, sites and service tokens. Ids that never existed are left out.
    pub async fn names(&self, wanted: BTreeSet<Named>) -> Result<BTreeMap<Named, Name>, StoreError> {
        let remembered = |key: &Key| KNOWN.try_with(|known| known.borrow().get(key).cloned()).ok().flatten();
        let (mut names, mut unknown) = (BTreeMap::new(), Vec::new());
        for named in wanted {
            match remembered(&named.key()) {
                Some(name) => {
                    names.insert(named, name);
                }
                None => unknown.push((named, named.key())),
            }
        }
        let missing = self.read_names(unknown, &mut names).await?;
        let former = missing.into_iter().filter_map(|named| Some((named, named.former_key()?))).collect();
        self.read_names(former, &mut names).await?;
        Ok(names)
    }

    /// Adds the names of those items, and returns the ids whose item doesn't exist.
    async fn read_names(
        &self,
        wanted: Vec<(Named, Key)>,
        names: &mut BTreeMap<Named, Name>,
    ) -> Result<Vec<Named>, StoreError> {
        let keys: Vec<Key> = wanted.iter().map(|(_, key)| key.clone()).collect();
        let mut items = self.read_many_eventually(&keys).await?;
        let mut missing = Vec::new();
        for (named, key) in wanted {
            match items.take_stored(&key).as_ref().and_then(name_in) {
                Some(name) => {
                    names.insert(named, name);
                }
                None => missing.push(named),
            }
        }
        Ok(missing)
    }
}
