//! Any bytes in any encoding: text or a refusal, and what could not be decoded is where the page says.

#![no_main]

use kanwu::page::{Encoding, decode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, bytes)) = bytes.split_first() else { return };
    let named = [encoding_rs::UTF_8, encoding_rs::GB18030, encoding_rs::BIG5, encoding_rs::UTF_16LE, encoding_rs::UTF_16BE];
    let encoding = named.get(usize::from(choice % 8)).map_or(Encoding::Auto, |named| Encoding::Named(named));
    if let Ok(page) = decode("page", bytes, encoding) {
        assert!(page.damage.iter().all(|damage| damage.offset <= bytes.len()));
        assert!(page.damage.is_empty() || page.text.contains('\u{fffd}'));
        if std::str::from_utf8(bytes).is_ok_and(|text| text == page.text) {
            assert!(page.damage.is_empty());
        }
    }
});
