//! Valid bodies of requests.

use domain::calendar::WorkDate;
use serde_json::{Value, json};

use super::scene::Scene;

pub(super) fn none(_: &Scene) -> Value {
    Value::Null
}

pub(super) fn replacement(scene: &Scene) -> Value {
    json!({"username": format!("renamed{}", scene.number), "full_name": "Renamed", "department_id": scene.department,
        "role": "employee", "tracks_attendance": true})
}

pub(super) fn sessions(_: &Scene) -> Value {
    let session =
        json!({"clock_in": "2026-11-02T07:00:00+03:00", "clock_out": "2026-11-02T07:30:00+03:00", "breaks": []});
    json!({"sessions": [session], "reason": "The terminal was out of order"})
}

pub(super) fn pattern(_: &Scene) -> Value {
    let shifts =
        json!({"monday": [{"start": "09:00", "end": "18:00"}], "friday": [{"start": "09:00", "end": "18:00"}]});
    json!({"effective_from": "2026-11-02", "weekly_offs": ["sunday"], "shifts": shifts})
}

/// Another badge number for each call.
pub(super) fn badge(scene: &Scene) -> Value {
    json!({"number": format!("4711{:06}", scene.number)})
}

pub(super) fn pay_rules(_: &Scene) -> Value {
    let daily = json!({"per": "day", "after": {"minutes": 480}, "code": "overtime"});
    json!({"name": "Warehouse", "versions": [{"effective_from": "2026-01-01", "overtime": [daily]}]})
}

/// A terminal with another serial number for each call.
pub(super) fn terminal(scene: &Scene) -> Value {
    json!({"serial": format!("CJ{:08}", scene.number), "site_id": scene.site, "name": "Gate"})
}

/// A webhook whose receiver doesn't run.
pub(super) fn webhook(_: &Scene) -> Value {
    json!({"url": "http://127.0.0.1:9/", "kinds": ["absent"], "description": "Payroll"})
}

pub(super) fn active(_: &Scene) -> Value {
    json!({"active": true})
}

/// A text is sent as a sheet.
pub(super) fn sheet(_: &Scene) -> Value {
    json!("username,date,start,end\ncolleague,2026-11-28,10:00,14:00\n")
}

/// A calendar with one holiday.
pub(super) fn calendar(_: &Scene) -> Value {
    json!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20271224\r\nSUMMARY:Eve\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// A day of the past.
pub(super) fn history(_: &Scene) -> Value {
    json!("username,date,clock_in,clock_out\nperson,2026-05-04,09:00,17:00\n")
}

/// The available leave of a person, different in each call.
pub(super) fn balances(scene: &Scene) -> Value {
    json!(format!("username,available_days\nperson,{}\n", scene.number % 20))
}

/// A new person of the scene's department, a different one for each call.
pub(super) fn sheet_of_people(scene: &Scene) -> Value {
    json!(format!("username,full_name,department\nimported{},New,{}\n", scene.number, scene.department))
}

/// A Monday of the next two years, a different one for each call.
pub(super) fn monday(scene: &Scene) -> Value {
    let monday: WorkDate = "2026-11-09".parse().unwrap();
    let date = monday.plus_days(7 * i32::try_from(scene.number % 100).unwrap());
    json!({"type": "unpaid", "start_date": date, "end_date": date})
}

pub(super) fn push_subscription(_: &Scene) -> Value {
    let keys = json!({
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    });
    json!({"endpoint": "https://push.services.example/1", "keys": keys})
}
