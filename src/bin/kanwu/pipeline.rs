//! The settings become the pipeline.

use std::fs::File;
use std::sync::Arc;

use kanwu::adapter::opencc::Configuration;
use kanwu::correction::{Calibration, Policy, Reviewed};
use kanwu::knowledge::{Counts, FormKind, Gazetteer, Level, PlaceId, Survey, UserDictionary};
use kanwu::pipeline::Pipeline;
use kanwu::stage::{self, Wishes};
use kanwu::{Error, Result};

use crate::dictionary;
use crate::settings::Settings;

/// What is read once, before any page is: dictionaries and tables. A fault in one of them ends the run here, before
/// anything is written.
pub(crate) struct Knowledge {
    pub(crate) known: kanwu::knowledge::Knowledge,
    pub(crate) wishes: Wishes,
    pub(crate) policy: Policy,
}

impl Knowledge {
    /// All that `settings` ask for.
    pub(crate) fn load(settings: &Settings) -> Result<Self> {
        let mut known = kanwu::knowledge::Knowledge::embedded()?;
        if !settings.confusions.is_empty() {
            let mut counts = Counts::default();
            let read = settings.confusions.iter().try_for_each(|path| counts.read(path));
            read.map_err(|error| set_in(settings, "confusions", error))?;
            known = known.with_confusions(&counts)?;
        }
        let dictionary = UserDictionary::read(&settings.dictionaries).and_then(|dictionary| {
            dictionary::look_over(&dictionary)?;
            Ok(dictionary)
        });
        let dictionary = dictionary.map_err(|error| set_in(settings, "dictionary", error))?;
        if !settings.quiet {
            dictionary::tell_unknown_parents(&dictionary, known.gazetteer);
        }
        let wishes = Wishes {
            stages: settings.stages.clone(),
            dictionary: Arc::new(dictionary),
            region: region(known, &settings.regions).map_err(|error| set_in(settings, "region", error))?,
            script: Configuration::from_name(settings.script),
            furniture: settings.furniture,
        };
        let mut policy = settings.policy.clone();
        let mut reviewed = Reviewed::default();
        let read = settings.reviewed.iter().try_for_each(|path| reviewed.read(path));
        read.map_err(|error| set_in(settings, "reviewed", error))?;
        policy.reviewed = Arc::new(reviewed);
        let mut calibration = Calibration::default();
        let read = settings.calibration.iter().try_for_each(|path| calibration.read(path));
        read.map_err(|error| set_in(settings, "calibration", error))?;
        policy.calibration = Arc::new(calibration);
        // A script that cannot be converted is found here, not after the survey.
        stage::all(&wishes, known, None)?;
        Ok(Self { known, wishes, policy })
    }

    /// A hash of all that clean pages depend on beside the settings' words: the files that these name, and the program
    /// with the tables in it.
    pub(crate) fn digest(settings: &Settings) -> Result<String> {
        let mut hasher = blake3::Hasher::new();
        settings.files().try_for_each(|path| {
            let file = File::open(path).and_then(|mut file| hasher.update_reader(&mut file).map(drop));
            file.map_err(|source| Error::Read { path: path.to_owned(), source })
        })?;
        hasher.update(env!("KANWU_MADE_OF").as_bytes());
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// The pipeline, with what the survey of the batch adds.
    pub(crate) fn pipeline(&self, survey: Arc<Survey>) -> Result<Pipeline> {
        Ok(Pipeline::new(stage::all(&self.wishes, self.known, Some(survey))?, self.policy.clone()))
    }
}

/// `error` with the place in the settings file that set `key`, if that did.
fn set_in(settings: &Settings, key: &str, error: Error) -> Error {
    match settings.origins.get(key) {
        Some(place) => Error::Usage(format!("{place}: {:#}", anyhow::Error::from(error))),
        None => error,
    }
}

/// The places that `names` name: a province, city, county or town, with its suffix or without, or a path of them from
/// the largest to the smallest, with `/` or blanks between.
fn region(known: kanwu::knowledge::Knowledge, names: &[String]) -> Result<Vec<PlaceId>> {
    let mut region = Vec::new();
    for name in names {
        if name.trim().is_empty() {
            let wanted = "give a province, city, county or town, such as 济南市 or 章丘区/官庄街道";
            return Err(Error::Usage(format!("--region names no place; {wanted}")));
        }
        let gazetteer = known.gazetteer;
        let mut places: Vec<PlaceId> = Vec::new();
        for (depth, part) in name.split(|c: char| c == '/' || c.is_whitespace()).filter(|p| !p.is_empty()).enumerate() {
            let found = gazetteer.find(part).into_iter().filter(|(_, form)| form.kind != FormKind::Period);
            let within = |place: &PlaceId| depth == 0 || places.iter().any(|&above| gazetteer.is_within(*place, above));
            let found: Vec<PlaceId> = found.map(|(place, _)| place).filter(within).collect();
            places = found;
        }
        let highest = places.iter().map(|place| gazetteer.level(*place)).min();
        places.retain(|place| Some(gazetteer.level(*place)) == highest);
        match places.as_slice() {
            [] => {
                return Err(Error::Usage(format!(
                    "--region {name}: the gazetteer has no such province, city, county or town; `kanwu places {name}` shows \
                     what comes near"
                )));
            }
            [place] => region.push(*place),
            several if highest == Some(Level::Town) => {
                return Err(Error::Usage(format!(
                    "--region {name}: {} towns have that name; name the county instead, or as well, such as {}",
                    several.len(),
                    path(gazetteer, several[0])
                )));
            }
            several => region.extend(several.iter().copied()),
        }
    }
    Ok(region)
}

/// The county of `town` and its own name, as `--region` takes them.
fn path(gazetteer: &Gazetteer, town: PlaceId) -> String {
    let county = gazetteer.county(town).map(|county| gazetteer.name(county) + "/");
    county.unwrap_or_default() + &gazetteer.name(town)
}
