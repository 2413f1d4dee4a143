//! Pages of lists: one item more than a page holds is asked for, so that the last page knows that it is the last.

use crate::read::Found;

/// Some of a list, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Whether there may be more after them.
    pub more: bool,
}

/// At most `limit` of what a query for `limit + 1` found.
pub(crate) fn page_of<T>(found: Found<T>, limit: usize) -> Page<T> {
    let mut items = found.items;
    // A query may also end early at 1 MB; then there is more whatever the number.
    let more = items.len() > limit || found.next.is_some();
    items.truncate(limit);
    Page { items, more }
}
