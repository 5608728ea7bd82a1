//! What was typed and what `kanwu.toml` says become what it means.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use kanwu::batch::{Format, Options};
use kanwu::correction::{Policy, Rule, StageName};
use kanwu::page::Encoding;
use kanwu::stage::layout::Furniture;
use serde::Deserialize;
use serde_json::{Map, json};

use crate::args::{Pages, Reading, Wishes};
use crate::values::{EncodingName, FormatName, FurnitureName, Probability, Script, Size, Stage, Value};

/// The name of the file of settings.
const FILE: &str = "kanwu.toml";

/// What a command that reads pages works with.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) options: Options,
    pub(crate) policy: Policy,
    /// The stages that run, in their order.
    pub(crate) stages: Vec<StageName>,
    pub(crate) dictionaries: Vec<PathBuf>,
    pub(crate) confusions: Vec<PathBuf>,
    pub(crate) reviewed: Vec<PathBuf>,
    pub(crate) regions: Vec<String>,
    pub(crate) script: &'static str,
    pub(crate) furniture: Furniture,
    pub(crate) with_corrections: bool,
    pub(crate) quiet: bool,
}

/// What `kanwu.toml` may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct File {
    min_confidence: Option<Value<Probability>>,
    dictionary: Vec<PathBuf>,
    confusions: Vec<PathBuf>,
    reviewed: Vec<PathBuf>,
    region: Vec<String>,
    script: Option<Value<Script>>,
    furniture: Option<Value<FurnitureName>>,
    only: Vec<Value<Stage>>,
    skip: Vec<Value<Stage>>,
    format: Option<Value<FormatName>>,
    field: Option<String>,
    with_corrections: Option<bool>,
    encoding: Option<Value<EncodingName>>,
    max_page_size: Option<Value<Size>>,
    jobs: Option<usize>,
    quiet: Option<bool>,
}

impl Settings {
    /// From `args` and the settings file that they name, or that is found.
    pub(crate) fn resolve(args: &Pages) -> Result<Self> {
        let mut file = File::find(args.wishes.reading.config.as_deref())?;
        let format = args.format.or(file.format.take().map(|value| value.0));
        if format.is_none() {
            refuse_json_lines(&args.inputs)?;
        }
        let field = args.field.clone().or(file.field.take());
        let mut settings = Self::of(&args.wishes, file)?;
        settings.options.format = format.map_or(settings.options.format, |format| format.0);
        settings.options.field = field.unwrap_or(settings.options.field);
        Ok(settings)
    }

    /// From `args` and the settings file, for pages that are files of text.
    pub(crate) fn of_text(args: &Wishes) -> Result<Self> {
        Self::of(args, File::find(args.reading.config.as_deref())?)
    }

    /// From `reading` and the settings file, for a command that corrects nothing: how files of text are read, and
    /// whether anything is said.
    pub(crate) fn of_reading(reading: &Reading) -> Result<(Options, bool)> {
        let file = File::find(reading.config.as_deref())?;
        Ok((options(reading, &file), reading.quiet || file.quiet.unwrap_or_default()))
    }

    fn of(args: &Wishes, file: File) -> Result<Self> {
        let defaults = Policy::default();
        let only = or(args.only.iter().map(|stage| stage.0), file.only.iter().map(|stage| stage.0.0));
        let skip = or(args.skip.iter().map(|stage| stage.0), file.skip.iter().map(|stage| stage.0.0));
        let runs = |stage: &StageName| (only.is_empty() || only.contains(stage)) && !skip.contains(stage);
        let stages: Vec<StageName> = StageName::ALL.into_iter().filter(runs).collect();
        if stages.is_empty() {
            bail!("--only and --skip leave no stage to run; leave one of them out");
        }
        let furniture = args
            .furniture
            .or(file.furniture.as_ref().map(|value| value.0))
            .map_or_else(Furniture::default, |value| value.0);
        let marked = if furniture == Furniture::Mark { vec![Rule::Furniture] } else { Vec::new() };
        Ok(Self {
            options: options(&args.reading, &file),
            policy: Policy {
                apply_from: args
                    .min_confidence
                    .or(file.min_confidence.map(|value| value.0))
                    .map_or(defaults.apply_from, |value| value.0),
                rules_proposed: marked,
                ..defaults
            },
            stages,
            dictionaries: or(args.dictionary.iter().cloned(), file.dictionary.into_iter()),
            confusions: or(args.confusions.iter().cloned(), file.confusions.into_iter()),
            reviewed: or(args.reviewed.iter().cloned(), file.reviewed.into_iter()),
            regions: or(args.region.iter().cloned(), file.region.into_iter()),
            script: args.script.clone().or(file.script.map(|value| value.0)).map_or("keep", |value| value.0),
            furniture,
            with_corrections: file.with_corrections.unwrap_or_default(),
            quiet: args.reading.quiet || file.quiet.unwrap_or_default(),
        })
    }

    /// As the summary shows them: all that the clean text and the report depend on.
    pub(crate) fn summary(&self) -> Map<String, serde_json::Value> {
        let names = |paths: &[PathBuf]| paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
        let stages: Vec<&str> = self.stages.iter().map(|stage| stage.code()).collect();
        let encoding = match self.options.encoding {
            Encoding::Auto => "auto",
            Encoding::Named(encoding) => encoding.name(),
        };
        let settings = json!({
            "min-confidence": self.policy.apply_from,
            "dictionary": names(&self.dictionaries),
            "confusions": names(&self.confusions),
            "reviewed": names(&self.reviewed),
            "region": self.regions,
            "script": self.script,
            "furniture": self.furniture.name(),
            "stages": stages,
            "format": self.options.format.name(),
            "field": self.options.field,
            "encoding": encoding,
            "max-page-size": self.options.max_page_size,
        });
        match settings {
            serde_json::Value::Object(settings) => settings,
            _ => Map::new(),
        }
    }
}

/// Refuses files that would be taken for pages of text, and ruined as JSON.
fn refuse_json_lines(inputs: &[PathBuf]) -> Result<()> {
    let lines = |path: &&PathBuf| Format::Jsonl.takes(path) && !path.is_dir();
    match inputs.iter().find(lines) {
        Some(path) => bail!("{} is JSON Lines by its name: add --input-format jsonl", path.display()),
        None => Ok(()),
    }
}

/// How files of text are read.
fn options(reading: &Reading, file: &File) -> Options {
    let defaults = Options::default();
    Options {
        encoding: reading
            .encoding
            .or(file.encoding.as_ref().map(|value| value.0))
            .map_or(defaults.encoding, |value| value.0),
        max_page_size: reading
            .max_page_size
            .or(file.max_page_size.as_ref().map(|value| value.0))
            .map_or(defaults.max_page_size, |value| value.0),
        jobs: reading.jobs.or(file.jobs).unwrap_or(defaults.jobs),
        ..defaults
    }
}

/// What was typed, or what the file says when nothing was.
fn or<T>(typed: impl Iterator<Item = T>, file: impl Iterator<Item = T>) -> Vec<T> {
    let typed: Vec<T> = typed.collect();
    if typed.is_empty() { file.collect() } else { typed }
}

impl File {
    /// The file that was `named`, or the one in the working folder or the nearest folder above it.
    fn find(named: Option<&Path>) -> Result<Self> {
        if let Some(path) = named {
            return Self::read(path);
        }
        let folder = std::env::current_dir().context("cannot tell the working folder")?;
        let found = folder.ancestors().map(|folder| folder.join(FILE)).find(|path| path.is_file());
        found.map_or_else(|| Ok(Self::default()), |path| Self::read(&path))
    }

    fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read the settings {}", path.display()))?;
        let mut file: Self = toml::from_str(&text).map_err(|error| located(path, &text, &error))?;
        // Paths in a file are meant from where it lies, so that a project works from any of its folders.
        let folder = path.parent().unwrap_or(Path::new(""));
        for path in file.dictionary.iter_mut().chain(&mut file.confusions).chain(&mut file.reviewed) {
            *path = folder.join(&path);
        }
        Ok(file)
    }
}

/// `error` with the place in the file where it is.
fn located(path: &Path, text: &str, error: &toml::de::Error) -> anyhow::Error {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    anyhow!("{}:{line}:{column}: {}", path.display(), error.message().trim_end())
}
