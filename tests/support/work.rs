//! What work takes.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// How long this thread is at work on `run`: other programs disturb that less than the time that passes.
pub(crate) fn work_of(run: impl FnOnce()) -> Duration {
    let begun = worked();
    run();
    worked().saturating_sub(begun)
}

/// How long this thread was at work, since some moment.
fn worked() -> Duration {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = schedule.and_then(|schedule| schedule.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| BEGUN.elapsed(), Duration::from_nanos)
}
