//! One HTTP client for archives: explicit success, typed failures, retry, limits per host
