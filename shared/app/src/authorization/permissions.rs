//! The permissions of a caller in the whole company.

use super::{may_place_in, must_be_admin, must_be_manager};
use crate::Caller;

/// A permission that applies in the whole company. The actions on single items are in [`crate::allowed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Lists people, and their days, leave and corrections, within the manager's scope.
    SeePeople,
    /// Decides requests, corrections and swaps.
    Decide,
    /// Edits, excuses and acknowledges days.
    EditDays,
    /// Plans and imports rosters.
    PlanRosters,
    /// Enters leave for others, and adjusts balances.
    ManageLeave,
    /// Creates, changes and disables people.
    ManagePeople,
    /// Activates those who have registered.
    ActivateRegistrations,
    /// Changes roles and the departments that managers manage.
    AssignRoles,
    /// Changes settings, departments, sites, holidays and types of leave.
    ManageCompany,
    /// Adds and revokes kiosks.
    ManageKiosks,
    /// Creates and revokes service tokens.
    ManageServiceTokens,
    /// Creates, changes and deletes webhooks.
    ManageWebhooks,
    /// Reads the audit.
    ReadAudit,
}

/// Returns all permissions of a caller in the company.
pub fn permissions(caller: &Caller) -> Vec<Permission> {
    use Permission::{
        ActivateRegistrations, AssignRoles, Decide, EditDays, ManageCompany, ManageKiosks, ManageLeave, ManagePeople,
        ManageServiceTokens, ManageWebhooks, PlanRosters, ReadAudit, SeePeople,
    };
    let as_manager = must_be_manager(caller).is_ok();
    // People who register don't belong to a department yet.
    let of_everyone = may_place_in(caller, None).is_ok();
    let as_admin = must_be_admin(caller).is_ok();
    let held = [
        (as_manager, &[SeePeople, Decide, EditDays, PlanRosters, ManageLeave, ManagePeople][..]),
        (of_everyone, &[ActivateRegistrations]),
        (as_admin, &[AssignRoles, ManageCompany, ManageKiosks, ManageServiceTokens, ManageWebhooks, ReadAudit]),
    ];
    held.into_iter().filter(|(is_held, _)| *is_held).flat_map(|(_, permissions)| permissions).copied().collect()
}
