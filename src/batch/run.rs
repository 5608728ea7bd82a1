use std::cell::Cell;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::windows::{Item, Windows, open};
use super::{Format, Input, Inputs, Object, Options, reason};
use crate::knowledge::{Gazetteer, Survey};
use crate::page::{Encoding, Page, decode};
use crate::pipeline::{Cleaned, Pipeline, Settling};
use crate::{Error, Result};

/// The pages of a batch, and the threads that clean them.
pub struct Batch<'a> {
    inputs: &'a Inputs,
    options: &'a Options,
    pool: ThreadPool,
}

/// A cleaned page, given to the threads that make of it what a command needs.
pub struct Task<'a> {
    /// The file that it stands in.
    pub input: &'a Input,
    /// The page.
    pub page: &'a Page,
    /// What was made of it.
    pub cleaned: &'a Cleaned,
    /// The line that it was read from, of JSON Lines.
    pub object: Option<&'a Object<'a>>,
}

/// What became of a batch's pages, one event after another in the order of their names.
pub enum Event<'a, T> {
    /// A page was cleaned.
    Done {
        /// The file that it stands in.
        input: &'a Input,
        /// What was made of it.
        value: T,
    },
    /// A page could not be read, decoded or written.
    Failed {
        /// The file that it stands in.
        input: &'a Input,
        /// Its name.
        page: String,
        /// Why.
        reason: String,
        /// The line that it is, of JSON Lines; nothing when the whole file failed.
        line: Option<Line<'a>>,
    },
    /// Blanks between lines of JSON Lines.
    Blank {
        /// The file that they stand in.
        input: &'a Input,
        /// The line, with its line end.
        bytes: &'a [u8],
    },
    /// A file of JSON Lines was read to its end.
    End {
        /// The file.
        input: &'a Input,
    },
}

/// A line of JSON Lines that was not cleaned.
#[derive(Debug, Clone, Copy)]
pub enum Line<'a> {
    /// The line, with its line end.
    Bytes(&'a [u8]),
    /// A line that is too large to be held.
    Extent {
        /// Where it starts in its file, in bytes.
        offset: u64,
        /// How many bytes it has, with its line end.
        length: u64,
    },
}

/// How far a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Pages are read to learn what recurs; how many there are, where that is known.
    Surveying(Option<u64>),
    /// Pages are cleaned; how many there are.
    Cleaning(u64),
    /// Pages go on, for what the others became tells something else of them; how many there are.
    Settling(u64),
    /// One more page was read, was cleaned, or went on.
    Page,
}

/// An item and what came of reading it.
struct Opened {
    item: Item,
    page: Option<std::result::Result<Page, String>>,
}

/// An item, and its page with what was made of that so far.
struct Begun {
    item: Item,
    page: Option<std::result::Result<(Page, Settling), String>>,
}

/// How often pages go on at most, after a survey of what they became. The cap is there so that pages that
/// undo one another cannot go on for ever. Chosen by hand; not fitted.
const MOST_TURNS: usize = 8;

impl<'a> Batch<'a> {
    /// Of the pages of `inputs`.
    ///
    /// # Errors
    ///
    /// When the system gives no threads.
    pub fn new(inputs: &'a Inputs, options: &'a Options) -> Result<Self> {
        let pool = ThreadPoolBuilder::new()
            .num_threads(options.jobs)
            .thread_name(|index| format!("kanwu-{index}"))
            .build()
            .map_err(|error| Error::Usage(format!("cannot start {} threads: {error}", options.jobs)))?;
        Ok(Self { inputs, options, pool })
    }

    /// Surveys all pages, builds a pipeline with what that teaches, and cleans them.
    ///
    /// Of pages that fit into one window `build` may be asked again, for a pipeline of the same stages with another
    /// survey; see the notes on [`batch`](super). `work` makes of each cleaned page what is needed of it, once, on any
    /// thread; `each` is given that in the order of the pages' names. An error or a panic in `work` is its page's
    /// failure; an error of `each` ends the batch.
    ///
    /// # Errors
    ///
    /// When `build` or `each` fails.
    pub fn run<T: Send>(
        &self,
        mut build: impl FnMut(Arc<Survey>) -> Result<Pipeline>,
        work: impl Fn(&Task<'_>) -> Result<T> + Sync,
        mut each: impl FnMut(Event<'_, T>) -> Result<()>,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<()> {
        let survey = Arc::new(Survey::new(Gazetteer::embedded()?));
        let pages = AtomicU64::new(0);
        let survey_one = |item| {
            let read = self.read(item);
            if read.page.is_some() {
                pages.fetch_add(1, Ordering::Relaxed);
                progress(Progress::Page);
            }
            if let Some(Ok(page)) = &read.page {
                survey.add(&page.text);
            }
            read
        };
        progress(Progress::Surveying((self.options.format == Format::Text).then_some(self.inputs.len() as u64)));
        let mut windows = Windows::new(self.inputs, self.options);
        let (mut first, mut kept) = (windows.next(), None);
        if windows.is_done() {
            // Pages that fit into one window need not be read again.
            let window = first.take().unwrap_or_default().into_par_iter().with_max_len(1);
            kept = Some(self.pool.install(|| window.map(survey_one).collect::<Vec<_>>()));
        }
        for window in first.into_iter().chain(windows) {
            self.pool.install(|| window.into_par_iter().with_max_len(1).for_each(|item| drop(survey_one(item))));
        }

        let pipeline = build(survey)?;
        progress(Progress::Cleaning(pages.into_inner()));
        if let Some(read) = kept {
            let mut begun = self.begin(read, &pipeline, progress);
            drop(pipeline);
            self.settle(&mut begun, &mut build, progress)?;
            return self.finish(begun, &work, &mut each);
        }
        for window in Windows::new(self.inputs, self.options) {
            let unread = window.into_iter().map(|item| Opened { item, page: None }).collect();
            self.finish(self.begin(unread, &pipeline, progress), &work, &mut each)?;
        }
        Ok(())
    }

    /// Cleans the pages of a window with the survey that `pipeline` holds.
    fn begin(&self, window: Vec<Opened>, pipeline: &Pipeline, progress: &(dyn Fn(Progress) + Sync)) -> Vec<Begun> {
        self.pool.install(|| {
            let begun = window.into_par_iter().with_max_len(1).map(|read| {
                let Opened { item, page } = if read.page.is_none() { self.read(read.item) } else { read };
                let page = page.map(|page| {
                    let page = page?;
                    let settling = guarded(|| Ok(pipeline.begin(page.text.clone())));
                    progress(Progress::Page);
                    Ok((page, settling?))
                });
                Begun { item, page }
            });
            begun.collect()
        })
    }

    /// Surveys the clean pages and goes on with those that this teaches something else, until none changes.
    fn settle(
        &self,
        begun: &mut [Begun],
        build: &mut impl FnMut(Arc<Survey>) -> Result<Pipeline>,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<()> {
        let mut is_changed = begun.iter().any(Begun::is_changed);
        for _ in 0..MOST_TURNS {
            if !is_changed {
                break;
            }
            let survey = Arc::new(Survey::new(Gazetteer::embedded()?));
            let mut moved: Vec<&mut Begun> = self.pool.install(|| {
                begun.par_iter().with_max_len(1).for_each(|begun| {
                    if let Some(Ok((_, settling))) = &begun.page {
                        survey.add(&settling.cleaned.text);
                    }
                });
                begun.par_iter_mut().filter(|begun| begun.is_moved_by(&survey)).collect()
            });
            if moved.is_empty() {
                break;
            }
            let pipeline = build(Arc::clone(&survey))?;
            progress(Progress::Settling(moved.len() as u64));
            is_changed = self.pool.install(|| {
                let changed = moved.par_iter_mut().with_max_len(1).map(|begun| {
                    let is_changed = begun.go_on(&pipeline, &survey);
                    progress(Progress::Page);
                    is_changed
                });
                // Every page goes on, so this must not stop at the first that changes.
                changed.reduce(|| false, |one, other| one | other)
            });
        }
        Ok(())
    }

    /// Makes of each cleaned page what is needed of it, and tells that.
    fn finish<T: Send>(
        &self,
        begun: Vec<Begun>,
        work: &(impl Fn(&Task<'_>) -> Result<T> + Sync),
        each: &mut impl FnMut(Event<'_, T>) -> Result<()>,
    ) -> Result<()> {
        let done = self.pool.install(|| -> Vec<(Item, Option<std::result::Result<T, String>>)> {
            let done = begun.into_par_iter().with_max_len(1).map(|Begun { item, page }| {
                let value = page.map(|page| {
                    let (page, settling) = page?;
                    guarded(|| self.one(&item, &page, &settling.cleaned, work))
                });
                (item, value)
            });
            done.collect()
        });
        for (item, value) in done {
            self.tell(&item, value, each)?;
        }
        Ok(())
    }

    fn one<T>(&self, item: &Item, page: &Page, cleaned: &Cleaned, work: &impl Fn(&Task<'_>) -> Result<T>) -> Result<T> {
        let object = match item {
            Item::Line { bytes, .. } => Some(Object::parse(bytes, &self.options.field)?),
            _ => None,
        };
        let input = &self.inputs.list[item.input()];
        work(&Task { input, page, cleaned, object: object.as_ref() })
    }

    fn tell<T>(
        &self,
        item: &Item,
        value: Option<std::result::Result<T, String>>,
        each: &mut impl FnMut(Event<'_, T>) -> Result<()>,
    ) -> Result<()> {
        let input = &self.inputs.list[item.input()];
        let failed = |reason: String, line| Event::Failed { input, page: self.name(item), reason, line };
        each(match (item, value) {
            (_, Some(Ok(value))) => Event::Done { input, value },
            (Item::Line { bytes, .. }, Some(Err(reason))) => failed(reason, Some(Line::Bytes(bytes))),
            (Item::TooLarge { offset, length, .. }, _) => {
                let line = Line::Extent { offset: *offset, length: *length };
                failed(self.too_large(*length), Some(line))
            }
            (Item::Blank { bytes, .. }, _) => Event::Blank { input, bytes },
            (Item::End { .. }, _) => Event::End { input },
            (Item::Broken { reason, .. }, _) => failed(reason.clone(), None),
            (_, Some(Err(reason))) => failed(reason, None),
            (_, None) => return Ok(()),
        })
    }

    /// Reads and decodes the page that `item` is, if it is one.
    fn read(&self, item: Item) -> Opened {
        let page = match &item {
            Item::File { input } => {
                let input = &self.inputs.list[*input];
                Some(guarded(|| {
                    let bytes = self.bytes(input)?;
                    decode(input.name(), &bytes, self.options.encoding)
                }))
            }
            Item::Line { bytes, .. } => Some(guarded(|| {
                let object = Object::parse(bytes, &self.options.field)?;
                decode(self.name(&item), object.text().as_bytes(), Encoding::Named(encoding_rs::UTF_8))
            })),
            _ => None,
        };
        Opened { item, page }
    }

    fn bytes(&self, input: &Input) -> Result<Vec<u8>> {
        let read = |source| Error::Read { path: input.path(), source };
        let file = open(input).map_err(read)?;
        let size = file.metadata().map_err(read)?.len();
        let mut bytes = Vec::new();
        if size <= self.options.max_page_size {
            file.take(self.options.max_page_size.saturating_add(1)).read_to_end(&mut bytes).map_err(read)?;
        }
        let size = size.max(bytes.len() as u64);
        if size > self.options.max_page_size {
            return Err(Error::Page { problem: self.too_large(size) });
        }
        Ok(bytes)
    }

    fn too_large(&self, size: u64) -> String {
        format!(
            "has {size} bytes, more than the {} that a page may have; split it, or allow more with --max-page-size",
            self.options.max_page_size
        )
    }

    fn name(&self, item: &Item) -> String {
        let name = self.inputs.list[item.input()].name();
        match item {
            Item::Line { number, .. } | Item::TooLarge { number, .. } => format!("{name}:{number}"),
            _ => name,
        }
    }
}

impl Begun {
    /// Whether the clean text is another than the source.
    fn is_changed(&self) -> bool {
        matches!(&self.page, Some(Ok((page, settling))) if page.text != settling.cleaned.text)
    }

    fn is_moved_by(&self, survey: &Survey) -> bool {
        matches!(&self.page, Some(Ok((_, settling))) if settling.is_moved_by(survey))
    }

    /// Goes on with the page, whose failure it is when that panics, and says whether its text changed.
    fn go_on(&mut self, pipeline: &Pipeline, survey: &Survey) -> bool {
        let Some(Ok((_, settling))) = &mut self.page else { return false };
        match guarded(|| Ok(pipeline.go_on(settling, survey))) {
            Ok(is_changed) => is_changed,
            Err(reason) => {
                self.page = Some(Err(reason));
                true
            }
        }
    }
}

impl Item {
    fn input(&self) -> usize {
        match self {
            Self::File { input }
            | Self::Line { input, .. }
            | Self::Blank { input, .. }
            | Self::TooLarge { input, .. }
            | Self::End { input }
            | Self::Broken { input, .. } => *input,
        }
    }
}

thread_local! {
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread would be caught and become a page's failure, so that nothing need be printed of it.
pub fn is_caught() -> bool {
    CAUGHT.get()
}

/// What `make` gives, or why it failed; a panic is a failure too.
fn guarded<T>(make: impl FnOnce() -> Result<T>) -> std::result::Result<T, String> {
    let outer = CAUGHT.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(make));
    CAUGHT.set(outer);
    match outcome {
        Ok(outcome) => outcome.map_err(|error| reason(&error)),
        Err(panic) => {
            let message = panic.downcast_ref::<&str>().map(|message| (*message).to_owned());
            let message = message.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            Err(format!("a fault of the program, please report it with this page: {message}"))
        }
    }
}
