//! How the knowledge is made: tables from counts and texts. The same sources give the same bytes.

mod affinity;
mod align;
mod boost;
mod calibration;
mod channel;
mod confusions;
mod decisions;
mod distance;
mod edges;
pub mod evaluate;
mod excluded;
mod fit;
pub mod gazetteer;
mod lexicon;
mod model;
mod neighbours;
mod pairs;
mod parts;
mod places;
mod readings;
mod reviewer;
mod seams;
mod shapes;
mod source;
mod table;

pub use affinity::{Affine, Affinities};
pub use align::Alignment;
pub use boost::{Boosting, Ensemble};
pub use channel::{Fold, fit_channel, reached, write_channel};
pub use confusions::{confused, confusions, counted, described};
pub use decisions::Lessons;
pub use distance::{Matching, distance};
pub use edges::{EdgeFigures, FittedEdges, edges};
pub use fit::{
    CHARACTERS, Example, FRAGMENTS, FRAGMENTS_AGAIN, Figures, LINE_ENDS, LINES, SeamTruth, Subject, WIDTHS,
    blank_examples, fit, half_width, line_end_examples, mark_examples, misreading_examples, seam_examples, variants,
    width_examples,
};
pub use lexicon::lexicon;
pub use model::{Trained, Training, TrainingStep};
pub use neighbours::neighbours;
pub use pairs::{Pair, hits, visible};
pub use parts::parts;
pub use places::places;
pub use readings::readings;
pub use reviewer::{Order, review};
pub use seams::seams;
pub use shapes::{Face, look_alikes, shapes};
pub use source::Source;
