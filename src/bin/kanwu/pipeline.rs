//! The settings become the pipeline.

use std::fs::File;

use kanwu::knowledge::Survey;
use kanwu::pipeline::Pipeline;
use kanwu::{Error, Result, stage};

use crate::settings::Settings;

/// What is read once, before any page is: dictionaries and tables. A fault in one of them ends the run here, before
/// anything is written.
pub(crate) struct Knowledge<'a> {
    settings: &'a Settings,
}

impl<'a> Knowledge<'a> {
    /// All that `settings` ask for.
    pub(crate) fn load(settings: &'a Settings) -> Result<Self> {
        for path in &settings.dictionaries {
            File::open(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        }
        Ok(Self { settings })
    }

    /// The pipeline, with what the survey of the batch adds.
    pub(crate) fn pipeline(&self, _survey: &Survey) -> Pipeline {
        Pipeline::new(stage::all(&self.settings.stages), self.settings.policy.clone())
    }
}
