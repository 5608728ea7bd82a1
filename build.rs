//! Hashes what the program is made of: a run that goes on with another's pages asks whether the same program began it.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let mut hasher = blake3::Hasher::new();
    for root in ["src", "dictionaries", "Cargo.toml", "Cargo.lock"] {
        tell(&format!("rerun-if-changed={root}"));
        add(Path::new(root), &mut hasher)?;
    }
    for what in ["TARGET", "CARGO_FEATURE_OPENCC"] {
        hasher.update(format!("{what} {:?}", env::var_os(what)).as_bytes());
    }
    tell(&format!("rustc-env=KANWU_MADE_OF={}", hasher.finalize().to_hex()));
    Ok(())
}

/// Adds a file, or the files of a folder by their names.
fn add(path: &Path, hasher: &mut blake3::Hasher) -> io::Result<()> {
    if path.is_dir() {
        let mut inside = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
        inside.sort();
        return inside.iter().try_for_each(|path| add(path, hasher));
    }
    // A package need not bring the file of its dependencies' versions.
    if path.exists() {
        let bytes = fs::read(path)?;
        hasher.update(path.to_string_lossy().as_bytes());
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    Ok(())
}

/// Tells Cargo something.
#[allow(clippy::print_stdout)]
fn tell(what: &str) {
    println!("cargo::{what}");
}
