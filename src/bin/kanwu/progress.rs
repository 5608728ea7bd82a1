//! How far a batch is, on standard error, where that is a terminal.

use std::fmt::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use kanwu::batch;

/// A bar, or nothing where nobody would see it.
pub(crate) struct Progress(ProgressBar);

const BAR: &str = "{msg} {wide_bar} {human_pos}/{human_len} pages, {rate}, {eta} left";
const SPINNER: &str = "{msg} {spinner} {human_pos} pages, {rate}";

impl Progress {
    /// Hidden with `quiet`, and where standard error is no terminal.
    pub(crate) fn new(quiet: bool) -> Self {
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::no_length() };
        bar.enable_steady_tick(Duration::from_millis(250));
        Self(bar)
    }

    /// Shows what the batch says of itself.
    pub(crate) fn show(&self, progress: batch::Progress) {
        match progress {
            batch::Progress::Surveying(pages) => self.begin("reading", pages),
            batch::Progress::Cleaning(pages) => self.begin("cleaning", Some(pages)),
            batch::Progress::Settling(pages) => self.begin("cleaning again", Some(pages)),
            batch::Progress::Page => self.0.inc(1),
        }
    }

    /// Prints without disturbing the bar.
    pub(crate) fn interrupted(&self, print: impl FnOnce()) {
        self.0.suspend(print);
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }

    fn begin(&self, what: &'static str, pages: Option<u64>) {
        let template = if pages.is_some() { BAR } else { SPINNER };
        if let Ok(style) = ProgressStyle::with_template(template) {
            // Writing to a line of the terminal's state cannot fail.
            let rate = |state: &ProgressState, line: &mut dyn Write| _ = write!(line, "{:.0} pages/s", state.per_sec());
            self.0.set_style(style.with_key("rate", rate));
        }
        self.0.set_message(what);
        self.0.reset();
        match pages {
            Some(pages) => self.0.set_length(pages),
            None => self.0.unset_length(),
        }
    }
}
