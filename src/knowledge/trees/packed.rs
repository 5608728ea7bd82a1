//! Trees as the program's build has packed them, which are read in a small part of the time that their text takes.

use std::sync::OnceLock;

use super::{DEEPEST, Node, Subject, Trees};

/// What stands in place of a feature where a node is a leaf.
const LEAF: u8 = u8::MAX;

impl Trees {
    /// Reads trees about `subject`. After the first line of their file and a line with the features that they ask for come the bias and the
    /// nodes, each the number of its feature, or [`LEAF`], and a float.
    ///
    /// None where they are not of this form.
    pub(crate) fn from_packed(packed: &[u8], subject: Subject) -> Option<Self> {
        let mut parts = packed.splitn(3, |&byte| byte == b'\n');
        let mut line = || str::from_utf8(parts.next()?).ok();
        let (format, names) = (line()?, line()?);
        let number = |name| (0..).zip(subject.features).find(|(_, (feature, _))| *feature == name).map(|found| found.0);
        let features: Vec<u16> = names.split(' ').map(number).collect::<Option<_>>()?;
        let (bias, mut nodes) = parts.next()?.split_first_chunk()?;
        let bias = f32::from_le_bytes(*bias);
        let mut trees = Self { bias, nodes: Vec::new(), roots: Vec::new(), by_splits: OnceLock::new() };
        while !nodes.is_empty() {
            trees.roots.push(trees.nodes.len() as u32);
            trees.unpack(&mut nodes, &features, 0)?;
        }
        (format == subject.format).then_some(trees)
    }

    /// Takes a node with its branches.
    fn unpack(&mut self, nodes: &mut &[u8], features: &[u16], depth: usize) -> Option<()> {
        let (&[feature, number @ ..], rest) = nodes.split_first_chunk::<5>()?;
        *nodes = rest;
        let (node, number) = (self.nodes.len(), f32::from_le_bytes(number));
        self.nodes.push(Node::Leaf(number));
        if feature != LEAF {
            let feature = *features.get(usize::from(feature)).filter(|_| depth < DEEPEST)?;
            self.unpack(nodes, features, depth + 1)?;
            self.nodes[node] = Node::Split { feature, below: number, right: self.nodes.len() as u32 };
            self.unpack(nodes, features, depth + 1)?;
        }
        Some(())
    }
}
