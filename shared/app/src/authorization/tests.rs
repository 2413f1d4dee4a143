use std::collections::BTreeSet;

use domain::{
    calendar::Zone,
    notification::{Managers, Office},
};
use fixtures::maria;

use super::*;

fn id<T: std::str::FromStr<Err = domain::Invalid>>(number: u8) -> T {
    format!("01JBN2V7Q4W0M3T9K5ZXH8R6C{number}").parse().unwrap()
}

fn department(number: u8) -> DepartmentId {
    id(number)
}

fn person(number: u8, authority: Authority, department_id: Option<DepartmentId>) -> User {
    User { id: id(number), authority, department_id, ..maria() }
}

fn caller(user: &User) -> Caller {
    Caller {
        kind: CallerKind::Person,
        user_id: user.id,
        authority: user.authority.clone(),
        department_id: user.department_id,
        zone: Zone::UTC,
        family: id(1),
        authenticated_at: Timestamp::UNIX_EPOCH,
    }
}

fn manager_of(departments: &[DepartmentId]) -> Authority {
    Authority::Manager { scope: ManagerScope::Departments(departments.iter().copied().collect::<BTreeSet<_>>()) }
}

const EVERYONE: Authority = Authority::Manager { scope: ManagerScope::Everyone };

fn decides(by: &User, of: &User, admins: u64, general_managers: u64) -> Result<Deciding, Denied> {
    may_decide(&caller(by), of, Deciders { admins, general_managers })
}

#[test]
fn a_manager_decides_for_those_in_scope_and_an_admin_for_everyone() {
    let maria = person(1, Authority::Employee, Some(department(1)));
    let unplaced = person(2, Authority::Employee, None);
    let hers = person(3, manager_of(&[department(1)]), Some(department(1)));
    let others = person(4, manager_of(&[department(2)]), Some(department(1)));
    let (general, admin) = (person(5, EVERYONE, None), person(6, Authority::Admin, None));
    for (by, of, expected) in [
        (&hers, &maria, Ok(Deciding::Anothers)),
        (&others, &maria, Err(Denied::NotFound)),
        (&general, &maria, Ok(Deciding::Anothers)),
        (&admin, &maria, Ok(Deciding::Anothers)),
        (&hers, &unplaced, Err(Denied::NotFound)),
        (&general, &unplaced, Ok(Deciding::Anothers)),
        // Two managers of a department decide for each other.
        (&person(7, manager_of(&[department(1)]), None), &hers, Ok(Deciding::Anothers)),
        (&unplaced, &maria, Err(Denied::NotFound)),
    ] {
        assert_eq!(decides(by, of, 1, 1), expected, "{:?} of {:?}", by.authority, of.department_id);
    }
}

#[test]
fn only_a_sole_admin_without_other_deciders_decides_own_requests() {
    let admin = person(1, Authority::Admin, None);
    assert_eq!(decides(&admin, &admin, 2, 0), Err(Denied::OwnRequest));
    assert_eq!(decides(&admin, &admin, 1, 1), Err(Denied::OwnRequest));
    assert_eq!(decides(&admin, &admin, 1, 0), Ok(Deciding::OnesOwn));
    for authority in [Authority::Employee, EVERYONE] {
        let own = person(2, authority, None);
        assert_eq!(decides(&own, &own, 0, 0), Err(Denied::OwnRequest));
    }
    let edit = may_edit_days(&caller(&admin), &admin, Deciders { admins: 1, general_managers: 0 });
    assert_eq!(edit, Err(Denied::OwnRecord));
}

#[test]
fn an_admin_is_decided_by_another_admin_else_by_a_general_manager() {
    let admin = person(1, Authority::Admin, Some(department(1)));
    let other = person(2, Authority::Admin, None);
    let general = person(3, EVERYONE, None);
    let hers = person(4, manager_of(&[department(1)]), None);
    assert_eq!(decides(&other, &admin, 2, 1), Ok(Deciding::Anothers));
    assert_eq!(decides(&general, &admin, 2, 1), Err(Denied::Forbidden));
    assert_eq!(decides(&general, &admin, 1, 1), Ok(Deciding::Anothers));
    assert_eq!(decides(&hers, &admin, 1, 1), Err(Denied::Forbidden));
}

#[test]
fn a_service_token_plans_employees_and_never_managers_or_admins() {
    let token = Caller { kind: CallerKind::ServiceToken(id(9)), ..caller(&person(9, EVERYONE, None)) };
    let of_harbour = Caller { authority: manager_of(&[department(1)]), ..token.clone() };
    let plan = |by: &Caller, authority: Authority, admins: u64| {
        let person = person(1, authority, Some(department(1)));
        may_plan(by, &person, Deciders { admins, general_managers: 0 })
    };
    for by in [&token, &of_harbour] {
        assert_eq!(plan(by, Authority::Employee, 1), Ok(()));
        for authority in [manager_of(&[department(1)]), EVERYONE, Authority::Admin] {
            // A manager of everyone plans the only admin, and a system doesn't.
            assert_eq!(plan(by, authority, 1), Err(Denied::AdminsManageManagers));
        }
    }
    let unplaced = person(2, Authority::Employee, None);
    let deciders = Deciders { admins: 1, general_managers: 0 };
    assert_eq!(may_plan(&of_harbour, &unplaced, deciders), Err(Denied::NotFound));
    let manager = caller(&person(9, EVERYONE, None));
    assert_eq!(plan(&manager, manager_of(&[department(1)]), 1), Ok(()), "managers plan each other");
}

#[test]
fn a_manager_lists_no_department_of_others() {
    let manager = caller(&person(1, manager_of(&[department(1)]), None));
    let only_theirs = Visible::Departments(vec![department(1)]);
    assert_eq!(visible_people_of(&manager, None).unwrap(), only_theirs);
    assert_eq!(visible_people_of(&manager, Some(department(1))).unwrap(), only_theirs);
    assert_eq!(visible_people_of(&manager, Some(department(2))), Err(Denied::OtherDepartment));
    let general = caller(&person(2, EVERYONE, None));
    assert_eq!(visible_people_of(&general, None).unwrap(), Visible::Everyone);
    assert_eq!(visible_people_of(&general, Some(department(1))).unwrap(), only_theirs);
    let maria = caller(&person(3, Authority::Employee, Some(department(1))));
    assert_eq!(visible_people_of(&maria, Some(department(1))), Err(Denied::ManagerOnly));
}

#[test]
fn a_sign_in_allows_sensitive_changes_for_ten_minutes() {
    let ada = caller(&person(1, Authority::Admin, None));
    let after = |seconds| must_have_recent_sign_in(&ada, Timestamp::from_second(seconds).unwrap());
    assert_eq!(after(0), Ok(()));
    assert_eq!(after(600), Ok(()));
    assert_eq!(after(601), Err(Denied::ConfirmationRequired));
}

/// `Managers::deciders_of` selects the people that `notify` notifies. This test compares it with the rule of the decision
/// itself.
#[test]
fn people_who_may_decide_for_a_person_are_those_who_are_notified() {
    let authorities = [Authority::Employee, manager_of(&[]), manager_of(&[department(1)]), EVERYONE, Authority::Admin];
    let places = [None, Some(department(1)), Some(department(2))];
    // Companies of three people, with every combination of roles and departments.
    for first in &authorities {
        for second in &authorities {
            for third in &authorities {
                for place in places {
                    let people = [
                        person(1, first.clone(), place),
                        person(2, second.clone(), Some(department(1))),
                        person(3, third.clone(), None),
                    ];
                    holds_for(&people);
                }
            }
        }
    }
}

fn holds_for(people: &[User]) {
    let mut managers = Managers::default();
    for user in people {
        for office in Office::held_by(user) {
            managers.enter(office, user.id);
        }
    }
    let count = |counts: fn(&User) -> bool| people.iter().filter(|user| counts(user)).count() as u64;
    let (admins, general_managers) =
        (count(|user| user.authority == Authority::Admin), count(|user| user.authority.manages_all()));
    for of in people {
        let may = people.iter().filter(|by| decides(by, of, admins, general_managers) == Ok(Deciding::Anothers));
        let may: BTreeSet<UserId> = may.map(|user| user.id).collect();
        assert_eq!(managers.deciders_of(of), may, "{of:?} among {people:?}");
    }
}
