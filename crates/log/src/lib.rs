//! A room's log: what it promises, the kinds of it, and what can be done with one as a whole.
//!
//! From the ground up:
//!
//! - `log`: the trait, and what every log promises;
//! - `memory`: a log that ends with the program;
//! - `sqlite`: a log in a file: opening, appending, reading, retention;
//! - `export`: a room written out, and read in again;
//! - `verify`: a check for anything that the promises rule out.

mod log;

mod memory;
mod sqlite;

mod export;
mod verify;

pub use export::{ExportError, Exported, Format, ImportError, Imported, Language, export, import};
pub use hearth_store::{Hits, LogError, Query};
pub use log::{Appended, Draft, Enrolment, KNOWN_AFTER_TRIM, KnownMember, Log, Slice, behind, take_back};
pub use memory::{MEMORY_LOG_BYTES, MemoryLog};
pub use sqlite::SqliteLog;
pub use sqlite::error::OpenError;
pub use sqlite::files::{delete, set_aside};
pub use sqlite::open::Summary;
pub use sqlite::reading::Reading;
pub use sqlite::retention::Retention;
pub use verify::{VerifyReport, verify};
