//! What a report stands on: the departments, the people whose it may be, and how both are called.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    calendar::WorkDate,
    id::{DepartmentId, UserId},
    user::User,
};
use store::{Store, people_lists::Walk};

use crate::{
    ReportError, Whose,
    part::{Standing, Who},
};

/// How many people one page of a walk has.
pub(crate) const PAGE: usize = 1000;

/// What is known before anything is read.
#[derive(Debug)]
pub(crate) struct ReportScope {
    /// How departments are called, those that are gone too.
    names: HashMap<DepartmentId, String>,
    /// Where figures may stand, in the order of names; those without a department last.
    departments: Vec<Option<DepartmentId>>,
    /// Whose figures these are; everybody's where it is none.
    members: Option<HashMap<UserId, String>>,
    /// Those of the members who came from elsewhere since the report's first date.
    pub(crate) movers: Vec<UserId>,
    /// Those departments that the members belong to.
    pub(crate) of: BTreeSet<DepartmentId>,
}

impl ReportScope {
    /// Looks at what `whose` means for a report from `first` on.
    pub(crate) async fn find(store: &Store, whose: &Whose, first: WorkDate) -> Result<Self, ReportError> {
        let ever = store.departments_ever().await?;
        let by_name: BTreeMap<(String, DepartmentId), DepartmentId> =
            ever.iter().map(|of| ((of.name.as_str().to_lowercase(), of.id), of.id)).collect();
        let sorted = |wanted: &dyn Fn(DepartmentId) -> bool| -> Vec<Option<DepartmentId>> {
            by_name.values().copied().filter(|id| wanted(*id)).map(Some).collect()
        };
        let mut scope = Self {
            names: ever.iter().map(|of| (of.id, of.name.to_string())).collect(),
            departments: Vec::new(),
            members: None,
            movers: Vec::new(),
            of: BTreeSet::new(),
        };
        match whose {
            Whose::Everyone => {
                scope.departments = sorted(&|_| true);
                scope.departments.push(None);
            }
            Whose::Department { id } => scope.departments = vec![Some(*id)],
            Whose::Members { of, only } => {
                scope.departments = only.map_or_else(|| sorted(&|id| of.contains(&id)), |id| vec![Some(id)]);
                scope.members = Some(members(store, of).await?);
                scope.of.clone_from(of);
                if only.is_none() {
                    for department in of {
                        scope.movers.extend(store.moved_since(Some(*department), first).await?);
                    }
                }
            }
            Whose::Person { user_id, .. } => {
                let person = store.user(*user_id).await?.ok_or(ReportError::NobodyThere)?;
                scope.members = Some(HashMap::from([(person.id, person.full_name.to_string())]));
            }
        }
        Ok(scope)
    }

    /// Where figures may stand.
    pub(crate) fn departments(&self) -> &[Option<DepartmentId>] {
        &self.departments
    }

    /// Whether a person's figures may be shown.
    pub(crate) fn may_show(&self, user_id: UserId) -> bool {
        self.members.as_ref().is_none_or(|members| members.contains_key(&user_id))
    }

    /// Whose a figure is: under their present name where that is known, else under the one they had then.
    pub(crate) fn who(&self, user_id: UserId, name_then: &str, department_id: Option<DepartmentId>) -> Who {
        let name = self.members.as_ref().and_then(|members| members.get(&user_id));
        Who { user_id, full_name: name.map_or(name_then, String::as_str).to_owned(), department_id }
    }

    /// How a department is called.
    pub(crate) fn department(&self, id: Option<DepartmentId>) -> Option<&str> {
        id.and_then(|id| self.names.get(&id)).map(String::as_str)
    }

    /// Where a person's figures must stand.
    pub(crate) fn standing(only: Option<DepartmentId>) -> Standing {
        only.map_or(Standing::Anywhere, Standing::In)
    }
}

/// The people of some departments, those who left included: reports keep what they did.
async fn members(store: &Store, of: &BTreeSet<DepartmentId>) -> Result<HashMap<UserId, String>, ReportError> {
    let walk = Walk::Departments(of.clone());
    let mut members = HashMap::new();
    let mut position = None;
    loop {
        let page = store.people(&walk, position, PAGE, |_: &User| true, false).await?;
        members.extend(page.people.into_iter().map(|person| (person.id, person.full_name.to_string())));
        position = page.next;
        if position.is_none() {
            return Ok(members);
        }
    }
}
