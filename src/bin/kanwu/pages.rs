//! Pages for commands that only look.

use std::io;

use anyhow::Result;
use kanwu::Error;
use kanwu::batch::{Batch, Event, Inputs, Task};
use kanwu::report::Failure;

use crate::args::Pages;
use crate::failures::Failures;
use crate::output::note;
use crate::pipeline::Knowledge;
use crate::progress::Progress;
use crate::settings::Settings;

/// Cleans every page, makes of each what `work` says, and shows that in the order of their names. How many pages failed.
pub(crate) fn each<T: Send>(
    args: &Pages,
    work: impl Fn(&Task<'_>) -> kanwu::Result<T> + Sync,
    mut show: impl FnMut(T) -> io::Result<()>,
) -> Result<u64> {
    let settings = Settings::resolve(args)?;
    let knowledge = Knowledge::load(&settings)?;
    let inputs = Inputs::find(&args.inputs, &settings.options, &[])?;
    let progress = Progress::new(settings.quiet);
    if !settings.quiet {
        inputs.notes.iter().for_each(|text| note(&format!("kanwu: {text}")));
    }
    let (mut failures, mut told) = (0, Failures::new(&progress, None));
    Batch::new(&inputs, &settings.options)?.run(
        |survey| knowledge.pipeline(survey),
        work,
        |event| {
            match event {
                Event::Done { value, .. } => {
                    return show(value).map_err(|source| Error::Write { path: "standard output".into(), source });
                }
                Event::Failed { input, page, reason, .. } => {
                    failures += 1;
                    told.tell(&Failure { page, path: input.path().display().to_string(), reason });
                }
                Event::Blank { .. } | Event::End { .. } => {}
            }
            Ok(())
        },
        &|step| progress.show(step),
    )?;
    told.finish();
    progress.finish();
    Ok(failures)
}
