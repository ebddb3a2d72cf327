//! The HTTP face of Durward.

pub mod pages;
