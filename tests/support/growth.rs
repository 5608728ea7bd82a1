//! How time grows with what there is to do.

use std::time::Duration;

use super::work::work_of;

/// The least that `run` takes of three times.
fn least(mut run: impl FnMut()) -> Duration {
    (0..3).map(|_| work_of(&mut run)).min().unwrap_or_default()
}

/// Checks that `run` takes about twice as long where `page`, which makes a text of about so many bytes, makes one twice as long.
///
/// The text is doubled until it takes long enough to be told from noise; then a quadratic step would take four times as long. What
/// does not take so long by a megabyte is quick enough.
#[track_caller]
pub(crate) fn check_linear(name: &str, page: impl Fn(usize) -> String, run: impl Fn(&str)) {
    const ENOUGH: Duration = Duration::from_millis(100);
    const LARGEST: usize = 1 << 20;
    const MOST: f64 = 3.2;
    let time = |size: usize| {
        let text = page(size);
        least(|| run(&text))
    };
    let mut size = 4 << 10;
    let mut once = time(size);
    while once < ENOUGH && size < LARGEST {
        size *= 2;
        once = time(size);
    }
    if once >= ENOUGH {
        let twice = time(size * 2);
        assert!(twice < once.mul_f64(MOST), "{name}: {size} bytes take {once:?}, twice as many {twice:?}");
    }
}
