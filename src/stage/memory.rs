//! What a stage keeps of a page from one reading to the next.

use std::any::Any;
use std::hash::Hash;

use rustc_hash::FxHashMap;

/// What a stage keeps of a page, so that it need not look again at what stands there as it stood when it last read it.
///
/// It holds nothing but what the kept text alone decides, so a stage proposes the same with it as without.
#[derive(Default)]
pub struct Memory(Option<Box<dyn Any>>);

impl Memory {
    /// What is kept, which is of one type for each stage; empty at first.
    pub(super) fn recall<T: Default + 'static>(&mut self) -> &mut T {
        if !self.0.as_ref().is_some_and(|kept| kept.is::<T>()) {
            self.0 = Some(Box::<T>::default());
        }
        self.0.as_mut().and_then(|kept| kept.downcast_mut()).expect("it was just made so")
    }
}

/// What was made of parts of a page, by their text. What one reading does not ask for the next no longer finds.
pub(super) struct Parts<K: ?Sized, T> {
    asked: FxHashMap<Box<K>, T>,
    left: FxHashMap<Box<K>, T>,
}

impl<K: ?Sized, T> Default for Parts<K, T> {
    fn default() -> Self {
        Self { asked: FxHashMap::default(), left: FxHashMap::default() }
    }
}

impl<K: ?Sized + Eq + Hash, T> Parts<K, T>
where
    for<'k> Box<K>: From<&'k K>,
{
    /// Begins another reading.
    pub(super) fn turn(&mut self) {
        self.left = std::mem::take(&mut self.asked);
    }

    /// What was made of `text`, or is made of it now.
    pub(super) fn of(&mut self, text: &K, make: impl FnOnce() -> T) -> &mut T {
        if !self.asked.contains_key(text) {
            let (text, part) = self.left.remove_entry(text).unwrap_or_else(|| (text.into(), make()));
            self.asked.insert(text, part);
        }
        self.asked.get_mut(text).expect("it was just put there")
    }

    /// What was made of `text`, for which this reading has asked.
    pub(super) fn get(&self, text: &K) -> Option<&T> {
        self.asked.get(text)
    }

    /// The same, to add to it.
    pub(super) fn get_mut(&mut self, text: &K) -> Option<&mut T> {
        self.asked.get_mut(text)
    }
}
