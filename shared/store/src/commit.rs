//! A change as one transaction: new state, outbox event, audit entry, and the answer saved for repeated requests.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    operation::{put_item::PutItemError, update_item::UpdateItemError},
    types::{AttributeValue, ConditionCheck, Delete, Put, ReturnConsumedCapacity, TransactWriteItem, Update},
};
use domain::{
    audit::{Actor, AuditEntry},
    event::{Event, Fact, SCHEMA_VERSION, Subject},
    id::EventId,
};
use jiff::{Timestamp, ToSpan};
use meter::{Spent, spend};
use serde::Serialize;

use crate::{
    CommitError, Condition, Store, StoreError,
    error::classify,
    idempotency::{Record, RepeatKey, SavedAnswer},
    item::{Attributes, Item},
    keys::{self, Key, VERSION},
    transact::{ACTIONS, Action, Patience},
};

/// The number of days that the outbox keeps an event after its commit. It is longer than the retention of the stream (24 h),
/// so that events that a consumer missed can still be examined.
const OUTBOX_DAYS: i64 = 7;

/// The time, actor and cause of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The id of the change's event and audit entry.
    pub event_id: EventId,
    /// The instant of the change.
    pub at: Timestamp,
    /// The actor who makes the change.
    pub actor: Actor,
    /// The id of the request that causes the change.
    pub request_id: Option<String>,
}

/// A change that is being built. [`Commit::send`] writes all of it or nothing.
///
/// ```
/// use domain::{
///     audit::Actor,
///     event::{CompanyFact, Fact, Subject},
/// };
/// use jiff::Timestamp;
/// use store::{Commit, Stamp};
///
/// let stamp = Stamp {
///     event_id: "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse()?,
///     at: Timestamp::UNIX_EPOCH,
///     actor: Actor::System,
///     request_id: None,
/// };
/// let fact = CompanyFact::SettingsChanged { fields: vec!["late_grace_minutes".to_owned()] };
/// let mut commit = Commit::new(stamp, Subject::Settings, vec![Fact::Company(fact)])?;
/// // The event is the first action. The audit entry is the second.
/// let room = commit.room();
/// commit.audit(Subject::Settings, "settings_changed", Some(&5), Some(&10))?;
/// assert_eq!(commit.room(), room - 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "a commit that isn't sent changes nothing"]
pub struct Commit {
    stamp: Stamp,
    actions: Vec<Action>,
    patience: Patience,
}

/// The condition under which an item is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// Always.
    Always,
    /// If the item doesn't exist.
    Absent,
    /// If the item doesn't exist or has expired.
    AbsentOrExpired,
    /// If the item exists.
    Present,
    /// If the item has that version; 0 means that the item doesn't exist.
    Version(u64),
}

impl Commit {
    /// Creates a change of `subject` that consists of `facts`.
    pub fn new(stamp: Stamp, subject: Subject, facts: Vec<Fact>) -> Result<Self, StoreError> {
        let event = Event {
            id: stamp.event_id,
            schema_version: SCHEMA_VERSION,
            at: stamp.at,
            actor: stamp.actor,
            subject,
            request_id: stamp.request_id.clone(),
            facts,
        };
        debug_assert!(!event.facts.is_empty(), "a change without facts is none");
        let expires_at = stamp.at.saturating_add((24 * OUTBOX_DAYS).hours()).unwrap_or(stamp.at);
        let item = Item::new(keys::outbox(subject, event.id), &event)?.expires_at(expires_at);
        let mut commit = Self::without_event(stamp);
        commit.put(item, When::Always, None)?;
        Ok(commit)
    }

    /// Adds another event. If one transaction changes several subjects, each subject has its own event.
    pub fn add_event(&mut self, id: EventId, subject: Subject, facts: Vec<Fact>) -> Result<(), StoreError> {
        let own = Stamp { event_id: id, ..self.stamp.clone() };
        let mut event = Self::new(own, subject, facts)?;
        self.actions.append(&mut event.actions);
        Ok(())
    }

    /// Creates a write without an event, such as a session or a counter of failed sign-ins.
    pub const fn without_event(stamp: Stamp) -> Self {
        Self { stamp, actions: Vec::new(), patience: Patience::Usual }
    }

    /// Returns the time, actor and cause of the change.
    pub const fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    /// Writes the values before and after into the subject's audit. `before` and `after` must not contain secrets.
    pub fn audit<T: Serialize>(
        &mut self,
        subject: Subject,
        action: &str,
        before: Option<&T>,
        after: Option<&T>,
    ) -> Result<(), StoreError> {
        self.audit_apart(self.stamp.event_id, subject, action, before, after)
    }

    /// Does the same as [`Commit::audit`] under a separate id, for a further audit entry of the subject besides that of the
    /// change itself.
    pub fn audit_apart<T: Serialize>(
        &mut self,
        id: EventId,
        subject: Subject,
        action: &str,
        before: Option<&T>,
        after: Option<&T>,
    ) -> Result<(), StoreError> {
        let json = |value: Option<&T>| {
            value
                .map(|value| serde_json::to_value(value).map_err(|error| StoreError::Unwritable(error.to_string())))
                .transpose()
        };
        let entry = AuditEntry {
            id,
            at: self.stamp.at,
            actor: self.stamp.actor,
            subject: subject.to_string(),
            action: action.to_owned(),
            before: json(before)?,
            after: json(after)?,
        };
        self.put(Item::new(keys::audit(subject, entry.id), &entry)?, When::Absent, None)
    }

    /// Saves the answer for repeated requests.
    pub fn save_answer(&mut self, key: Option<&RepeatKey>, answer: &SavedAnswer) -> Result<(), StoreError> {
        let Some(key) = key else { return Ok(()) };
        let item = Record::item(key, answer, self.stamp.at)?;
        self.put(item, When::AbsentOrExpired, Some(Condition::Repeat))
    }

    /// Puts a whole item.
    pub fn put(&mut self, item: Item, when: When, condition: Option<Condition>) -> Result<(), StoreError> {
        let put = match when {
            When::Always => Put::builder(),
            When::AbsentOrExpired => Put::builder()
                .condition_expression("attribute_not_exists(#pk) OR #expires_at <= :now")
                .expression_attribute_names("#pk", keys::PK)
                .expression_attribute_names("#expires_at", keys::EXPIRES_AT)
                .expression_attribute_values(":now", number(self.stamp.at.as_second())),
            When::Absent | When::Version(0) => Put::builder()
                .condition_expression("attribute_not_exists(#pk)")
                .expression_attribute_names("#pk", keys::PK),
            When::Present => {
                Put::builder().condition_expression("attribute_exists(#pk)").expression_attribute_names("#pk", keys::PK)
            }
            When::Version(version) => Put::builder()
                .condition_expression("#version = :expected")
                .expression_attribute_names("#version", VERSION)
                .expression_attribute_values(":expected", number(version)),
        };
        self.push_put(put, item, condition)
    }

    /// Puts a whole item if a condition holds.
    pub(crate) fn put_if(
        &mut self,
        item: Item,
        expression: Expression,
        condition: Condition,
    ) -> Result<(), StoreError> {
        let put = Put::builder()
            .condition_expression(expression.text)
            .set_expression_attribute_names(some(expression.names))
            .set_expression_attribute_values(some(expression.values));
        self.push_put(put, item, Some(condition))
    }

    fn push_put(
        &mut self,
        put: aws_sdk_dynamodb::types::builders::PutBuilder,
        item: Item,
        condition: Option<Condition>,
    ) -> Result<(), StoreError> {
        // Only the store knows the table's name; `send` sets it.
        let put = put.table_name("").set_item(Some(item.attributes)).build().map_err(unwritable)?;
        self.actions.push(Action { write: TransactWriteItem::builder().put(put).build(), condition });
        Ok(())
    }

    /// Deletes an item.
    pub fn delete(
        &mut self,
        key: &Key,
        expression: Option<Expression>,
        condition: Option<Condition>,
    ) -> Result<(), StoreError> {
        let mut delete = Delete::builder().table_name("").set_key(Some(key.attributes()));
        if let Some(expression) = expression {
            delete = delete
                .condition_expression(expression.text)
                .set_expression_attribute_names(some(expression.names))
                .set_expression_attribute_values(some(expression.values));
        }
        let delete = delete.build().map_err(unwritable)?;
        self.actions.push(Action { write: TransactWriteItem::builder().delete(delete).build(), condition });
        Ok(())
    }

    /// Updates an item in place. Creates the item if it doesn't exist, unless the condition forbids it.
    pub fn update(
        &mut self,
        key: &Key,
        update: Expression,
        expression: Option<Expression>,
        condition: Option<Condition>,
    ) -> Result<(), StoreError> {
        let mut names = update.names;
        let mut values = update.values;
        let mut builder =
            Update::builder().table_name("").set_key(Some(key.attributes())).update_expression(update.text);
        if let Some(expression) = expression {
            names.extend(expression.names);
            values.extend(expression.values);
            builder = builder.condition_expression(expression.text);
        }
        let update = builder
            .set_expression_attribute_names(some(names))
            .set_expression_attribute_values(some(values))
            .build()
            .map_err(unwritable)?;
        self.actions.push(Action { write: TransactWriteItem::builder().update(update).build(), condition });
        Ok(())
    }

    /// Adds a condition on an item that isn't written.
    pub fn check(&mut self, key: &Key, expression: Expression, condition: Condition) -> Result<(), StoreError> {
        let check = ConditionCheck::builder()
            .table_name("")
            .set_key(Some(key.attributes()))
            .condition_expression(expression.text)
            .set_expression_attribute_names(some(expression.names))
            .set_expression_attribute_values(some(expression.values))
            .build()
            .map_err(unwritable)?;
        self.actions.push(Action {
            write: TransactWriteItem::builder().condition_check(check).build(),
            condition: Some(condition),
        });
        Ok(())
    }

    /// Adds the condition that an item still has the version that was read; 0 means that the item still doesn't exist.
    pub(crate) fn check_unchanged(&mut self, key: &Key, version: u64) -> Result<(), StoreError> {
        self.check(key, Expression::of_version(version), Condition::Version)
    }

    /// Returns whether the commit already writes or checks the item of that key. A transaction accepts each item only once.
    pub(crate) fn touches(&self, key: &Key) -> bool {
        self.actions.iter().any(|Action { write, .. }| {
            let put = write.put().map(|put| Key::of(put.item()));
            let update = write.update().map(|update| Key::of(update.key()));
            let delete = write.delete().map(|delete| Key::of(delete.key()));
            let check = write.condition_check().map(|check| Key::of(check.key()));
            [put, update, delete, check].iter().flatten().any(|touched| touched == key)
        })
    }

    /// Returns the number of actions that the transaction can still hold.
    pub fn room(&self) -> usize {
        ACTIONS.saturating_sub(self.actions.len())
    }

    /// Returns whether the commit has more actions than a transaction can hold, so that it can't be sent.
    pub fn is_too_large(&self) -> bool {
        ACTIONS < self.actions.len()
    }

    /// Makes [`Commit::send`] retry more often, for a change that must succeed although other requests keep writing the same
    /// items. An example is a change that stops those requests.
    pub const fn persist(&mut self) {
        self.patience = Patience::Persistent;
    }

    /// Sends a change that is superfluous if another request was first. Returns whether the change was made.
    ///
    /// # Errors
    ///
    /// The table failed.
    pub async fn send_if_unchanged(self, store: &Store) -> Result<bool, StoreError> {
        match self.send(store).await {
            Ok(()) => Ok(true),
            Err(CommitError::ConditionFailed(_)) => Ok(false),
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    /// Sends the change.
    pub async fn send(mut self, store: &Store) -> Result<(), CommitError> {
        for action in &mut self.actions {
            let write = &mut action.write;
            let table = store.table.to_string();
            if let Some(put) = &mut write.put {
                put.table_name = table;
            } else if let Some(update) = &mut write.update {
                update.table_name = table;
            } else if let Some(delete) = &mut write.delete {
                delete.table_name = table;
            } else if let Some(check) = &mut write.condition_check {
                check.table_name = table;
            }
        }
        store.transact(&self.actions, self.patience).await
    }
}

/// An update or condition expression with its names and values.
#[derive(Debug, Clone, Default)]
pub struct Expression {
    text: String,
    names: HashMap<String, String>,
    values: Attributes,
}

impl Expression {
    /// Creates an expression; placeholders of names begin with `#`, those of values with `:`.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Returns the condition that the item has a version; 0 means that the item doesn't exist.
    pub(crate) fn of_version(version: u64) -> Self {
        match version {
            0 => Self::new("attribute_not_exists(#pk)").name("#pk", keys::PK),
            version => Self::new("#version = :expected").name("#version", VERSION).value(":expected", number(version)),
        }
    }

    /// Returns an expression with another text and the same names and values.
    #[must_use]
    pub fn with_text(self, text: impl Into<String>) -> Self {
        Self { text: text.into(), ..self }
    }

    /// Sets the attribute that a `#name` stands for.
    #[must_use]
    pub fn name(mut self, placeholder: &str, attribute: &str) -> Self {
        self.names.insert(placeholder.to_owned(), attribute.to_owned());
        self
    }

    /// Sets the value that a `:value` stands for.
    #[must_use]
    pub fn value(mut self, placeholder: &str, value: AttributeValue) -> Self {
        self.values.insert(placeholder.to_owned(), value);
        self
    }
}

impl Store {
    /// Updates one item in place, outside of any transaction, if a condition holds. This is for counters that many requests
    /// change at once, which would make transactions collide.
    ///
    /// Returns whether the condition held.
    pub(crate) async fn update_if(
        &self,
        key: &Key,
        update: Expression,
        condition: Expression,
    ) -> Result<bool, StoreError> {
        let names = update.names.into_iter().chain(condition.names).collect();
        let values = update.values.into_iter().chain(condition.values).collect();
        let sent = self
            .client
            .update_item()
            .table_name(&*self.table)
            .set_key(Some(key.attributes()))
            .update_expression(update.text)
            .condition_expression(condition.text)
            .set_expression_attribute_names(some(names))
            .set_expression_attribute_values(some(values))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match sent {
            Ok(answer) => {
                spend(Spent::writing(answer.consumed_capacity.iter().map(|table| table.capacity_units)));
                Ok(true)
            }
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(false),
                Some(_) | None => Err(classify("UpdateItem", error)),
            },
        }
    }
}

impl Store {
    /// Puts one item, outside of any transaction, if a condition holds. It costs half of what a transaction costs. This is for
    /// items that no other item depends on.
    ///
    /// Returns whether the condition held.
    pub(crate) async fn put_if(&self, item: Item, condition: Expression) -> Result<bool, StoreError> {
        let sent = self
            .client
            .put_item()
            .table_name(&*self.table)
            .set_item(Some(item.attributes))
            .condition_expression(condition.text)
            .set_expression_attribute_names(some(condition.names))
            .set_expression_attribute_values(some(condition.values))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send();
        match Box::pin(sent).await {
            Ok(answer) => {
                spend(Spent::writing(answer.consumed_capacity.iter().map(|table| table.capacity_units)));
                Ok(true)
            }
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(_)) => Ok(false),
                Some(_) | None => Err(classify("PutItem", error)),
            },
        }
    }
}

/// Converts a number to an attribute.
pub fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// Converts a text to an attribute.
pub fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// Returns the map, or none if it is empty: DynamoDB rejects empty maps of names and values.
fn some<V>(map: HashMap<String, V>) -> Option<HashMap<String, V>> {
    (!map.is_empty()).then_some(map)
}

fn unwritable(error: aws_sdk_dynamodb::error::BuildError) -> StoreError {
    StoreError::Unwritable(error.to_string())
}
