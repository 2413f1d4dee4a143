//! The memory allocator of every binary. A binary that names this crate (`use allocator as _;`) allocates with mimalloc in place of
//! the C library.
//!
//! Requests and answers of AWS are text, so a function allocates thousands of small pieces of memory for each request
//! (docs/performance.md). In the local stack, the C library would also keep the memory of past password hashes for itself.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
