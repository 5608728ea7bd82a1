//! The places while they are gathered.

use std::collections::HashMap;

use crate::knowledge::gazetteer::{Level, names};

/// A place by its position in the tree.
pub(super) type Node = usize;

/// A place above the villages.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) level: Level,
    pub(super) parent: Option<Node>,
    pub(super) source: u8,
    pub(super) since: Option<u16>,
    pub(super) until: Option<u16>,
    /// What it is called now or belongs to now, where it is no more.
    pub(super) now: Option<Node>,
    pub(super) aliases: Vec<String>,
    /// The villages' names as listed, with their sources.
    pub(super) villages: Vec<(String, u8)>,
}

impl Place {
    pub(super) fn new(name: impl Into<String>, level: Level, parent: Option<Node>, source: u8) -> Self {
        Self {
            name: name.into(),
            level,
            parent,
            source,
            since: None,
            until: None,
            now: None,
            aliases: Vec::new(),
            villages: Vec::new(),
        }
    }

    /// The name without suffix.
    pub(super) fn stem(&self) -> &str {
        names::split(&self.name, self.level).0
    }
}

/// All places above the villages, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Tree {
    places: Vec<Place>,
    children: HashMap<Option<Node>, Vec<Node>>,
}

impl Tree {
    pub(super) fn add(&mut self, place: Place) -> Node {
        let node = self.places.len();
        self.children.entry(place.parent).or_default().push(node);
        self.places.push(place);
        node
    }

    pub(super) fn nodes(&self) -> std::ops::Range<Node> {
        0..self.places.len()
    }

    pub(super) fn place(&self, node: Node) -> &Place {
        &self.places[node]
    }

    pub(super) fn place_mut(&mut self, node: Node) -> &mut Place {
        &mut self.places[node]
    }

    pub(super) fn children(&self, node: Option<Node>) -> &[Node] {
        self.children.get(&node).map_or(&[], Vec::as_slice)
    }

    /// The child of `parent` that is called `name`.
    pub(super) fn child(&self, parent: Option<Node>, name: &str) -> Option<Node> {
        self.children(parent).iter().copied().find(|child| self.place(*child).name == name)
    }

    /// The child of `parent` whose name without suffix is that of `name`, and which still is; one of today's source first.
    pub(super) fn child_with_stem(&self, parent: Option<Node>, name: &str) -> Option<Node> {
        self.children(parent).iter().copied().find(|child| {
            let place = self.place(*child);
            place.now.is_none() && place.until.is_none() && place.stem() == names::split(name, place.level).0
        })
    }

    /// The places of town level that lie in `node` directly or in its counties.
    pub(super) fn towns_in(&self, node: Node) -> impl Iterator<Item = Node> {
        let direct = self.children(Some(node)).iter();
        direct
            .flat_map(|child| std::iter::once(child).chain(self.children(Some(*child))))
            .copied()
            .filter(|node| self.place(*node).level == Level::Town)
    }
}
