//! Lines of JSON Lines, dictionaries and confusions of any bytes: taken or refused; what is not the text stays as it was.

#![no_main]

use std::fs;

use kanwu::batch::Object;
use kanwu::knowledge::{Counts, UserDictionary};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(object) = Object::parse(bytes, "text") {
        let same = object.with(object.text(), None).expect("a line");
        let source = std::str::from_utf8(bytes).expect("UTF-8");
        if !source.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
            assert_eq!(same, source);
        }
        let other = object.with("别的\n", Some(&[])).expect("a line");
        assert_eq!(Object::parse(other.as_bytes(), "text").expect("an object").text(), "别的\n");
    }
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), bytes).expect("a disk");
    if let Ok(dictionary) = UserDictionary::read(&[file.path()]) {
        let text = String::from_utf8_lossy(bytes);
        assert!(dictionary.names(&text).all(|name| name.fits(&text)));
        assert!(dictionary.misreadings(&text).all(|(name, _)| name.fits(&text)));
    }
    let _ = Counts::default().read(file.path());
});
