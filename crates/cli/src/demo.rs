//! The demonstration: a client and a phone to try the server with. Not part
//! of the server.

pub mod pages;
