//! The scope of a report: its departments, its people, and the names of both.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    calendar::WorkDate,
    id::{DepartmentId, UserId},
    user::User,
};
use store::{Store, people_lists::ListScope};

use crate::{
    ReportError, Whose,
    part::{DepartmentFilter, FigureOwner},
};

/// The number of people that one page of a query has.
pub(crate) const PAGE: usize = 1000;

/// The data that is known before figures are read.
#[derive(Debug)]
pub(crate) struct ReportScope {
    /// The names of departments, including deleted ones.
    names: HashMap<DepartmentId, String>,
    /// The departments whose figures are included, in the order of their names; figures without a department come last.
    departments: Vec<Option<DepartmentId>>,
    /// The people whose figures are included, with their names; `None` includes everyone.
    members: Option<HashMap<UserId, String>>,
    /// The members who came from another department since the report's first date.
    pub(crate) movers: Vec<UserId>,
    /// The departments that the members belong to.
    pub(crate) of: BTreeSet<DepartmentId>,
}

impl ReportScope {
    /// Determines the scope of a report that starts on `first`.
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

    /// Returns the departments whose figures are included.
    pub(crate) fn departments(&self) -> &[Option<DepartmentId>] {
        &self.departments
    }

    /// Returns whether a person's figures may be shown.
    pub(crate) fn may_show(&self, user_id: UserId) -> bool {
        self.members.as_ref().is_none_or(|members| members.contains_key(&user_id))
    }

    /// Returns the person of a figure, with their current name if it is known, otherwise with the name at that time.
    pub(crate) fn owner(&self, user_id: UserId, name_then: &str, department_id: Option<DepartmentId>) -> FigureOwner {
        let name = self.members.as_ref().and_then(|members| members.get(&user_id));
        FigureOwner { user_id, full_name: name.map_or(name_then, String::as_str).to_owned(), department_id }
    }

    /// Returns the name of a department.
    pub(crate) fn department(&self, id: Option<DepartmentId>) -> Option<&str> {
        id.and_then(|id| self.names.get(&id)).map(String::as_str)
    }

    /// Returns the departments that a person's figures must belong to.
    pub(crate) fn department_filter(only: Option<DepartmentId>) -> DepartmentFilter {
        only.map_or(DepartmentFilter::Anywhere, DepartmentFilter::In)
    }
}

/// Returns the people of some departments. Those who left are included, because reports keep their figures.
async fn members(store: &Store, of: &BTreeSet<DepartmentId>) -> Result<HashMap<UserId, String>, ReportError> {
    let scope = ListScope::Departments(of.clone());
    let mut members = HashMap::new();
    let mut position = None;
    loop {
        let page = store.people(&scope, position, PAGE, |_: &User| true, false).await?;
        members.extend(page.people.into_iter().map(|person| (person.id, person.full_name.to_string())));
        position = page.next;
        if position.is_none() {
            return Ok(members);
        }
    }
}
