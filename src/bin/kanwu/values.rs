//! Values as they are typed on the command line and written in `kanwu.toml`: one reader for both.

use std::ffi::OsStr;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::builder::{PathBufValueParser, PossibleValue, StringValueParser, TypedValueParser};

use kanwu::batch::Format;
use kanwu::correction::{Confidence, Rule, StageName};
use kanwu::page::Encoding;
use kanwu::stage::layout::Furniture;
use serde::Deserialize;

/// What `--script` takes: what to do, or an OpenCC configuration by its name.
pub(crate) const SCRIPTS: [&str; 17] = [
    "keep",
    "simplified",
    "traditional",
    "s2t",
    "t2s",
    "s2tw",
    "tw2s",
    "s2twp",
    "tw2sp",
    "s2hk",
    "hk2s",
    "t2tw",
    "tw2t",
    "t2hk",
    "hk2t",
    "t2jp",
    "jp2t",
];

/// A value that a setting holds, read from what a user wrote.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Written", bound = "T: FromStr<Err = String>")]
pub(crate) struct Value<T>(pub(crate) T);

/// What stands in the settings: numbers need no quotes there.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Whole(u64),
    Number(f64),
}

impl<T: FromStr<Err = String>> TryFrom<Written> for Value<T> {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written::Text(text) => text.parse(),
            Written::Whole(number) => number.to_string().parse(),
            Written::Number(number) => number.to_string().parse(),
        }
        .map(Value)
    }
}

impl<T: FromStr<Err = String>> FromStr for Value<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Value)
    }
}

/// A probability, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Probability(pub(crate) Confidence);

impl FromStr for Probability {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.parse::<f64>().ok().filter(|number| (0.0..=1.0).contains(number));
        let number =
            number.ok_or_else(|| format!("`{text}` is no probability; give a number from 0 to 1, such as 0.95"))?;
        Ok(Self(Confidence::new(number)))
    }
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) u64);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = match text[digits.len()..].trim().to_ascii_lowercase().as_str() {
            "" | "b" => Some(1),
            "k" | "kib" => Some(1 << 10),
            "kb" => Some(1000),
            "m" | "mib" => Some(1 << 20),
            "mb" => Some(1_000_000),
            "g" | "gib" => Some(1 << 30),
            "gb" => Some(1_000_000_000),
            _ => None,
        };
        let size = digits.parse::<u64>().ok().zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
        match size {
            Some(size) if size > 0 => Ok(Self(size)),
            _ => Err(format!("`{text}` is no size; give bytes or a unit, such as 64MiB or 1GiB")),
        }
    }
}

/// A number of threads; 0 is one a core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Jobs(pub(crate) usize);

impl FromStr for Jobs {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.parse().map(Self);
        number.map_err(|_| format!("`{text}` is no number of threads; give 1 or more, or 0 for one a core"))
    }
}

/// A stage by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stage(pub(crate) StageName);

impl FromStr for Stage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        StageName::from_code(text.trim()).map(Self).ok_or_else(|| {
            let names = StageName::ALL.map(StageName::code).join(", ");
            format!("there is no stage `{text}`; the stages are {names}")
        })
    }
}

/// An encoding by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EncodingName(pub(crate) Encoding);

impl FromStr for EncodingName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Encoding::from_name(text).map(Self).map_err(|error| error.to_string())
    }
}

/// What pages are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FormatName(pub(crate) Format);

impl FromStr for FormatName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let formats = [Format::Text, Format::Jsonl];
        let format = formats.into_iter().find(|format| format.name() == text);
        format.map(Self).ok_or_else(|| format!("there is no format `{text}`; give text or jsonl"))
    }
}

/// What `--furniture` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FurnitureName(pub(crate) Furniture);

impl FromStr for FurnitureName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let furniture = Furniture::ALL.into_iter().find(|furniture| furniture.name() == text);
        furniture.map(Self).ok_or_else(|| format!("`{text}` is nothing to do with furniture; give keep, mark or drop"))
    }
}

/// What `--script` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Script(pub(crate) &'static str);

impl FromStr for Script {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let script = SCRIPTS.into_iter().find(|script| *script == text);
        script.map(Self).ok_or_else(|| format!("there is no script `{text}`; give one of {}", SCRIPTS.join(", ")))
    }
}

/// Reads one of `names` as `T` does, and names them to shells that complete what is typed.
pub(crate) fn one_of<T>(names: fn() -> Vec<&'static str>) -> OneOf<T> {
    OneOf { names, value: PhantomData }
}

pub(crate) struct OneOf<T> {
    names: fn() -> Vec<&'static str>,
    value: PhantomData<fn() -> T>,
}

impl<T> Clone for OneOf<T> {
    fn clone(&self) -> Self {
        one_of(self.names)
    }
}

impl<T: FromStr<Err: Into<Box<dyn std::error::Error + Send + Sync>>> + Clone + Send + Sync + 'static> TypedValueParser
    for OneOf<T>
{
    type Value = T;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<T, clap::Error> {
        StringValueParser::new().try_map(|text| text.parse::<T>()).parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.names)().into_iter().map(PossibleValue::new)))
    }
}

/// The names of all stages.
pub(crate) fn stages() -> Vec<&'static str> {
    StageName::ALL.map(StageName::code).to_vec()
}

/// What `--furniture` takes.
pub(crate) fn furniture() -> Vec<&'static str> {
    Furniture::ALL.map(Furniture::name).to_vec()
}

/// The names of all rules.
pub(crate) fn rules() -> Vec<&'static str> {
    Rule::ALL.iter().map(|rule| rule.code()).collect()
}

/// Whether an input is standard input, whatever files and folders there are.
pub(crate) fn is_standard_input(input: &Path) -> bool {
    input.as_os_str() == "-"
}

/// Reads where output goes. Nobody who writes `-` means a file or folder that is called so.
pub(crate) fn output() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        if path.as_os_str() == "-" {
            Err("`-` is no place for output; leave the option out to have standard output, where there is that, or give \
                 ./- for a file or folder of this name")
        } else {
            Ok(path)
        }
    })
}

/// Asks for the one of `names` that is most like `word`, to follow what is wrong with that; nothing where none is much like
/// it.
pub(crate) fn did_you_mean<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> String {
    // Chosen by hand: a slip of the hand stays above it, another word below.
    const LIKE: f64 = 0.8;
    let likeness = |name: &str| strsim::jaro_winkler(name, word);
    let nearest = names.filter(|name| likeness(name) >= LIKE).max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_asked_for() {
        let names = ["region", "reviewed", "min-confidence"];
        let asked = |word: &str| did_you_mean(word, names.into_iter());
        assert_eq!(asked("min_confidense"), "; did you mean `min-confidence`?");
        assert_eq!(asked("regoin"), "; did you mean `region`?");
        assert_eq!(asked("colour"), "");
    }

    #[test]
    fn sizes_have_units() {
        let size = |text: &str| text.parse::<Size>().map(|size| size.0).ok();
        assert_eq!(size("64MiB"), Some(64 << 20));
        assert_eq!(size("1 GB"), Some(1_000_000_000));
        assert_eq!(size("7"), Some(7));
        assert_eq!(size("0"), None);
        assert_eq!(size("MiB"), None);
        assert_eq!(size("64 boxes"), None);
        assert_eq!(size("99999999999GiB"), None);
        assert_eq!(size("1,5MiB"), None);
    }

    #[test]
    fn probabilities_lie_between_0_and_1() {
        assert!("0.95".parse::<Probability>().is_ok());
        for wrong in ["1.5", "-0.1", "NaN", "inf", "", "95%"] {
            assert!(wrong.parse::<Probability>().is_err(), "{wrong}");
        }
    }
}
