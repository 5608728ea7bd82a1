//! How the knowledge is made: commands that write the files of `dictionaries/` from their sources.

pub mod gazetteer;
