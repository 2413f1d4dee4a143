//! Queries whose items are read directly from the response ([`crate::item_json`]), for lists of many items.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use aws_sdk_dynamodb::{
    operation::query::{Query, QueryOutput},
    types::AttributeValue,
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{BeforeSerializationInterceptorContextRef, Error, Output},
        },
        orchestrator::{HttpResponse, OrchestratorError},
        runtime_plugin::RuntimePlugin,
        ser_de::{DeserializeResponse, SharedResponseDeserializer},
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use meter::{Spent, spend};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    Store, StoreError,
    item_json::FromItem,
    keys::{Key, PK, SK},
    read::{Consistency, Found, KeyRange, classify},
    session_check::Carry,
};

/// The parts of a Query's response that are used.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", bound = "T: DeserializeOwned")]
struct QueryAnswer<T> {
    #[serde(default = "Vec::new")]
    items: Vec<FromItem<T>>,
    /// All attributes of keys are texts.
    #[serde(default)]
    last_evaluated_key: Option<FromItem<HashMap<String, String>>>,
    #[serde(default)]
    consumed_capacity: Option<Capacity>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Capacity {
    #[serde(default)]
    capacity_units: Option<f64>,
}

impl Store {
    /// Reads one page of a range like [`Store::query`], directly from the response. The read is consistent if the range is in the
    /// table itself.
    ///
    /// Neither the items nor their names are remembered. So this is for items that the request doesn't replace
    /// ([`crate::preserve`]) and that have no name ([`crate::names`]).
    pub(crate) async fn query_directly<T: DeserializeOwned>(
        &self,
        key_range: KeyRange,
    ) -> Result<Found<T>, StoreError> {
        let check = self.carry_session_check(Carry::IfDue);
        let consistency = Consistency::of(key_range.index);
        let (found, ()) =
            tokio::try_join!(Box::pin(self.fetch_page_directly(key_range, consistency)), Box::pin(check))?;
        Ok(found)
    }

    async fn fetch_page_directly<T: DeserializeOwned>(
        &self,
        key_range: KeyRange,
        consistency: Consistency,
    ) -> Result<Found<T>, StoreError> {
        let kept = KeptBody::default();
        let request = self.query_request(key_range, consistency);
        request.customize().interceptor(kept.clone()).send().await.map_err(|error| classify("Query", error))?;
        let body = kept.0.get().map(Vec::as_slice).unwrap_or_default();
        let answer: QueryAnswer<T> = serde_json::from_slice(body).map_err(|error| unreadable::<T>(body, &error))?;
        spend(Spent::reading(answer.consumed_capacity.map(|table| table.capacity_units)));
        let key = |FromItem(key): FromItem<HashMap<String, String>>| {
            key.into_iter().map(|(name, value)| (name, AttributeValue::S(value))).collect()
        };
        Ok(Found {
            items: answer.items.into_iter().map(|FromItem(entity)| entity).collect(),
            next: answer.last_evaluated_key.map(key),
        })
    }
}

/// Returns the error of a response that can't be read, which names the first item that isn't a `T`.
fn unreadable<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> StoreError {
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    let unreadable = document["Items"].as_array().into_iter().flatten().find_map(|item| {
        let error = FromItem::<T>::deserialize(item).err()?;
        let text = |name: &str| item[name]["S"].as_str().unwrap_or_default().to_owned();
        Some(Key { pk: text(PK), sk: text(SK) }.unreadable(error))
    });
    unreadable.unwrap_or_else(|| StoreError::Refused { operation: "Query", reason: error.to_string() })
}

/// Takes the body of a successful response, instead of letting the SDK read it into its own types. Errors are still read by the
/// SDK.
#[derive(Debug, Clone, Default)]
struct KeptBody(Arc<OnceLock<Vec<u8>>>);

impl Intercept for KeptBody {
    fn name(&self) -> &'static str {
        "KeptBody"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // The state of interceptors takes precedence over the configuration of the operation.
        configuration.interceptor_state().store_put(SharedResponseDeserializer::new(self.clone()));
        Ok(())
    }
}

impl DeserializeResponse for KeptBody {
    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        configuration: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        match response.body().bytes() {
            Some(body) if response.status().is_success() => {
                // There is one successful response at most.
                let _ = self.0.set(body.to_vec());
                Ok(Output::erase(QueryOutput::builder().build()))
            }
            Some(_) | None => {
                let operation = Query::new().config();
                let deserializer = operation.as_ref().and_then(|layer| layer.load::<SharedResponseDeserializer>());
                let missing = || OrchestratorError::other("the SDK has no deserializer of queries");
                deserializer.ok_or_else(missing)?.deserialize_nonstreaming_with_config(response, configuration)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::Client;
    use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
    use fixtures::SameByte;
    use meter::metered;
    use serde_json::json;

    use super::*;
    use crate::{keys::Index, read::Range};

    #[derive(Debug, PartialEq, Deserialize)]
    struct Totals {
        worked_seconds: i64,
    }

    /// Returns the result of a query whose call gets this response, and what it costs.
    async fn queried(status: u16, body: Value) -> (Result<Found<Totals>, StoreError>, Spent) {
        let body = body.to_string();
        let rule: Rule = mock!(Client::query).sequence().http_status(status, Some(body)).repeatedly().build();
        let client: Client = mock_client!(aws_sdk_dynamodb, RuleMode::Sequential, [&rule]);
        let store = Store::new(client, "rollcall", Arc::new(SameByte(7)));
        let key_range = KeyRange {
            index: Some(Index::Gsi1),
            pk: "MONTHS#2026-11#NONE".to_owned(),
            range: Range::All,
            descending: false,
            limit: 10,
            after: None,
        };
        metered(store.query_directly(key_range)).await
    }

    #[tokio::test(start_paused = true)]
    async fn items_the_next_key_and_the_capacity_are_read_from_the_response() {
        let body = json!({
            "Count": 2, "ScannedCount": 2,
            "Items": [
                {"pk": {"S": "USER#1"}, "sk": {"S": "MONTH#2026-11"}, "worked_seconds": {"N": "3600"}},
                {"worked_seconds": {"N": "-60"}},
            ],
            "LastEvaluatedKey": {"pk": {"S": "USER#2"}, "gsi1sk": {"S": "2"}},
            "ConsumedCapacity": {"CapacityUnits": 1.5, "TableName": "rollcall"},
        });
        let (found, spent) = queried(200, body).await;
        let Found { items, next } = found.unwrap();
        assert_eq!(items, [Totals { worked_seconds: 3600 }, Totals { worked_seconds: -60 }]);
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let key = [("pk".to_owned(), text("USER#2")), ("gsi1sk".to_owned(), text("2"))];
        assert_eq!(next, Some(key.into()));
        assert!((spent.read_units - 1.5).abs() < f64::EPSILON, "{spent:?}");
        let (found, _) = queried(200, json!({"Count": 0})).await;
        assert!(found.unwrap().items.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn an_item_that_cant_be_read_is_named() {
        let items = json!([{"worked_seconds": {"N": "1"}}, {"pk": {"S": "USER#1"}, "sk": {"S": "MONTH#2026-11"}}]);
        let (found, _) = queried(200, json!({"Items": items})).await;
        let error = found.unwrap_err().to_string();
        assert!(error.contains("USER#1 / MONTH#2026-11") && error.contains("worked_seconds"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn errors_are_those_of_the_sdk() {
        let failed = async |code: &str| {
            let body = json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "later"});
            queried(400, body).await.0.unwrap_err()
        };
        let throttled = failed("ProvisionedThroughputExceededException").await;
        assert!(matches!(throttled, StoreError::Unavailable(_)), "{throttled:?}");
        let refused = failed("ValidationException").await;
        assert!(matches!(refused, StoreError::Refused { operation: "Query", .. }), "{refused:?}");
    }
}
