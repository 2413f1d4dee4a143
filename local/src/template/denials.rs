//! The managed policies of the template that deny writes of the table.

use serde_yaml_ng::Value;

use super::{Template, strings, text};
use crate::aws::{Denial, Denials};

impl Template {
    /// Returns the policies that deny functions some writes of the table.
    pub(crate) fn denials(&self) -> Result<Denials, String> {
        let resources = self.0.get("Resources").and_then(Value::as_mapping).into_iter().flatten();
        let policies = resources.filter(|(_, resource)| text(resource, "Type") == Some("AWS::IAM::ManagedPolicy"));
        let mut denials = Vec::new();
        for properties in policies.filter_map(|(_, policy)| policy.get("Properties")) {
            let roles: Vec<&str> = references(properties.get("Roles"));
            let functions = self.functions().filter(|(name, _)| roles.contains(&format!("{name}Role").as_str()));
            let functions: Vec<&str> = functions.map(|(_, binary)| binary).collect();
            let statements =
                properties.get("PolicyDocument").and_then(|document| document.get("Statement")?.as_sequence());
            for statement in statements.into_iter().flatten().filter(|one| text(one, "Effect") == Some("Deny")) {
                let denial = denial(statement, &functions);
                denials.push(denial.ok_or_else(|| format!("the local stack can't apply {statement:?}"))?);
            }
        }
        Ok(Denials::new(denials))
    }
}

/// Returns the names that a list of `!Ref` refers to.
fn references(list: Option<&Value>) -> Vec<&str> {
    let items = list.and_then(Value::as_sequence).into_iter().flatten();
    items.filter_map(|item| if let Value::Tagged(tagged) = item { tagged.value.as_str() } else { None }).collect()
}

fn denial(statement: &Value, functions: &[&str]) -> Option<Denial> {
    let actions = match text(statement, "Action") {
        Some(action) => vec![action],
        None => strings(statement, "Action"),
    };
    let actions: Option<Vec<_>> = actions.into_iter().map(|action| action.strip_prefix("dynamodb:")).collect();
    let condition = statement.get("Condition")?;
    let condition = ["ForAnyValue:StringEquals", "ForAnyValue:StringLike"].iter().find_map(|of| condition.get(of))?;
    let partitions = strings(condition, "dynamodb:LeadingKeys");
    let attributes = strings(condition, "dynamodb:Attributes");
    (partitions.is_empty() != attributes.is_empty()).then_some(())?;
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect::<Vec<String>>();
    Some(Denial {
        functions: functions.iter().map(|name| (*name).to_owned()).collect(),
        operations: owned(actions?).into_iter().collect(),
        partitions: owned(partitions),
        attributes: owned(attributes),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn denials() -> Denials {
        Template::embedded().unwrap().denials().unwrap()
    }

    fn put(partition: &str, attribute: &str) -> serde_json::Value {
        json!({"TransactItems": [{"Put": {"Item": {"pk": {"S": partition}, "sk": {"S": "X"}, attribute: {"S": "x"}}}}]})
    }

    fn update(partition: &str, attribute: &str) -> serde_json::Value {
        let key = json!({"pk": {"S": partition}, "sk": {"S": "X"}});
        json!({"Key": key, "UpdateExpression": "SET #a = :a", "ExpressionAttributeNames": {"#a": attribute}})
    }

    #[test]
    fn credentials_keys_and_digests_are_written_by_their_functions_alone() {
        let denials = denials();
        let denied = |function: &str, request: serde_json::Value, operation: &str| {
            denials.deny(function, operation, request.to_string().as_bytes())
        };
        let transaction = "TransactWriteItems";
        for (function, attribute, is_denied) in [
            ("auth", "password_hash", false),
            ("people", "pin_hash", false),
            ("jobs", "password_hash", false),
            ("jobs", "pin_hash", true),
            ("jobs", "sealed_secret", true),
            ("jobs", "recovery_hashes", true),
            ("clock", "password_hash", true),
            ("clock", "name", false),
        ] {
            assert_eq!(denied(function, put("USER#1", attribute), transaction), is_denied, "{function} {attribute}");
            assert_eq!(
                denied(function, update("USER#1", attribute), "UpdateItem"),
                is_denied,
                "{function} {attribute}"
            );
        }
        assert!(denied("clock", put("KEYS", "a"), transaction));
        assert!(!denied("auth", put("KEYS", "a"), transaction));
        assert!(denied("clock", put("AUDITHASH#2026-11-28T10", "a"), transaction));
        assert!(!denied("notify", put("AUDITHASH#2026-11-28T10", "a"), transaction));
    }

    #[test]
    fn an_audit_entry_is_put_and_never_changed_or_deleted() {
        let denials = denials();
        let denied = |operation: &str, request: &serde_json::Value| {
            denials.deny("people", operation, request.to_string().as_bytes())
        };
        assert!(!denied("TransactWriteItems", &put("AUDIT#settings", "a")));
        assert!(denied("UpdateItem", &update("AUDIT#settings", "a")));
        let delete = json!({"TransactItems": [{"Delete": {"Key": {"pk": {"S": "AUDIT#settings"}, "sk": {"S": "X"}}}}]});
        assert!(denied("TransactWriteItems", &delete));
        let check =
            json!({"TransactItems": [{"ConditionCheck": {"Key": {"pk": {"S": "AUDIT#settings"}, "sk": {"S": "X"}}}}]});
        assert!(!denied("TransactWriteItems", &check));
    }
}
