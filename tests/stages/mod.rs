//! Each stage on pages that it corrects and near twins that it leaves alone.

mod characters;
mod places;
mod script;
