//! Ctrl-C and SIGTERM end a run in good order and soon; a second one ends it at once.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use kanwu::batch::Progress;

use crate::exit::Exit;
use crate::output::{count, error, grouped};

/// How long pages that are under way are waited for. A run that is stopped should end within a second; some pages take
/// longer, and lose nothing but their own work when they are cut off.
const PATIENCE: Duration = Duration::from_millis(700);

/// Whether the run was told to stop, and what was done until then.
pub(crate) struct Stop(Arc<State>);

#[derive(Default)]
struct State {
    stopped: AtomicBool,
    /// The number of the signal.
    signal: AtomicI32,
    /// Whether a run can be gone on with.
    keeps: bool,
    pages: AtomicU64,
    written: AtomicU64,
    /// Pages that a run that resumes keeps.
    kept: AtomicU64,
    /// Whether the user was told.
    told: Mutex<bool>,
}

impl Stop {
    /// Listens to signals from now on. A run that `keeps` what it did can be gone on with.
    pub(crate) fn on_signals(keeps: bool) -> Result<Self> {
        let state = Arc::new(State { keeps, ..State::default() });
        listen(&state).context("cannot listen to signals")?;
        Ok(Self(state))
    }

    /// Set when the run should stop.
    pub(crate) fn flag(&self) -> &AtomicBool {
        &self.0.stopped
    }

    /// Counts what is done.
    pub(crate) fn count(&self, progress: Progress) {
        match progress {
            Progress::Cleaning(pages) => self.0.pages.store(pages, Ordering::Relaxed),
            Progress::Written => _ = self.0.written.fetch_add(1, Ordering::Relaxed),
            Progress::Kept(pages) => self.0.kept.store(pages, Ordering::Relaxed),
            _ => {}
        }
    }

    /// Tells the user how far the run came, and how it ends.
    pub(crate) fn exit(&self) -> Exit {
        self.0.tell();
        self.0.exit()
    }

    /// `failure`, with what can be done after it.
    pub(crate) fn resumable(&self, failure: kanwu::Error) -> anyhow::Error {
        let kept = self.0.kept.load(Ordering::Relaxed);
        let failure = anyhow::Error::from(failure);
        if self.0.keeps && kept > 0 {
            let kept = count(kept, "page");
            return failure
                .context(format!("ended early; the same command with --resume keeps {kept} of what was done"));
        }
        failure
    }
}

impl State {
    fn exit(&self) -> Exit {
        match self.signal.load(Ordering::Relaxed) {
            15 => Exit::Terminated,
            _ => Exit::Interrupted,
        }
    }

    fn tell(&self) {
        let Ok(mut told) = self.told.lock() else { return };
        if std::mem::replace(&mut *told, true) {
            return;
        }
        error(&self.ending());
    }

    /// How far the run came, and what of that is not lost.
    fn ending(&self) -> String {
        let pages = self.pages.load(Ordering::Relaxed);
        if !self.keeps {
            return "stopped; nothing was kept, for there is no folder of clean pages (-o DIR)".to_owned();
        }
        if pages == 0 {
            return "stopped before the first page was cleaned".to_owned();
        }
        let (written, kept) = (self.written.load(Ordering::Relaxed), self.kept.load(Ordering::Relaxed));
        let kept = if kept == 0 {
            "none of them is kept for a run that goes on".to_owned()
        } else {
            format!("the same command with --resume goes on and keeps {}", grouped(kept))
        };
        format!("stopped with {} of {} done; {kept}", grouped(written), count(pages, "page"))
    }
}

#[cfg(unix)]
fn listen(state: &Arc<State>) -> std::io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};

    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    let state = Arc::clone(state);
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            state.signal.store(signal, Ordering::Relaxed);
            if state.stopped.swap(true, Ordering::Relaxed) {
                state.leave();
            }
            let state = Arc::clone(&state);
            thread::spawn(move || {
                thread::sleep(PATIENCE);
                state.tell();
                state.leave();
            });
        }
    })?;
    Ok(())
}

#[cfg(not(unix))]
fn listen(_: &Arc<State>) -> std::io::Result<()> {
    Ok(())
}

impl State {
    /// Ends the process, whatever it is doing: what is written is whole at every moment. Nothing is torn down before, for
    /// other threads are still at work.
    #[cfg(unix)]
    fn leave(&self) -> ! {
        signal_hook::low_level::exit(self.exit() as i32)
    }
}
