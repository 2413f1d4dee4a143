//! Cursors: the positions at which lists continue. Cursors are signed, so that they can't be forged or used for another list,
//! filter or caller.

use std::future::Future;

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use serde::{Serialize, de::DeserializeOwned};

use crate::{App, Caller, Code, Detail, Problem, query::Limit};

/// Seals and opens the cursors of one list with the caller's filters.
#[derive(Debug)]
pub struct CursorSeal {
    key: hmac::Key,
    context: Vec<u8>,
}

impl CursorSeal {
    /// Creates the seal of a list. `context` contains the list, its filters and the caller, each part in a fixed position.
    pub fn new(key: &[u8; 32], context: &[&str]) -> Self {
        let mut bytes = Vec::new();
        for part in context {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key), context: bytes }
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

/// Returns a page of a caller's list. `context` contains the list and its filters. `read` reads the items after a position, and
/// returns them with the position of the next page.
///
/// # Errors
/// The cursor isn't of this list, or the list can't be read.
pub async fn paginate<P, T, R>(
    app: &App,
    caller: &Caller,
    context: &[&str],
    cursor: Option<&str>,
    read: impl FnOnce(Option<P>) -> R,
) -> Result<Page<T>, Problem>
where
    P: Serialize + DeserializeOwned,
    R: Future<Output = Result<(Vec<T>, Option<P>), Problem>>,
{
    let mut sealed = context.to_vec();
    let caller = caller.user_id.to_string();
    sealed.insert(sealed.len().min(1), &caller);
    let seal = CursorSeal::new(&app.tokens.cursor_key().await?, &sealed);
    let (items, next) = read(seal.position(cursor)?).await?;
    Ok(Page { items, next_cursor: seal.next(next)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_read_whole_is_given_whole_or_page_by_page() {
        let seal = CursorSeal::new(&[7; 32], &["types", "maria"]);
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

    #[test]
    fn a_cursor_opens_only_where_it_was_sealed() {
        let seal = |context: &[&str]| CursorSeal::new(&[7; 32], context);
        let cursor = seal(&["users", "maria"]).seal(&"position").unwrap();
        assert_eq!(seal(&["users", "maria"]).open::<String>(&cursor).unwrap(), "position");
        for context in [&["users", "john"][..], &["days", "maria"], &["usersm", "aria"], &["users"]] {
            assert_eq!(seal(context).open::<String>(&cursor).unwrap_err().code(), Code::InvalidCursor);
        }
        assert!(CursorSeal::new(&[8; 32], &["users", "maria"]).open::<String>(&cursor).is_err());
        for forged in ["", "x", "AAAA", &cursor[1..], &format!("{cursor}AA"), "💥"] {
            assert!(seal(&["users", "maria"]).open::<String>(forged).is_err(), "{forged}");
        }
    }
}
