//! What a person reads who has just started a stack: where things are, and requests to paste.

use crate::stack::Stack;

impl Stack {
    /// The text for the person who started the stack.
    pub fn welcome(&self) -> String {
        let url = self.url();
        format!("Rollcall listens on {url}\n")
    }
}
