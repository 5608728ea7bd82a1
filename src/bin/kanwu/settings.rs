//! What was typed and what `kanwu.toml` says become what it means.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use kanwu::batch::{Format, Options};
use kanwu::correction::{Policy, Rule, StageName};
use kanwu::page::Encoding;
use kanwu::stage::layout::Furniture;
use serde_json::{Map, json};

use crate::args::{Pages, Reading, Wishes};
use crate::output::note;
use crate::settings_file::File;

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
    pub(crate) calibration: Vec<PathBuf>,
    pub(crate) regions: Vec<String>,
    pub(crate) script: &'static str,
    pub(crate) furniture: Furniture,
    pub(crate) with_corrections: bool,
    pub(crate) quiet: bool,
    /// Where those come from that were not typed: the file and the line, by key.
    pub(crate) origins: BTreeMap<&'static str, String>,
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
        let quiet = told_quiet(reading, &file);
        Ok((options(reading, &file), quiet))
    }

    fn of(args: &Wishes, file: File) -> Result<Self> {
        let defaults = Policy::default();
        let only = or(args.only.iter().map(|stage| stage.0), file.only.iter().map(|stage| stage.0.0));
        let skip = or(args.skip.iter().map(|stage| stage.0), file.skip.iter().map(|stage| stage.0.0));
        let runs = |stage: &StageName| (only.is_empty() || only.contains(stage)) && !skip.contains(stage);
        let stages: Vec<StageName> = StageName::ALL.into_iter().filter(runs).collect();
        if stages.is_empty() {
            let set = ["only", "skip"].iter().find_map(|key| file.origin.of(key));
            let set = set.map_or_else(String::new, |place| format!("{place}: "));
            bail!("{set}--only and --skip leave no stage to run; leave one of them out");
        }
        let furniture = args
            .furniture
            .or(file.furniture.as_ref().map(|value| value.0))
            .map_or_else(Furniture::default, |value| value.0);
        let typed = [
            ("dictionary", args.dictionary.is_empty()),
            ("confusions", args.confusions.is_empty()),
            ("reviewed", args.reviewed.is_empty()),
            ("calibration", args.calibration.is_empty()),
            ("region", args.region.is_empty()),
        ];
        let from_file = typed.into_iter().filter(|(_, is_from_file)| *is_from_file);
        let origins = from_file.filter_map(|(key, _)| Some((key, file.origin.of(key)?.to_owned()))).collect();
        let quiet = told_quiet(&args.reading, &file);
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
            calibration: or(args.calibration.iter().cloned(), file.calibration.into_iter()),
            regions: or(args.region.iter().cloned(), file.region.into_iter()),
            script: args.script.clone().or(file.script.map(|value| value.0)).map_or("keep", |value| value.0),
            furniture,
            with_corrections: file.with_corrections.unwrap_or_default(),
            quiet,
            origins,
        })
    }

    /// The files that they name.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        let Self { dictionaries, confusions, reviewed, calibration, .. } = self;
        [dictionaries, confusions, reviewed, calibration].into_iter().flatten().map(PathBuf::as_path)
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
            "calibration": names(&self.calibration),
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

/// Whether nothing is said; if not, a file that was found above the working folder is told, for nobody may think of it.
fn told_quiet(reading: &Reading, file: &File) -> bool {
    let quiet = reading.quiet || file.quiet.unwrap_or_default();
    if let (false, Some(path)) = (quiet, &file.origin.above) {
        note(&format!("kanwu: settings are those of {}", path.display()));
    }
    quiet
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
        jobs: reading.jobs.or(file.jobs.as_ref().map(|value| value.0)).map_or(defaults.jobs, |value| value.0),
        ..defaults
    }
}

/// What was typed, or what the file says when nothing was.
fn or<T>(typed: impl Iterator<Item = T>, file: impl Iterator<Item = T>) -> Vec<T> {
    let typed: Vec<T> = typed.collect();
    if typed.is_empty() { file.collect() } else { typed }
}
