//! What the program knows, and that it stands up to damage.

mod gazetteer;
