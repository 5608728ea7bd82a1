//! Bytes become pages: every encoding, damage, mojibake, and what is no text.

#![expect(clippy::unwrap_used, reason = "helpers of tests, too, stop where they are surprised")]

mod binary;
mod damage;
mod legacy;
mod mojibake;
mod plausibility;
mod unicode;

use encoding_rs::Encoding;
use kanwu::page::{self, Page};

/// Decodes `bytes` in the encoding that they show.
#[track_caller]
fn decode(bytes: impl AsRef<[u8]>) -> Page {
    page::decode("页.txt", bytes.as_ref(), page::Encoding::Auto).unwrap()
}

/// `text` in `encoding`, which must have all of its characters.
#[track_caller]
fn encode(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let units = || text.encode_utf16();
    if encoding == encoding_rs::UTF_16LE {
        return units().flat_map(u16::to_le_bytes).collect();
    }
    if encoding == encoding_rs::UTF_16BE {
        return units().flat_map(u16::to_be_bytes).collect();
    }
    if encoding == encoding_rs::BIG5 {
        return text.chars().flat_map(big5_hkscs).collect();
    }
    let (bytes, _, lossy) = encoding.encode(text);
    assert!(!lossy, "{} lacks a character of {text}", encoding.name());
    bytes.into_owned()
}

/// `c` in Big5 with the Hong Kong supplement, which the encoder leaves out.
fn big5_hkscs(c: char) -> Vec<u8> {
    let text = c.to_string();
    let (bytes, _, lossy) = encoding_rs::BIG5.encode(&text);
    if !lossy {
        return bytes.into_owned();
    }
    let mut supplement = (0x87..=0xA0).flat_map(|lead| (0x40..=0xFE).map(move |trail| [lead, trail]));
    let is_c = |pair: &[u8; 2]| encoding_rs::BIG5.decode_without_bom_handling(pair).0.chars().eq([c]);
    supplement.find(is_c).unwrap_or_else(|| panic!("Big5 lacks {c}")).to_vec()
}

/// The first `count` characters of `text`, which is repeated until there are enough.
fn first(text: &str, count: usize) -> String {
    text.chars().cycle().take(count).collect()
}

const NEWS: &str = "本报讯（记者王建军）昨日上午，全县春季农业生产现场会在柳林镇召开，各乡镇主要负责人参加会议。\n\
    会议指出，今年我县计划种植优质小麦三十二万亩，其中高标准农田占六成以上；要抓好水利设施维修，确保3月底前完工。\n\
    县农业农村局派出技术员一百二十名，分片包村，把课堂搬到田间地头。“过去浇一亩地要两个钟头，现在只用四十分钟。”村民赵大伯说。\n";
const REPUBLICAN: &str = "本市消息：昨日午後三時，商會各業代表四十餘人，集議於南門外會所，討論米價平抑之辦法。\n\
    主席李君報告，略謂近來米船到埠日少，而囤積者仍復居奇，貧民生計日艱，非由官商合力籌款，設局平糶不可云云。\n\
    眾均贊成，當即推舉委員七人，從事調查，並擬呈請縣政府備案，聞不日即可實行。\n";
const HONG_KONG: &str = "佢哋喺街市買咗好多嘢，話今日嘅菜平咗唔少，啲魚又新鮮。阿婆話：「而家個個都咁忙，邊有人得閒煮飯嘅啫？」\n\
    個仔冇出聲，攞住部電話睇咗成日，唔知佢諗緊乜嘢。\n";
const JAPANESE: &str = "昨日午後、市内の小学校で防災訓練が行われ、児童や保護者など約二百人が参加した。\n\
    訓練は大きな地震が起きたという想定で始まり、子どもたちは机の下に身を隠したあと、校庭に避難した。\n";
