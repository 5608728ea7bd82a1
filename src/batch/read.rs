//! A page's bytes become text, and the hashes by which a run tells pages from others.

use std::io::Read as _;

use super::guard::{Fault, guarded};
use super::windows::{Item, open};
use super::{Input, Inputs, Object, Options};
use crate::page::{Encoding, Page, decode};
use crate::{Error, Result};

/// An item and what came of reading it.
pub(super) struct Opened {
    pub(super) item: Item,
    /// A hash of its bytes.
    pub(super) content: String,
    pub(super) page: Option<std::result::Result<Page, String>>,
}

impl Opened {
    pub(super) fn unread(item: Item) -> Self {
        Self { item, content: String::new(), page: None }
    }
}

/// Reads the pages of a batch.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) options: &'a Options,
}

impl Reader<'_> {
    /// Reads and decodes the page that `item` is, if it is one.
    pub(super) fn read(&self, item: Item) -> Opened {
        let mut content = String::new();
        let page = match &item {
            Item::File { input } => {
                let input = &self.inputs.list[*input];
                let page = guarded(|| {
                    let bytes = self.bytes(input)?;
                    content = hash(&bytes);
                    decode(input.name(), &bytes, self.options.encoding)
                });
                Some(page.map_err(Fault::reason))
            }
            Item::Line { bytes, .. } => {
                content = hash(bytes);
                let page = guarded(|| {
                    let object = Object::parse(bytes, &self.options.field)?;
                    decode(self.name(&item), object.text().as_bytes(), Encoding::Named(encoding_rs::UTF_8))
                });
                Some(page.map_err(Fault::reason))
            }
            _ => None,
        };
        Opened { item, content, page }
    }

    /// A hash of the bytes of the page that `item` is, if it is one that can be read.
    pub(super) fn content(&self, item: &Item) -> Option<String> {
        match item {
            Item::File { input } => Some(hash(&self.bytes(&self.inputs.list[*input]).ok()?)),
            Item::Line { bytes, .. } => Some(hash(bytes)),
            _ => None,
        }
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

    pub(super) fn too_large(&self, size: u64) -> String {
        format!(
            "has {size} bytes, more than the {} that a page may have; split it, or allow more with --max-page-size",
            self.options.max_page_size
        )
    }

    pub(super) fn name(&self, item: &Item) -> String {
        let name = self.inputs.list[item.input()].name();
        match item {
            Item::Line { number, .. } | Item::TooLarge { number, .. } => format!("{name}:{number}"),
            _ => name,
        }
    }
}

/// What tells the contents of inputs from others: the beginnings of their hashes.
#[derive(Default)]
pub(super) struct Contents(Vec<u64>);

impl Contents {
    pub(super) fn add(&mut self, item: &Item, content: &str) {
        if let Item::File { input } = item {
            self.0.resize(self.0.len().max(input + 1), 0);
            self.0[*input] = Self::beginning(content);
        }
    }

    /// Whether `item` is a page that had another content than `content`.
    pub(super) fn differ(&self, item: &Item, content: &str) -> bool {
        matches!(item, Item::File { input } if self.0.get(*input).is_some_and(|had| *had != Self::beginning(content)))
    }

    /// As a number; 0 for what cannot be read.
    fn beginning(content: &str) -> u64 {
        content.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default()
    }
}

/// A hash of the names and contents of pages, in their order.
#[derive(Default)]
pub(super) struct Digest(blake3::Hasher);

impl Digest {
    pub(super) fn add(&mut self, name: &str, content: &str) {
        self.0.update(name.as_bytes()).update(&[0]).update(content.as_bytes()).update(&[0]);
    }

    pub(super) fn finish(&self) -> String {
        self.0.finalize().to_hex().to_string()
    }
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
