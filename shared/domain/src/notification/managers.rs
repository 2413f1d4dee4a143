//! The managers register: who decides for whom in the company.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    id::{DepartmentId, UserId},
    user::{Authority, ManagerScope, Role, User, UserStatus},
};

/// The active managers and admins, by the people that they decide for. The transactions that appoint and dismiss them maintain
/// this register, so that one read finds the deciders of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Managers {
    /// The admins.
    pub admins: BTreeSet<UserId>,
    /// The managers of everyone.
    pub of_everyone: BTreeSet<UserId>,
    /// The managers of departments.
    pub of_department: BTreeMap<DepartmentId, BTreeSet<UserId>>,
}

/// An entry of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Office {
    /// An admin.
    Admin,
    /// A manager of everyone.
    ManagerOfEveryone,
    /// A manager of a department.
    ManagerOf(DepartmentId),
}

impl Office {
    /// Returns the entries of a user, who must be an active manager or admin to have any.
    pub fn held_by(user: &User) -> BTreeSet<Self> {
        match (user.status, &user.authority) {
            (UserStatus::Pending | UserStatus::Disabled, _) | (UserStatus::Active, Authority::Employee) => {
                BTreeSet::new()
            }
            (UserStatus::Active, Authority::Admin) => BTreeSet::from([Self::Admin]),
            (UserStatus::Active, Authority::Manager { scope: ManagerScope::Everyone }) => {
                BTreeSet::from([Self::ManagerOfEveryone])
            }
            (UserStatus::Active, Authority::Manager { scope: ManagerScope::Departments(departments) }) => {
                departments.iter().copied().map(Self::ManagerOf).collect()
            }
        }
    }
}

impl Managers {
    /// Adds a user to an entry.
    pub fn enter(&mut self, office: Office, user: UserId) {
        match office {
            Office::Admin => self.admins.insert(user),
            Office::ManagerOfEveryone => self.of_everyone.insert(user),
            Office::ManagerOf(department) => self.of_department.entry(department).or_default().insert(user),
        };
    }

    /// Returns the users who may decide for a person: admins, and managers whose scope includes the person. For an admin, these
    /// are only the other admins; where there are none, the managers of everyone. The person themselves is never included.
    pub fn deciders_of(&self, person: &User) -> BTreeSet<UserId> {
        let but_the_person = |ids: &BTreeSet<UserId>| ids.iter().copied().filter(|id| *id != person.id).collect();
        let admins: BTreeSet<UserId> = but_the_person(&self.admins);
        let of_everyone: BTreeSet<UserId> = but_the_person(&self.of_everyone);
        match person.authority.role() {
            Role::Admin if admins.is_empty() => of_everyone,
            Role::Admin => admins,
            Role::Employee | Role::Manager => {
                let of_department = person.department_id.and_then(|department| self.of_department.get(&department));
                let of_department: BTreeSet<UserId> = of_department.map(but_the_person).unwrap_or_default();
                [admins, of_everyone, of_department].into_iter().flatten().collect()
            }
        }
    }

    /// Returns the users who decide for people without a department.
    pub fn of_newcomers(&self) -> BTreeSet<UserId> {
        self.admins.union(&self.of_everyone).copied().collect()
    }
}
