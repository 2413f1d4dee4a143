//! Webhooks, the state of their receivers, and deliveries.
//!
//! A delivery that isn't done is listed in an index partition of its webhook, by the time of its next attempt. So one receiver's
//! backlog is never read for another one. Tests have a list of their own, because they are also sent to a webhook that isn't
//! active, whose other deliveries may be tens of thousands. One invocation at a time sends the deliveries of a webhook ([`Store::claim_webhook`]),
//! which keeps their order.

use std::{collections::BTreeMap, fmt};

use domain::{
    event::{CompanyFact, Fact},
    id::{EventId, UserId, WebhookId},
    user::User,
    webhook::{Delivery, DeliveryStatus, Health, Webhook},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, RepeatKey, Store, StoreError,
    commit::{Expression, When, number},
    idempotency::Earlier,
    item::{Attributes, Item, to_value},
    keys::{self, Index, IndexKey, Key, PK, VERSION},
    page::{Page, page_of},
    read::{KeyRange, Range},
};

/// Returns the text that binds an encrypted secret to its webhook.
pub fn secret_context(id: WebhookId) -> String {
    format!("webhook {id}")
}

/// A secret of a webhook, encrypted with a key of the company.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedSecret {
    /// The encrypted secret.
    pub sealed: String,
    /// The instant at which the secret was made.
    pub created_at: Timestamp,
    /// The instant from which nothing is signed with the secret; absent for the current secret.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl SealedSecret {
    /// Returns whether deliveries are signed with the secret.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|at| now < at)
    }
}

/// A webhook as it is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookRecord {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// The secrets, the current one first.
    pub secrets: Vec<SealedSecret>,
}

impl fmt::Debug for WebhookRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookRecord").field("webhook", &self.webhook).finish_non_exhaustive()
    }
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedSecret").field("created_at", &self.created_at).finish_non_exhaustive()
    }
}

/// The items that a change of a webhook depends on, read at once.
#[derive(Debug)]
pub struct WebhookSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The webhook.
    pub webhook: Option<WebhookRecord>,
    /// The delivery to replay.
    pub delivery: Option<Delivery>,
    /// Whether the request has an earlier answer.
    pub earlier: Earlier,
}

/// The deliveries of a page of the index that are still pending.
#[derive(Debug)]
pub struct PendingDeliveries {
    /// The deliveries: tests, then the others, each by the time of their next attempt.
    pub deliveries: Vec<Delivery>,
    /// The lists that have more deliveries, with the key after which the next page begins.
    next: Vec<(PendingList, Attributes)>,
}

/// A list of the pending deliveries of a webhook: a part of the webhook's index partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PendingList {
    /// Tests of the webhook.
    Tests,
    /// Deliveries of other events. Tests that were stored before tests had their list are here too.
    Events,
}

impl PendingList {
    /// Returns the lists of deliveries that may be sent to a webhook.
    const fn of_webhook(webhook: &Webhook) -> &'static [Self] {
        if webhook.active { &[Self::Tests, Self::Events] } else { &[Self::Tests] }
    }

    /// Returns the list of a delivery.
    fn of_delivery(delivery: &Delivery) -> Self {
        let test = Fact::Company(CompanyFact::WebhookTest);
        if delivery.kind == test.kind() { Self::Tests } else { Self::Events }
    }

    /// Returns the prefix of the list's sort keys, before the due time. Due times begin with the year. Releases that don't know the
    /// list of tests read all keys from `0` on, so they find tests too.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Tests => "0TEST#",
            Self::Events => "",
        }
    }

    /// Returns the index key of a delivery in its list.
    fn index_key(delivery: &Delivery) -> IndexKey {
        let by_due_time = keys::pending_deliveries_index(delivery.webhook_id, delivery.due_at, delivery.id);
        let sk = format!("{}{}", Self::of_delivery(delivery).prefix(), by_due_time.sk);
        IndexKey { sk, ..by_due_time }
    }

    /// Returns the sort keys of the deliveries that are due at `due_at`, or of the whole list.
    fn range(self, due_at: Option<Timestamp>) -> Range {
        // `:` sorts after every digit, and so after every due time.
        let until = due_at.map_or_else(|| ":".to_owned(), keys::due_until);
        let prefix = self.prefix();
        Range::Between(format!("{prefix}1"), format!("{prefix}{until}"))
    }
}

/// The result of [`Store::claim_webhook`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// This invocation sends the deliveries.
    Mine(ClaimedWebhook),
    /// Another invocation does, and looks for new deliveries before it ends, unless it must stop.
    Taken,
}

/// A webhook whose deliveries one invocation sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedWebhook {
    /// The webhook.
    pub id: WebhookId,
    /// The state of the receiver.
    pub health: Health,
    /// The end of the claim in milliseconds since 1970, which also identifies it.
    claimed_until: i64,
}

/// The attribute with the end of a claim.
const CLAIMED_UNTIL: &str = "claimed_until";
/// The attribute that tells the claiming invocation to look for new deliveries.
const LOOK_AGAIN: &str = "look_again";
/// The attribute that tells the claiming invocation that an admin has changed the webhook, so that it stores no failures of the
/// receiver before the change.
const FAILURES_FORGOTTEN: &str = "failures_forgotten";

/// The maximum number of pending deliveries of a list on a page.
const PAGE_SIZE: usize = 100;

/// The maximum number of stored webhooks that are read. The API accepts fewer.
const MAX_READ: usize = 100;

impl Store {
    /// Reads all webhooks, in the order of their creation. One Query.
    pub async fn webhooks(&self) -> Result<Vec<WebhookRecord>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::WEBHOOKS.to_owned(),
            range: Range::All,
            descending: false,
            limit: MAX_READ,
            after: None,
        };
        Ok(self.query(key_range).await?.items)
    }

    /// Reads the items that a change of a webhook, or a replay of a delivery, depends on.
    pub async fn webhook_snapshot(
        &self,
        caller: UserId,
        id: Option<WebhookId>,
        delivery: Option<EventId>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<WebhookSnapshot, StoreError> {
        let profile = keys::profile(caller);
        let webhook = id.map(keys::webhook);
        let delivery = id.zip(delivery).map(|(id, event)| keys::delivery(id, event));
        let mut wanted: Vec<Key> = vec![profile.clone()];
        wanted.extend(webhook.clone());
        wanted.extend(delivery.clone());
        wanted.extend(repeat.map(RepeatKey::item_key));
        let mut items = self.read(wanted).await?;
        Ok(WebhookSnapshot {
            caller: items.take(&profile)?,
            webhook: webhook.map(|key| items.take(&key)).transpose()?.flatten(),
            delivery: delivery.map(|key| items.take(&key)).transpose()?.flatten(),
            earlier: items.earlier(repeat, now)?,
        })
    }

    /// Reads a webhook.
    pub async fn webhook(&self, id: WebhookId) -> Result<Option<WebhookRecord>, StoreError> {
        self.get(keys::webhook(id)).await
    }

    /// Reads the states of the receivers of webhooks, with one BatchGetItem.
    pub async fn webhook_health(&self, ids: &[WebhookId]) -> Result<BTreeMap<WebhookId, Health>, StoreError> {
        let wanted: Vec<Key> = ids.iter().copied().map(keys::webhook_health).collect();
        let mut items = self.read_many(&wanted).await?;
        let mut states = BTreeMap::new();
        for id in ids {
            states.extend(items.take::<Health>(&keys::webhook_health(*id))?.map(|health| (*id, health)));
        }
        Ok(states)
    }

    /// Reads deliveries to a webhook, newest event first, at most `limit` before the given one.
    pub async fn deliveries(
        &self,
        webhook: WebhookId,
        before: Option<EventId>,
        limit: usize,
    ) -> Result<Page<Delivery>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::deliveries_partition(webhook),
            range: Range::Prefix(keys::DELIVERY.to_owned()),
            descending: true,
            limit: limit + 1,
            after: before.map(|event| keys::delivery(webhook, event).attributes()),
        };
        Ok(page_of(self.query(key_range).await?, limit))
    }

    /// Stores a new delivery, unless the event is already delivered to the webhook.
    pub async fn add_delivery(&self, delivery: &Delivery) -> Result<(), StoreError> {
        let absent = Expression::new("attribute_not_exists(#pk)").name("#pk", PK);
        self.put_if(delivery_item(delivery)?, absent).await.map(|_| ())
    }

    /// Stores a delivery after an attempt, unless it has changed since: then it is attempted again.
    pub async fn settle_delivery(&self, delivery: &Delivery) -> Result<(), StoreError> {
        let unchanged = Expression::new("#version = :before")
            .name("#version", VERSION)
            .value(":before", number(delivery.version.saturating_sub(1)));
        self.put_if(delivery_item(delivery)?, unchanged).await.map(|_| ())
    }

    /// Reads a page of the deliveries that aren't done and may be sent to a webhook, by the time of their next attempt: those that
    /// are due at `due_at`, or all of them. If the webhook isn't active, reads tests alone. One Query for tests and one for other
    /// events, and reads of the deliveries that they find.
    pub async fn pending_deliveries(
        &self,
        webhook: &Webhook,
        due_at: Option<Timestamp>,
        after: Option<&PendingDeliveries>,
    ) -> Result<PendingDeliveries, StoreError> {
        let lists: Vec<(PendingList, Option<Attributes>)> = match after {
            None => PendingList::of_webhook(webhook).iter().map(|list| (*list, None)).collect(),
            Some(page) => page.next.iter().map(|(list, key)| (*list, Some(key.clone()))).collect(),
        };
        let (mut wanted, mut next): (Vec<Key>, Vec<(PendingList, Attributes)>) = (Vec::new(), Vec::new());
        for (list, after) in lists {
            let key_range = KeyRange {
                index: Some(Index::Gsi2),
                pk: keys::pending_deliveries_index_partition(webhook.id),
                range: list.range(due_at),
                descending: false,
                limit: PAGE_SIZE,
                after,
            };
            let found = self.query_stored(key_range).await?;
            wanted.extend(found.items.iter().map(|item| item.head().key));
            next.extend(found.next.map(|key| (list, key)));
        }
        // The index may lag behind, so the items decide.
        let mut items = self.read_many(&wanted).await?;
        let mut deliveries = Vec::with_capacity(wanted.len());
        for key in &wanted {
            let delivery: Option<Delivery> = items.take(key)?;
            deliveries.extend(delivery.filter(|delivery| {
                let is_pending = delivery.status == DeliveryStatus::Pending;
                is_pending && webhook.delivers(delivery)
            }));
        }
        Ok(PendingDeliveries { deliveries, next })
    }

    /// Claims the deliveries of a webhook for this invocation until an instant. If another invocation has claimed them, it
    /// is told to look for new deliveries before it ends.
    pub async fn claim_webhook(&self, id: WebhookId, now: Timestamp, until: Timestamp) -> Result<Claim, StoreError> {
        let key = keys::webhook_health(id);
        let (now, claimed_until) = (now.as_millisecond(), until.as_millisecond());
        // The other invocation may end between the two writes.
        for _ in 0..2 {
            let claim = Expression::new("SET #claimed = :until, #again = :no REMOVE #forgotten")
                .name("#claimed", CLAIMED_UNTIL)
                .name("#again", LOOK_AGAIN)
                .name("#forgotten", FAILURES_FORGOTTEN)
                .value(":until", number(claimed_until))
                .value(":no", to_value(&false)?);
            let is_free =
                Expression::new("attribute_not_exists(#claimed) OR #claimed <= :now").value(":now", number(now));
            if self.update_if(&key, claim, is_free).await? {
                let health = self.get(key).await?.unwrap_or_default();
                return Ok(Claim::Mine(ClaimedWebhook { id, health, claimed_until }));
            }
            let again = Expression::new("SET #again = :yes")
                .name("#again", LOOK_AGAIN)
                .name("#claimed", CLAIMED_UNTIL)
                .value(":yes", to_value(&true)?);
            if self.update_if(&key, again, Expression::new("#claimed > :now").value(":now", number(now))).await? {
                return Ok(Claim::Taken);
            }
        }
        Ok(Claim::Taken)
    }

    /// Stores the state of a claimed webhook's receiver. Returns whether it was stored: not if the claim has ended, or if the
    /// failures were forgotten ([`Commit::forget_health`]) since the claim.
    pub async fn save_health(&self, claimed: &ClaimedWebhook) -> Result<bool, StoreError> {
        let Health { failures, paused_until, failing_since } = claimed.health;
        let update = Expression::new("SET #failures = :failures, #paused = :paused, #failing = :failing")
            .name("#failures", "failures")
            .name("#paused", "paused_until")
            .name("#failing", "failing_since")
            .value(":failures", number(failures))
            .value(":paused", to_value(&paused_until)?)
            .value(":failing", to_value(&failing_since)?);
        let unchanged = claimed
            .holds()
            .with_text("#claimed = :claimed AND attribute_not_exists(#forgotten)")
            .name("#forgotten", FAILURES_FORGOTTEN);
        self.update_if(&keys::webhook_health(claimed.id), update, unchanged).await
    }

    /// Ends a claim, also if another invocation has asked to look for new deliveries: the next invocation finds them.
    pub async fn release_webhook(&self, claimed: &ClaimedWebhook) -> Result<(), StoreError> {
        let end = Expression::new("REMOVE #claimed");
        // A claim that has ended by time is another invocation's.
        self.update_if(&keys::webhook_health(claimed.id), end, claimed.holds()).await.map(|_| ())
    }

    /// Ends a claim unless another invocation has asked to look for new deliveries meanwhile. Returns whether the claim has
    /// ended.
    pub async fn release_webhook_if_done(&self, claimed: &ClaimedWebhook) -> Result<bool, StoreError> {
        let key = keys::webhook_health(claimed.id);
        let end = Expression::new("REMOVE #claimed").name("#again", LOOK_AGAIN).value(":no", to_value(&false)?);
        let holds = claimed.holds();
        let nothing_new = holds.with_text("#claimed = :claimed AND #again = :no");
        if self.update_if(&key, end, nothing_new).await? {
            return Ok(true);
        }
        let again = Expression::new("SET #again = :no").name("#again", LOOK_AGAIN).value(":no", to_value(&false)?);
        // A claim that has ended by time is another invocation's.
        Ok(!self.update_if(&key, again, claimed.holds()).await?)
    }
}

impl ClaimedWebhook {
    /// Returns the condition that the claim wasn't taken over by another invocation.
    fn holds(&self) -> Expression {
        Expression::new("#claimed = :claimed")
            .name("#claimed", CLAIMED_UNTIL)
            .value(":claimed", number(self.claimed_until))
    }
}

impl PendingDeliveries {
    /// Returns whether there may be more deliveries.
    pub const fn has_more(&self) -> bool {
        !self.next.is_empty()
    }
}

/// Returns the item of a delivery, which is listed as long as it isn't done.
fn delivery_item(delivery: &Delivery) -> Result<Item, StoreError> {
    let item = Item::new(keys::delivery(delivery.webhook_id, delivery.id), delivery)?.expires_at(delivery.expires_at());
    Ok(match delivery.status {
        DeliveryStatus::Pending => item.indexed(PendingList::index_key(delivery)),
        DeliveryStatus::Delivered | DeliveryStatus::Failed => item,
    })
}

impl Commit {
    /// Adds a webhook.
    pub fn create_webhook(&mut self, record: &WebhookRecord) -> Result<(), StoreError> {
        self.put(Item::new(keys::webhook(record.webhook.id), record)?, When::Absent, Some(Condition::Version))
    }

    /// Writes the next version of a webhook.
    pub fn change_webhook(&mut self, record: &WebhookRecord) -> Result<(), StoreError> {
        let item = Item::next(keys::webhook(record.webhook.id), record)?;
        self.put(item, When::Version(record.webhook.version.saturating_sub(1)), Some(Condition::Version))
    }

    /// Removes a webhook. Its deliveries are never attempted again, and expire.
    pub fn delete_webhook(&mut self, webhook: &Webhook) -> Result<(), StoreError> {
        let unchanged = Expression::new("#version = :expected")
            .name("#version", VERSION)
            .value(":expected", number(webhook.version));
        self.delete(&keys::webhook(webhook.id), Some(unchanged), Some(Condition::Version))?;
        self.delete(&keys::webhook_health(webhook.id), None, None)
    }

    /// Forgets the failures of a webhook's receiver. A claim of the webhook's deliveries stays, so that no other invocation
    /// sends them at the same time.
    pub fn forget_health(&mut self, id: WebhookId) -> Result<(), StoreError> {
        let update = Expression::new("SET #forgotten = :yes REMOVE #failures, #paused, #failing")
            .name("#forgotten", FAILURES_FORGOTTEN)
            .name("#failures", "failures")
            .name("#paused", "paused_until")
            .name("#failing", "failing_since")
            .value(":yes", to_value(&true)?);
        self.update(&keys::webhook_health(id), update, None, None)
    }

    /// Writes the next version of a delivery.
    pub fn change_delivery(&mut self, delivery: &Delivery) -> Result<(), StoreError> {
        self.put(delivery_item(delivery)?, When::Version(delivery.version.saturating_sub(1)), Some(Condition::Version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(kind: &str) -> Delivery {
        let at = "2026-11-02T08:00:00Z".parse().unwrap();
        Delivery {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6EV".parse().unwrap(),
            webhook_id: "01JBN2V7Q4W0M3T9K5ZXH8R6WH".parse().unwrap(),
            subject: "webhook:01JBN2V7Q4W0M3T9K5ZXH8R6WH".to_owned(),
            kind: kind.to_owned(),
            at,
            body: "{}".to_owned(),
            status: DeliveryStatus::Pending,
            attempts: 0,
            due_at: at,
            since: at,
            last_attempt: None,
            version: 1,
        }
    }

    #[test]
    fn a_test_and_another_event_are_in_lists_of_their_own() {
        let lists = [PendingList::Tests, PendingList::Events];
        let due: Timestamp = "2026-11-02T08:00:00Z".parse().unwrap();
        let earlier: Timestamp = "2026-11-02T07:59:59Z".parse().unwrap();
        for (kind, own) in [("webhook_test", PendingList::Tests), ("webhook_changed", PendingList::Events)] {
            let IndexKey { sk, .. } = PendingList::index_key(&delivery(kind));
            let is_in = |list: PendingList, due_at| match list.range(due_at) {
                Range::Between(first, last) => (first..=last).contains(&sk),
                Range::All | Range::Prefix(_) => false,
            };
            for list in lists {
                assert_eq!(is_in(list, None), list == own, "{kind} in {list:?}");
                assert_eq!(is_in(list, Some(due)), list == own, "{kind} in {list:?} when it is due");
                assert!(!is_in(list, Some(earlier)), "{kind} in {list:?} before it is due");
            }
        }
    }
}
