//! Accounts: registration, credentials, and protection against guessing them.

mod lock_out;
mod mfa;
mod registration;
mod temporary_passwords;
