//! Time accounts: balances, ledgers, adjustments and payouts.
