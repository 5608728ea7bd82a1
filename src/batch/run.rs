use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::event::{Event, Line, Progress, Task};
use super::guard::{Fault, guarded};
use super::ledger::{Done, Kept};
use super::read::{Contents, Digest, Opened, Reader};
use super::windows::{Item, Windows};
use super::{Format, Input, Inputs, Object, Options};
use crate::knowledge::{Gazetteer, Survey};
use crate::page::Page;
use crate::pipeline::{Pipeline, Settling};
use crate::{Error, Result};

/// The pages of a batch, and the threads that clean them.
pub struct Batch<'a> {
    pages: Reader<'a>,
    pool: ThreadPool,
    stop: Option<&'a AtomicBool>,
}

/// What an earlier run did, so that it need not be done again.
pub(super) struct Keeping<'k, T> {
    /// Whether there may be anything.
    pub(super) resume: bool,
    /// Told a hash of all pages before anything is made of one; gives what earlier runs over the same pages did.
    pub(super) begin: &'k dyn Fn(&str) -> Result<Vec<Kept>>,
    /// What was made of a page by an earlier run, if it is still there as it was.
    pub(super) keep: &'k (dyn Fn(&Input, &Kept, &Done) -> Option<T> + Sync),
    /// Told the number of an earlier run once all that was kept of it is written again.
    pub(super) passed: &'k dyn Fn(u64) -> Result<()>,
}

/// An item, and its page with what was made of that so far.
struct Begun {
    item: Item,
    content: String,
    page: Option<std::result::Result<(Page, Settling), String>>,
}

/// What a first look at all pages gave.
struct Surveyed {
    survey: Arc<Survey>,
    /// How many there are.
    pages: u64,
    /// A hash of their names and contents.
    digest: String,
    /// What was read, where that fits into one window.
    read: Option<Vec<Opened>>,
    /// Of each input that is a page and is read again, what tells its content from others.
    contents: Contents,
}

/// What was made of an item; nothing when it is no page.
type Made<T> = Option<std::result::Result<T, Fault>>;

/// Threads that are started for a core at most. A few more than one use the time that others wait for a slow disk; thousands
/// spend all of theirs on looking for work. Chosen by hand.
const MOST_A_CORE: usize = 4;

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
            .num_threads(options.jobs.min(most_threads()))
            .thread_name(|index| format!("kanwu-{index}"))
            .build()
            .map_err(|error| Error::Usage(format!("cannot start {} threads: {error}", options.jobs)))?;
        Ok(Self { pages: Reader { inputs, options }, pool, stop: None })
    }

    /// Stops soon after `stop` is set, with [`Error::Stopped`]. Pages that are under way are not waited for to the end
    /// of the batch, but to their own.
    #[must_use]
    pub fn stopped_by(self, stop: &'a AtomicBool) -> Self {
        Self { stop: Some(stop), ..self }
    }

    /// Surveys all pages, builds a pipeline with what that teaches, and cleans them.
    ///
    /// Of pages that fit into one window `build` may be asked again, for a pipeline of the same stages with another
    /// survey; see the notes on [`batch`](super). `work` makes of each cleaned page what is needed of it, once, on any
    /// thread; `each` is given that in the order of the pages' names. An error or a panic in `work` is its page's
    /// failure, unless nothing more can be written; an error of `each` ends the batch.
    ///
    /// # Errors
    ///
    /// When `build` or `each` fails, and [`Error::Stopped`].
    pub fn run<T: Send>(
        &self,
        build: impl FnMut(Arc<Survey>) -> Result<Pipeline>,
        work: impl Fn(&Task<'_>) -> Result<T> + Sync,
        each: impl FnMut(Event<'_, T>) -> Result<()>,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<()> {
        let nothing = Keeping { resume: false, begin: &|_| Ok(Vec::new()), keep: &|_, _, _| None, passed: &|_| Ok(()) };
        self.run_keeping(&nothing, build, work, each, progress)
    }

    /// Like [`Batch::run`], but what an earlier run made and `keeping` still has is not made again.
    pub(super) fn run_keeping<T: Send>(
        &self,
        keeping: &Keeping<'_, T>,
        mut build: impl FnMut(Arc<Survey>) -> Result<Pipeline>,
        work: impl Fn(&Task<'_>) -> Result<T> + Sync,
        mut each: impl FnMut(Event<'_, T>) -> Result<()>,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<()> {
        let mut surveyed = if keeping.resume { None } else { Some(self.survey(progress)?) };
        let digest = match &surveyed {
            Some(surveyed) => surveyed.digest.clone(),
            None => self.digest(progress)?,
        };
        let mut kept = (keeping.begin)(&digest)?;
        if !kept.is_empty() {
            let mut windows = self.windows();
            let first = windows.next().unwrap_or_default();
            if !windows.is_done() {
                return self.go_on(&mut kept, keeping, build, &work, &mut each, progress);
            }
            // What one page of a window becomes hangs on what the others become: all are kept, or none is.
            kept.retain(|kept| kept.is_same);
            let looked_at = self.keep(first, &mut kept, None, keeping)?;
            if looked_at.iter().all(|(opened, value)| value.is_some() || !matches!(opened.page, Some(Ok(_)))) {
                return looked_at.into_iter().try_for_each(|(opened, value)| {
                    let failed =
                        || opened.page.and_then(std::result::Result::err).map(|reason| Err(Fault::Page(reason)));
                    self.tell(&opened.item, value.map(Ok).or_else(failed), &mut each)
                });
            }
        }
        let Surveyed { survey, pages, read, contents, .. } = match surveyed.take() {
            Some(surveyed) => surveyed,
            None => self.survey(progress)?,
        };
        let pipeline = build(survey)?;
        progress(Progress::Cleaning(pages));
        if let Some(read) = read {
            let mut begun = self.begin(read, &pipeline, progress)?;
            drop(pipeline);
            self.settle(&mut begun, &mut build, progress)?;
            return self.stream(begun, |begun| self.make(begun, false, &contents, &work), &mut each);
        }
        let clean = |item| self.make(Self::clean(self.pages.read(item), &pipeline, progress), true, &contents, &work);
        for window in self.windows() {
            self.stream(window, clean, &mut each)?;
        }
        Ok(())
    }

    /// Goes on with a batch of more than a window that an earlier run began.
    fn go_on<T: Send>(
        &self,
        kept: &mut Vec<Kept>,
        keeping: &Keeping<'_, T>,
        mut build: impl FnMut(Arc<Survey>) -> Result<Pipeline>,
        work: &(impl Fn(&Task<'_>) -> Result<T> + Sync),
        each: &mut impl FnMut(Event<'_, T>) -> Result<()>,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<()> {
        let (mut surveyed, mut contents) = (None, Contents::default());
        let mut pipeline = None;
        if kept.iter().any(|kept| !kept.is_same) {
            surveyed = Some(self.survey(progress)?);
        }
        let survey = surveyed.as_ref().map(|surveyed| Arc::clone(&surveyed.survey));
        progress(Progress::Cleaning(
            surveyed.as_ref().map_or(self.pages.inputs.len() as u64, |surveyed| surveyed.pages),
        ));
        for window in self.windows() {
            let looked_at = self.keep(window, kept, survey.as_deref(), keeping)?;
            let is_missing =
                looked_at.iter().any(|(opened, value)| value.is_none() && matches!(opened.page, Some(Ok(_))));
            if is_missing && pipeline.is_none() {
                let surveyed = surveyed.take().map_or_else(|| self.survey(progress), Ok)?;
                contents = surveyed.contents;
                pipeline = Some(build(surveyed.survey)?);
                progress(Progress::Cleaning(surveyed.pages));
            }
            let make = |(opened, value): (Opened, Option<T>)| match (value, &pipeline) {
                (Some(value), _) => {
                    progress(Progress::Page);
                    (opened.item, Some(Ok(value)))
                }
                (None, Some(pipeline)) => self.make(Self::clean(opened, pipeline, progress), true, &contents, work),
                // Without a pipeline there is nothing to clean: it is no page, or one that failed.
                (None, None) => {
                    let failed = opened.page.and_then(std::result::Result::err);
                    (opened.item, failed.map(|reason| Err(Fault::Page(reason))))
                }
            };
            self.stream(looked_at, make, each)?;
            // Runs that are stopped again and again would otherwise fill the disk with what each had copied of the last.
            let passed: Vec<u64> = kept.iter_mut().filter_map(Kept::is_passed).collect();
            kept.retain_mut(|kept| kept.is_passed().is_none());
            passed.into_iter().try_for_each(keeping.passed)?;
        }
        Ok(())
    }

    /// What was kept of the pages of `window`; what was not is read. Of a run over other pages only that is kept which
    /// `survey` says the same of.
    fn keep<T: Send>(
        &self,
        window: Vec<Item>,
        kept: &mut [Kept],
        survey: Option<&Survey>,
        keeping: &Keeping<'_, T>,
    ) -> Result<Vec<(Opened, Option<T>)>> {
        let with_candidates: Vec<(Item, Vec<(usize, Done)>)> = window
            .into_iter()
            .map(|item| {
                let name = self.pages.name(&item);
                let of = |(run, kept): (usize, &mut Kept)| Some((run, kept.of(&name)?));
                let candidates = kept.iter_mut().enumerate().filter_map(of).collect();
                (item, candidates)
            })
            .collect();
        let (kept, keep): (&[Kept], _) = (kept, keeping.keep);
        let looked_at = self.pool.install(|| {
            let looked_at = with_candidates.into_par_iter().with_max_len(1).map(|(item, candidates)| {
                if self.is_stopped() || candidates.is_empty() {
                    return (self.pages.read(item), None);
                }
                let input = &self.pages.inputs.list[item.input()];
                let content = self.pages.content(&item);
                let answers_alike = |done: &Done| {
                    let answers = survey.zip(done.answers.as_ref());
                    answers.is_some_and(|(survey, answers)| !answers.differs(survey))
                };
                let fits = candidates.iter().filter(|(run, done)| {
                    content.as_ref() == Some(&done.content) && (kept[*run].is_same || answers_alike(done))
                });
                match { fits }.find_map(|(run, done)| keep(input, &kept[*run], done)) {
                    Some(value) => (Opened { item, content: content.unwrap_or_default(), page: None }, Some(value)),
                    None => (self.pages.read(item), None),
                }
            });
            looked_at.collect()
        });
        self.go_on_unless_stopped()?;
        Ok(looked_at)
    }

    /// Counts over all pages.
    fn survey(&self, progress: &(dyn Fn(Progress) + Sync)) -> Result<Surveyed> {
        let survey = Arc::new(Survey::new(Gazetteer::embedded()?));
        let pages = AtomicU64::new(0);
        let survey_one = |item| {
            let read = if self.is_stopped() { Opened::unread(item) } else { self.pages.read(item) };
            if read.page.is_some() {
                pages.fetch_add(1, Ordering::Relaxed);
                progress(Progress::Page);
            }
            if let Some(Ok(page)) = &read.page {
                survey.add(&page.text);
            }
            read
        };
        let mut digest = Digest::default();
        progress(Progress::Surveying(
            (self.pages.options.format == Format::Text).then_some(self.pages.inputs.len() as u64),
        ));
        let mut windows = self.windows();
        let (mut first, mut kept, mut read_again) = (windows.next(), None, Contents::default());
        if windows.is_done() {
            // Pages that fit into one window need not be read again.
            let window = first.take().unwrap_or_default().into_par_iter().with_max_len(1);
            let read = self.pool.install(|| window.map(survey_one).collect::<Vec<_>>());
            for read in &read {
                digest.add(&self.pages.name(&read.item), &read.content);
            }
            kept = Some(read);
        }
        for window in first.into_iter().chain(windows) {
            let contents: Vec<(Item, String)> = self.pool.install(|| {
                let read = window.into_par_iter().with_max_len(1).map(survey_one);
                read.map(|read| (read.item, read.content)).collect()
            });
            for (item, content) in &contents {
                digest.add(&self.pages.name(item), content);
                read_again.add(item, content);
            }
            self.go_on_unless_stopped()?;
        }
        self.go_on_unless_stopped()?;
        let (pages, digest) = (pages.into_inner(), digest.finish());
        Ok(Surveyed { survey, pages, digest, read: kept, contents: read_again })
    }

    /// The hash of all pages' names and contents that [`Batch::survey`] gives, and nothing else of them.
    fn digest(&self, progress: &(dyn Fn(Progress) + Sync)) -> Result<String> {
        let mut digest = Digest::default();
        progress(Progress::Surveying(
            (self.pages.options.format == Format::Text).then_some(self.pages.inputs.len() as u64),
        ));
        for window in self.windows() {
            let contents: Vec<(String, String)> = self.pool.install(|| {
                let contents = window.into_par_iter().with_max_len(1).map(|item| {
                    progress(Progress::Page);
                    let content = if self.is_stopped() { None } else { self.pages.content(&item) };
                    (self.pages.name(&item), content.unwrap_or_default())
                });
                contents.collect()
            });
            for (name, content) in contents {
                digest.add(&name, &content);
            }
            self.go_on_unless_stopped()?;
        }
        Ok(digest.finish())
    }

    fn windows(&self) -> Windows<'a> {
        Windows::new(self.pages.inputs, self.pages.options)
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    fn go_on_unless_stopped(&self) -> Result<()> {
        if self.is_stopped() { Err(Error::Stopped) } else { Ok(()) }
    }

    /// Cleans the pages of a window with the survey that `pipeline` holds.
    fn begin(
        &self,
        window: Vec<Opened>,
        pipeline: &Pipeline,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Vec<Begun>> {
        let begun = self.pool.install(|| {
            let begun = window.into_par_iter().with_max_len(1).map(|opened| {
                if self.is_stopped() {
                    return Begun { item: opened.item, content: opened.content, page: None };
                }
                Self::clean(opened, pipeline, progress)
            });
            begun.collect()
        });
        self.go_on_unless_stopped()?;
        Ok(begun)
    }

    /// Cleans one page with the survey that `pipeline` holds.
    fn clean(opened: Opened, pipeline: &Pipeline, progress: &(dyn Fn(Progress) + Sync)) -> Begun {
        let Opened { item, content, page } = opened;
        let page = page.map(|page| {
            let page = page?;
            let settling = guarded(|| Ok(pipeline.begin(page.text.clone()))).map_err(Fault::reason);
            progress(Progress::Page);
            Ok((page, settling?))
        });
        Begun { item, content, page }
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
                    let is_changed = !self.is_stopped() && begun.go_on(&pipeline, &survey);
                    progress(Progress::Page);
                    is_changed
                });
                // Every page goes on, so this must not stop at the first that changes.
                changed.reduce(|| false, |one, other| one | other)
            });
            self.go_on_unless_stopped()?;
        }
        Ok(())
    }

    /// Makes of each of `items` what `make` does, on all threads, and tells that in their order as soon as it is made.
    fn stream<I: Send, T: Send>(
        &self,
        items: Vec<I>,
        make: impl Fn(I) -> (Item, Made<T>) + Sync,
        each: &mut impl FnMut(Event<'_, T>) -> Result<()>,
    ) -> Result<()> {
        let items: Vec<Mutex<Option<I>>> = items.into_iter().map(|item| Mutex::new(Some(item))).collect();
        let (next, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
        let (sender, receiver) = mpsc::channel();
        let told = self.pool.in_place_scope(|scope| {
            for _ in 0..self.pool.current_num_threads() {
                let (sender, items, next, is_over, make) = (sender.clone(), &items, &next, &is_over, &make);
                scope.spawn(move |_| {
                    while !is_over.load(Ordering::Relaxed) && !self.is_stopped() {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(slot) = items.get(index) else { break };
                        let item = slot.lock().ok().and_then(|mut slot| slot.take());
                        if item.is_none_or(|item| sender.send((index, make(item))).is_err()) {
                            break;
                        }
                    }
                });
            }
            drop(sender);
            let (mut waiting, mut due) = (BTreeMap::new(), 0);
            for (index, made) in receiver {
                waiting.insert(index, made);
                while let Some((item, value)) = waiting.remove(&due) {
                    due += 1;
                    if let Err(error) = self.tell(&item, value, each) {
                        is_over.store(true, Ordering::Relaxed);
                        return Err(error);
                    }
                }
            }
            Ok(())
        });
        told.and_then(|()| self.go_on_unless_stopped())
    }

    /// What `work` makes of a page that was cleaned, alone or with others, and whose input had one of `contents` before.
    fn make<T>(
        &self,
        begun: Begun,
        is_alone: bool,
        contents: &Contents,
        work: &impl Fn(&Task<'_>) -> Result<T>,
    ) -> (Item, Made<T>) {
        let Begun { item, content, page } = begun;
        let value = page.map(|page| {
            let (page, settling) = page.map_err(Fault::Page)?;
            guarded(|| {
                let object = match &item {
                    Item::Line { bytes, .. } => Some(Object::parse(bytes, &self.pages.options.field)?),
                    _ => None,
                };
                let input = &self.pages.inputs.list[item.input()];
                let (object, alone) = (object.as_ref(), is_alone.then_some(&settling));
                let is_altered = contents.differ(&item, &content);
                let (page, cleaned, content) = (&page, &settling.cleaned, content.as_str());
                work(&Task { input, page, cleaned, object, content, is_altered, alone })
            })
        });
        (item, value)
    }

    fn tell<T>(&self, item: &Item, value: Made<T>, each: &mut impl FnMut(Event<'_, T>) -> Result<()>) -> Result<()> {
        let input = &self.pages.inputs.list[item.input()];
        let failed = |reason: String, line| Event::Failed { input, page: self.pages.name(item), reason, line };
        each(match (item, value) {
            (_, Some(Ok(value))) => Event::Done { input, value },
            (_, Some(Err(Fault::Run(error)))) => return Err(error),
            (Item::Line { bytes, .. }, Some(Err(Fault::Page(reason)))) => failed(reason, Some(Line::Bytes(bytes))),
            (Item::TooLarge { offset, length, .. }, _) => {
                let line = Line::Extent { offset: *offset, length: *length };
                failed(self.pages.too_large(*length), Some(line))
            }
            (Item::Blank { bytes, .. }, _) => Event::Blank { input, bytes },
            (Item::End { .. }, _) => Event::End { input },
            (Item::Broken { reason, .. }, _) => failed(reason.clone(), None),
            (_, Some(Err(Fault::Page(reason)))) => failed(reason, None),
            (_, None) => return Ok(()),
        })
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
            Err(fault) => {
                self.page = Some(Err(fault.reason()));
                true
            }
        }
    }
}

/// As many threads as are of use here.
fn most_threads() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).saturating_mul(MOST_A_CORE)
}
