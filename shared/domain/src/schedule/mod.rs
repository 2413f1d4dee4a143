//! Who is expected when.
