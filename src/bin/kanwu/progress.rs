//! How far a batch is, on standard error, where that is a terminal.

use std::fmt::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use kanwu::batch;
use kanwu::learn::TrainingStep;

/// A bar, or nothing where nobody would see it.
pub(crate) struct Progress(ProgressBar);

const BAR: &str = "{msg} {wide_bar} {human_pos}/{human_len} pages, {rate}, {eta} left";
const SPINNER: &str = "{msg} {spinner} {human_pos} pages, {rate}";
const BYTES_BAR: &str = "{msg} {wide_bar} {bytes}/{total_bytes}, {eta} left";
const BYTES_SPINNER: &str = "{msg} {spinner} {bytes}, {bytes_per_sec}";

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
            batch::Progress::Left(_) | batch::Progress::Written | batch::Progress::Kept(_) => {}
        }
    }

    /// Shows what a training says of itself.
    pub(crate) fn show_training(&self, step: TrainingStep) {
        match step {
            TrainingStep::Characters => self.restart("counting characters", None, BYTES_SPINNER),
            // The corpus is read a second time: now its length is known.
            TrainingStep::Grams => self.restart("counting n-grams", Some(self.0.position()), BYTES_BAR),
            TrainingStep::Smoothing => self.restart("smoothing and pruning", None, BYTES_SPINNER),
            TrainingStep::Bytes(bytes) => self.0.inc(bytes),
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
        self.restart(what, pages, if pages.is_some() { BAR } else { SPINNER });
    }

    fn restart(&self, what: &'static str, length: Option<u64>, template: &str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            // Writing to a line of the terminal's state cannot fail.
            let rate = |state: &ProgressState, line: &mut dyn Write| _ = write!(line, "{:.0} pages/s", state.per_sec());
            self.0.set_style(style.with_key("rate", rate));
        }
        self.0.set_message(what);
        self.0.reset();
        match length {
            Some(length) => self.0.set_length(length),
            None => self.0.unset_length(),
        }
    }
}
