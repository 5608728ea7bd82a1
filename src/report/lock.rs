use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::settle;
use crate::{Error, Result};

/// A folder that is written to, held against other runs until this is dropped.
///
/// What a run needs while it is under way lies in the folder [`Lock::state`] inside it: the lock, files that are not
/// whole yet, and what `--resume` goes on from. The system gives the lock up when a process ends, however it ends, so one
/// that was killed blocks nobody.
#[derive(Debug)]
pub(crate) struct Lock {
    folder: PathBuf,
    file: File,
}

/// The folder inside an output or report folder that is there while a run is under way, or was stopped.
pub const STATE: &str = ".kanwu";

/// The name of the lock in it.
const LOCK: &str = "lock";

/// A run that ends removes its lock while another takes it. That it happens so often in a row means something else.
const MOST_TRIES: usize = 100;

impl Lock {
    /// Of `folder`, which is made when there is none.
    ///
    /// # Errors
    ///
    /// When another run holds it, or it cannot be written to.
    pub(crate) fn take(folder: &Path) -> Result<Self> {
        let write = |source| Error::Write { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(write)?;
        let state = folder.join(STATE);
        for _ in 0..MOST_TRIES {
            match fs::create_dir(&state) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(write(error)),
                _ => {}
            }
            if !fs::symlink_metadata(&state).is_ok_and(|metadata| metadata.is_dir()) {
                return Err(Error::Usage(format!(
                    "{} is not a folder, and kanwu needs it while it writes to {}; remove it",
                    state.display(),
                    folder.display()
                )));
            }
            let path = state.join(LOCK);
            let opened = File::options().read(true).write(true).create(true).truncate(false).open(&path);
            let mut file = match opened {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                opened => opened.map_err(|source| Error::Write { path: path.clone(), source })?,
            };
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Err(taken(folder, &mut file)),
                // Some systems of files know no locks. There, two runs are not kept apart.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(source)) => return Err(Error::Write { path, source }),
                Ok(()) => {}
            }
            if is_at(&file, &path) {
                let holder = format!("process {}{}", std::process::id(), host());
                let written = file.set_len(0).and_then(|()| file.write_all(holder.as_bytes()));
                written.map_err(|source| Error::Write { path, source })?;
                sweep(&state);
                return Ok(Self { folder: folder.to_owned(), file });
            }
        }
        Err(Error::Usage(format!("{} is taken and given up by other runs all the time; try again", folder.display())))
    }

    /// The folder for what is needed until the run is done.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.join(STATE)
    }

    /// Gives the folder up as it was taken: what a run that was stopped left stays.
    pub(crate) fn give_up(self) {
        // A folder that holds more than the lock cannot be removed so.
        let _ = fs::remove_file(self.state().join(LOCK)).and_then(|()| fs::remove_dir(self.state()));
    }

    /// Gives the folder up and removes all that is not needed any more.
    pub(crate) fn finish(self) {
        // What cannot be removed does no harm: the next run takes it for what one that was stopped left.
        let _ = fs::remove_dir_all(self.state());
        drop(self.file);
        settle(&self.folder);
    }
}

/// Removes the pages that were not whole yet when a run was stopped. What cannot be removed stays.
fn sweep(state: &Path) {
    for entry in fs::read_dir(state).into_iter().flatten().flatten() {
        if entry.file_name() != LOCK && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Who holds the lock, as it says itself.
fn taken(folder: &Path, file: &mut File) -> Error {
    let mut holder = String::new();
    let holder = match file.take(200).read_to_string(&mut holder) {
        Ok(1..) => format!(" ({holder})"),
        _ => String::new(),
    };
    Error::Usage(format!(
        "another run is writing to {}{holder}; wait for it to end, or name another folder",
        folder.display()
    ))
}

/// The machine, where it is known: folders may be shared by several.
fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match name.trim() {
        "" => String::new(),
        name => format!(" on {name}"),
    }
}

/// Whether `file` is still what `path` names: a run that ended may have removed it before it was locked.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(named)) => (held.dev(), held.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}
