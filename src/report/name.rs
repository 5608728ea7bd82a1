//! Pages' names: paths as text, from which the paths are had back.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;

/// `part` of a path as text. A byte that is no UTF-8 is written `\xFF`, and a backslash that would be read so is `\x5C`:
/// no two paths have one name.
pub(crate) fn name(part: &OsStr) -> Cow<'_, str> {
    if let Some(part) = part.to_str().filter(|part| !part.contains(r"\x")) {
        return part.into();
    }
    let mut name = String::new();
    let escape = |name: &mut String, byte: u8| {
        // Writing to a string cannot fail.
        let _ = write!(name, "\\x{byte:02X}");
    };
    for chunk in part.as_encoded_bytes().utf8_chunks() {
        for (at, c) in chunk.valid().char_indices() {
            if escaped(&chunk.valid().as_bytes()[at..]).is_some() {
                escape(&mut name, b'\\');
            } else {
                name.push(c);
            }
        }
        chunk.invalid().iter().for_each(|byte| escape(&mut name, *byte));
    }
    name.into()
}

/// The bytes of the path that is called `name`.
pub fn path_bytes(name: &str) -> Cow<'_, [u8]> {
    let mut rest = name.as_bytes();
    if !name.contains(r"\x") {
        return rest.into();
    }
    let mut bytes = Vec::with_capacity(rest.len());
    while let Some(&first) = rest.first() {
        let byte = escaped(rest);
        bytes.push(byte.unwrap_or(first));
        rest = &rest[if byte.is_some() { 4 } else { 1 }..];
    }
    bytes.into()
}

/// The path that is called `name`.
pub(crate) fn path(name: &str) -> Cow<'_, Path> {
    #[cfg(unix)]
    if let Cow::Owned(bytes) = path_bytes(name) {
        use std::os::unix::ffi::OsStringExt as _;
        return Cow::Owned(std::ffi::OsString::from_vec(bytes).into());
    }
    Cow::Borrowed(Path::new(name))
}

/// The byte whose escape `text` begins with.
fn escaped(text: &[u8]) -> Option<u8> {
    let [b'\\', b'x', high, low, ..] = text else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16).filter(|_| !byte.is_ascii_lowercase());
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(name(OsStr::from_bytes(bytes)), expected);
        assert_eq!(path_bytes(expected), bytes);
        assert_eq!(path(expected).as_os_str().as_bytes(), bytes);
    }

    #[test]
    fn every_path_is_had_back_from_its_name() {
        check("刁镇.txt".as_bytes(), "刁镇.txt");
        check(b"\xb5\xf3.txt", r"\xB5\xF3.txt");
        check(br"\xB5\xF3.txt", r"\x5CxB5\x5CxF3.txt");
        check(br"\x5C", r"\x5Cx5C");
        check(br"a\xbc\\x\y", r"a\xbc\\x\y");
        check(b"\\x\xff\\x4\xff", r"\x\xFF\x4\xFF");
    }
}
