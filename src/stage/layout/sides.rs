//! What is seen of the two sides of a seam, worked out once however often it is asked for: that takes longer than all else.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::super::memory::Parts;
use super::fragments::Topic;
use super::rivals::Read;
use crate::knowledge::affinity::{seen, seen_of_topic};
use crate::knowledge::{Affinity, Model, Seams, Side};

/// The sides that a page has, by the characters that tell them, the nearest to the seam first.
#[derive(Default)]
pub struct Sides {
    tails: Parts<[char], Rc<Side>>,
    heads: Parts<[char], Rc<Side>>,
    tail_topics: Parts<[char], Rc<Side>>,
    head_topics: Parts<[char], Rc<Side>>,
    /// What blocks are about.
    topics: Parts<[char], Rc<Topic>>,
    /// The bonds of neighbours that were asked for.
    bonds: FxHashMap<[char; 2], f64>,
    /// How the language model reads them.
    pub(super) read: Read,
}

impl Sides {
    /// Begins another reading of the page.
    pub(super) fn turn(&mut self) {
        for sides in [&mut self.tails, &mut self.heads, &mut self.tail_topics, &mut self.head_topics] {
            sides.turn();
        }
        self.topics.turn();
        self.read.turn();
    }

    /// [`Affinity::tail`] of what breaks off.
    pub(super) fn tail(&mut self, affinity: &Affinity, backwards: impl Iterator<Item = char>) -> Rc<Side> {
        let key = seen(backwards);
        let make = || Rc::new(affinity.tail(key.iter().copied()));
        Rc::clone(self.tails.of(&key, make))
    }

    /// [`Affinity::head`] of what goes on.
    pub(super) fn head(&mut self, affinity: &Affinity, onwards: impl Iterator<Item = char>) -> Rc<Side> {
        let key = seen(onwards);
        let make = || Rc::new(affinity.head(key.iter().copied()));
        Rc::clone(self.heads.of(&key, make))
    }

    /// [`Affinity::tail_topic`] of what breaks off.
    pub(super) fn tail_topic(&mut self, affinity: &Affinity, backwards: impl Iterator<Item = char>) -> Rc<Side> {
        let key = seen_of_topic(backwards);
        let make = || Rc::new(affinity.tail_topic(key.iter().copied()));
        Rc::clone(self.tail_topics.of(&key, make))
    }

    /// [`Affinity::head_topic`] of what goes on.
    pub(super) fn head_topic(&mut self, affinity: &Affinity, onwards: impl Iterator<Item = char>) -> Rc<Side> {
        let key = seen_of_topic(onwards);
        let make = || Rc::new(affinity.head_topic(key.iter().copied()));
        Rc::clone(self.head_topics.of(&key, make))
    }

    /// What a block of these characters is about.
    pub(super) fn topic(&mut self, model: &Model, characters: impl Iterator<Item = char>) -> Rc<Topic> {
        let key = Topic::seen(characters);
        Rc::clone(self.topics.of(&key, || Rc::new(Topic::of(&key, model))))
    }

    /// [`Seams::bond`] of two neighbours.
    pub(super) fn bond(&mut self, seams: &Seams, pair: [char; 2]) -> f64 {
        *self.bonds.entry(pair).or_insert_with(|| seams.bond(pair[0], pair[1]))
    }
}
