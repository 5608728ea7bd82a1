use super::lines::{Line, is_closer, is_comma, is_opener, is_terminal};
use super::rivals::{ReadEnds, Rivals, Seam};
use super::sides::Sides;
use crate::knowledge::trees::{embedded, features, fitted};
use crate::knowledge::{Affinity, Edge, Edges, Knowledge, Lexicon, Seams};
use crate::text::{Kind, is_han, kind};

/// What the model sees of a line end; the meaning of each number is in [`NAMES`].
pub type Features = [f32; NAMES.len()];

/// A line end and what surrounds it.
#[derive(Debug, Clone)]
pub struct LineEnd {
    /// Which line it ends, as an index into the page's lines.
    pub line: usize,
    /// The width of a full line thereabouts, in characters.
    pub column: f64,
    /// Whether lines thereabouts are cut to that width.
    pub is_wrapped: bool,
    /// Whether lines thereabouts surely are a column of print, and not verse or a list.
    pub is_in_column: bool,
}

fitted! {
    /// What the fitted trees tell: whether a line end ends a paragraph. `kanwu fit lines` writes them.
    "kanwu line ends 1", "line-ends.txt"
}

embedded! {
    /// The trees for pages that are surely torn: fitted on pages with displaced columns as well.
    fitted_to_torn_pages, SUBJECT, "torn-line-ends.txt"
}

features! {
    wrapped: "1 where lines thereabouts are cut to one width",
    regularity: "share of the lines thereabouts that are about as wide as the column",
    column: "the column's width, at most 60",
    short: "how much the line falls short of the column",
    next_short: "how much the next line falls short of it",
    before_short: "how much the line before falls short of it; -5 at the head of the page",
    after_short: "how much the line after the next falls short of it; -5 at the foot of the page",
    room: "how much room the line has left beyond what the next begins with, which a wrap would have filled: of a column cut to a width, else -5",
    next_room: "how much the next line has left beyond what the one after it begins with",
    before_room: "how much the line before has left beyond what the line begins with",
    width: "the line's width, at most 160",
    next_width: "the next line's width, at most 160",
    closed: "1 if the line closes with the mark of a sentence's end",
    closes_plainly: "1 if that mark is its last character",
    comma: "1 if it ends in a comma or the like",
    closer: "1 if it ends in a closing bracket or quote",
    before_closed: "1 if the line before is closed",
    next_closed: "1 if the next line is closed",
    ends_in_digit: "1 if the line ends in a digit",
    ends_in_letter: "1 if it ends in a Latin letter",
    next_starts_badly: "1 if the next line starts with a mark that no paragraph starts with",
    next_starts_open: "1 if it starts with an opening bracket or quote",
    next_starts_digit: "1 if it starts with a digit",
    next_starts_letter: "1 if it starts with a Latin letter",
    bond: "how much likelier than chance the two characters stand side by side, in bits",
    word: "how well known the best word across the line end is, where widths do not settle it: the logarithm of its count",
    next_starts: "how much likelier than chance the next line's first character starts a paragraph, in bits",
    ends: "how much likelier than chance the line's last character ends a paragraph, in bits",
    next_bond: "how much likelier than chance the next line's first two characters stand side by side, in bits",
    goes_on: "how much likelier the next line's first characters are after the line's last than at the head of a paragraph: the logarithm",
    fits: "how much likelier they are after the line's last than after anything: the logarithm",
    stops: "how likely a paragraph ends after the line's last characters: the logarithm",
    end_edge: "how likely the paragraph goes on at the line's end, by the characters up to it alone, in log-odds",
    start_edge: "how likely the next line goes on in it, by its characters alone, in log-odds",
    affinity: "the affinity of what breaks off at the line's end and what stands after it, in nats, where that is open; else 12",
    lead_of_head: "by how much goes_on exceeds that of the likeliest other line that the text may go on in, from -12 to 12",
    lead_of_tail: "by how much it exceeds that of the likeliest other line that the next line may go on from",
    better_head: "how much better another line goes on from here than the next does, and than it does from where it stands",
    better_tail: "how much better the next line goes on from another, and than what now follows that",
    open: "1 if a bracket or quote is open at the line's end",
    inner: "1 if a comma or the like stands inside the line",
    inner_stop: "1 if a sentence ends inside the line",
    next_inner: "1 if one stands inside the next line",
    head: "1 if the line looks like part of a running head",
    next_head: "1 if the next line does",
    credit: "1 if the line begins like a credit",
    next_credit: "1 if the next line does",
    caption: "1 if the line ends like a caption",
    next_caption: "1 if the next line does",
    jump: "1 if the line is a jump line",
    next_jump: "1 if the next line is one",
    byline: "1 if the line begins like a byline and is short",
    next_byline: "1 if the next line begins like a byline or with a bullet",
    blank: "1 if blank lines stand between the two, more than between nearly all lines of the page",
    blank_rate: "share of the page's line ends with more blank lines after them than nearly all have",
    closed_rate: "share of the page's lines that are closed",
    speck_rate: "share of the page's lines with specks at their ends",
    page_bond: "how much likelier than chance the page's neighbouring characters stand side by side, in bits: low where an engine misread much",
    torn: "share of the page's line ends of which another line goes on better",
    from_head: "how many lines stand before it, at most 6",
    from_foot: "how many lines stand after the next, at most 6",
    indented: "1 if the line is indented",
    next_indented: "1 if the next line is indented",
    indented_rate: "share of the page's lines that are indented",
}

/// How many lines on either side tell the column's width.
///
/// A column has some 40 to 80 lines and a page columns of one width; twelve either side settle the width and follow a
/// change to another block within a few lines. Chosen by hand.
const NEIGHBOURHOOD: usize = 12;

/// The line ends of a page, with what tells the features of each.
pub struct LineEnds<'p, 't> {
    lines: &'p [Line<'t>],
    known: &'p Knowledge,
    columns: Columns,
    /// By line, how much room it has left.
    rooms: Vec<f32>,
    /// By line end, what the language model says of it, and of what else may stand there.
    seams: Vec<Seam>,
    rivals: Vec<Rivals>,
    blank_rate: f32,
    closed_rate: f32,
    speck_rate: f32,
    page_bond: f32,
    torn: f32,
    indented_rate: f32,
}

impl<'p, 't> LineEnds<'p, 't> {
    /// Those between `lines`.
    pub fn of(lines: &'p [Line<'t>], known: &'p Knowledge, sides: &mut Sides) -> Self {
        let columns = Columns::of(lines);
        let share = |is: fn(&&Line<'_>) -> bool| lines.iter().filter(is).count() as f32 / lines.len().max(1) as f32;
        let mut read = ReadEnds::of(lines, known.model, &mut sides.read);
        let seams = read.seams(known.model);
        let rivals = read.rivals(lines, &seams, known.model);
        Self {
            lines,
            known,
            rooms: (0..lines.len()).map(|at| columns.room(lines, at)).collect(),
            columns,
            blank_rate: share(|line| line.is_set_apart),
            closed_rate: share(|line| line.is_closed),
            speck_rate: share(|line| line.has_specks),
            page_bond: page_bond(lines, known.seams, sides),
            torn: torn(&rivals),
            indented_rate: share(|line| line.is_indented),
            seams,
            rivals,
        }
    }

    /// Each of them, from the head of the page on.
    pub fn iter(&self) -> impl Iterator<Item = LineEnd> {
        let end = |line| {
            let column = self.columns.at(line);
            LineEnd {
                line,
                column: f64::from(column.width),
                is_wrapped: column.is_wrapped(),
                is_in_column: column.is_printed(),
            }
        };
        (0..self.seams.len()).map(end)
    }

    /// What the model sees of the end of line `at`.
    pub fn features(&self, at: usize, sides: &mut Sides) -> Features {
        let Self { lines, columns, rooms, .. } = self;
        let Knowledge { seams, lexicon, .. } = *self.known;
        let (line, next) = (&lines[at], &lines[at + 1]);
        let column = columns.at(at);
        let (seam, rivals) = (&self.seams[at], self.rivals[at]);
        let flag = |yes: bool| f32::from(u8::from(yes));
        let seen = Seen {
            wrapped: flag(column.is_wrapped()),
            regularity: column.regularity,
            column: column.width.min(60.0),
            short: columns.short(lines, at),
            next_short: columns.short(lines, at + 1),
            before_short: if at == 0 { OFF_PAGE } else { columns.short(lines, at - 1) },
            after_short: if at + 2 >= lines.len() { OFF_PAGE } else { columns.short(lines, at + 2) },
            room: rooms[at],
            next_room: rooms[at + 1],
            before_room: at.checked_sub(1).map_or(OFF_PAGE, |before| rooms[before]),
            width: line.width.min(160.0) as f32,
            next_width: next.width.min(160.0) as f32,
            closed: flag(line.is_closed),
            closes_plainly: flag(is_terminal(line.last)),
            comma: flag(is_comma(line.last)),
            closer: flag(line.ends_in_closer),
            before_closed: flag(at == 0 || lines[at - 1].is_closed),
            next_closed: flag(next.is_closed),
            ends_in_digit: flag(kind(line.last) == Kind::Digit),
            ends_in_letter: flag(kind(line.last) == Kind::Letter),
            next_starts_badly: flag(next.body.starts_with(|c| is_closer(c) || is_comma(c) || is_terminal(c))),
            next_starts_open: flag(next.body.starts_with(is_opener)),
            next_starts_digit: flag(kind(next.first) == Kind::Digit),
            next_starts_letter: flag(kind(next.first) == Kind::Letter),
            bond: seams.bond(line.last, next.first) as f32,
            word: if column.is_wrapped() && !next.is_set_apart { 0.0 } else { word(line, next, lexicon) },
            next_starts: seams.starts(next.first) as f32,
            ends: seams.ends(line.last) as f32,
            next_bond: next.second.map_or(0.0, |second| seams.bond(next.first, second) as f32),
            goes_on: seam.gain,
            fits: seam.fits,
            stops: seam.stops,
            end_edge: end_edge(lines, at, self.known.edges),
            start_edge: start_edge(lines, at, self.known.edges),
            affinity: if seam.is_open() && (column.is_wrapped() || !line.is_closed) {
                affinity(lines, at, self.known.affinity, sides)
            } else {
                NOT_ASKED
            },
            lead_of_head: rivals.lead_of_head,
            lead_of_tail: rivals.lead_of_tail,
            better_head: rivals.better_head,
            better_tail: rivals.better_tail,
            open: flag(line.leaves_open),
            inner: flag(line.has_inner_mark),
            inner_stop: flag(line.has_inner_stop),
            next_inner: flag(next.has_inner_mark),
            head: flag(line.is_running_head),
            next_head: flag(next.is_running_head),
            credit: flag(line.is_credit),
            next_credit: flag(next.is_credit),
            caption: flag(line.is_caption),
            next_caption: flag(next.is_caption),
            jump: flag(line.is_jump),
            next_jump: flag(next.is_jump),
            byline: flag(line.is_byline && line.width < 30.0),
            next_byline: flag(next.is_byline),
            blank: flag(next.is_set_apart),
            blank_rate: self.blank_rate,
            closed_rate: self.closed_rate,
            speck_rate: self.speck_rate,
            page_bond: self.page_bond,
            torn: self.torn,
            from_head: at.min(6) as f32,
            from_foot: (lines.len() - 2 - at).min(6) as f32,
            indented: flag(line.is_indented),
            next_indented: flag(next.is_indented),
            indented_rate: self.indented_rate,
        };
        seen.numbers()
    }
}

/// The mean bond of pairs of Chinese characters, of so many that are spread over the page.
fn page_bond(lines: &[Line<'_>], seams: &Seams, sides: &mut Sides) -> f32 {
    /// Enough to tell a clean page from one that is badly read; chosen by hand.
    const PAIRS: usize = 160;
    let stride = (lines.len() * 2).div_ceil(PAIRS).max(1);
    let (mut sum, mut count) = (0.0, 0);
    for line in lines.iter().step_by(stride) {
        let mut characters = line.body.chars().filter(|c| is_han(*c));
        let Some(mut last) = characters.next() else { continue };
        for c in characters.take(if stride == 1 { 6 } else { 2 }) {
            sum += sides.bond(seams, [last, c]);
            count += 1;
            last = c;
        }
    }
    if count == 0 { 0.0 } else { (sum / f64::from(count)) as f32 }
}

/// The share of the line ends of which another line goes on better.
fn torn(rivals: &[Rivals]) -> f32 {
    let is_torn = |rivals: &&Rivals| rivals.better_head > 0.0 || rivals.better_tail > 0.0;
    rivals.iter().filter(is_torn).count() as f32 / rivals.len().max(1) as f32
}

/// How well known the best word is that the line end would cut in two.
fn word(line: &Line<'_>, next: &Line<'_>, lexicon: &Lexicon) -> f32 {
    if !is_han(line.last) || !is_han(next.first) {
        return 0.0;
    }
    lexicon.across(line.body, next.body).map_or(0.0, |(_, _, word)| (word.count as f32 + 1.0).ln())
}

/// What stands for the affinity where the language or the geometry leaves no question.
const NOT_ASKED: f32 = 12.0;

/// What turns affinities into those that the trees were grown on, which a table of before gave: the line that fits best through both, on
/// 30,772 line ends of pages that engines had read. Trees that were grown on those of this table joined the items of a list, which are
/// about the same but do not go on.
const AFFINITY_SCALE: f32 = 0.47;
const AFFINITY_SHIFT: f32 = 0.88;

/// The affinity of the lines up to `at` and those after it, as the trees know it.
fn affinity(lines: &[Line<'_>], at: usize, affinity: &Affinity, sides: &mut Sides) -> f32 {
    let tail = sides.tail(affinity, backwards(lines, at));
    let nats = tail.affinity(&sides.head(affinity, onwards(lines, at)));
    nats * AFFINITY_SCALE + AFFINITY_SHIFT
}

fn end_edge(lines: &[Line<'_>], at: usize, edges: &Edges) -> f32 {
    let edge = if lines[at].is_closed { Edge::Closed } else { Edge::Open };
    edges.log_odds(edge, backwards(lines, at))
}

fn start_edge(lines: &[Line<'_>], at: usize, edges: &Edges) -> f32 {
    let edge = if lines[at].is_closed { Edge::AfterStop } else { Edge::Inside };
    edges.log_odds(edge, onwards(lines, at))
}

/// The characters of the lines up to `at`, from the last on.
fn backwards<'l>(lines: &'l [Line<'_>], at: usize) -> impl Iterator<Item = char> + 'l {
    lines[..=at].iter().rev().flat_map(|line| line.body.chars().rev())
}

/// The characters of the lines after `at`.
fn onwards<'l>(lines: &'l [Line<'_>], at: usize) -> impl Iterator<Item = char> + 'l {
    lines[at + 1..].iter().flat_map(|line| line.body.chars())
}

/// What stands for the shortness of a line that is not there.
const OFF_PAGE: f32 = -5.0;

/// The column that a line stands in.
#[derive(Debug, Clone, Copy, Default)]
struct Column {
    /// The width of a full line, in characters.
    width: f32,
    /// The share of the lines thereabouts that are about that wide.
    regularity: f32,
}

impl Column {
    /// Whether lines were cut to one width: many of them are about as wide as each other, and no wider than a newspaper's
    /// column. Both bounds are chosen by hand.
    fn is_wrapped(self) -> bool {
        self.regularity >= 0.3 && self.width <= 45.0
    }

    /// Whether it surely is a column of print, and not of verse or of a list: most lines are as wide as it, and it is wider than lines of
    /// verse. Both bounds are chosen by hand.
    fn is_printed(self) -> bool {
        self.is_wrapped() && self.regularity >= 0.5 && self.width >= 10.0
    }
}

/// The columns of a page, by line.
pub(super) struct Columns(Vec<Column>);

impl Columns {
    /// For each line the width that most lines thereabouts have, give or take what punctuation and digits shift it by.
    pub(super) fn of(lines: &[Line<'_>]) -> Self {
        let mut widths = Widths::default();
        let bucket = |line: &Line<'_>| (FIRST + (line.width * 2.0) as usize).min(LAST);
        for line in lines.iter().take(NEIGHBOURHOOD) {
            widths.add(bucket(line));
        }
        let columns = (0..lines.len()).map(|at| {
            if let Some(entering) = lines.get(at + NEIGHBOURHOOD) {
                widths.add(bucket(entering));
            }
            if let Some(leaving) = at.checked_sub(NEIGHBOURHOOD + 1) {
                widths.remove(bucket(&lines[leaving]));
            }
            widths.column()
        });
        Self(columns.collect())
    }

    fn at(&self, line: usize) -> Column {
        self.0[line]
    }

    /// How much a line falls short of its column, from -3 (wider) to 12.
    fn short(&self, lines: &[Line<'_>], at: usize) -> f32 {
        (self.0[at].width - lines[at].width as f32).clamp(-3.0, 12.0)
    }

    /// The same where lines are cut to a width; elsewhere -5.
    pub(super) fn short_of_print(&self, lines: &[Line<'_>], at: usize) -> f32 {
        if self.0[at].is_wrapped() { self.short(lines, at) } else { OFF_PAGE }
    }

    /// How much room a line of a column has left beyond what the next begins with, from -5 to 12.
    fn room(&self, lines: &[Line<'_>], at: usize) -> f32 {
        let column = self.0[at];
        let Some(next) = lines.get(at + 1).filter(|_| column.is_wrapped()) else { return OFF_PAGE };
        (column.width - (lines[at].width + next.first_unit()) as f32).clamp(OFF_PAGE, 12.0)
    }
}

/// Half-character steps from one character less than none up to 64 characters; what is wider is as good as unwrapped.
const BUCKETS: usize = 132;

/// The bucket of a line of no width.
const FIRST: usize = 2;

/// The bucket of the widest lines.
const LAST: usize = BUCKETS - 2;

/// How many lines are how wide.
struct Widths {
    counts: [u16; BUCKETS],
    total: u16,
}

impl Default for Widths {
    fn default() -> Self {
        Self { counts: [0; BUCKETS], total: 0 }
    }
}

impl Widths {
    fn add(&mut self, bucket: usize) {
        self.counts[bucket] += 1;
        self.total += 1;
    }

    fn remove(&mut self, bucket: usize) {
        self.counts[bucket] -= 1;
        self.total -= 1;
    }

    /// The width around which most lines lie: up to one character less, as where digits stand, and half a one more.
    fn column(&self) -> Column {
        let (mut best, mut most) = (0, 0);
        for (at, near) in self.counts.windows(4).enumerate() {
            let count: u16 = near.iter().sum();
            // Of equals the widest that some line has.
            if count >= most && near[2] > 0 {
                (best, most) = (at + 2, count);
            }
        }
        Column {
            width: (best.max(FIRST) - FIRST) as f32 / 2.0,
            regularity: f32::from(most) / f32::from(self.total.max(1)),
        }
    }
}
