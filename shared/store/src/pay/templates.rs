//! Templates of payroll files. The crate `payroll` defines their content, which this crate doesn't need to know.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, When, number},
    item::Item,
    keys::{self, VERSION},
    read::{Found, KeyRange, Range},
};

/// The maximum number of templates of a company.
pub const MAX_TEMPLATES: usize = 100;

/// A template as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredTemplate<T> {
    /// The name of the template.
    pub name: String,
    /// The template.
    pub template: T,
    /// The number of changes.
    pub version: u64,
}

impl Store {
    /// Returns the template of a name.
    pub async fn pay_template<T: DeserializeOwned>(&self, name: &str) -> Result<Option<StoredTemplate<T>>, StoreError> {
        self.get(keys::pay_template(name)).await
    }

    /// Returns all templates of the company, by name. One Query.
    pub async fn pay_templates<T: DeserializeOwned>(&self) -> Result<Vec<StoredTemplate<T>>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::ORG.to_owned(),
            range: Range::Prefix(keys::PAY_TEMPLATE.to_owned()),
            descending: false,
            limit: MAX_TEMPLATES,
            after: None,
        };
        let Found { items, .. } = self.query(key_range).await?;
        Ok(items)
    }
}

impl Commit {
    /// Puts a template's next version; version 1 is a new template.
    pub fn put_pay_template<T: Serialize + DeserializeOwned>(
        &mut self,
        template: &StoredTemplate<T>,
    ) -> Result<(), StoreError> {
        let item = Item::next(keys::pay_template(&template.name), template)?;
        self.put(item, When::Version(template.version.saturating_sub(1)), Some(Condition::Version))
    }

    /// Deletes a template, on condition that it is unchanged since the read.
    pub fn delete_pay_template(&mut self, name: &str, version: u64) -> Result<(), StoreError> {
        let unchanged =
            Expression::new("#version = :expected").name("#version", VERSION).value(":expected", number(version));
        self.delete(&keys::pay_template(name), Some(unchanged), Some(Condition::Version))
    }
}
