//! Reads of the table: consistent by key, eventually consistent by index.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, KeysAndAttributes, ReturnConsumedCapacity},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    Store, StoreError,
    direct::{BatchAnswer, Capacity, GetAnswer, KeptBody, Operation, QueryAnswer},
    item::Attributes,
    item_json::FromItem,
    keys::{Index, Key, PK, SK},
    names,
    preserve::{self, is_preserving},
    session_check::{self, CarriedCheck, Carry},
    stored_item::StoredItem,
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
pub(crate) struct Items(HashMap<Key, StoredItem>);

impl Items {
    /// Takes out the item of that key, as its entity.
    pub(crate) fn take<T: DeserializeOwned>(&mut self, key: &Key) -> Result<Option<T>, StoreError> {
        self.take_stored(key).as_ref().map(StoredItem::read).transpose()
    }

    /// Adds the items of another call.
    pub(crate) fn join(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Takes out the item of that key as it is stored.
    pub(crate) fn take_stored(&mut self, key: &Key) -> Option<StoredItem> {
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

impl Found<StoredItem> {
    /// Reads the items with `read`.
    pub(crate) fn interpret<T>(
        self,
        read: impl Fn(&StoredItem) -> Result<T, StoreError>,
    ) -> Result<Found<T>, StoreError> {
        Ok(Found { items: self.items.iter().map(read).collect::<Result<_, _>>()?, next: self.next })
    }
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
            let kept = KeptBody::of(Operation::BatchGetItem);
            let sent = self
                .client
                .batch_get_item()
                .request_items(&*self.table, request)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .customize()
                .interceptor(kept.clone())
                .send();
            let answer: BatchAnswer = kept.answer(sent.await)?;
            Capacity::count(&answer.consumed_capacity);
            for item in answer.responses.into_values().flatten() {
                let head = item.head();
                names::remember(&head.key, &item);
                preserve::remember(&head, &item);
                items.insert(head.key, item);
            }
            let left = answer.unprocessed_keys.into_values().flat_map(|left| left.keys);
            pending = left.map(|FromItem(key)| key).collect();
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
        let kept = KeptBody::of(Operation::GetItem);
        let sent = self
            .client
            .get_item()
            .table_name(&*self.table)
            .set_key(Some(key.attributes()))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .customize()
            .interceptor(kept.clone())
            .send();
        let answer: GetAnswer = kept.answer(Box::pin(sent).await)?;
        Capacity::count(&answer.consumed_capacity);
        let Some(item) = answer.item else { return Ok(None) };
        names::remember(&key, &item);
        if is_preserving() {
            preserve::remember(&item.head(), &item);
        }
        item.read().map(Some)
    }

    /// Reads one page of a range with one Query. The read is consistent if the range is in the table itself.
    pub(crate) async fn query<T: DeserializeOwned>(&self, key_range: KeyRange) -> Result<Found<T>, StoreError> {
        self.query_stored(key_range).await?.interpret(StoredItem::read)
    }

    /// Does the same as [`Store::query`] for half the read units. The items may lag behind writes by a second.
    pub(crate) async fn query_eventually<T: DeserializeOwned>(
        &self,
        key_range: KeyRange,
    ) -> Result<Found<T>, StoreError> {
        self.query_page(key_range, Consistency::Eventual).await?.interpret(StoredItem::read)
    }

    /// Reads a whole range: one Query for each `limit` of items, or for each MB.
    pub(crate) async fn query_all<T: DeserializeOwned>(&self, key_range: KeyRange) -> Result<Vec<T>, StoreError> {
        self.query_whole(key_range, StoredItem::read).await
    }

    /// Reads a whole range with `read`.
    pub(crate) async fn query_whole<T>(
        &self,
        mut key_range: KeyRange,
        read: impl Fn(&StoredItem) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut all = Vec::new();
        loop {
            let found = self.query_stored(key_range.clone()).await?.interpret(&read)?;
            all.extend(found.items);
            if found.next.is_none() {
                return Ok(all);
            }
            key_range.after = found.next;
        }
    }

    /// Does the same as [`Store::query`] but returns items as they are stored.
    pub(crate) async fn query_stored(&self, key_range: KeyRange) -> Result<Found<StoredItem>, StoreError> {
        let consistency = Consistency::of(key_range.index);
        self.query_page(key_range, consistency).await
    }

    async fn query_page(&self, key_range: KeyRange, consistency: Consistency) -> Result<Found<StoredItem>, StoreError> {
        let check = self.carry_session_check(Carry::IfDue);
        let (found, ()) = tokio::try_join!(Box::pin(self.fetch_page(key_range, consistency)), Box::pin(check))?;
        Ok(found)
    }

    async fn fetch_page(&self, key_range: KeyRange, consistency: Consistency) -> Result<Found<StoredItem>, StoreError> {
        let may_be_replaced = key_range.index.is_none() && is_preserving();
        let kept = KeptBody::of(Operation::Query);
        let sent = self.query_request(key_range, consistency).customize().interceptor(kept.clone()).send();
        let answer: QueryAnswer<StoredItem> = kept.answer(sent.await)?;
        Capacity::count(&answer.consumed_capacity);
        if names::is_remembering() || may_be_replaced {
            for item in &answer.items {
                let head = item.head();
                names::remember(&head.key, item);
                if may_be_replaced {
                    preserve::remember(&head, item);
                }
            }
        }
        Ok(Found { items: answer.items, next: answer.last_evaluated_key.map(|FromItem(key)| key.attributes()) })
    }

    /// Reads one page of a range like [`Store::query`], without keeping the texts of the items. The read is consistent if the
    /// range is in the table itself.
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
        let kept = KeptBody::of(Operation::Query);
        let sent = self.query_request(key_range, consistency).customize().interceptor(kept.clone()).send();
        let body = kept.body(sent.await)?;
        let answer: QueryAnswer<FromItem<T>> =
            serde_json::from_str(body).map_err(|error| unreadable::<T>(body, &error))?;
        Capacity::count(&answer.consumed_capacity);
        Ok(Found {
            items: answer.items.into_iter().map(|FromItem(entity)| entity).collect(),
            next: answer.last_evaluated_key.map(|FromItem(key)| key.attributes()),
        })
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

/// Returns the error of a response that can't be read, which names the first item that isn't a `T`.
fn unreadable<T: DeserializeOwned>(body: &str, error: &serde_json::Error) -> StoreError {
    let document: Value = serde_json::from_str(body).unwrap_or_default();
    let unreadable = document["Items"].as_array().into_iter().flatten().find_map(|item| {
        let error = FromItem::<T>::deserialize(item).err()?;
        let text = |name: &str| item[name]["S"].as_str().unwrap_or_default().to_owned();
        Some(Key { pk: text(PK), sk: text(SK) }.unreadable(error))
    });
    unreadable.unwrap_or_else(|| Operation::Query.refused(error))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aws_sdk_dynamodb::Client;
    use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
    use fixtures::SameByte;
    use meter::{Spent, metered};
    use serde_json::json;

    use super::*;

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
