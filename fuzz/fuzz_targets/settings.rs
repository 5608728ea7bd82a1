//! Settings of any bytes: taken, with values that are in range, or refused with the place in the file.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, reason = "the program uses the rest")]
#[path = "../../src/bin/kanwu/settings_file.rs"]
mod settings_file;
#[allow(dead_code, reason = "the program uses the rest")]
#[path = "../../src/bin/kanwu/values.rs"]
mod values;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match settings_file::File::parse(text, Path::new("kanwu.toml")) {
        Ok(file) => {
            let least = file.min_confidence.map(|value| value.0.0.probability());
            assert!(least.is_none_or(|least| (0.0..=1.0).contains(&least)));
        }
        Err(error) => {
            let message = error.to_string();
            let place: Vec<&str> = message.splitn(4, ':').collect();
            let [file, line, column, _] = place[..] else { panic!("{message}") };
            let (line, column) = (line.parse::<usize>().expect("a line"), column.parse::<usize>().expect("a column"));
            assert!(file == "kanwu.toml" && column > 0 && (1..=text.matches('\n').count() + 1).contains(&line));
        }
    }
});
