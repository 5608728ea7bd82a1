use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CharEscape, Formatter};

use crate::text::beside_han;

/// Writes `value` as JSON that may stand inside `<script type="application/json">`, whatever its strings hold.
///
/// No `<` is written, so no tag and no comment can begin in it; nor are characters that are invisible, that turn the
/// direction of what follows, or that some reader takes for a line end.
pub(super) fn write(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Inert)).map_err(io::Error::from)
}

struct Inert;

impl Formatter for Inert {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut written = 0;
        for (at, c) in beside_han(fragment).filter(|(_, c)| is_escaped(*c)) {
            writer.write_all(&fragment.as_bytes()[written..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            written = at + c.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[written..])
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        serde_json::ser::CompactFormatter.write_char_escape(writer, escape)
    }
}

fn is_escaped(c: char) -> bool {
    matches!(c, '<' | '>' | '&' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fdd0}'..='\u{fdef}'
        | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut written = Vec::new();
        write(&mut written, &text).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), expected);
        assert_eq!(serde_json::from_str::<String>(expected).unwrap(), text);
    }

    #[test]
    fn no_tag_can_begin() {
        check("</script><!-- 甲 & 乙 -->", r#""\u003c/script\u003e\u003c!-- 甲 \u0026 乙 --\u003e""#);
    }

    #[test]
    fn what_is_invisible_is_written_as_escapes() {
        check("甲\u{202e}乙\u{2028}\r\n\0\u{85}", r#""甲\u202e乙\u2028\r\n\u0000\u0085""#);
        check("\u{e0041}\u{1f600}\u{ffff}", "\"\\udb40\\udc41😀\\uffff\"");
    }
}
