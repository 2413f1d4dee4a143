//! Who decides for whom, as one small register of the company.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    id::{DepartmentId, UserId},
    user::{Authority, ManagerScope, Role, User, UserStatus},
};

/// The active managers and admins by what they decide on. Kept by the transactions that make and unmake them, so that
/// finding those who decide for a person takes one read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Managers {
    /// Admins.
    pub admins: BTreeSet<UserId>,
    /// Managers of everyone.
    pub of_everyone: BTreeSet<UserId>,
    /// Managers of departments.
    pub of_department: BTreeMap<DepartmentId, BTreeSet<UserId>>,
}

/// A line of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Office {
    /// Admin.
    Admin,
    /// Manager of everyone.
    ManagerOfEveryone,
    /// Manager of a department.
    ManagerOf(DepartmentId),
}

impl Office {
    /// Those that someone holds: an active manager or admin.
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
    /// Enters someone in a line.
    pub fn enter(&mut self, office: Office, user: UserId) {
        match office {
            Office::Admin => self.admins.insert(user),
            Office::ManagerOfEveryone => self.of_everyone.insert(user),
            Office::ManagerOf(department) => self.of_department.entry(department).or_default().insert(user),
        };
    }

    /// Who may decide for a person: managers whose scope holds them, and admins. For an admin the other admins alone, and
    /// where there is none the managers of everyone. Never the person themselves.
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

    /// Who decides on people who belong nowhere yet.
    pub fn of_newcomers(&self) -> BTreeSet<UserId> {
        self.admins.union(&self.of_everyone).copied().collect()
    }
}
