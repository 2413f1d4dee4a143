//! Pay of the demo company: pay periods, codes, rules, a cost center, and pay profiles of some people.

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};

use super::{
    client::Client,
    company::{PASSWORD, admin},
    rosters::Ids,
};

/// The people with a pay profile, with their personnel numbers.
const PROFILES: [(&str, &str); 3] = [("lena", "00401"), ("tom", "00402"), ("piotr", "00403")];

/// Sets the pay periods, and creates codes, rules and profiles. The profiles are in force from `first` on.
pub(super) async fn set_up(client: &Client<'_>, people: &Ids, first: Date) -> Result<(), String> {
    let session = client.log_in(admin().username, PASSWORD, Timestamp::UNIX_EPOCH).await?;
    let put = async |path: &str, body: Value| client.send("PUT", path, Some(&session), &body).await.map(drop);
    client.send("PATCH", "/settings", Some(&session), &json!({"pay_period": {"kind": "month"}})).await?;
    let night = json!({"name": "Night premium", "kind": "premium", "multiplier": 0.25, "export_code": "1050"});
    put("/pay/codes/night", night).await?;
    put("/pay/cost-centers/4711", json!({"name": "Warehouse North"})).await?;
    let version = json!({
        "effective_from": "2020-01-01",
        "overtime": [{"per": "day", "after": {"minutes": 600}, "code": "overtime"}],
        "premiums": [{"code": "night", "from": "22:00", "until": "06:00"}],
    });
    let rules = client.create("/pay/rules", &session, &json!({"name": "Office", "versions": [version]})).await?;
    for (username, number) in PROFILES {
        let Some(id) = people.get(username) else { continue };
        let profile = json!({"personnel_number": number, "rules_id": rules, "account": false,
            "effective_from": first.to_string()});
        put(&format!("/users/{id}/pay-profile"), profile).await?;
    }
    Ok(())
}
