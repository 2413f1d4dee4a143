//! The table that the stack creates.

use serde_json::{Value, json};

/// The table's name.
pub(crate) const NAME: &str = "rollcall";
/// The attribute that says when an item may be forgotten.
pub(crate) const TTL_ATTRIBUTE: &str = "expires_at";

/// Keys, indexes and stream.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Definition(Value);

impl Definition {
    /// The definition of the template.
    pub(crate) fn of_template() -> Result<Self, String> {
        let key = |pk: &str, sk: &str| {
            json!([{"AttributeName": pk, "KeyType": "HASH"}, {"AttributeName": sk, "KeyType": "RANGE"}])
        };
        let index = |name: &str| {
            json!({
                "IndexName": name,
                "KeySchema": key(&format!("{name}pk"), &format!("{name}sk")),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["row"]},
            })
        };
        let attributes = ["pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk"];
        Ok(Self(json!({
            "TableName": NAME,
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": key("pk", "sk"),
            "AttributeDefinitions": attributes.map(|name| json!({"AttributeName": name, "AttributeType": "S"})),
            "GlobalSecondaryIndexes": [index("gsi1"), index("gsi2")],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
        })))
    }

    /// The body of a `CreateTable` request.
    pub(crate) fn create_table(&self) -> &Value {
        &self.0
    }
}
