//! The forms of places in running text.
//!
//! This is the hot path of the survey of a batch, so nearly every position is passed over after one look at a bit: do
//! these two characters begin any form? Only then are the stems that begin with them compared.

use super::table::{FILTER_BITS, OTHER_SUFFIXES, Section, pair_hash};
use super::{FormId, FormKind, Gazetteer, Level};
use crate::text::Span;

/// How many bytes of UTF-8 a Chinese character has, but for those beyond the basic plane.
const HAN: usize = 3;

/// What makes another word of a suffix when it follows: 发展乡镇企业 names no 发展乡, 新兴市场 no 新兴市.
const GOES_ON: [(char, &str); 3] = [('乡', "镇村土亲愁贤音情间"), ('市', "场"), ('区', "域")];

/// A form of a place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// Where it stands.
    pub span: Span,
    /// What stands there; [`Gazetteer::places`] says which places that may be.
    pub form: FormId,
}

/// The suffixes by their first character.
#[derive(Debug)]
pub(super) struct Scan {
    /// First character, and the bits of the suffixes that begin with it.
    openings: Vec<([u8; HAN], u32)>,
}

/// What [`Gazetteer::mentions`] finds.
pub struct Mentions<'g, 't> {
    gazetteer: &'g Gazetteer,
    filter: &'g [u8],
    text: &'t str,
    at: usize,
}

impl Scan {
    pub(super) fn new(suffixes: &[String]) -> Self {
        let mut openings: Vec<([u8; HAN], u32)> = Vec::new();
        for (bit, suffix) in suffixes.iter().take(usize::from(OTHER_SUFFIXES)).enumerate() {
            let Some(first) = suffix.as_bytes().first_chunk().copied() else { continue };
            match openings.iter_mut().find(|(other, _)| *other == first) {
                Some((_, bits)) => *bits |= 1 << bit,
                None => openings.push((first, 1 << bit)),
            }
        }
        Self { openings }
    }

    fn beginning(&self, text: &[u8]) -> u32 {
        let first = text.first_chunk::<HAN>();
        first.and_then(|first| self.openings.iter().find(|(other, _)| other == first)).map_or(0, |(_, bits)| *bits)
    }
}

impl Gazetteer {
    /// The forms of places of town level and above in `text`, from left to right, the longest at each place.
    ///
    /// They do not overlap. A stem gives way to a form with a suffix that begins in it and goes on (和平安镇 holds 平安镇),
    /// unless it is that of a city or province (上海城市 does not hold 海城市).
    /// Forms of other periods ([`FormKind::Period`]) are not looked for; where one stands, its stem is found.
    pub fn mentions<'g, 't>(&'g self, text: &'t str) -> Mentions<'g, 't> {
        Mentions { gazetteer: self, filter: self.table.section(Section::Filter), text, at: 0 }
    }

    /// The longest form that begins at the byte `at`, and where it ends.
    fn longest(&self, text: &str, at: usize, pair: [u16; 2]) -> Option<(usize, FormId)> {
        let rest = text.get(at + 2 * HAN..)?;
        let mut longest: Option<(usize, FormId)> = None;
        for stem in self.stems_of(pair) {
            let Some(own) = self.rest(stem).filter(|own| rest.as_bytes().starts_with(own)) else { continue };
            let Some(after) = rest.get(own.len()..) else { continue };
            let Some(suffix) = self.longest_suffix(stem, after) else { continue };
            let end = text.len() - after.len() + self.suffixes.get(usize::from(suffix)).map_or(0, String::len);
            if longest.is_none_or(|(other, _)| other < end) {
                longest = Some((end, FormId { stem, suffix }));
            }
        }
        longest
    }

    fn longest_suffix(&self, stem: u16, after: &str) -> Option<u8> {
        let mask = self.table.u32(Section::Masks, self.table.stem(usize::from(stem))?.mask.into())?;
        let begins = |number: u8| {
            let suffix = self.suffixes.get(usize::from(number))?;
            after.strip_prefix(suffix.as_str()).filter(|next| !goes_on(suffix, next)).map(|_| suffix)
        };
        let mut longest = None;
        let candidates = mask & self.scan.beginning(after.as_bytes());
        if candidates != 0 {
            let numbers = (0..OTHER_SUFFIXES).filter(|number| candidates >> number & 1 == 1);
            longest = numbers.filter_map(|number| Some((begins(number)?.len(), number))).max();
        }
        if mask >> OTHER_SUFFIXES == 1 {
            let others = (OTHER_SUFFIXES..=u8::MAX).filter_map(|number| Some((begins(number)?.len(), number)));
            let forms = others.filter(|(_, suffix)| self.is_searched(FormId { stem, suffix: *suffix }));
            longest = longest.max(forms.max());
        }
        longest.map(|(_, number)| number).or((mask & 1 == 1).then_some(0))
    }

    /// Whether texts are searched for `form`.
    pub(super) fn is_searched(&self, form: FormId) -> bool {
        self.matches(form).any(|(_, form)| form.kind != FormKind::Period)
    }

    /// Whether a bare form holds against one that overlaps it.
    fn stands_fast(&self, form: FormId) -> bool {
        self.matches(form).any(|(id, form)| form.kind == FormKind::Full || self.level(id) <= Level::City)
    }
}

impl Mentions<'_, '_> {
    /// Whether any form may begin with these characters.
    fn may_begin(&self, [first, second]: [u16; 2]) -> bool {
        let bit = (pair_hash(first, second) >> (u32::BITS - FILTER_BITS)) as usize;
        self.filter.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    }

    /// The form with a suffix that begins inside the bare form from `start` to `end` and ends after it.
    fn overlapping(&self, start: usize, end: usize) -> Option<Mention> {
        (start + HAN..end).step_by(HAN).find_map(|at| {
            let pair = pair_at(self.text.as_bytes(), at).filter(|pair| self.may_begin(*pair))?;
            let (later, form) = self.gazetteer.longest(self.text, at, pair)?;
            (later > end && form.suffix != 0).then(|| Mention { span: Span::new(at, later), form })
        })
    }

    fn mention_at(&self, at: usize, pair: [u16; 2]) -> Option<Mention> {
        let (end, form) = self.gazetteer.longest(self.text, at, pair)?;
        let mention = Mention { span: Span::new(at, end), form };
        let instead = if form.suffix == 0 { self.overlapping(at, end) } else { None };
        Some(instead.filter(|_| !self.gazetteer.stands_fast(form)).unwrap_or(mention))
    }
}

impl Iterator for Mentions<'_, '_> {
    type Item = Mention;

    fn next(&mut self) -> Option<Mention> {
        let bytes = self.text.as_bytes();
        let mut previous = None;
        while let Some(first) = bytes.get(self.at) {
            let character = if *first >= 0xE0 { character_at(bytes, self.at) } else { None };
            if let (Some(first), Some(second)) = (previous, character)
                && self.may_begin([first, second])
                && let Some(mention) = self.mention_at(self.at - HAN, [first, second])
            {
                self.at = mention.span.end();
                return Some(mention);
            }
            previous = character;
            self.at += match first {
                ..0x80 => 1,
                0x80..0xE0 => 2,
                0xE0..0xF0 => HAN,
                0xF0.. => 4,
            };
        }
        None
    }
}

/// Whether `next`, which follows `suffix`, makes another word of it.
fn goes_on(suffix: &str, next: &str) -> bool {
    let followers = GOES_ON.iter().find(|(last, _)| suffix.ends_with(*last)).map_or("", |(_, followers)| followers);
    next.chars().next().is_some_and(|next| followers.contains(next))
}

/// The character of three bytes at `at`.
fn character_at(bytes: &[u8], at: usize) -> Option<u16> {
    let [first, second, third] = *bytes.get(at..)?.first_chunk::<HAN>()?;
    let bits = |byte: u8| u16::from(byte & 0x3F);
    (first & 0xF0 == 0xE0).then(|| u16::from(first & 0xF) << 12 | bits(second) << 6 | bits(third))
}

fn pair_at(bytes: &[u8], at: usize) -> Option<[u16; 2]> {
    Some([character_at(bytes, at)?, character_at(bytes, at + HAN)?])
}
