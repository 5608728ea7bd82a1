//! Each stage on pages that it corrects and near twins that it leaves alone.

mod characters;
mod confusables;
mod layout;
mod manual;
mod numerals;
mod places;
mod punctuation;
mod script;
mod spacing;
