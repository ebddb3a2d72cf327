//! Headers of proxies.
