//! Client-Initiated Backchannel Authentication, poll mode (CIBA Core 1.0).
//!
//! `request` answers the backchannel authentication endpoint, `signed` takes a request
//! out of its signature, `hint` finds the
//! user, `notification` asks the scripts, `approval` is the user's side,
//! `device` registers devices. Polling is `token::ciba`.

pub mod approval;
pub mod device;
pub mod hint;
pub mod notification;
pub mod request;
pub(crate) mod signed;
