//! Reads of the table: consistent by key, eventually consistent by index.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    error::{ProvideErrorMetadata, SdkError},
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, KeysAndAttributes, ReturnConsumedCapacity},
};
use meter::{Spent, spend};
use serde::de::DeserializeOwned;

use crate::{
    Store, StoreError,
    item::{Attributes, from_attributes},
    keys::{Index, Key, PK, SK},
    names::remember,
    preserve,
    session_check::{self, CarriedCheck, Carry},
};

/// The maximum number of keys of one BatchGetItem (an AWS limit).
const BATCH: usize = 100;

/// Whether a read sees every earlier write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consistency {
    Strong,
    Eventual,
}

impl Consistency {
    /// Returns the consistency of a query: an index has only eventually consistent reads.
    pub(crate) const fn of(index: Option<Index>) -> Self {
        match index {
            Some(_) => Self::Eventual,
            None => Self::Strong,
        }
    }
}

/// Items that were read together, by key.
#[derive(Debug, Default)]
pub(crate) struct Items(HashMap<Key, Attributes>);

impl Items {
    /// Takes out the item of that key, as its entity.
    pub(crate) fn take<T: DeserializeOwned>(&mut self, key: &Key) -> Result<Option<T>, StoreError> {
        self.0.remove(key).map(from_attributes).transpose()
    }

    /// Adds the items of another call.
    pub(crate) fn join(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Takes out the item of that key as attributes.
    pub(crate) fn take_attributes(&mut self, key: &Key) -> Option<Attributes> {
        self.0.remove(key)
    }
}

/// A range of one partition, of the table or of an index.
#[derive(Debug, Clone)]
pub(crate) struct KeyRange {
    /// The index; none for the table itself.
    pub index: Option<Index>,
    /// The partition.
    pub pk: String,
    /// The range of sort keys.
    pub range: Range,
    /// Whether the order is descending (newest or greatest first).
    pub descending: bool,
    /// The maximum number of items to return.
    pub limit: usize,
    /// The key after which the query continues, from the previous page.
    pub after: Option<Attributes>,
}

/// A range of sort keys of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Range {
    /// All sort keys.
    All,
    /// The sort keys with this prefix.
    Prefix(String),
    /// The sort keys from the first to the second, both included.
    Between(String, String),
}

/// A page of a [`KeyRange`].
#[derive(Debug)]
pub(crate) struct Found<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// The key after which the next page begins; absent at the end.
    pub next: Option<Attributes>,
}

impl Store {
    /// Reads up to 100 items consistently in one call. Makes more calls only if DynamoDB leaves keys unprocessed.
    pub(crate) async fn read(&self, keys: impl IntoIterator<Item = Key>) -> Result<Items, StoreError> {
        self.read_batch(keys.into_iter().collect(), Consistency::Strong).await
    }

    async fn read_batch(&self, mut wanted: Vec<Key>, consistency: Consistency) -> Result<Items, StoreError> {
        if consistency == Consistency::Eventual || BATCH < wanted.len() + session_check::ITEMS {
            let check = self.carry_session_check(Carry::IfDue);
            // Boxed, here and below: the state of an SDK call is large, and every future that reads would contain it.
            let (items, ()) = tokio::try_join!(Box::pin(self.fetch_batch(wanted, consistency)), Box::pin(check))?;
            return Ok(items);
        }
        let check = CarriedCheck::take(Carry::IfDue)?;
        wanted.extend(check.iter().flat_map(CarriedCheck::keys));
        let items = Box::pin(self.fetch_batch(wanted, consistency)).await?;
        if let Some(check) = check {
            check.finish(|key| items.0.get(key))?;
        }
        Ok(items)
    }

    /// Makes the session check in a separate read, if it is due.
    pub(crate) async fn carry_session_check(&self, carry: Carry) -> Result<(), StoreError> {
        let Some(check) = CarriedCheck::take(carry)? else { return Ok(()) };
        let items = Box::pin(self.fetch_batch(check.keys().to_vec(), Consistency::Strong)).await?;
        check.finish(|key| items.0.get(key))
    }

    async fn fetch_batch(&self, mut wanted: Vec<Key>, consistency: Consistency) -> Result<Items, StoreError> {
        wanted.sort_unstable();
        wanted.dedup();
        debug_assert!(wanted.len() <= BATCH, "one batch is the budget of a decision");
        let mut items = HashMap::with_capacity(wanted.len());
        let mut pending = wanted;
        let mut pauses = self.pauses();
        while !pending.is_empty() {
            let request = KeysAndAttributes::builder()
                .consistent_read(consistency == Consistency::Strong)
                .set_keys(Some(pending.iter().map(Key::attributes).collect()))
                .build()
                .map_err(|error| StoreError::Unwritable(error.to_string()))?;
            let answer = self
                .client
                .batch_get_item()
                .request_items(&*self.table, request)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| classify("BatchGetItem", error))?;
            let tables = answer.consumed_capacity.iter().flatten();
            spend(Spent::reading(tables.map(|table| table.capacity_units)));
            for attributes in answer.responses.into_iter().flat_map(HashMap::into_values).flatten() {
                remember(&attributes);
                preserve::remember(&attributes);
                items.insert(Key::of(&attributes), attributes);
            }
            pending = answer
                .unprocessed_keys
                .into_iter()
                .flat_map(HashMap::into_values)
                .flat_map(|left| left.keys)
                .map(|attributes| Key::of(&attributes))
                .collect();
            if !pending.is_empty() && !pauses.pause().await {
                return Err(StoreError::Unavailable("keys stay unprocessed".to_owned()));
            }
        }
        Ok(Items(items))
    }

    /// Reads any number of items consistently, a hundred in a call.
    pub(crate) async fn read_many(&self, keys: &[Key]) -> Result<Items, StoreError> {
        self.read_batches(keys, Consistency::Strong).await
    }

    /// Does the same as [`Store::read_many`] for half the read units. The items may lag behind writes by a second.
    pub(crate) async fn read_many_eventually(&self, keys: &[Key]) -> Result<Items, StoreError> {
        self.read_batches(keys, Consistency::Eventual).await
    }

    async fn read_batches(&self, keys: &[Key], consistency: Consistency) -> Result<Items, StoreError> {
        let mut wanted = keys.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let mut items = Items::default();
        for some in wanted.chunks(BATCH) {
            items.join(self.read_batch(some.to_vec(), consistency).await?);
        }
        Ok(items)
    }

    /// Reads one item consistently.
    pub(crate) async fn get<T: DeserializeOwned>(&self, key: Key) -> Result<Option<T>, StoreError> {
        if session_check::is_due() {
            return self.read([key.clone()]).await?.take(&key);
        }
        let sent = self
            .client
            .get_item()
            .table_name(&*self.table)
            .set_key(Some(key.attributes()))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send();
        let answer = Box::pin(sent).await.map_err(|error| classify("GetItem", error))?;
        spend(Spent::reading(answer.consumed_capacity.map(|table| table.capacity_units)));
        answer.item.inspect(remember).inspect(preserve::remember).map(from_attributes).transpose()
    }

    /// Reads one page of a range with one Query. The read is consistent if the range is in the table itself.
    pub(crate) async fn query<T: DeserializeOwned>(&self, key_range: KeyRange) -> Result<Found<T>, StoreError> {
        let Found { items, next } = self.query_attributes(key_range).await?;
        Ok(Found { items: items.into_iter().map(from_attributes).collect::<Result<_, _>>()?, next })
    }

    /// Reads a whole range: one Query for each `limit` of items, or for each MB.
    pub(crate) async fn query_all<T: DeserializeOwned>(&self, key_range: KeyRange) -> Result<Vec<T>, StoreError> {
        self.query_all_attributes(key_range).await?.into_iter().map(from_attributes).collect()
    }

    /// Does the same as [`Store::query_all`] but returns attributes.
    pub(crate) async fn query_all_attributes(&self, mut key_range: KeyRange) -> Result<Vec<Attributes>, StoreError> {
        let mut all = Vec::new();
        loop {
            let found = self.query_attributes(key_range.clone()).await?;
            all.extend(found.items);
            if found.next.is_none() {
                return Ok(all);
            }
            key_range.after = found.next;
        }
    }

    /// Does the same as [`Store::query`] but returns attributes, for lists that read the attributes that the index projects.
    pub(crate) async fn query_attributes(&self, key_range: KeyRange) -> Result<Found<Attributes>, StoreError> {
        let check = self.carry_session_check(Carry::IfDue);
        let consistency = Consistency::of(key_range.index);
        let (found, ()) = tokio::try_join!(Box::pin(self.fetch_page(key_range, consistency)), Box::pin(check))?;
        Ok(found)
    }

    /// Does the same as [`Store::query`] for half the read units. The items may lag behind writes by a second.
    pub(crate) async fn query_eventually<T: DeserializeOwned>(
        &self,
        key_range: KeyRange,
    ) -> Result<Found<T>, StoreError> {
        let check = self.carry_session_check(Carry::IfDue);
        let page = Box::pin(self.fetch_page(key_range, Consistency::Eventual));
        let (Found { items, next }, ()) = tokio::try_join!(page, Box::pin(check))?;
        Ok(Found { items: items.into_iter().map(from_attributes).collect::<Result<_, _>>()?, next })
    }

    async fn fetch_page(&self, key_range: KeyRange, consistency: Consistency) -> Result<Found<Attributes>, StoreError> {
        let index = key_range.index;
        let answer =
            self.query_request(key_range, consistency).send().await.map_err(|error| classify("Query", error))?;
        spend(Spent::reading(answer.consumed_capacity.map(|table| table.capacity_units)));
        let items = answer.items.unwrap_or_default();
        items.iter().for_each(remember);
        if index.is_none() {
            items.iter().for_each(preserve::remember);
        }
        Ok(Found { items, next: answer.last_evaluated_key })
    }

    /// Returns the Query that reads one page of a range.
    pub(crate) fn query_request(&self, key_range: KeyRange, consistency: Consistency) -> QueryFluentBuilder {
        let (pk, sk) = key_range.index.map_or((PK, SK), |index| (index.pk(), index.sk()));
        let mut names = HashMap::from([("#pk".to_owned(), pk.to_owned())]);
        let mut values = HashMap::from([(":pk".to_owned(), AttributeValue::S(key_range.pk))]);
        let condition = match key_range.range {
            Range::All => "#pk = :pk",
            Range::Prefix(prefix) => {
                names.insert("#sk".to_owned(), sk.to_owned());
                values.insert(":prefix".to_owned(), AttributeValue::S(prefix));
                "#pk = :pk AND begins_with(#sk, :prefix)"
            }
            Range::Between(first, last) => {
                names.insert("#sk".to_owned(), sk.to_owned());
                values.insert(":first".to_owned(), AttributeValue::S(first));
                values.insert(":last".to_owned(), AttributeValue::S(last));
                "#pk = :pk AND #sk BETWEEN :first AND :last"
            }
        };
        self.client
            .query()
            .table_name(&*self.table)
            .set_index_name(key_range.index.map(|index| index.name().to_owned()))
            .consistent_read(consistency == Consistency::Strong)
            .key_condition_expression(condition)
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values))
            .scan_index_forward(!key_range.descending)
            .limit(i32::try_from(key_range.limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(key_range.after)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
    }
}

/// Distinguishes temporary errors from permanent ones.
pub(crate) fn classify<E, R>(operation: &'static str, error: SdkError<E, R>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug + 'static,
{
    match &error {
        SdkError::ServiceError(service) => {
            let reason = format!(
                "{}: {}",
                service.err().code().unwrap_or("unknown"),
                service.err().message().unwrap_or("no message")
            );
            match service.err().code() {
                Some(
                    "ProvisionedThroughputExceededException"
                    | "RequestLimitExceeded"
                    | "ThrottlingException"
                    | "InternalServerError"
                    | "ServiceUnavailable"
                    | "TransactionInProgressException"
                    | "TransactionConflictException",
                ) => StoreError::Unavailable(reason),
                Some(_) | None => StoreError::Refused { operation, reason },
            }
        }
        // The call was never sent, or got no answer or an unreadable one: it may be repeated. (The SDK's enum may get more
        // variants, so the wildcard is necessary.)
        SdkError::ConstructionFailure(_)
        | SdkError::TimeoutError(_)
        | SdkError::DispatchFailure(_)
        | SdkError::ResponseError(_)
        | _ => StoreError::Unavailable(format!(
            "{operation}: {}",
            aws_smithy_types::error::display::DisplayErrorContext(&error)
        )),
    }
}
