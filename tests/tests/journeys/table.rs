//! Direct access to the table, for data that no response shows.

use std::{collections::HashMap, sync::Arc};

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use domain::ports::Entropy;
use rollcall_tests::Company;
use store::Store;

pub(crate) type Item = HashMap<String, AttributeValue>;

/// A client of the table of a company's stack.
pub(crate) struct Table(Client);

impl Table {
    pub(crate) fn of(company: &Company) -> Self {
        Self(Client::new(company.stack.sdk()))
    }

    async fn name(&self) -> String {
        let tables = self.0.list_tables().send().await.unwrap();
        let [table] = tables.table_names() else { panic!("one table") };
        table.clone()
    }

    /// Returns the table as the functions write it.
    pub(crate) async fn store(&self, entropy: Arc<dyn Entropy>) -> Store {
        Store::new(self.0.clone(), &self.name().await, entropy)
    }

    pub(crate) async fn partition(&self, pk: &str) -> Vec<Item> {
        let table = self.name().await;
        let found = self
            .0
            .query()
            .table_name(table)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(pk.to_owned()));
        found.into_paginator().items().send().collect::<Result<_, _>>().await.unwrap()
    }

    async fn item(&self, pk: &str, sk: &str) -> Option<Item> {
        self.partition(pk).await.into_iter().find(|item| item["sk"].as_s().unwrap().starts_with(sk))
    }

    /// Stores a name of a person that no request could set, in their profile and in the row that lists show.
    pub(crate) async fn rename(&self, user: &str, full_name: &str) {
        let key = |text: &str| AttributeValue::S(text.to_owned());
        let renamed = self.0.update_item().table_name(self.name().await).key("pk", key(&format!("USER#{user}")));
        let renamed =
            renamed.key("sk", key("PROFILE")).update_expression("SET full_name = :name, #row.full_name = :name");
        let renamed = renamed.expression_attribute_names("#row", "row");
        renamed.expression_attribute_values(":name", key(full_name)).send().await.unwrap();
    }

    /// Sets the status of a person's timesheet, as only the work on the whole period does.
    pub(crate) async fn set_timesheet_status(&self, user: &str, period: &str, status: &str) {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let update = self.0.update_item().table_name(self.name().await).key("pk", text(&format!("USER#{user}")));
        let update =
            update.key("sk", text(&format!("TIMESHEET#{period}"))).condition_expression("attribute_exists(pk)");
        let update = update.update_expression("SET #status = :status").expression_attribute_names("#status", "status");
        update.expression_attribute_values(":status", text(status)).send().await.unwrap();
    }

    /// Deletes an item, as if an earlier release had never written it.
    pub(crate) async fn delete(&self, pk: &str, sk: &str) {
        let key = |text: &str| AttributeValue::S(text.to_owned());
        let delete = self.0.delete_item().table_name(self.name().await).key("pk", key(pk)).key("sk", key(sk));
        delete.send().await.unwrap();
    }

    /// Stores an item without attributes, which can't be read as what its key says.
    pub(crate) async fn damage(&self, pk: &str, sk: &str) {
        let key = |text: &str| AttributeValue::S(text.to_owned());
        let put = self.0.put_item().table_name(self.name().await).item("pk", key(pk)).item("sk", key(sk));
        put.send().await.unwrap();
    }

    /// Changes the company's name like an earlier release, which doesn't know the company context.
    pub(crate) async fn change_company_name_alone(&self, name: &str) {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let update = self.0.update_item().table_name(self.name().await).key("pk", text("ORG"));
        let update = update.key("sk", text("SETTINGS")).expression_attribute_names("#version", "version");
        let update = update.update_expression("SET settings.company_name = :name ADD #version :one");
        let update = update.expression_attribute_values(":name", text(name));
        update.expression_attribute_values(":one", AttributeValue::N("1".to_owned())).send().await.unwrap();
    }

    /// Registers a manager of a department like release 0.1.0, and nowhere else.
    pub(crate) async fn register_as_before(&self, department: &str, manager: &str) {
        let text = |text: String| AttributeValue::S(text);
        for shard in 0..16 {
            self.delete(&format!("MANAGERS#{shard:02}"), "MANAGERS").await;
        }
        let update = self.0.update_item().table_name(self.name().await).key("pk", text("ORG".to_owned()));
        let update = update.key("sk", text("MANAGERS".to_owned())).update_expression("ADD #line :ids");
        let update = update.expression_attribute_names("#line", format!("of#{department}"));
        let ids = AttributeValue::Ss(vec![manager.to_owned()]);
        update.expression_attribute_values(":ids", ids).send().await.unwrap();
    }

    /// Returns the events about a person, except those of their account.
    pub(crate) async fn punch_events(&self, user: &str) -> Vec<Item> {
        let mut events = self.partition(&format!("OUTBOX#user:{user}")).await;
        events.retain(|event| {
            let facts = event["facts"].as_l().unwrap();
            let kind = |fact: &AttributeValue| fact.as_m().unwrap()["kind"].as_s().unwrap().clone();
            facts.iter().any(|fact| kind(fact).starts_with("clocked_"))
        });
        events
    }

    pub(crate) async fn sessions(&self, user: &str, date: &str) -> usize {
        let day = self.item(&format!("USER#{user}"), &format!("DAY#{date}")).await.expect("the day is stored");
        day["sessions"].as_l().unwrap().len()
    }

    /// Returns the amounts of the entries in a person's leave ledgers, in minutes of a leave day, in the order of booking.
    pub(crate) async fn ledger_minutes(&self, user: &str) -> Vec<i64> {
        let mut items = self.partition(&format!("USER#{user}")).await;
        items.retain(|item| item["sk"].as_s().unwrap().starts_with("LEDGER#"));
        items.iter().map(|entry| entry["minutes"].as_n().unwrap().parse().unwrap()).collect()
    }

    /// Stores a person's day in the form before photos had thumbnails.
    pub(crate) async fn forget_thumbnails(&self, user: &str, date: &str) {
        let key = |text: &str| AttributeValue::S(text.to_owned());
        let day = self.0.update_item().table_name(self.name().await).key("pk", key(&format!("USER#{user}")));
        let day = day.key("sk", key(&format!("DAY#{date}")));
        day.update_expression("REMOVE sessions[0].clock_in.thumbnail_key").send().await.unwrap();
    }

    /// Returns the totals of the month of `date`. Figures that were never added are absent, and `Index` reads them as 0.
    pub(crate) async fn month_totals(&self, user: &str, date: &str) -> Totals {
        let month = self.item(&format!("USER#{user}"), &format!("MONTH#{}", &date[..7])).await.expect("a month");
        Totals(month.into_iter().filter_map(|(name, value)| Some((name, value.as_n().ok()?.parse().ok()?))).collect())
    }
}

pub(crate) struct Totals(HashMap<String, i64>);

impl std::ops::Index<&str> for Totals {
    type Output = i64;

    fn index(&self, figure: &str) -> &i64 {
        self.0.get(figure).unwrap_or(&0)
    }
}
