//! Accounts: who may register, what they sign in with, and what keeps others from guessing it.

mod lock_out;
mod mfa;
mod registration;
mod temporary_passwords;
