//! The answers of transactions by their tokens. `DynamoDB` answers a repeated request with the same token as it answered
//! the first one, and writes nothing.
//!
//! dynoxide's own memory of tokens is searched from end to end with each transaction, for ten minutes, and compares
//! whole requests. Here a repeated request has the same bytes, because only the SDK repeats a token, and it does so within
//! seconds.

use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
};

use dynoxide::{DynoxideError, actions::transact_write_items::TransactWriteItemsResponse};

/// The maximum number of tokens, so that they take at most a few MB.
const MAX_TOKENS: usize = 10_000;

/// The remembered transactions.
#[derive(Debug, Default)]
pub(super) struct Transactions {
    answers: HashMap<String, Answered>,
    /// The tokens in the order of their transactions.
    order: VecDeque<String>,
}

#[derive(Debug)]
struct Answered {
    request: u64,
    answer: TransactWriteItemsResponse,
}

impl Transactions {
    /// Returns the answer of an earlier transaction with that token.
    ///
    /// # Errors
    ///
    /// `IdempotentParameterMismatchException` if that was another request.
    pub(super) fn answer_of(
        &self,
        token: &str,
        request: &[u8],
    ) -> Result<Option<TransactWriteItemsResponse>, DynoxideError> {
        match self.answers.get(token) {
            Some(answered) if answered.request == digest(request) => Ok(Some(answered.answer.clone())),
            Some(_) => Err(DynoxideError::IdempotentParameterMismatchException(
                "An error occurred (IdempotentParameterMismatchException)".to_owned(),
            )),
            None => Ok(None),
        }
    }

    /// Remembers the answer of a transaction.
    pub(super) fn remember(&mut self, token: String, request: &[u8], answer: &TransactWriteItemsResponse) {
        if self.order.len() >= MAX_TOKENS
            && let Some(oldest) = self.order.pop_front()
        {
            self.answers.remove(&oldest);
        }
        self.order.push_back(token.clone());
        self.answers.insert(token, Answered { request: digest(request), answer: answer.clone() });
    }
}

fn digest(request: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    request.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_request_is_answered_as_before_and_another_one_is_refused() {
        let mut transactions = Transactions::default();
        let answer = TransactWriteItemsResponse::default();
        assert!(transactions.answer_of("a", b"one").unwrap().is_none());
        transactions.remember("a".to_owned(), b"one", &answer);
        assert!(transactions.answer_of("a", b"one").unwrap().is_some());
        assert!(matches!(
            transactions.answer_of("a", b"two"),
            Err(DynoxideError::IdempotentParameterMismatchException(_))
        ));
    }

    #[test]
    fn the_oldest_tokens_are_forgotten() {
        let mut transactions = Transactions::default();
        for number in 0..=MAX_TOKENS {
            transactions.remember(number.to_string(), b"one", &TransactWriteItemsResponse::default());
        }
        assert!(transactions.answer_of("0", b"one").unwrap().is_none());
        assert!(transactions.answer_of("1", b"one").unwrap().is_some());
        assert_eq!(transactions.answers.len(), MAX_TOKENS);
    }
}
