//! Cursors: the positions at which lists continue. Cursors are signed, so that they can't be forged or used for another list,
//! filter or caller.

mod list_name;

use std::future::Future;

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use serde::{Serialize, de::DeserializeOwned};

pub use self::list_name::ListName;
use crate::{App, Caller, Code, Detail, Problem, query::Limit};

/// Seals and opens the cursors of one list with the caller's filters.
#[derive(Debug)]
pub struct CursorSeal {
    key: hmac::Key,
    context: Vec<u8>,
}

impl CursorSeal {
    /// Creates the seal of a list that a caller reads with these filters.
    ///
    /// # Errors
    /// The key of cursors isn't available.
    pub async fn of_caller(
        app: &App,
        caller: &Caller,
        list: ListName,
        filters: &impl Serialize,
    ) -> Result<Self, Problem> {
        Self::new(&app.tokens.cursor_key().await?, list, &caller.user_id.to_string(), filters)
    }

    /// Creates the seal of a list that a reader reads with these filters. The filters are sealed as JSON, in the form that
    /// clients know, so that a renamed type doesn't change the seal.
    ///
    /// # Errors
    /// The filters can't be written as JSON.
    pub fn new(key: &[u8; 32], list: ListName, reader: &str, filters: &impl Serialize) -> Result<Self, Problem> {
        let context = serde_json::to_vec(&(list.as_str(), reader, filters)).map_err(Problem::internal)?;
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, key), context })
    }

    /// Returns a cursor that continues after `position`.
    pub fn seal<T: Serialize>(&self, position: &T) -> Result<String, Problem> {
        let mut bytes = serde_json::to_vec(position).map_err(Problem::internal)?;
        let tag = hmac::sign(&self.key, &self.signed(&bytes));
        bytes.extend_from_slice(tag.as_ref());
        Ok(BASE64URL_NOPAD.encode(&bytes))
    }

    /// Returns the position that a cursor contains.
    pub fn open<T: DeserializeOwned>(&self, cursor: &str) -> Result<T, Problem> {
        let invalid = || Problem::new(Code::InvalidCursor).detail(Detail::StartListAgain);
        let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).map_err(|_| invalid())?;
        let (position, tag) = bytes.split_at_checked(bytes.len().saturating_sub(32)).ok_or_else(invalid)?;
        hmac::verify(&self.key, &self.signed(position), tag).map_err(|_| invalid())?;
        serde_json::from_slice(position).map_err(|_| invalid())
    }

    /// Returns the position at which a request continues its list; nothing for the first page.
    pub fn position<T: DeserializeOwned>(&self, cursor: Option<&str>) -> Result<Option<T>, Problem> {
        cursor.map(|cursor| self.open(cursor)).transpose()
    }

    /// Returns the cursor of the next page; nothing on the last page.
    pub fn next<T: Serialize>(&self, position: Option<T>) -> Result<Option<String>, Problem> {
        position.map(|position| self.seal(&position)).transpose()
    }

    fn signed(&self, position: &[u8]) -> Vec<u8> {
        let mut signed = self.context.clone();
        signed.extend_from_slice(position);
        signed
    }
}

/// A page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The cursor of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Returns a page of a list that is read in full anyway: the whole list if the request has no limit.
    pub fn of_whole(
        items: Vec<T>,
        limit: Option<Limit>,
        cursor: Option<&str>,
        seal: &CursorSeal,
    ) -> Result<Self, Problem> {
        let from: usize = cursor.map(|cursor| seal.open(cursor)).transpose()?.unwrap_or(0);
        let limit = limit.map_or(usize::MAX, Limit::get);
        let next = Some(from.saturating_add(limit)).filter(|next| *next < items.len());
        let next_cursor = next.map(|next| seal.seal(&next)).transpose()?;
        Ok(Self { items: items.into_iter().skip(from).take(limit).collect(), next_cursor })
    }
}

/// Returns a page of a caller's list with these filters. `read` reads the items after a position, and returns them with the
/// position of the next page.
///
/// # Errors
/// The cursor isn't of this list, or the list can't be read.
pub async fn paginate<P, T, R>(
    app: &App,
    caller: &Caller,
    list: ListName,
    filters: &impl Serialize,
    cursor: Option<&str>,
    read: impl FnOnce(Option<P>) -> R,
) -> Result<Page<T>, Problem>
where
    P: Serialize + DeserializeOwned,
    R: Future<Output = Result<(Vec<T>, Option<P>), Problem>>,
{
    let seal = CursorSeal::of_caller(app, caller, list, filters).await?;
    let (items, next) = read(seal.position(cursor)?).await?;
    Ok(Page { items, next_cursor: seal.next(next)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_read_in_full_is_returned_in_full_or_in_pages() {
        let seal = CursorSeal::new(&[7; 32], ListName::LeaveTypes, "maria", &()).unwrap();
        let page = |limit: Option<&str>, cursor: Option<&str>| {
            let limit = limit.map(|limit| serde_json::from_value(limit.into()).unwrap());
            Page::of_whole(vec![1, 2, 3], limit, cursor, &seal).unwrap()
        };
        assert_eq!((page(None, None).items, page(None, None).next_cursor), (vec![1, 2, 3], None));
        assert_eq!(page(Some("3"), None).next_cursor, None);
        let first = page(Some("2"), None);
        assert_eq!(first.items, [1, 2]);
        let second = page(Some("2"), first.next_cursor.as_deref());
        assert_eq!((second.items, second.next_cursor), (vec![3], None));
    }

    /// Returns the seal of a list.
    fn seal(list: ListName, reader: &str, filter: &str) -> CursorSeal {
        CursorSeal::new(&[7; 32], list, reader, &filter).unwrap()
    }

    #[test]
    fn a_cursor_opens_only_where_it_was_sealed() {
        let cursor = seal(ListName::Users, "maria", "active").seal(&"position").unwrap();
        assert_eq!(seal(ListName::Users, "maria", "active").open::<String>(&cursor).unwrap(), "position");
        for (list, reader, filter) in [
            (ListName::Days, "maria", "active"),
            (ListName::Users, "john", "active"),
            (ListName::Users, "maria", "pending"),
            (ListName::Users, r#"maria","active"#, ""),
        ] {
            let refused = seal(list, reader, filter).open::<String>(&cursor).unwrap_err();
            assert_eq!(refused.code(), Code::InvalidCursor, "{list:?} {reader} {filter}");
        }
        let other_key = CursorSeal::new(&[8; 32], ListName::Users, "maria", &"active").unwrap();
        assert!(other_key.open::<String>(&cursor).is_err());
        for forged in ["", "x", "AAAA", &cursor[1..], &format!("{cursor}AA"), "💥"] {
            assert!(seal(ListName::Users, "maria", "active").open::<String>(forged).is_err(), "{forged}");
        }
    }

    #[test]
    fn the_seal_of_a_cursor_stays_the_same_between_builds() {
        let seal = CursorSeal::new(&[7; 32], ListName::Users, "maria", &("active", ["d1"])).unwrap();
        let cursor = "InBvc2l0aW9uIgJPz9x9rvKqJWuA_z9lW9EZ2PNteV1AnSw1tt6nTAyj";
        assert_eq!(seal.seal(&"position").unwrap(), cursor);
        assert_eq!(seal.open::<String>(cursor).unwrap(), "position");
    }
}
