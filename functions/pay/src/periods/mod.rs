//! Pay periods: the list of a year, close and reopening.
