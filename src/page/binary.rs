//! Files that are no text: what they are, and how to get text from them.

/// What is said of bytes that no encoding makes text of.
pub(super) const NO_TEXT: &str =
    "no text in any encoding that is known here; give its encoding with --encoding, or leave it out";

const SCAN: &str = "an image; run an OCR engine on it and give its text";
const ARCHIVE: &str = "a compressed file; unpack it first";
const OFFICE: &str = "an office document; save it as plain text first";
const MEDIA: &str = "a sound or video file; leave it out";
const PROGRAM: &str = "a program or library; leave it out";

/// The bytes that files of a kind start with, and what is said of them.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF; extract its text first, with pdftotext for example"),
    (b"%!PS-Adobe", "a PostScript file; extract its text first, with ps2ascii for example"),
    (b"\x89PNG\r\n\x1a\n", SCAN),
    (b"\xff\xd8\xff", SCAN),
    (b"GIF87a", SCAN),
    (b"GIF89a", SCAN),
    (b"II*\0", SCAN),
    (b"MM\0*", SCAN),
    (b"\0\0\0\x0cjP  ", SCAN),
    (b"AT&TFORM", "a DjVu document; extract its text first, with djvutxt for example"),
    (b"CAJ\0", "a CAJ document; save its text from the CAJ reader first"),
    (
        b"PK\x03\x04",
        "a ZIP archive or an office document (docx, xlsx, epub); unpack it, or save it as plain text first",
    ),
    (b"PK\x05\x06", ARCHIVE),
    (b"\x1f\x8b\x08", ARCHIVE),
    (b"BZh91AY&SY", ARCHIVE),
    (b"\xfd7zXZ\0", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OFFICE),
    (b"SQLite format 3\0", "a database; export its text first"),
    (b"ID3\x03", MEDIA),
    (b"ID3\x04", MEDIA),
    (b"OggS\0", MEDIA),
    (b"\x7fELF", PROGRAM),
    (b"MZ\x90\0", PROGRAM),
];

/// The kinds of RIFF container and of ISO media file, named at byte 8 and byte 4.
const CONTAINERS: &[(usize, &[u8], &str)] =
    &[(8, b"WEBP", SCAN), (8, b"WAVE", MEDIA), (8, b"AVI ", MEDIA), (4, b"ftyp", MEDIA)];

/// What `bytes` are and what to do with them, when their first bytes say that they are no text.
pub(super) fn refuse(bytes: &[u8]) -> Option<&'static str> {
    let by_signature = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature));
    let riff_or_media = bytes.starts_with(b"RIFF") || bytes.starts_with(b"\0\0\0");
    by_signature.map(|(_, what)| *what).or_else(|| {
        let container = CONTAINERS.iter().find(|(at, kind, _)| bytes.get(*at..at + kind.len()) == Some(*kind));
        container.filter(|_| riff_or_media).map(|(_, _, what)| *what)
    })
}
