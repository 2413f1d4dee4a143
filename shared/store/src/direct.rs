//! Responses whose items are taken as they are ([`crate::stored_item`]), without the SDK's own types.

use std::{
    collections::HashMap,
    fmt::Debug,
    sync::{Arc, OnceLock},
};

use aws_sdk_dynamodb::{
    error::{ProvideErrorMetadata, SdkError},
    operation::{
        batch_get_item::{BatchGetItem, BatchGetItemOutput},
        get_item::{GetItem, GetItemOutput},
        query::{Query, QueryOutput},
    },
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

use crate::{
    StoreError, attributes::Attributes, error::classify, item_json::FromItem, keys::Key, stored_item::StoredItem,
};

/// The parts of a `GetItem`'s response that are used.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetAnswer {
    #[serde(default)]
    pub item: Option<StoredItem>,
    #[serde(default)]
    pub consumed_capacity: Option<Capacity>,
}

/// The parts of a BatchGetItem's response that are used.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BatchAnswer {
    /// The items by table.
    #[serde(default)]
    pub responses: HashMap<String, Vec<StoredItem>>,
    /// The keys that DynamoDB left unprocessed, by table.
    #[serde(default)]
    pub unprocessed_keys: HashMap<String, LeftKeys>,
    #[serde(default)]
    pub consumed_capacity: Vec<Capacity>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LeftKeys {
    pub keys: Vec<FromItem<Key>>,
}

/// The parts of a Query's response that are used, with its items as `I`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", bound(deserialize = "I: Deserialize<'de>"))]
pub(crate) struct QueryAnswer<I> {
    #[serde(default = "Vec::new")]
    pub items: Vec<I>,
    #[serde(default)]
    pub last_evaluated_key: Option<FromItem<LastKey>>,
    #[serde(default)]
    pub consumed_capacity: Option<Capacity>,
}

/// The key at which a page ends. All attributes of keys are texts.
#[derive(Debug, Deserialize)]
pub(crate) struct LastKey(HashMap<String, String>);

impl LastKey {
    /// Returns the key as DynamoDB attributes.
    pub(crate) fn attributes(self) -> Attributes {
        self.0.into_iter().map(|(name, value)| (name, AttributeValue::S(value))).collect()
    }
}

/// The capacity that a read consumed of a table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Capacity {
    #[serde(default)]
    capacity_units: Option<f64>,
}

impl Capacity {
    /// Counts the capacity that a read consumed.
    pub(crate) fn count<'a>(tables: impl IntoIterator<Item = &'a Self>) {
        spend(Spent::reading(tables.into_iter().map(|table| table.capacity_units)));
    }
}

/// The operations whose responses are read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    BatchGetItem,
    GetItem,
    Query,
}

impl Operation {
    const fn name(self) -> &'static str {
        match self {
            Self::BatchGetItem => "BatchGetItem",
            Self::GetItem => "GetItem",
            Self::Query => "Query",
        }
    }

    /// Returns the error of a response that can't be read.
    pub(crate) fn refused(self, error: &serde_json::Error) -> StoreError {
        StoreError::Refused { operation: self.name(), reason: error.to_string() }
    }

    /// Returns an output without content, for the SDK.
    fn empty(self) -> Output {
        match self {
            Self::BatchGetItem => Output::erase(BatchGetItemOutput::builder().build()),
            Self::GetItem => Output::erase(GetItemOutput::builder().build()),
            Self::Query => Output::erase(QueryOutput::builder().build()),
        }
    }

    /// Reads a response as the SDK does.
    fn deserialize(self, response: &HttpResponse, with: &ConfigBag) -> Result<Output, OrchestratorError<Error>> {
        let own = match self {
            Self::BatchGetItem => BatchGetItem::new().config(),
            Self::GetItem => GetItem::new().config(),
            Self::Query => Query::new().config(),
        };
        let deserializer = own.as_ref().and_then(|layer| layer.load::<SharedResponseDeserializer>());
        let missing = || OrchestratorError::other("the SDK has no deserializer of this operation");
        deserializer.ok_or_else(missing)?.deserialize_nonstreaming_with_config(response, with)
    }
}

/// Takes the body of a successful response, instead of letting the SDK read it into its own types. Errors are still read by the
/// SDK.
#[derive(Debug, Clone)]
pub(crate) struct KeptBody {
    operation: Operation,
    body: Arc<OnceLock<String>>,
}

impl KeptBody {
    /// Returns an interceptor for one request.
    pub(crate) fn of(operation: Operation) -> Self {
        Self { operation, body: Arc::default() }
    }

    /// Returns the answer to the request that was sent.
    pub(crate) fn answer<A, T, E, R>(&self, sent: Result<T, SdkError<E, R>>) -> Result<A, StoreError>
    where
        A: DeserializeOwned,
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: Debug + 'static,
    {
        serde_json::from_str(self.body(sent)?).map_err(|error| self.operation.refused(&error))
    }

    /// Returns the body of the response to the request that was sent.
    pub(crate) fn body<T, E, R>(&self, sent: Result<T, SdkError<E, R>>) -> Result<&str, StoreError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: Debug + 'static,
    {
        sent.map_err(|error| classify(self.operation.name(), error))?;
        match self.body.get() {
            Some(body) => Ok(body),
            // The SDK reads each response with this interceptor, so there is one.
            None => {
                Err(StoreError::Refused { operation: self.operation.name(), reason: "no body was kept".to_owned() })
            }
        }
    }
}

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
        // The encoding is checked once here: from bytes, `serde_json` would check each text of an item.
        match response.body().bytes().map(str::from_utf8) {
            Some(Ok(body)) if response.status().is_success() => {
                // There is one successful response at most.
                let _ = self.body.set(body.to_owned());
                Ok(self.operation.empty())
            }
            Some(Ok(_) | Err(_)) | None => self.operation.deserialize(response, configuration),
        }
    }
}
