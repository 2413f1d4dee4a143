//! Pages of lists. A query asks for one item more than the page holds, which shows whether there is another page.

use crate::read::Found;

/// A part of a list, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Whether there may be more items after them.
    pub more: bool,
}

/// Returns at most `limit` items of the result of a query for `limit + 1`.
pub(crate) fn page_of<T>(found: Found<T>, limit: usize) -> Page<T> {
    let mut items = found.items;
    // A query may also end early at 1 MB; then there are more items whatever the number.
    let more = items.len() > limit || found.next.is_some();
    items.truncate(limit);
    Page { items, more }
}
