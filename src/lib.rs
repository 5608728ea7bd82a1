//! Repairs OCR'd Chinese newspaper pages. What is certain is corrected, what is likely is proposed, and every change is
//! reported and can be undone.
//!
//! ```text
//! bytes ──page──▶ Page ──stage, stage, …──▶ corrections ──correction::apply──▶ Revision, Revision, … ──report──▶ files
//!                            ▲                                   │
//!                            └────────── until nothing changes ──┘
//! ```
//!
//! The modules, in the order in which they build on one another: [`error`], [`text`], [`correction`], [`knowledge`] and
//! [`adapter`], [`page`], [`engine`], [`stage`], [`pipeline`], [`report`], [`review`], [`batch`], [`learn`].

pub mod adapter;
pub mod batch;
pub mod correction;
pub mod engine;
pub mod error;
pub mod knowledge;
pub mod learn;
pub mod page;
pub mod pipeline;
pub mod report;
pub mod review;
pub mod stage;
pub mod text;

pub use error::{Error, Result};
