//! The tables that are part of the program, and what becomes of damaged ones.

mod affinity;
mod channel;
mod confusions;
mod damage;
mod edges;
mod gazetteer;
mod lexicon;
mod making;
mod model;
mod seams;
mod shapes;
mod trees;
mod user;
