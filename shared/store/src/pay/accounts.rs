//! Time accounts: the ledgers of people with a pay profile that has an account.
