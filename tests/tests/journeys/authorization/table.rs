//! The table of routes: who may use each of them.

use serde_json::{Value, json};

use super::{
    bodies::{
        active, badge, balances, calendar, history, monday, none, pattern, pay_rules, push_subscription, replacement,
        sessions, sheet, sheet_of_people, terminal, webhook,
    },
    scene::Scene,
};

/// A route, a valid body, and the status for each caller.
pub(super) struct Row(pub(super) &'static str, pub(super) fn(&Scene) -> Value, pub(super) [u16; 8]);

/// Every signed-in caller is allowed.
const ALL: [u16; 8] = [401, 200, 200, 200, 200, 200, 200, 200];
/// The person and their managers are allowed. Others get a 404, so that they don't learn of the item.
const SEE: [u16; 8] = [401, 200, 404, 404, 200, 404, 200, 200];

/// Returns the rows of all routes.
#[expect(clippy::too_many_lines, reason = "a table with a line for each route")]
pub(super) fn table() -> Vec<Row> {
    vec![
        // Operations that anyone may call, signed in or not; they have journeys of their own.
        Row("GET /.well-known/jwks.json", none, [200; 8]),
        Row("GET /openapi.json", none, [200; 8]),
        Row("GET /asyncapi.json", none, [200; 8]),
        Row("GET /docs", none, [200; 8]),
        Row("GET /branding", none, [200; 8]),
        Row(
            "POST /auth/setup",
            |_| json!({"setup_token": "x", "username": "eve", "full_name": "Eve", "password": "a fine long password"}),
            [403; 8],
        ),
        // A valid body would be accepted five times from one network.
        Row("POST /auth/register", |_| json!({}), [422; 8]),
        Row(
            "POST /auth/login",
            |s| json!({"username": format!("nobody{}", s.number), "password": "wrong password"}),
            [401; 8],
        ),
        Row("POST /auth/refresh", |_| json!({"refresh_token": "nonsense"}), [401; 8]),
        Row("POST /auth/logout", |_| json!({"refresh_token": "nonsense"}), [204; 8]),
        // The caller's own account.
        Row("GET /auth/me", none, ALL),
        Row("GET /auth/sessions", none, ALL),
        Row("DELETE /auth/sessions/{id}", none, [401, 404, 404, 404, 404, 404, 404, 404]),
        Row(
            "PUT /auth/password",
            |_| json!({"current_password": "not the one it is", "new_password": "another fine password"}),
            [401, 403, 403, 403, 403, 403, 403, 403],
        ),
        Row(
            "POST /auth/confirm",
            |_| json!({"password": "not the one it is"}),
            [401, 403, 403, 403, 403, 403, 403, 403],
        ),
        // Names that nobody has get the same answer.
        Row("POST /auth/password-reset", |s| json!({"username": format!("nobody{}", s.number)}), [202; 8]),
        // The token of the link is the only credential, and this one is none.
        Row(
            "POST /auth/password-reset/confirm",
            |_| json!({"token": "none", "password": "a fine long password"}),
            [403; 8],
        ),
        Row("POST /auth/email-verification/confirm", |_| json!({"token": "none"}), [403; 8]),
        // Nobody of the scene has an address.
        Row("POST /auth/email-verification", |_| json!({}), [401, 409, 409, 409, 409, 409, 409, 409]),
        Row("GET /auth/mfa", none, ALL),
        Row("POST /auth/mfa", |_| json!({}), [401, 201, 201, 201, 201, 201, 201, 201]),
        Row("POST /auth/mfa/confirm", |_| json!({"code": "none"}), [401, 403, 403, 403, 403, 403, 403, 403]),
        Row("POST /auth/mfa/recovery-codes", |_| json!({}), [401, 409, 409, 409, 409, 409, 409, 409]),
        Row("DELETE /auth/mfa", none, [401, 409, 409, 409, 409, 409, 409, 409]),
        Row("GET /bootstrap", none, ALL),
        Row("GET /approvals", none, ALL),
        // Each decision has its own status, which other journeys cover.
        Row(
            "POST /approvals/decisions",
            |_| json!({"decisions": [{"kind": "leave_request", "id": "none", "status": "rejected"}]}),
            ALL,
        ),
        Row("GET /clock", none, ALL),
        Row("POST /clock/in", |_| json!({}), [401, 201, 201, 201, 201, 201, 201, 201]),
        Row(
            "POST /clock/batch",
            |_| {
                let punch = json!({"client_id": "1", "action": "in", "occurred_at": "2026-11-02T09:00:00+01:00"});
                json!({"device_id": "phone", "punches": [punch]})
            },
            ALL,
        ),
        Row(
            "POST /clock/photos",
            |_| json!({"content_type": "image/png", "content_length": 100}),
            [401, 201, 201, 201, 201, 201, 201, 201],
        ),
        Row("POST /breaks/start", |_| json!({}), [401, 201, 201, 201, 201, 201, 201, 201]),
        Row("POST /breaks/end", |_| json!({}), [401, 200, 200, 200, 200, 200, 200, 200]),
        Row("POST /clock/out", |_| json!({}), [401, 200, 200, 200, 200, 200, 200, 200]),
        // The data of a person, for the person and their managers.
        Row("GET /breaks/{user_id}", none, SEE),
        Row("GET /attendance/{user_id}", none, SEE),
        Row("GET /attendance/{user_id}/{date}", none, SEE),
        Row("GET /attendance/{user_id}/{date}/history", none, SEE),
        Row("GET /attendance/{user_id}/summary", none, SEE),
        // The part that each caller sees is covered by other journeys.
        Row("GET /attendance/board", none, ALL),
        Row("GET /attendance/reviews", none, [401, 403, 403, 403, 200, 200, 200, 200]),
        Row("GET /attendance/{user_id}/{date}/photos/{session_id}", none, SEE),
        Row("GET /users/{id}", none, SEE),
        // The person requests and withdraws a correction, and others decide it.
        Row("POST /attendance/{user_id}/{date}/corrections", sessions, [401, 201, 404, 404, 403, 404, 403, 403]),
        Row("GET /corrections", none, ALL),
        Row("GET /corrections/{id}", none, SEE),
        Row(
            "POST /corrections/{id}/decision",
            |_| json!({"status": "rejected"}),
            [401, 403, 404, 404, 200, 404, 200, 200],
        ),
        Row("DELETE /corrections/{id}", none, [401, 204, 404, 404, 403, 404, 403, 403]),
        // Rosters: everyone sees a grid (its content is covered by other journeys), and managers plan.
        Row(
            "POST /roster/{user_id}/days/{date}/preview",
            |_| json!({"off": true, "reason": "r"}),
            [401, 403, 404, 404, 200, 404, 200, 200],
        ),
        Row("POST /roster/{user_id}/preview", pattern, [401, 403, 404, 404, 200, 404, 200, 200]),
        Row("GET /roster", none, ALL),
        Row("GET /roster/{user_id}", none, SEE),
        Row("GET /roster/{user_id}/shifts", none, SEE),
        Row("PUT /roster/{user_id}", pattern, [401, 403, 404, 404, 200, 404, 200, 200]),
        Row(
            "PUT /roster/{user_id}/days/{date}",
            |_| json!({"off": true, "reason": "r"}),
            [401, 403, 404, 404, 200, 404, 200, 200],
        ),
        Row("DELETE /roster/{user_id}/days/{date}", none, [401, 403, 404, 404, 204, 404, 204, 204]),
        Row("POST /roster/import", sheet, [401, 403, 403, 403, 202, 422, 202, 202]),
        // The person who requested the import, and admins.
        Row("GET /roster/import/{id}", none, [401, 404, 404, 404, 200, 404, 404, 200]),
        // The admin isn't expected to work, so they have no shift to swap.
        Row(
            "POST /roster/swaps",
            |s| json!({"my_date": "2026-11-06", "with_user_id": s.user}),
            [401, 201, 201, 201, 201, 201, 201, 422],
        ),
        Row("GET /roster/swaps", none, ALL),
        // A swap is between two people: here the person asks the colleague.
        Row("GET /roster/swaps/{id}", none, [401, 200, 200, 404, 200, 404, 200, 200]),
        Row(
            "POST /roster/swaps/{id}/decision",
            |_| json!({"status": "declined"}),
            [401, 403, 200, 404, 403, 404, 403, 403],
        ),
        Row("DELETE /roster/swaps/{id}", none, [401, 204, 403, 404, 403, 404, 403, 403]),
        Row("POST /roster/me/calendar", |_| json!({}), [401, 201, 201, 201, 201, 201, 201, 201]),
        Row("DELETE /roster/me/calendar", none, [401, 204, 204, 204, 204, 204, 204, 204]),
        // The address is the only credential, and this one is invalid.
        Row("GET /roster/calendar/{file}", none, [404; 8]),
        Row("GET /leave/balances/{user_id}", none, SEE),
        Row("GET /leave/balances/{user_id}/ledger", none, SEE),
        // The person requests and changes leave, others decide it, and both may cancel it. The admin doesn't track attendance, and takes
        // leave like others.
        Row("POST /leave/requests", monday, [401, 201, 201, 201, 201, 201, 201, 201]),
        Row(
            "POST /leave/requests",
            |s| {
                let mut body = monday(s);
                body["user_id"] = json!(s.user);
                body
            },
            [401, 201, 404, 404, 201, 404, 201, 201],
        ),
        // A request that would be refused can be previewed too.
        Row("POST /leave/requests/preview", monday, ALL),
        Row("GET /leave/requests", none, ALL),
        Row("GET /leave/requests/{id}", none, SEE),
        Row("PUT /leave/requests/{id}", monday, [401, 200, 404, 404, 403, 404, 403, 403]),
        Row(
            "POST /leave/requests/{id}/decision",
            |_| json!({"status": "rejected"}),
            [401, 403, 404, 404, 200, 404, 200, 200],
        ),
        Row("DELETE /leave/requests/{id}", none, [401, 200, 404, 404, 200, 404, 200, 200]),
        // The part that each caller sees is covered by other journeys.
        Row("GET /leave/calendar", none, ALL),
        // Every caller has reports of some people; other journeys cover which. These reports are of the person.
        Row("GET /reports/monthly-work", none, SEE),
        Row("GET /reports/worked-hours", none, SEE),
        Row("GET /reports/lateness", none, SEE),
        Row("GET /reports/leave", none, SEE),
        Row("GET /reports/cost-centers", none, SEE),
        Row("GET /reports/attendance", none, SEE),
        Row("GET /reports/trends", none, SEE),
        Row(
            "POST /reports/exports",
            |s| json!({"report": "monthly-work", "user_id": s.user}),
            [401, 202, 404, 404, 202, 404, 202, 202],
        ),
        // The manager requested the export.
        Row("GET /reports/exports/{id}", none, [401, 404, 404, 404, 200, 404, 404, 200]),
        Row("POST /reports/rebuild", |_| json!({"year": 2026, "month": 11}), [401, 403, 403, 403, 403, 403, 403, 200]),
        // The caller's own inbox: the notification belongs to the admin.
        Row("GET /notifications", none, ALL),
        Row("POST /notifications/{id}/read", |_| json!({}), [401, 404, 404, 404, 404, 404, 404, 200]),
        Row("POST /notifications/read-all", |_| json!({}), [401, 204, 204, 204, 204, 204, 204, 204]),
        Row("GET /notifications/preferences", none, ALL),
        Row("GET /notifications/push-subscriptions", none, ALL),
        Row("POST /notifications/push-subscriptions", push_subscription, [401, 201, 201, 201, 201, 201, 201, 201]),
        // A subscription that has ended is no error.
        Row("DELETE /notifications/push-subscriptions/{id}", none, [401, 204, 204, 204, 204, 204, 204, 204]),
        // The token of the link is the only credential, and there is none.
        Row("GET /notifications/unsubscribe", none, [422; 8]),
        Row("POST /notifications/unsubscribe", none, [422; 8]),
        Row("PUT /notifications/preferences", |_| json!({"muted": ["absent"]}), ALL),
        Row("POST /live/tickets", none, ALL),
        // A manager's actions, never on the manager's own record.
        Row(
            "POST /leave/balances/{user_id}/adjustments",
            |_| json!({"type": "annual", "days": 1, "reason": "r"}),
            [401, 403, 404, 404, 201, 404, 201, 201],
        ),
        Row("POST /attendance/import", history, [401, 403, 403, 403, 202, 422, 202, 202]),
        Row("GET /attendance/import/{id}", none, [401, 404, 404, 404, 200, 404, 404, 200]),
        Row("POST /leave/balances/import", balances, [401, 403, 403, 403, 202, 422, 202, 202]),
        Row("GET /leave/balances/import/{id}", none, [401, 404, 404, 404, 200, 404, 404, 200]),
        Row("PUT /attendance/{user_id}/{date}", sessions, [401, 403, 404, 404, 200, 404, 200, 200]),
        // There is nothing to excuse, and only callers with the permission get that response.
        Row(
            "POST /attendance/{user_id}/{date}/excuse",
            |_| json!({"reason": "r"}),
            [401, 403, 404, 404, 409, 404, 409, 409],
        ),
        // No clock-in is flagged, and only callers with the permission get that response.
        Row(
            "POST /attendance/{user_id}/{date}/acknowledgement",
            |_| json!({"status": "acknowledged"}),
            [401, 403, 404, 404, 409, 404, 409, 409],
        ),
        Row("PUT /users/{id}", replacement, [401, 403, 404, 404, 200, 404, 200, 200]),
        Row("PATCH /users/{id}", |_| json!({"full_name": "Renamed"}), [401, 403, 404, 404, 200, 404, 200, 200]),
        Row("PUT /users/{id}/pin", |_| json!({"pin": "7391"}), [401, 204, 404, 404, 204, 404, 204, 204]),
        Row("PUT /users/{id}/badge", badge, [401, 403, 404, 404, 200, 404, 200, 200]),
        Row("GET /users/{id}/badge", none, SEE),
        Row("DELETE /users/{id}/badge", none, [401, 403, 404, 404, 204, 404, 204, 204]),
        Row("GET /badges", none, [401, 403, 403, 403, 200, 200, 200, 200]),
        // Nobody has a second factor.
        Row("DELETE /users/{id}/mfa", none, [401, 403, 403, 403, 403, 403, 403, 409]),
        // The person has a password of their own.
        Row("POST /users/{id}/invitation", |_| json!({}), [401, 403, 403, 403, 409, 404, 409, 409]),
        Row("POST /users/{id}/password-reset", |_| json!({}), [401, 403, 404, 404, 200, 404, 200, 200]),
        Row("DELETE /users/{id}", none, [401, 403, 404, 404, 204, 404, 204, 204]),
        Row("GET /users", none, [401, 403, 403, 403, 200, 200, 200, 200]),
        Row(
            "POST /users",
            |s| json!({"username": format!("new{}", s.number), "full_name": "New", "department_id": s.department}),
            [401, 403, 403, 403, 201, 403, 201, 201],
        ),
        Row("POST /users/import", sheet_of_people, [401, 403, 403, 403, 202, 422, 202, 202]),
        Row("GET /users/import/{id}", none, [401, 404, 404, 404, 200, 404, 404, 200]),
        Row("GET /users/directory", none, ALL),
        // Items that a caller may not see come without links.
        Row(
            "POST /attendance/photos/links",
            |_| {
                let nobody = "01JBPB7N3C5V7X9Z1B3D5F7H9K";
                json!({"photos": [{"user_id": nobody, "date": "2026-11-02", "session_id": nobody}]})
            },
            ALL,
        ),
        // The company's items: everyone reads, admins write.
        Row("GET /settings", none, ALL),
        Row("PUT /settings", |_| json!({"time_zone": "Europe/Istanbul"}), [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("PATCH /settings", |_| json!({"late_grace_minutes": 7}), [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("PUT /branding", |_| json!({"accent_color": "#0f6a5b"}), [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("GET /departments", none, ALL),
        Row(
            "POST /departments",
            |s| json!({"name": format!("D{}", s.number)}),
            [401, 403, 403, 403, 403, 403, 403, 201],
        ),
        Row("GET /departments/{id}", none, ALL),
        Row("PATCH /departments/{id}", |_| json!({"name": "Renamed"}), [401, 403, 403, 403, 403, 403, 403, 200]),
        Row(
            "PUT /departments/{id}/chat",
            |_| json!({"service": "slack", "url": "https://hooks.slack.com/services/T/B/X", "kinds": ["late"]}),
            [401, 403, 403, 403, 403, 403, 403, 200],
        ),
        // Each call has a department of its own, without a chat.
        Row("GET /departments/{id}/chat", none, [401, 403, 403, 403, 403, 403, 403, 404]),
        Row("DELETE /departments/{id}/chat", none, [401, 403, 403, 403, 403, 403, 403, 404]),
        Row("DELETE /departments/{id}", none, [401, 403, 403, 403, 403, 403, 403, 204]),
        Row("GET /sites", none, ALL),
        Row(
            "POST /sites",
            |s| json!({"name": format!("S{}", s.number), "time_zone": "Europe/Berlin"}),
            [401, 403, 403, 403, 403, 403, 403, 201],
        ),
        Row("GET /sites/{id}", none, ALL),
        Row("PATCH /sites/{id}", |_| json!({"name": "Renamed"}), [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("DELETE /sites/{id}", none, [401, 403, 403, 403, 403, 403, 403, 204]),
        Row("GET /holidays", none, ALL),
        Row(
            "POST /holidays",
            |s| json!({"date": format!("2027-01-{:02}", s.number % 28 + 1), "name": "H"}),
            [401, 403, 403, 403, 403, 403, 403, 201],
        ),
        Row("POST /holidays/import", calendar, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("DELETE /holidays/{id}", none, [401, 403, 403, 403, 403, 403, 403, 204]),
        Row(
            "PUT /holidays/subscription",
            |_| json!({"url": "http://127.0.0.1:9/holidays.ics"}),
            [401, 403, 403, 403, 403, 403, 403, 200],
        ),
        Row("GET /holidays/subscription", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("POST /holidays/subscription/refresh", none, [401, 403, 403, 403, 403, 403, 403, 202]),
        Row("DELETE /holidays/subscription", none, [401, 403, 403, 403, 403, 403, 403, 204]),
        Row("GET /leave/types", none, ALL),
        Row("PUT /leave/types/{code}", |_| json!({"counted": false}), [401, 403, 403, 403, 403, 403, 403, 200]),
        // Nobody of the scene is clocked in.
        Row("POST /clock/switch", |_| json!({"cost_center": null}), [401, 409, 409, 409, 409, 409, 409, 409]),
        Row("GET /attendance/{user_id}/{date}/explanation", none, SEE),
        Row(
            "POST /settings/preview",
            |s| json!({"change": {"late_grace_minutes": 10}, "from": "2026-11-01", "to": "2026-11-02", "department_id": s.department}),
            [401, 403, 403, 403, 403, 403, 403, 200],
        ),
        Row(
            "POST /pay/rules/preview",
            |s| json!({"change": {"versions": pay_rules(s)["versions"]}, "from": "2026-11-01", "to": "2026-11-02", "department_id": s.department}),
            [401, 403, 403, 403, 403, 403, 403, 200],
        ),
        Row("GET /pay/codes", none, ALL),
        Row(
            "PUT /pay/codes/{code}",
            |_| json!({"name": "Night", "kind": "premium", "multiplier": 0.25}),
            [401, 403, 403, 403, 403, 403, 403, 200],
        ),
        Row("GET /pay/rules", none, ALL),
        Row("POST /pay/rules", pay_rules, [401, 403, 403, 403, 403, 403, 403, 201]),
        Row("GET /pay/rules/{id}", none, ALL),
        Row("PUT /pay/rules/{id}", pay_rules, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("DELETE /pay/rules/{id}", none, [401, 403, 403, 403, 403, 403, 403, 204]),
        Row("GET /pay/profiles", none, [401, 403, 403, 403, 200, 200, 200, 200]),
        Row("GET /users/{id}/pay-profile", none, SEE),
        Row(
            "PUT /users/{id}/pay-profile",
            |s| json!({"personnel_number": format!("{}", s.number), "account": false, "effective_from": "2026-11-01"}),
            [401, 403, 403, 403, 403, 403, 403, 200],
        ),
        Row("GET /pay/segments/{user_id}", none, SEE),
        Row("GET /pay/templates", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("GET /pay/templates/{name}", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row(
            "PUT /pay/templates/{name}",
            |_| json!({"template": {"format": "json"}}),
            [401, 403, 403, 403, 403, 403, 403, 200],
        ),
        Row("DELETE /pay/templates/{name}", none, [401, 403, 403, 403, 403, 403, 403, 204]),
        Row("GET /pay/runs", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        // The company of the scene has no pay periods.
        Row(
            "POST /pay/runs",
            |_| json!({"period_id": "2026-10-01..2026-10-31", "template": "csv", "preview": true}),
            [401, 403, 403, 403, 403, 403, 403, 409],
        ),
        Row("GET /pay/runs/{id}", none, [401, 403, 403, 403, 403, 403, 403, 404]),
        Row("GET /pay/runs/{id}/lines", none, [401, 403, 403, 403, 403, 403, 403, 404]),
        Row("GET /pay/runs/{id}/file", none, [401, 403, 403, 403, 403, 403, 403, 404]),
        // Nobody of the scene has a time account.
        Row("GET /pay/accounts/{user_id}", none, [401, 409, 404, 404, 409, 404, 409, 409]),
        Row("GET /pay/accounts/{user_id}/ledger", none, SEE),
        Row(
            "POST /pay/accounts/{user_id}/adjustments",
            |_| json!({"seconds": 3600, "reason": "Opening balance"}),
            [401, 403, 404, 404, 409, 404, 409, 409],
        ),
        Row(
            "POST /pay/accounts/{user_id}/payouts",
            |_| json!({"seconds": 3600, "code": "overtime"}),
            [401, 403, 404, 404, 409, 404, 409, 409],
        ),
        // No time of the date waits.
        Row(
            "POST /pay/approvals/{user_id}/{date}/decision",
            |_| json!({"subject": "overtime", "code": "overtime", "seconds": 3600, "status": "approved"}),
            [401, 403, 404, 404, 409, 404, 409, 409],
        ),
        Row("GET /pay/periods", none, ALL),
        Row("GET /pay/periods/{id}/timesheets", none, [401, 403, 403, 403, 200, 200, 200, 200]),
        Row("GET /pay/periods/{id}/timesheets/{user_id}", none, SEE),
        Row("POST /pay/periods/{id}/timesheets/export", |_| json!({}), [401, 403, 403, 403, 202, 202, 202, 202]),
        // Each signature and the rejection are made once.
        Row(
            "POST /pay/periods/{id}/timesheets/{user_id}/submit",
            |_| json!({}),
            [401, 200, 404, 404, 403, 404, 403, 403],
        ),
        Row(
            "POST /pay/periods/{id}/timesheets/{user_id}/approve",
            |_| json!({}),
            [401, 403, 404, 404, 200, 404, 409, 409],
        ),
        Row(
            "POST /pay/periods/{id}/timesheets/{user_id}/reject",
            |_| json!({"note": "Monday lacks the afternoon"}),
            [401, 403, 404, 404, 200, 404, 409, 409],
        ),
        Row("POST /pay/periods/{id}/approvals", |_| json!({}), [401, 403, 403, 403, 200, 200, 200, 200]),
        Row("POST /pay/periods/{id}/close", |_| json!({}), [401, 403, 403, 403, 403, 403, 403, 202]),
        // This period was never closed.
        Row(
            "POST /pay/periods/{id}/reopen",
            |_| json!({"reason": "Night shifts were missing"}),
            [401, 403, 403, 403, 403, 403, 403, 409],
        ),
        Row("GET /pay/cost-centers", none, ALL),
        Row("PUT /pay/cost-centers/{code}", |_| json!({"name": "North"}), [401, 403, 403, 403, 403, 403, 403, 200]),
        // Only for kiosks: no person's token is accepted.
        Row("GET /kiosk", none, [401; 8]),
        Row("POST /kiosk/punch", |_| json!({"username": "person", "pin": "7391", "action": "in"}), [401; 8]),
        Row(
            "POST /kiosk/batch",
            |_| {
                let at = "2026-11-02T09:00:00+01:00";
                json!({"punches": [{"client_id": "1", "username": "person", "pin": "7391", "action": "in", "occurred_at": at}]})
            },
            [401; 8],
        ),
        Row("POST /kiosk/token", |_| json!({}), [401; 8]),
        Row("GET /kiosks", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row(
            "POST /kiosks",
            |s| json!({"site_id": s.site, "name": "Entrance"}),
            [401, 403, 403, 403, 403, 403, 403, 201],
        ),
        Row("DELETE /kiosks/{id}", none, [401, 403, 403, 403, 403, 403, 403, 204]),
        Row("GET /kiosk/qr", none, [401; 8]),
        Row("GET /kiosk/people", none, [401; 8]),
        // The scopes of tokens are covered by another test.
        Row("GET /service-tokens", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row(
            "POST /service-tokens",
            |_| json!({"name": "Payroll", "scopes": ["users:read"], "expires_at": "2026-12-01T00:00:00Z"}),
            [401, 403, 403, 403, 403, 403, 403, 201],
        ),
        Row("DELETE /service-tokens/{id}", none, [401, 403, 403, 403, 403, 403, 403, 204]),
        Row("GET /terminals", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("POST /terminals", terminal, [401, 403, 403, 403, 403, 403, 403, 201]),
        Row("GET /terminals/{id}", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("PATCH /terminals/{id}", |_| json!({"name": "Gate, east"}), [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("DELETE /terminals/{id}", none, [401, 403, 403, 403, 403, 403, 403, 204]),
        Row("POST /terminals/{id}/secret", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("GET /terminals/unknown", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        // No device has sent the number.
        Row(
            "POST /terminals/unknown/{number}/assign",
            |_| json!({"user_id": "01JBN2V7Q4W0M3T9K5ZXH8R6CD"}),
            [401, 403, 403, 403, 403, 403, 403, 404],
        ),
        Row("DELETE /terminals/unknown/{number}", none, [401, 403, 403, 403, 403, 403, 403, 404]),
        Row("GET /webhooks", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("POST /webhooks", webhook, [401, 403, 403, 403, 403, 403, 403, 201]),
        Row("GET /webhooks/{id}", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("PATCH /webhooks/{id}", active, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("DELETE /webhooks/{id}", none, [401, 403, 403, 403, 403, 403, 403, 204]),
        Row("POST /webhooks/{id}/secret", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("POST /webhooks/{id}/test", none, [401, 403, 403, 403, 403, 403, 403, 202]),
        Row("GET /webhooks/{id}/deliveries", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("POST /webhooks/{id}/deliveries/{delivery_id}/replay", none, [401, 403, 403, 403, 403, 403, 403, 202]),
        Row("GET /events", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        Row("GET /audit", none, [401, 403, 403, 403, 403, 403, 403, 200]),
        // Ends the caller's sessions, so it comes last.
        Row("POST /auth/logout-all", |_| json!({}), [401, 204, 204, 204, 204, 204, 204, 204]),
    ]
}
