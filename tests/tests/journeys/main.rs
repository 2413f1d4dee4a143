//! Journeys through the real local stack over HTTP: one module for each part of the contract.
#![expect(missing_docs, reason = "tests are named as sentences")]

mod auth;
mod authorization;
mod bad_input;
mod board;
mod bucket;
mod clock;
mod people;
mod photos;
mod places;
mod summary;
mod table;
