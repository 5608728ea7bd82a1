use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek};

use super::inputs::Source;
use super::{Format, Input, Inputs, Options, cannot_read};

/// What is read from an input, in order.
#[derive(Debug)]
pub(super) enum Item {
    /// A file that is a page.
    File { input: usize },
    /// A line that is a page, with its line end.
    Line { input: usize, number: usize, bytes: Vec<u8> },
    /// A line of blanks: no page, but kept.
    Blank { input: usize, bytes: Vec<u8> },
    /// A line that is too large to be held, from `offset` on.
    TooLarge { input: usize, number: usize, offset: u64, length: u64 },
    /// All lines of a file were read.
    End { input: usize },
    /// A file that cannot be read, or not further.
    Broken { input: usize, reason: String },
}

impl Item {
    /// Which of the inputs it is read from.
    pub(super) fn input(&self) -> usize {
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

/// A batch is read and held by windows, so that memory does not grow with it. Small enough that source, clean text and
/// report of a window fit into some 100 MB on the worst pages, large enough that threads seldom wait for one another.
const BYTES: u64 = 4 << 20;
const ITEMS: usize = 4096;

/// Reads a batch, a window at a time.
pub(super) struct Windows<'a> {
    inputs: &'a [Input],
    options: &'a Options,
    next: usize,
    lines: Option<Reader<'a>>,
}

impl<'a> Windows<'a> {
    pub(super) fn new(inputs: &'a Inputs, options: &'a Options) -> Self {
        Self { inputs: &inputs.list, options, next: 0, lines: None }
    }

    /// Whether everything was read.
    pub(super) fn is_done(&self) -> bool {
        self.lines.is_none() && self.next == self.inputs.len()
    }

    /// The next item and what it weighs.
    fn item(&mut self) -> Option<(Item, u64)> {
        if let Some(reader) = &mut self.lines {
            let input = reader.input;
            let item = reader.item(self.options.max_page_size);
            if matches!(item, Item::End { .. } | Item::Broken { .. }) {
                self.lines = None;
            }
            debug_assert!(self.next > input);
            let weight = match &item {
                Item::Line { bytes, .. } | Item::Blank { bytes, .. } => bytes.len() as u64,
                _ => 0,
            };
            return Some((item, weight));
        }
        let input = self.next;
        let file = self.inputs.get(input)?;
        self.next += 1;
        if let Source::Failed(reason) = &file.source {
            return Some((Item::Broken { input, reason: reason.clone() }, 0));
        }
        match self.options.format {
            Format::Text => {
                // Where windows end hangs on sizes, and on that what pages become: one that is not known is no 0.
                Some(match size(file) {
                    Ok(size) => (Item::File { input }, size.min(self.options.max_page_size)),
                    Err(error) => (Item::Broken { input, reason: cannot_read(file.path(), error) }, 0),
                })
            }
            Format::Jsonl => match open(file) {
                Ok(source) => {
                    self.lines = Some(Reader { input, source: BufReader::new(source), number: 0, offset: 0, file });
                    self.item()
                }
                Err(error) => Some((Item::Broken { input, reason: cannot_read(file.path(), error) }, 0)),
            },
        }
    }
}

impl Iterator for Windows<'_> {
    type Item = Vec<Item>;

    fn next(&mut self) -> Option<Vec<Item>> {
        let (mut window, mut weight) = (Vec::new(), 0);
        while window.len() < ITEMS && weight < BYTES {
            let Some((item, more)) = self.item() else { break };
            window.push(item);
            weight += more;
        }
        (!window.is_empty()).then_some(window)
    }
}

fn size(input: &Input) -> io::Result<u64> {
    let metadata = match &input.source {
        Source::Spooled(file) => file.metadata(),
        _ => fs::metadata(input.path()),
    };
    metadata.map(|metadata| metadata.len())
}

/// Opens `input` from its start.
pub(super) fn open(input: &Input) -> io::Result<File> {
    match &input.source {
        Source::Spooled(file) => {
            let mut file = file.try_clone()?;
            file.rewind()?;
            Ok(file)
        }
        _ => File::open(input.path()),
    }
}

/// Reads the lines of one file. Lines end in LF and nothing else, so that text may hold any other line end.
struct Reader<'a> {
    input: usize,
    source: BufReader<File>,
    number: usize,
    offset: u64,
    file: &'a Input,
}

impl Reader<'_> {
    fn item(&mut self, max_page_size: u64) -> Item {
        let (input, offset) = (self.input, self.offset);
        let mut bytes = Vec::new();
        let line = (&mut self.source).take(max_page_size).read_until(b'\n', &mut bytes);
        let rest = match line {
            Ok(0) => return Item::End { input },
            Ok(_) if bytes.len() as u64 == max_page_size && bytes.last() != Some(&b'\n') => skip_line(&mut self.source),
            Ok(_) => Ok(0),
            Err(error) => Err(error),
        };
        self.number += 1;
        let number = self.number;
        let rest = match rest {
            Ok(rest) => rest,
            Err(error) => return Item::Broken { input, reason: cannot_read(self.file.path(), error) },
        };
        let length = bytes.len() as u64 + rest;
        self.offset += length;
        if rest > 0 {
            Item::TooLarge { input, number, offset, length }
        } else if bytes.iter().all(u8::is_ascii_whitespace) {
            Item::Blank { input, bytes }
        } else {
            Item::Line { input, number, bytes }
        }
    }
}

/// Reads up to and with the next LF, and says how many bytes that were.
fn skip_line(source: &mut impl BufRead) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let buffer = source.fill_buf()?;
        let (length, ended) = match memchr::memchr(b'\n', buffer) {
            Some(newline) => (newline + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        source.consume(length);
        skipped += length as u64;
        if ended {
            return Ok(skipped);
        }
    }
}
