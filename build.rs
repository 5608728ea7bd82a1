//! Hashes what the program is made of: a run that goes on with another's pages asks whether the same program began it. And packs trees.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    hash()?;
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    for entry in fs::read_dir("dictionaries")? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().extension().is_some_and(|kind| kind == "txt")
            && let Some(packed) = packed(&fs::read_to_string(entry.path())?)
        {
            fs::write(out.join(name + ".packed"), packed)?;
        }
    }
    Ok(())
}

/// A file of trees as `Trees::from_packed` reads it, in a small part of the time that its text takes; none if `text` is something else.
///
/// Nodes stand in the text as they are packed: a split before its left branch, and that before the right one.
fn packed(text: &str) -> Option<Vec<u8>> {
    const LEAF: u8 = u8::MAX;
    let number = |text: &str| text.parse().map(f32::to_le_bytes).ok();
    let lines = || text.lines().skip(1).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let bias = lines().find_map(|line| number(line.strip_prefix("bias ")?))?;
    let mut names: HashMap<&str, u8> = HashMap::new();
    let (mut in_order, mut nodes) = (Vec::new(), Vec::new());
    for line in lines().filter(|line| !line.starts_with("bias ")) {
        for node in line.split([' ', ')']).filter(|node| !node.is_empty()) {
            let Some((name, below)) = node.strip_prefix('(').and_then(|test| test.split_once('<')) else {
                nodes.push(LEAF);
                nodes.extend(number(node)?);
                continue;
            };
            let feature = *names.entry(name).or_insert_with(|| {
                in_order.push(name);
                (in_order.len() - 1) as u8
            });
            assert!(in_order.len() <= usize::from(LEAF), "more features than a byte can number");
            nodes.push(feature);
            nodes.extend(number(below)?);
        }
    }
    let head = format!("{}\n{}\n", text.lines().next()?, in_order.join(" "));
    Some([head.as_bytes(), &bias, &nodes].concat())
}

fn hash() -> io::Result<()> {
    let mut hasher = blake3::Hasher::new();
    for root in ["src", "dictionaries", "build.rs", "Cargo.toml", "Cargo.lock"] {
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
