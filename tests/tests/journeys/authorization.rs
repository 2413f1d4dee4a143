//! Every route × role × ownership. A route of the OpenAPI document that isn't in the table below fails the test. So each new
//! route needs a decision on who may use it.

use std::collections::BTreeSet;

use domain::calendar::WorkDate;
use reqwest::Method;
use rollcall_tests::{Call, Company, Person};
use serde_json::{Value, json};

/// The callers, in the order of the table's columns: nobody; the person concerned; a colleague of their department; a person of
/// another department; their department's manager; another department's manager; a manager of everyone; an admin.
const CALLERS: [&str; 8] =
    ["anonymous", "person", "colleague", "outsider", "manager", "other_manager", "general_manager", "admin"];

/// A route, a valid body, and the status for each caller.
struct Row(&'static str, fn(&Scene) -> Value, [u16; 8]);

/// The items of a row's paths and bodies. They are created again for each call, because some calls end them.
#[derive(Default)]
struct Scene {
    user: String,
    department: String,
    site: String,
    session: String,
    correction: String,
    leave: String,
    holiday: String,
    kiosk: String,
    service_token: String,
    webhook: String,
    delivery: String,
    pay_rules: String,
    swap: String,
    import: String,
    export: String,
    notification: String,
    number: usize,
}

fn none(_: &Scene) -> Value {
    Value::Null
}

fn replacement(scene: &Scene) -> Value {
    json!({"username": format!("renamed{}", scene.number), "full_name": "Renamed", "department_id": scene.department,
        "role": "employee", "tracks_attendance": true})
}

fn sessions(_: &Scene) -> Value {
    let session =
        json!({"clock_in": "2026-11-02T07:00:00+03:00", "clock_out": "2026-11-02T07:30:00+03:00", "breaks": []});
    json!({"sessions": [session], "reason": "The terminal was out of order"})
}

fn pattern(_: &Scene) -> Value {
    let shifts =
        json!({"monday": [{"start": "09:00", "end": "18:00"}], "friday": [{"start": "09:00", "end": "18:00"}]});
    json!({"effective_from": "2026-11-02", "weekly_offs": ["sunday"], "shifts": shifts})
}

/// Another badge number for each call.
fn badge(scene: &Scene) -> Value {
    json!({"number": format!("4711{:06}", scene.number)})
}

fn pay_rules(_: &Scene) -> Value {
    let daily = json!({"per": "day", "after": {"minutes": 480}, "code": "overtime"});
    json!({"name": "Warehouse", "versions": [{"effective_from": "2026-01-01", "overtime": [daily]}]})
}

/// A webhook whose receiver doesn't run.
fn webhook(_: &Scene) -> Value {
    json!({"url": "http://127.0.0.1:9/", "kinds": ["absent"], "description": "Payroll"})
}

fn active(_: &Scene) -> Value {
    json!({"active": true})
}

/// A text is sent as a sheet.
fn sheet(_: &Scene) -> Value {
    json!("username,date,start,end\ncolleague,2026-11-28,10:00,14:00\n")
}

/// A calendar with one holiday.
fn calendar(_: &Scene) -> Value {
    json!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20271224\r\nSUMMARY:Eve\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// A day of the past.
fn history(_: &Scene) -> Value {
    json!("username,date,clock_in,clock_out\nperson,2026-05-04,09:00,17:00\n")
}

/// The available leave of a person, different in each call.
fn balances(scene: &Scene) -> Value {
    json!(format!("username,available_days\nperson,{}\n", scene.number % 20))
}

/// A new person of the scene's department, a different one for each call.
fn sheet_of_people(scene: &Scene) -> Value {
    json!(format!("username,full_name,department\nimported{},New,{}\n", scene.number, scene.department))
}

/// A Monday of the next two years, a different one for each call.
fn monday(scene: &Scene) -> Value {
    let monday: WorkDate = "2026-11-09".parse().unwrap();
    let date = monday.plus_days(7 * i32::try_from(scene.number % 100).unwrap());
    json!({"type": "unpaid", "start_date": date, "end_date": date})
}

fn push_subscription(_: &Scene) -> Value {
    let keys = json!({
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    });
    json!({"endpoint": "https://push.services.example/1", "keys": keys})
}

/// Every signed-in caller is allowed.
const ALL: [u16; 8] = [401, 200, 200, 200, 200, 200, 200, 200];
/// The person and their managers are allowed. Others get a 404, so that they don't learn of the item.
const SEE: [u16; 8] = [401, 200, 404, 404, 200, 404, 200, 200];

#[expect(clippy::too_many_lines, reason = "a table with a line for each route")]
fn table() -> Vec<Row> {
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
        // The person requests and changes leave, others decide it, and both may cancel it. The admin isn't expected to work.
        Row("POST /leave/requests", monday, [401, 201, 201, 201, 201, 201, 201, 422]),
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
        Row("POST /users/import", sheet_of_people, [401, 403, 403, 403, 200, 422, 200, 200]),
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

#[tokio::test]
async fn every_route_is_walked_by_every_caller() {
    let company = Company::start().await;
    let department = company.department("Assembly").await;
    let other_department = company.department("Packing").await;
    let everyone = people(&company, &department, &other_department).await;
    let rows = table();
    let known: BTreeSet<&str> = rows.iter().map(|row| row.0).collect();
    let document = serde_json::to_value(local::openapi::merged()).unwrap();
    let routes = routes_of(&document);
    let undecided: Vec<&String> = routes.iter().filter(|route| !known.contains(route.as_str())).collect();
    assert!(undecided.is_empty(), "nobody decided who may use {undecided:?}");
    let gone: Vec<&&str> = known.iter().filter(|route| !routes.contains(**route)).collect();
    assert!(gone.is_empty(), "not in the document any more: {gone:?}");

    let mut wrong = Vec::new();
    let mut number = 0;
    for Row(route, body, expected) in rows {
        for (index, name) in CALLERS.iter().enumerate() {
            number += 1;
            let scene = scene(&company, route, &department, number).await;
            let caller = index.checked_sub(1).map(|index| &everyone[index]);
            // The person concerned is the person of the scene, except if a person is created for one call.
            let caller = if *name == "person" && route.contains("/{id}") && route.contains("/users") {
                Some(company.sign_in(&format!("target{number}")).await)
            } else {
                caller.cloned()
            };
            let reply = call(&company, route, &scene, body(&scene), caller.as_ref()).send().await;
            if reply.status != expected[index] {
                wrong.push(format!(
                    "{route} by {name}: {} instead of {}: {}",
                    reply.status, expected[index], reply.text
                ));
            }
            if reply.status.as_u16() >= 400 {
                assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{route}: {}", reply.text);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the signed-in callers, in the order of [`CALLERS`].
async fn people(company: &Company, department: &str, other_department: &str) -> Vec<Person> {
    let employee = |department: &str| json!({"department_id": department});
    let manager =
        |departments: &[&str]| json!({"role": "manager", "manages": departments, "department_id": departments[0]});
    let mut people = vec![
        company.person("person", employee(department)).await,
        company.person("colleague", employee(department)).await,
        company.person("outsider", employee(other_department)).await,
        company.person("manager", manager(&[department])).await,
        company.person("other_manager", manager(&[other_department])).await,
        company.person("general_manager", json!({"role": "manager", "manages_all": true})).await,
    ];
    people.push(company.sign_in("ada").await);
    people
}

/// Returns the items that the route needs.
async fn scene(company: &Company, route: &str, department: &str, number: usize) -> Scene {
    let admin = company.sign_in("ada").await;
    let make = async |path: &str, body: Value| {
        company.post(path).by(&admin).json(body).send().await.expect(201).str("id").to_owned()
    };
    let mut scene = Scene { department: department.to_owned(), number, ..Scene::default() };
    if route.contains("/users/{id}") || route == "POST /roster/swaps" {
        let body = json!({"username": format!("target{number}"), "full_name": "Target", "department_id": department,
            "password": rollcall_tests::company::PASSWORD});
        scene.user = make("/users", body).await;
        if route.contains("/badge") {
            let path = format!("/users/{}/badge", scene.user);
            company.put(&path).by(&admin).json(badge(&scene)).send().await.expect(200);
        }
    } else if route.contains("{user_id}") {
        let person = company.sign_in("person").await;
        if route.contains("{session_id}") {
            let photo = crate::bucket::base64(&crate::bucket::camera_jpeg());
            let day = company.post("/clock/in").by(&person).json(photo).send().await.expect(201).body;
            scene.session =
                day["sessions"].as_array().and_then(|all| all.last()).unwrap()["id"].as_str().unwrap().to_owned();
            company.post("/clock/out").by(&person).json(json!({})).send().await.expect(200);
        }
        if route.starts_with("DELETE /roster/") {
            let path = format!("/roster/{}/days/2026-11-02", person.id);
            let plan = company.put(&path).by(&admin).json(json!({"off": true, "reason": "r"}));
            plan.send().await.expect(200);
        }
        scene.user = person.id;
    } else if route.contains("/leave/requests") {
        let person = company.sign_in("person").await;
        if route.contains("{id}") {
            let ask = company.post("/leave/requests").by(&person).json(monday(&scene));
            ask.send().await.expect(201).str("id").clone_into(&mut scene.leave);
        }
        scene.user = person.id;
    } else if route.contains("/corrections/{id}") {
        let person = company.sign_in("person").await;
        let ask = company.post("/attendance/me/2026-11-02/corrections").by(&person).json(sessions(&scene));
        ask.send().await.expect(201).str("id").clone_into(&mut scene.correction);
    } else if route.contains("/roster/swaps/{id}") {
        let (person, colleague) = (company.sign_in("person").await, company.sign_in("colleague").await);
        // A Saturday on which only the person works.
        let path = format!("/roster/{}/days/2026-11-21", person.id);
        let plan = json!({"shifts": [{"start": "10:00", "end": "14:00"}], "reason": "r"});
        company.put(&path).by(&admin).json(plan).send().await.expect(200);
        let ask = json!({"my_date": "2026-11-21", "with_user_id": colleague.id});
        let asked = company.post("/roster/swaps").by(&person).json(ask).send().await.expect(201);
        asked.str("id").clone_into(&mut scene.swap);
    } else if let Some((_, path)) = route.strip_suffix("/import/{id}").and_then(|route| route.split_once(' ')) {
        let manager = company.sign_in("manager").await;
        let sheet = match path {
            "/roster" => sheet(&scene),
            "/attendance" => history(&scene),
            "/leave/balances" => balances(&scene),
            other => panic!("{other} has no sheet"),
        };
        let import = company.post(&format!("{path}/import")).by(&manager).raw("text/csv", sheet.as_str().unwrap());
        import.send().await.expect(202).str("id").clone_into(&mut scene.import);
    } else if route.contains("/reports/exports/{id}") {
        let manager = company.sign_in("manager").await;
        let order = company.post("/reports/exports").by(&manager).json(json!({"report": "lateness"}));
        order.send().await.expect(202).str("id").clone_into(&mut scene.export);
    } else if route.contains("/reports/") {
        scene.user = company.sign_in("person").await.id;
    } else if route.contains("/notifications/{id}") {
        let newcomer = json!({"username": format!("newcomer{number}"), "full_name": "New",
            "password": rollcall_tests::company::PASSWORD});
        // From one network, only the first registrations of a day are accepted. Their notifications can be read again.
        company.post("/auth/register").json(newcomer).send().await;
        company.post("/_local/settle").send().await;
        let inbox = company.get("/notifications").by(&admin).send().await.expect(200);
        inbox.items()[0]["id"].as_str().unwrap().clone_into(&mut scene.notification);
    } else if route.contains("/departments/{id}")
        || route.ends_with("/settings/preview")
        || route.ends_with("/pay/rules/preview")
    {
        // Previews compute the days of at most a hundred people, and the department of the callers has more.
        scene.department = make("/departments", json!({"name": "D"})).await;
    } else if route.contains("/sites/{id}") {
        scene.site = make("/sites", json!({"name": "S", "time_zone": "UTC"})).await;
    } else if route.contains("/kiosks") {
        scene.site = make("/sites", json!({"name": "S", "time_zone": "UTC"})).await;
        scene.kiosk = make("/kiosks", json!({"site_id": scene.site, "name": "K"})).await;
    } else if route.contains("/service-tokens/{id}") {
        let body = json!({"name": "Payroll", "scopes": ["users:read"], "expires_at": "2026-12-01T00:00:00Z"});
        scene.service_token = make("/service-tokens", body).await;
    } else if route.contains("/webhooks/{id}") {
        delete_webhooks(company, &admin).await;
        scene.webhook = make("/webhooks", webhook(&scene)).await;
        if route.contains("{delivery_id}") {
            let test = company.post(&format!("/webhooks/{}/test", scene.webhook)).by(&admin).send().await.expect(202);
            test.str("delivery_id").clone_into(&mut scene.delivery);
            company.post("/_local/settle").send().await;
        }
    } else if route.contains("/pay/templates/{name}") {
        let template = json!({"template": {"format": "json"}});
        company.put("/pay/templates/own").by(&admin).json(template).send().await.expect(200);
    } else if route.contains("/pay/rules/{id}") {
        scene.pay_rules = make("/pay/rules", pay_rules(&scene)).await;
    } else if route.contains("/pay/periods") {
        let periods = json!({"pay_period": {"kind": "month"}});
        company.patch("/settings").by(&admin).json(periods).send().await.expect(200);
    } else if route.contains("/holidays/{id}") {
        let date = format!("2028-{:02}-01", number % 12 + 1);
        scene.holiday = make("/holidays", json!({"date": date, "name": format!("H{number}")})).await;
    }
    scene
}

/// Deletes the webhooks of earlier calls, because a company has at most 20.
async fn delete_webhooks(company: &Company, admin: &Person) {
    for webhook in company.get("/webhooks").by(admin).send().await.expect(200).items() {
        let path = format!("/webhooks/{}", webhook["id"].as_str().unwrap());
        company.delete(&path).by(admin).send().await.expect(204);
    }
}

fn call(company: &Company, route: &str, scene: &Scene, body: Value, caller: Option<&Person>) -> Call {
    let (method, path) = route.split_once(' ').unwrap();
    let ids = [
        (&scene.user, "/users/"),
        (&scene.site, "/sites/"),
        (&scene.holiday, "/holidays/"),
        (&scene.kiosk, "/kiosks/"),
        (&scene.service_token, "/service-tokens/"),
        (&scene.webhook, "/webhooks/"),
        (&scene.pay_rules, "/pay/rules/"),
        (&scene.department, "/departments/"),
        (&scene.correction, "/corrections/"),
        (&scene.leave, "/leave/requests/"),
        (&scene.swap, "/roster/swaps/"),
        (&scene.import, "/roster/import/"),
        (&scene.import, "/attendance/import/"),
        (&scene.import, "/leave/balances/import/"),
        (&scene.export, "/reports/exports/"),
        (&scene.notification, "/notifications/"),
    ];
    let id = ids.into_iter().find_map(|(id, prefix)| path.starts_with(prefix).then_some(id));
    let path = path
        // Each caller ends only their own sessions; this one belongs to nobody.
        .replace("/auth/sessions/{id}", "/auth/sessions/01JBPB7N3C5V7X9Z1B3D5F7H9K")
        .replace("/pay/periods/{id}/reopen", "/pay/periods/2026-09-01..2026-09-30/reopen")
        .replace("/pay/periods/{id}", "/pay/periods/2026-10-01..2026-10-31")
        // No session of a caller has a push subscription.
        .replace("/push-subscriptions/{id}", "/push-subscriptions/01JBPB7N3C5V7X9Z1B3D5F7H9K")
        // No pay run has this id.
        .replace("/pay/runs/{id}", "/pay/runs/01JBPB7N3C5V7X9Z1B3D5F7H9K")
        .replace("{name}", "own")
        .replace("{user_id}", &scene.user)
        .replace("{date}", "2026-11-02")
        .replace("{session_id}", &scene.session)
        .replace("{delivery_id}", &scene.delivery)
        .replace("{file}", "x.ics")
        .replace("{code}", "study")
        .replace("{id}", id.map_or("", String::as_str));
    let path = if path == "/audit" { "/audit?subject=settings".to_owned() } else { path };
    let is_report = method == "GET" && path.starts_with("/reports/") && scene.export.is_empty();
    let path = if is_report { format!("{path}?user_id={}", scene.user) } else { path };
    let path = if path.ends_with("/summary") { format!("{path}?period=week") } else { path };
    let call = company.call(method.parse::<Method>().unwrap(), &path);
    let call = match caller {
        Some(caller) => call.by(caller),
        None => call,
    };
    match &body {
        Value::Null => call,
        Value::String(calendar) if calendar.starts_with("BEGIN:") => call.raw("text/calendar", calendar.as_str()),
        Value::String(sheet) => call.raw("text/csv", sheet.as_str()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => call.json(body),
    }
}

/// Returns `METHOD /path` of every operation of the document.
fn routes_of(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .into_iter()
                .flatten()
                .filter(|(method, _)| ["get", "post", "put", "patch", "delete"].contains(&method.as_str()))
                .map(move |(method, _)| format!("{} {path}", method.to_uppercase()))
        })
        .collect()
}

#[tokio::test]
async fn managers_write_nothing_of_their_own() {
    let company = Company::start().await;
    let department = company.department("Assembly").await;
    let more = json!({"role": "manager", "manages": [department], "department_id": department});
    let manager = company.person("manager", more).await;
    for person in [&manager, &company.sign_in("ada").await] {
        let own = format!("/users/{}", person.id);
        company.patch(&own).by(person).json(json!({"full_name": "Me"})).send().await.expect_problem(403, "own_record");
        company
            .patch("/users/me")
            .by(person)
            .json(json!({"full_name": "Me"}))
            .send()
            .await
            .expect_problem(403, "own_record");
        company.delete(&own).by(person).send().await.expect_problem(403, "own_record");
        let reset = format!("{own}/password-reset");
        company.post(&reset).by(person).json(json!({})).send().await.expect_problem(403, "own_record");
    }
}

#[tokio::test]
async fn a_demoted_or_disabled_person_changes_nothing_with_the_token_they_still_have() {
    let company = Company::start().await;
    let department = company.department("Assembly").await;
    let manager = company.person("manager", json!({"role": "manager", "manages_all": true})).await;
    let worker = company.person("worker", json!({"department_id": department})).await;
    let admin = company.sign_in("ada").await;
    let demoted = company.patch(&format!("/users/{}", manager.id)).by(&admin).json(json!({"role": "employee"}));
    demoted.send().await.expect(200);
    let rename = company.patch(&format!("/users/{}", worker.id)).by(&manager).json(json!({"full_name": "Renamed"}));
    rename.send().await.expect_problem(401, "token_expired");
    company.delete(&format!("/users/{}", worker.id)).by(&admin).send().await.expect(204);
    company.post("/clock/in").by(&worker).json(json!({})).send().await.expect_problem(403, "account_disabled");
}
