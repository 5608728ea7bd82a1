//! What a person or a program reads of what was done: every correction as a line, a diff, the totals; and the way back,
//! from a clean page to its source.

mod diff;
mod folder;
mod inline;
mod json;
mod lock;
mod name;
mod page;
mod read;
mod record;
mod restore;
mod summary;

pub(crate) use folder::{Earlier, Extents, Part, SOURCES, persist, settle, temporary};
pub(crate) use lock::Lock;
pub(crate) use name::{name, path};
pub(crate) use page::{Extent, SourceLine, hash, hash_file};
pub(crate) use read::failures;

pub use diff::unified;
pub use folder::{FILES, Failure, Folder, LEDGER};
pub use inline::inline;
pub use json::{escape, line};
pub use lock::STATE;
pub use name::path_bytes;
pub use page::{Entry, PageReport};
pub use read::{Line, Report};
pub use record::{At, Context, Place, Record, records};
pub use restore::restore;
pub use summary::{Summary, Totals, Verdicts};
