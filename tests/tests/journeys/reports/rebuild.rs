//! Month totals, compared with their days.

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use serde_json::{Value, json};

use super::Firm;

async fn rebuild(firm: &Firm, body: Value) -> Value {
    firm.company.post("/reports/rebuild").by(&firm.company.admin).json(body).send().await.expect(200).body
}

/// Overwrites a figure of a person's month, unlike any part of Rollcall. Without a figure, it deletes the item.
async fn tamper(firm: &Firm, user: &str, department: &str, worked: Option<i64>) {
    let client = Client::new(firm.company.stack.sdk());
    let tables = client.list_tables().send().await.unwrap();
    let table = tables.table_names()[0].clone();
    let (pk, sk) = (format!("USER#{user}"), format!("MONTH#2026-11#{department}"));
    let (pk, sk) = (AttributeValue::S(pk), AttributeValue::S(sk));
    match worked {
        Some(worked) => {
            let update = client.update_item().table_name(table).key("pk", pk).key("sk", sk);
            let update = update.update_expression("SET worked_seconds = :worked");
            update.expression_attribute_values(":worked", AttributeValue::N(worked.to_string())).send().await.unwrap();
        }
        None => {
            client.delete_item().table_name(table).key("pk", pk).key("sk", sk).send().await.unwrap();
        }
    }
}

#[tokio::test]
async fn differences_of_month_totals_are_reported_and_corrected() {
    let firm = Firm::start().await;
    let month = json!({"year": 2026, "month": 11});
    let fine = rebuild(&firm, month.clone()).await;
    assert_eq!(fine, json!({"people": 6, "differences": [], "busy": [], "busy_names": []}));
    let before = firm.rows("monthly-work?year=2026&month=11").await;

    tamper(&firm, &firm.bert.id, &firm.harbour, Some(1)).await;
    tamper(&firm, &firm.anna.id, &firm.harbour, None).await;
    assert_ne!(firm.rows("monthly-work?year=2026&month=11").await, before);
    let found = rebuild(&firm, month.clone()).await;
    let mut worked: Vec<(&str, i64, i64)> = found["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| {
            assert_eq!(of["department_id"], json!(firm.harbour));
            let figure = |part: &str| of[part]["worked_seconds"].as_i64().unwrap();
            (of["user_id"].as_str().unwrap(), figure("stored"), figure("of_days"))
        })
        .collect();
    worked.sort_unstable();
    let mut expected = vec![(firm.anna.id.as_str(), 0, 64_200), (firm.bert.id.as_str(), 1, 25_200)];
    expected.sort_unstable();
    assert_eq!(worked, expected);

    assert_eq!(firm.rows("monthly-work?year=2026&month=11").await, before);
    assert_eq!(rebuild(&firm, month).await["differences"], json!([]));
    let audit = firm.company.get(&format!("/audit?subject=user:{}", firm.bert.id)).by(&firm.company.admin);
    let audit = audit.send().await.expect(200);
    // A sign-in of the same instant may come first.
    assert!(audit.items().iter().take(2).any(|entry| entry["action"] == "month_totals_rebuilt"), "{}", audit.text);
}

#[tokio::test]
async fn only_an_admin_rebuilds_and_only_a_month_that_there_is() {
    let firm = Firm::start().await;
    let call = firm.company.post("/reports/rebuild").by(&firm.mona).json(json!({"year": 2026, "month": 11}));
    call.send().await.expect_problem(403, "forbidden");
    for (body, named) in [(json!({"year": 2026, "month": 13}), "month"), (json!({"month": 11}), "year")] {
        firm.company.post("/reports/rebuild").by(&firm.company.admin).json(body).send().await.expect_invalid(named);
    }
    let foreign = json!({"year": 2026, "month": 11, "cursor": "x"});
    let call = firm.company.post("/reports/rebuild").by(&firm.company.admin).json(foreign);
    call.send().await.expect_problem(400, "invalid_cursor");
}
