//! The facts of a change of a profile.

use super::{User, UserStatus};
use crate::event::{AccountFact, Fact};

/// Returns the facts of the change; empty if nothing changes.
pub fn facts_of_change(before: &User, after: &User) -> Vec<Fact> {
    let mut facts = Vec::new();
    if before.status != after.status {
        match after.status {
            UserStatus::Active => facts.push(Fact::Account(AccountFact::UserActivated)),
            UserStatus::Disabled => facts.push(Fact::Account(AccountFact::UserDisabled)),
            UserStatus::Pending => {}
        }
    }
    let fields = changed_fields(before, after);
    if !fields.is_empty() {
        facts.push(Fact::Account(AccountFact::UserChanged { fields }));
    }
    facts
}

/// Returns the API's names of the fields that differ. The status isn't among them, because it has facts of its own.
fn changed_fields(before: &User, after: &User) -> Vec<String> {
    let differs = [
        ("username", before.username != after.username),
        ("email", before.email != after.email),
        ("full_name", before.full_name != after.full_name),
        ("role", before.authority.role() != after.authority.role()),
        ("manages", before.authority.manages() != after.authority.manages()),
        ("manages_all", before.authority.manages_all() != after.authority.manages_all()),
        ("department_id", before.department_id != after.department_id),
        ("site_id", before.site_id != after.site_id),
        ("time_zone", before.time_zone != after.time_zone),
        ("language", before.language != after.language),
        ("hired_on", before.employments.hired_on() != after.employments.hired_on()),
        ("left_on", before.employments.left_on() != after.employments.left_on()),
        ("employments", before.employments != after.employments),
        ("tracks_attendance", before.tracks_attendance != after.tracks_attendance),
        ("annual_leave_days", before.annual_leave_days != after.annual_leave_days),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field.to_owned()).collect()
}
