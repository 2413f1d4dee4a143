//! Links that are sent by e-mail: an invitation, a new password, the confirmation of an address. The table has a link's number
//! and no secret. The text of a link also has a proof under the company's keys, so reading the table isn't enough to use one.

use domain::{
    calendar::WorkDate,
    id::UserId,
    outgoing::{AccountLink, LinkPurpose},
    settings::Settings,
    user::User,
};
use jiff::Timestamp;

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, When, number, text},
    credentials::Credential,
    item::Item,
    keys::{self, EXPIRES_AT},
    settings::VersionedSettings,
};

/// The attribute of [`AccountLink::number`].
const NUMBER: &str = "number";
/// The attribute that counts requests of a day.
const COUNT: &str = "count";
/// The time for which the count of a day is kept, in seconds: two days.
const COUNT_KEPT_SECONDS: i64 = 2 * 24 * 60 * 60;

/// The maximum number of e-mails with links that one network asks for in a day (UTC).
pub const MAX_LINKS_OF_NETWORK: u32 = 10;
/// The maximum number of e-mails with links to one person in a day (UTC). It is greater than that of a network, so that nobody
/// uses up another person's e-mails alone.
pub const MAX_LINKS_OF_PERSON: u32 = 20;

/// The items that the use of a link depends on, read at once.
#[derive(Debug)]
pub struct LinkSnapshot {
    /// The person.
    pub user: Option<User>,
    /// The credential of the person.
    pub credential: Option<Credential>,
    /// The link, if the person has an unexpired one of the purpose.
    pub link: Option<AccountLink>,
    /// The company's settings.
    pub settings: Settings,
}

impl Store {
    /// Reads the items that the use of a link depends on: one BatchGetItem.
    pub async fn link_snapshot(
        &self,
        user: UserId,
        purpose: LinkPurpose,
        now: Timestamp,
    ) -> Result<LinkSnapshot, StoreError> {
        let (profile, credential) = (keys::profile(user), keys::credential(user));
        let (link, settings) = (keys::account_link(user, purpose), keys::settings());
        let mut items = self.read([profile.clone(), credential.clone(), link.clone(), settings.clone()]).await?;
        let found: Option<AccountLink> = items.take(&link)?;
        Ok(LinkSnapshot {
            user: items.take(&profile)?,
            credential: items.take(&credential)?,
            link: found.filter(|link| now < link.valid_until),
            settings: items.take::<VersionedSettings>(&settings)?.unwrap_or_default().settings,
        })
    }
}

impl Commit {
    /// Replaces the person's link of the purpose by a new one, and stores the e-mail with it.
    pub fn send_account_link(&mut self, user: UserId, link: &AccountLink) -> Result<(), StoreError> {
        let item = Item::new(keys::account_link(user, link.purpose), link)?.expires_at(link.valid_until);
        self.put(item, When::Always, None)?;
        self.queue_message(&link.message(user))
    }

    /// Uses up a link, on condition that it wasn't used or replaced in the meantime.
    pub fn use_account_link(&mut self, user: UserId, link: &AccountLink) -> Result<(), StoreError> {
        let unchanged = Expression::new("#number = :number")
            .name("#number", NUMBER)
            .value(":number", text(link.number.to_string()));
        self.delete(&keys::account_link(user, link.purpose), Some(unchanged), Some(Condition::AccountLink))
    }

    /// Counts an e-mail with a link of a day (UTC), by the hash of a person or network.
    ///
    /// The commit fails with [`Condition::AccountLinks`] if the maximum is reached.
    pub fn count_account_link(&mut self, of: &str, today: WorkDate, most: u32) -> Result<(), StoreError> {
        let expires_at = self.stamp().at.as_second() + COUNT_KEPT_SECONDS;
        self.update(
            &keys::account_links_of_day(of, today),
            Expression::new("ADD #count :one SET #expires_at = :expires_at")
                .name("#count", COUNT)
                .name("#expires_at", EXPIRES_AT)
                .value(":one", number(1))
                .value(":expires_at", number(expires_at)),
            Some(Expression::new("attribute_not_exists(#count) OR #count < :most").value(":most", number(most))),
            Some(Condition::AccountLinks),
        )
    }
}
