//! Tests of profiles: of new accounts, and after changes. They are in a folder of their own because they use the crate
//! `fixtures`, which depends on this one.

#![expect(clippy::unwrap_used, reason = "a missing value fails the test")]

use std::collections::BTreeSet;

use domain::{
    FieldFault,
    calendar::Zone,
    email::Email,
    employment::{EmploymentUpdate, Employments},
    event::{AccountFact, Fact},
    patch_field::PatchField,
    schedule::SiteBook,
    text::Name,
    user::{Authority, ProfileUpdate, Registrant, User, UserStatus, Workplaces, facts_of_change},
    username::Username,
};
use fixtures::{HARBOUR, maria};

const NOW: &str = "2026-11-02T22:30:00Z";

fn update(person: &User) -> ProfileUpdate {
    ProfileUpdate::of(person)
}

/// Applies an update in a company in Istanbul with one department.
fn applied(before: &User, update: ProfileUpdate) -> Result<User, Vec<FieldFault>> {
    let (departments, sites) = (BTreeSet::from([HARBOUR.parse().unwrap()]), SiteBook::default());
    let time_zone = &Zone::parse("Europe/Istanbul").unwrap();
    update.apply(before, &Workplaces { departments: &departments, sites: &sites, time_zone }, NOW.parse().unwrap())
}

fn fields(refused: Result<User, Vec<FieldFault>>) -> Vec<String> {
    refused.unwrap_err().into_iter().map(|fault| fault.field.into_owned()).collect()
}

#[test]
fn someone_who_registers_waits_for_a_manager() {
    let registrant = || Registrant {
        username: Username::parse("maria").unwrap(),
        email: None,
        full_name: Name::parse("Maria Weber").unwrap(),
        language: None,
    };
    let (id, now) = (maria().id, NOW.parse().unwrap());
    let waiting = registrant().pending(id, now);
    assert_eq!((waiting.status, waiting.authority), (UserStatus::Pending, Authority::Employee));
    assert_eq!(waiting.employments, Employments::NONE);
    assert!(waiting.tracks_attendance);
    let admin = registrant().first_admin(id, now);
    assert_eq!((admin.status, admin.authority), (UserStatus::Active, Authority::Admin));
    assert_eq!(admin.employments, Employments::always());
    assert!(!admin.tracks_attendance);
}

#[test]
fn nobody_leaves_before_they_begin() {
    let left_on = PatchField::Value("2026-01-04".parse().unwrap());
    let employment = EmploymentUpdate { left_on, ..EmploymentUpdate::default() };
    assert_eq!(fields(applied(&maria(), ProfileUpdate { employment, ..update(&maria()) })), ["left_on"]);
}

#[test]
fn activation_employs_from_today_where_the_person_is() {
    let pending = User { status: UserStatus::Pending, employments: Employments::NONE, ..maria() };
    let active = ProfileUpdate { status: UserStatus::Active, ..update(&pending) };
    let after = applied(&pending, active.clone()).unwrap();
    assert_eq!(after.employments, Employments::since("2026-11-03".parse().unwrap()));
    let honolulu = ProfileUpdate { time_zone: Some(Zone::parse("Pacific/Honolulu").unwrap()), ..active };
    let after = applied(&pending, honolulu).unwrap();
    assert_eq!(after.employments, Employments::since("2026-11-02".parse().unwrap()));
    assert!(facts_of_change(&pending, &after).contains(&Fact::Account(AccountFact::UserActivated)));
}

#[test]
fn disabling_by_a_change_is_leaving() {
    let gone = ProfileUpdate { status: UserStatus::Disabled, ..update(&maria()) };
    let after = applied(&maria(), gone).unwrap();
    assert_eq!(
        (after.status, after.employments.left_on()),
        (UserStatus::Disabled, Some("2026-11-03".parse().unwrap()))
    );
    let fields = ["left_on", "employments"].map(str::to_owned).to_vec();
    assert_eq!(
        facts_of_change(&maria(), &after),
        [Fact::Account(AccountFact::UserDisabled), Fact::Account(AccountFact::UserChanged { fields })]
    );
}

#[test]
fn an_account_does_not_go_back_to_pending() {
    let pending = ProfileUpdate { status: UserStatus::Pending, ..update(&maria()) };
    assert_eq!(fields(applied(&maria(), pending)), ["status"]);
}

#[test]
fn an_update_without_changes_has_no_facts() {
    let after = applied(&maria(), update(&maria())).unwrap();
    assert!(facts_of_change(&maria(), &after).is_empty());
}

#[test]
fn all_invalid_fields_of_an_update_are_named_at_once() {
    let left_on = PatchField::Value("2026-01-04".parse().unwrap());
    let invalid = ProfileUpdate {
        department_id: Some("01JBN2V7Q4W0M3T9K5ZXH8R6CB".parse().unwrap()),
        site_id: Some("01JBN2V7Q4W0M3T9K5ZXH8R6CC".parse().unwrap()),
        employment: EmploymentUpdate { left_on, ..EmploymentUpdate::default() },
        ..update(&maria())
    };
    assert_eq!(fields(applied(&maria(), invalid)), ["department_id", "site_id", "left_on"]);
}

#[test]
fn a_new_address_is_not_confirmed_and_the_same_address_stays_confirmed() {
    let email = Email::parse("maria@example.com").unwrap();
    let confirmed = User { email: Some(email), email_verified_at: Some(NOW.parse().unwrap()), ..maria() };
    assert_eq!(applied(&confirmed, update(&confirmed)).unwrap().email_verified_at, confirmed.email_verified_at);
    let moved = ProfileUpdate { email: Email::parse("weber@example.com").ok(), ..update(&confirmed) };
    assert_eq!(applied(&confirmed, moved).unwrap().email_verified_at, None);
}

#[test]
fn activating_an_admin_changes_rights_and_activating_an_employee_does_not() {
    let former_employee = User { status: UserStatus::Disabled, ..maria() };
    let former_admin = User { authority: Authority::Admin, ..former_employee.clone() };
    for (before, changes_rights) in [(former_employee, false), (former_admin, true)] {
        let active = ProfileUpdate::with_status(&before, UserStatus::Active);
        assert_eq!(active.changes_rights(&before), changes_rights, "{before:?}");
        assert!(!active.changes_authority(&before), "{before:?}");
    }
}
