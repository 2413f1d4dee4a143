//! The scope that each operation requires of a service token. This one table serves the check and the OpenAPI document.

use domain::service_token::Scope;
use http::Method;

/// Returns the scope that an operation requires. Operations without a scope don't accept service tokens. They concern the
/// caller personally (punches, notifications, sign-in), give access (PINs, badges, passwords, roles), or record who is
/// responsible for a decision.
///
/// `path` is the path of the OpenAPI document, with its parameters in braces.
pub fn required(method: &Method, path: &str) -> Option<Scope> {
    match (method.as_str(), path) {
        (
            "GET",
            "/attendance/board"
            | "/attendance/reviews"
            | "/attendance/{user_id}"
            | "/attendance/{user_id}/summary"
            | "/attendance/{user_id}/{date}"
            | "/attendance/{user_id}/{date}/explanation"
            | "/attendance/{user_id}/{date}/history"
            | "/breaks/{user_id}"
            | "/corrections"
            | "/corrections/{id}",
        ) => Some(Scope::AttendanceRead),
        (
            "GET",
            "/departments" | "/departments/{id}" | "/holidays" | "/leave/types" | "/settings" | "/sites"
            | "/sites/{id}",
        ) => Some(Scope::CompanyRead),
        ("GET", "/events") => Some(Scope::EventsRead),
        (
            "GET",
            "/leave/balances/{user_id}"
            | "/leave/balances/{user_id}/ledger"
            | "/leave/calendar"
            | "/leave/requests"
            | "/leave/requests/{id}",
        ) => Some(Scope::LeaveRead),
        (
            "GET",
            "/pay/accounts/{user_id}"
            | "/pay/accounts/{user_id}/ledger"
            | "/pay/codes"
            | "/pay/cost-centers"
            | "/pay/periods"
            | "/pay/periods/{id}/timesheets"
            | "/pay/periods/{id}/timesheets/{user_id}"
            | "/pay/profiles"
            | "/pay/rules"
            | "/pay/rules/{id}"
            | "/pay/runs"
            | "/pay/runs/{id}"
            | "/pay/runs/{id}/file"
            | "/pay/runs/{id}/lines"
            | "/pay/segments/{user_id}"
            | "/users/{id}/pay-profile",
        ) => Some(Scope::PayRead),
        (
            "GET",
            "/reports/attendance"
            | "/reports/cost-centers"
            | "/reports/lateness"
            | "/reports/leave"
            | "/reports/monthly-work"
            | "/reports/trends"
            | "/reports/worked-hours",
        ) => Some(Scope::ReportsRead),
        (
            "GET",
            "/roster" | "/roster/{user_id}" | "/roster/{user_id}/shifts" | "/roster/swaps" | "/roster/swaps/{id}",
        ) => Some(Scope::RosterRead),
        ("PUT", "/roster/{user_id}" | "/roster/{user_id}/days/{date}")
        | ("DELETE", "/roster/{user_id}/days/{date}")
        | ("POST", "/roster/{user_id}/preview" | "/roster/{user_id}/days/{date}/preview") => Some(Scope::RosterWrite),
        ("GET", "/badges" | "/users" | "/users/directory" | "/users/{id}" | "/users/{id}/badge") => {
            Some(Scope::UsersRead)
        }
        ("POST", "/users" | "/users/import")
        | ("GET", "/users/import/{id}")
        | ("PUT" | "PATCH" | "DELETE", "/users/{id}") => Some(Scope::UsersWrite),
        _ => None,
    }
}
