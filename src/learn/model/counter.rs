use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::PathBuf;
use std::sync::Mutex;

use crate::{Error, Result};

/// How many keys a thread sorts at a time: 128 MB.
const RUN: usize = 1 << 24;

/// Counts keys in bounded memory: sorted runs in temporary files, merged at the end.
#[derive(Default)]
pub(super) struct Counter {
    runs: Mutex<Vec<File>>,
}

/// The keys of one thread that wait to be sorted.
pub(super) struct Keys<'c> {
    counter: &'c Counter,
    keys: Vec<u64>,
}

impl Counter {
    /// A place for a thread to put its keys.
    pub(super) fn keys(&self) -> Keys<'_> {
        Keys { counter: self, keys: Vec::new() }
    }

    /// Hands every key and its count to `read`, the keys rising.
    pub(super) fn merge(&self, mut read: impl FnMut(u64, u64) -> Result<()>) -> Result<()> {
        let files = self.runs.lock().map_err(|_| poisoned())?;
        let mut runs = Vec::new();
        for file in files.iter() {
            let mut file = file.try_clone().map_err(failed)?;
            file.rewind().map_err(failed)?;
            runs.push(BufReader::with_capacity(1 << 20, file));
        }
        let mut heads = BinaryHeap::new();
        for (run, reader) in runs.iter_mut().enumerate() {
            heads.extend(next(reader)?.map(|(key, count)| Reverse((key, run, count))));
        }
        let mut current: Option<(u64, u64)> = None;
        while let Some(mut head) = heads.peek_mut() {
            let Reverse((key, run, count)) = *head;
            match &mut current {
                Some((same, sum)) if *same == key => *sum += count,
                _ => {
                    if let Some((key, sum)) = current.replace((key, count)) {
                        read(key, sum)?;
                    }
                }
            }
            match next(&mut runs[run])? {
                Some((key, count)) => *head = Reverse((key, run, count)),
                None => _ = std::collections::binary_heap::PeekMut::pop(head),
            }
        }
        current.map_or(Ok(()), |(key, sum)| read(key, sum))
    }
}

impl Keys<'_> {
    /// Counts `key` once.
    pub(super) fn push(&mut self, key: u64) -> Result<()> {
        self.keys.push(key);
        if self.keys.len() >= RUN { self.spill() } else { Ok(()) }
    }

    /// Hands over what is left.
    pub(super) fn finish(mut self) -> Result<()> {
        if self.keys.is_empty() { Ok(()) } else { self.spill() }
    }

    fn spill(&mut self) -> Result<()> {
        self.keys.sort_unstable();
        let mut file = BufWriter::with_capacity(1 << 20, tempfile::tempfile().map_err(failed)?);
        for equal in self.keys.chunk_by(|a, b| a == b) {
            let record = equal[0].to_le_bytes();
            file.write_all(&record)
                .and_then(|()| file.write_all(&(equal.len() as u64).to_le_bytes()))
                .map_err(failed)?;
        }
        self.keys.clear();
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        self.counter.runs.lock().map_err(|_| poisoned())?.push(file);
        Ok(())
    }
}

/// The next key of a run and its count.
fn next(run: &mut impl Read) -> Result<Option<(u64, u64)>> {
    let mut record = [0; 16];
    match run.read_exact(&mut record) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(failed(error)),
    }
    let number = |at: usize| record[at..].first_chunk().map_or(0, |&eight| u64::from_le_bytes(eight));
    Ok(Some((number(0), number(8))))
}

/// What failed lies in the folder for temporary files.
fn failed(source: io::Error) -> Error {
    Error::Write { path: std::env::temp_dir().join("kanwu's counts"), source }
}

fn poisoned() -> Error {
    Error::Write { path: PathBuf::from("counts"), source: io::Error::other("a thread that counted has failed") }
}
