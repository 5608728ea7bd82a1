use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The stages, in the order in which they read a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StageName {
    /// Characters that no text should hold.
    Characters,
    /// Line ends.
    Layout,
    /// Blanks.
    Spacing,
    /// Marks.
    Punctuation,
    /// Numbers.
    Numerals,
    /// Traditional and simplified script.
    Script,
    /// Place names.
    Places,
    /// Misread characters.
    Confusables,
}

impl StageName {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::Characters,
        Self::Layout,
        Self::Spacing,
        Self::Punctuation,
        Self::Numerals,
        Self::Script,
        Self::Places,
        Self::Confusables,
    ];

    /// As settings and reports name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Characters => "characters",
            Self::Layout => "layout",
            Self::Spacing => "spacing",
            Self::Punctuation => "punctuation",
            Self::Numerals => "numerals",
            Self::Script => "script",
            Self::Places => "places",
            Self::Confusables => "confusables",
        }
    }

    /// The stage that goes by `code`.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

impl<'de> Deserialize<'de> for StageName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| D::Error::custom(format!("there is no stage {code}")))
    }
}

impl Serialize for StageName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// What `kanwu explain` prints of a rule, and what the tests hold it to.
#[derive(Debug)]
pub struct Manual {
    /// As reports and settings name it.
    pub code: &'static str,
    /// The stage that it belongs to.
    pub stage: StageName,
    /// What it does, in a line.
    pub summary: &'static str,
    /// What it does, in a line of Chinese.
    pub summary_zh: &'static str,
    /// What it looks at, and how safe that is.
    pub details: &'static str,
    /// A page that it corrects, each correction as `[before→after]`.
    pub corrects: &'static str,
    /// A near twin that it leaves as it is.
    pub leaves: &'static str,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $value:expr),+ $(,)? })+) => {
        /// Every reason for which a page is changed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $($(#[$doc])* $name),+ }

        impl Rule {
            /// All of them, by stage.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// What it does, with an example.
            pub fn manual(self) -> &'static Manual {
                match self { $(Self::$name => const { &Manual { $($field: $value),+ } }),+ }
            }
        }
    };
}

impl Rule {
    /// As reports and settings name it.
    pub fn code(self) -> &'static str {
        self.manual().code
    }

    /// The stage that it belongs to.
    pub fn stage(self) -> StageName {
        self.manual().stage
    }

    /// The rule that goes by `code`.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.code() == code)
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| D::Error::custom(format!("there is no rule {code}")))
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

rules! {
    /// CR LF, CR, and Unicode's line and paragraph separators.
    LineEnding {
        code: "line-ending",
        stage: StageName::Characters,
        summary: "every line ends in LF",
        summary_zh: "统一换行符为 LF",
        details: "CR LF, CR alone, NEL (U+0085), LINE SEPARATOR and PARAGRAPH SEPARATOR become LF, and so does CR CR LF, a \
                  line end that was converted twice. No text is lost, so it is always applied.",
        corrects: "甲[\r\n→\n]乙",
        leaves: "甲\n乙",
    }
    /// Form feeds and vertical tabs.
    PageBreak {
        code: "page-break",
        stage: StageName::Characters,
        summary: "a form feed between pages becomes a line end",
        summary_zh: "换页符改为换行",
        details: "OCR engines and pdftotext put a form feed between pages. Beside a line end, and at either end of the text, it \
                  goes; elsewhere it becomes a line end. A vertical tab likewise. Always applied.",
        corrects: "上一版\n[\u{c}→]下一版",
        leaves: "上一版\n\n下一版",
    }
    /// NUL and the other control characters.
    ControlCharacter {
        code: "control-character",
        stage: StageName::Characters,
        summary: "control characters that print nothing go",
        summary_zh: "删除不可见的控制字符",
        details: "NUL, the other C0 controls but tab and line feed, DEL and the C1 controls. Always applied.",
        corrects: "甲[\0→]乙",
        leaves: "甲\t乙",
    }
    /// Zero-width characters, bidirectional controls, soft hyphens, stray byte-order marks.
    InvisibleCharacter {
        code: "invisible-character",
        stage: StageName::Characters,
        summary: "invisible characters inside Chinese or Latin text go",
        summary_zh: "删除零宽字符、双向控制符和软连字符",
        details: "Zero-width spaces and joiners, bidirectional controls, soft hyphens and byte-order marks inside a text. \
                  Joiners stay beside letters that need them (Arabic, Indic and South East Asian scripts) and between emoji, \
                  bidirectional controls on a line with Hebrew or Arabic. A soft hyphen that ends a line of Latin text shows, \
                  and becomes a hyphen. Always applied.",
        corrects: "章[\u{200b}→]丘",
        leaves: "👨\u{200d}👩",
    }
    /// Private-use code points that GB 18030 has since given to real characters.
    PrivateUse {
        code: "private-use",
        stage: StageName::Characters,
        summary: "private-use code points that GB 18030 gave to real characters become those",
        summary_zh: "把 GB 18030 曾用的私有码位改为正式字符",
        details: "GBK and GB 18030-2000 put about a hundred characters at private-use code points that have since had their \
                  own. Only these are mapped; any other private-use character is a font's secret and stays. Always applied.",
        corrects: "[\u{e815}→⺁]",
        leaves: "\u{e000}",
    }
    /// Kangxi and other radicals that stand for the character that they look like.
    Radical {
        code: "radical",
        stage: StageName::Characters,
        summary: "radicals become the characters that they look like",
        summary_zh: "部首字符改为对应汉字",
        details: "PDF extraction often yields KANGXI RADICAL or CJK RADICAL code points, which look like characters and match \
                  no search. Unicode names the ideograph that each equals. Radicals that are only a part of a character (⺮, ⻌) \
                  stay. Always applied.",
        corrects: "[⽇→日]报",
        leaves: "日报",
    }
    /// CJK compatibility ideographs.
    CompatibilityIdeograph {
        code: "compatibility-ideograph",
        stage: StageName::Characters,
        summary: "compatibility ideographs become the unified ones",
        summary_zh: "兼容汉字改为统一汉字",
        details: "Code points of F900 to FAFF and 2F800 to 2FA1F that Unicode decomposes to a single unified ideograph; the \
                  twelve that it does not are unified themselves, and stay. Always applied.",
        corrects: "北[\u{f963}→北]",
        leaves: "北\u{fa0e}",
    }
    /// A line end inside a paragraph.
    WrappedLine {
        code: "wrapped-line",
        stage: StageName::Layout,
        summary: "a line end inside a paragraph goes",
        summary_zh: "段内换行接上",
        details: "A fitted model weighs the room that the line takes against its neighbours, its last and the next line's first \
                  character, closing marks, open brackets, and words cut in two. Between Latin words a space takes its place.",
        corrects: "本报讯（记者 张三）昨日上午，全县春耕生[\n→]产现场会在柳林镇召开，各乡镇主要负责人[\n→]参加会议。\
                   与会人员先后到柳林村和石门村[\n→]的田间地头，察看了小麦长势和农机检修的[\n→]情况。",
        leaves: "全县春耕生产现场会召开\n本报讯（记者 张三）昨日上午，全县春耕生产现场会在柳林镇召开。",
    }
    /// An empty line inside a sentence.
    BrokenParagraph {
        code: "broken-paragraph",
        stage: StageName::Layout,
        summary: "an empty line inside a sentence goes",
        summary_zh: "句中空行接上",
        details: "A paragraph that breaks off at the foot of a column goes on at the head of the next; between them engines put \
                  an empty line. The same model as for wrapped lines decides.",
        corrects: "去年以来，全县先后投入资金三千二百万元，对辖区内二十六座中小型水库逐一除险加固，工程质[\n\n→]量全部合格。",
        leaves: "全县水库除险加固工程全部完工。\n\n去年以来，全县先后投入资金三千二百万元。",
    }
    /// A part of a column that stands elsewhere on the page.
    DisplacedFragment {
        code: "displaced-fragment",
        stage: StageName::Layout,
        summary: "a fragment of a column goes where its sentence breaks off",
        summary_zh: "错位的栏段移回断句处",
        details: "A block that breaks off is compared with every block of the page that may start in the middle: how likely the \
                  language model finds the one after the other against a fresh start, open quotes, what the two are about, and \
                  what stands between them. A fitted model weighs it all; the matching that is likeliest for the page as a whole \
                  decides. What is lighter is moved, the fragment or what stands between. Taking it away here and putting it \
                  there are one move, which is made whole or not at all.",
        corrects: "去年以来，全县先后投入资金三千二百万元，对辖区内二十六座中小型水库逐一除险加固，工程质[\n\n\
                   图为水库管理所的技术员在坝上查看水情。 李文 摄\n\n→]量全部合格，确保了安全度汛。\n\n\
                   春灌以来，各村的水库已经向下游放水四次，三万亩麦田都浇上了返青水。[→\n\n\
                   图为水库管理所的技术员在坝上查看水情。 李文 摄]\n",
        leaves: "全县去年投入资金三千二百万元，对二十六座中小型水库逐一除险加固。\n\n\
                 图为水库管理所的技术员在坝上。 李文 摄\n\n工程质量全部合格，确保了安全度汛。",
    }
    /// Lines of two columns in turn, or side by side.
    ReadAcross {
        code: "read-across",
        stage: StageName::Layout,
        summary: "columns that were read across are set one after the other",
        summary_zh: "跨栏横读的行按栏重排",
        details: "Lines of two columns that stand in turn, or side by side with a gap of two blanks and more. Over a stretch of eight \
                  lines and more, the language model must find each line far likelier after the last but one, or after the half \
                  above it, than after its neighbour. Proposed at most.",
        corrects: "[昨日上午，全县春耕生\n水库管理所的技术员每\n产现场会在柳林镇召开\n天两次到坝上查看，汛\n，各乡镇主要负责人和\n期里一个小时报一回水\n农机站站长一百三十多\n位。去年以来，全县先\n人参加会议。与会人员\n后投入资金三千二百万\n先后到柳林村和石门村\n元，对辖区内二十六座\n的田间地头察看小麦长→昨日上午，全县春耕生\n产现场会在柳林镇召开\n，各乡镇主要负责人和\n农机站站长一百三十多\n人参加会议。与会人员\n先后到柳林村和石门村\n的田间地头察看小麦长\n水库管理所的技术员每\n天两次到坝上查看，汛\n期里一个小时报一回水\n位。去年以来，全县先\n后投入资金三千二百万\n元，对辖区内二十六座]\n中小型水库逐一除险加",
        leaves: "柳林镇今年新修水渠八公里。\n石门村改造旱田六百亩。\n全镇的麦田都能浇上返青水。\n镇里请来了技术员。\n村干部逐户通知。\n\
                 抽水机都检修过。\n群众很满意。\n春播不误农时。",
    }
    /// What belongs to the page and not to an article.
    Furniture {
        code: "furniture",
        stage: StageName::Layout,
        summary: "what belongs to the page and not to an article is marked, or dropped with --furniture drop",
        summary_zh: "按 --furniture 标出或删去报头、页码、编辑署名、扫码提示、转版提示等",
        details: "Running heads, page numbers, credits, jump lines, advertisements of the paper itself. A model of the page's blocks \
                  tells them from headlines and text; that a line stands on many pages of the batch is the best witness. Off unless \
                  asked for: with --furniture mark they are proposed only, with --furniture drop they go.",
        corrects: "春灌工作有序推进\n镇里还从农机站请来技术员，逐村检修抽水机和喷灌设备。[\n编辑：王建军 美编：李文→]",
        leaves: "春灌工作有序推进\n镇里还从农机站请来技术员，逐村检修抽水机和喷灌设备。\n编辑部的王建军说，今年水足。",
    }
    /// A blank inside a Chinese sentence.
    StraySpace {
        code: "stray-space",
        stage: StageName::Spacing,
        summary: "a blank inside a Chinese sentence goes",
        summary_zh: "删除句中多余空格",
        details: "Where lines were joined by blanks, they stand in the middle of words and at even distances. Blanks that set names, \
                  parts of headings or columns apart stay.",
        corrects: "积极开展城市管理精细[ →]化示范街建设，工程正有[ →]序推进。",
        leaves: "记者 张三 通讯员 李四",
    }
    /// A blank beside a Chinese mark.
    SpaceBesideMark {
        code: "space-beside-mark",
        stage: StageName::Spacing,
        summary: "a blank beside a Chinese mark goes",
        summary_zh: "删除标点旁的空格",
        details: "A full-width mark brings its own room. Blanks that indent a line or set list items apart stay.",
        corrects: "县里要求各乡镇抓紧农时[ →]，确保春播一次全苗。",
        leaves: "　　编辑：王五",
    }
    /// A blank between Chinese and a number or Latin word.
    SpaceBesideNumber {
        code: "space-beside-number",
        stage: StageName::Spacing,
        summary: "a blank between Chinese and a number goes, where the page sets none elsewhere",
        summary_zh: "删除汉字与数字之间的空格",
        details: "Newspapers set numbers without room around them; engines put some in. On a page that sets them apart \
                  throughout, as web texts do, all stay.",
        corrects: "全县共有12个乡镇，2021年投入资金35万元，新修水渠8[ →]公里，改造旱田600亩。",
        leaves: "全县共有 12 个乡镇，2021 年投入资金 35 万元，新修水渠 8 公里，改造旱田 600 亩。",
    }
    /// Blanks at a line's end, and runs of blanks.
    ExtraBlank {
        code: "extra-blank",
        stage: StageName::Spacing,
        summary: "blanks at a line's end go, and a run of them inside a line becomes one",
        summary_zh: "删除行尾空格，合并连续空格",
        details: "Indents at the start of a line stay as they are, and so does every single blank.",
        corrects: "要闻[     → ]2021年3月5日",
        leaves: "　　要闻 2021年3月5日",
    }
    /// A half-width mark in Chinese text.
    HalfWidthMark {
        code: "half-width-mark",
        stage: StageName::Punctuation,
        summary: "half-width marks in Chinese text become full-width",
        summary_zh: "半角标点改为全角",
        details: "Neighbours decide: a comma between Chinese characters is full-width; in 3,000, in a URL, a formula or a Latin \
                  sentence it stays. On a page that has full-width marks as well, or specks, fitted trees tell whether it may have \
                  been another mark or none; a question mark, a semicolon in a sentence with another, and a page that was read well \
                  weigh for it. A comma, semicolon or colon that surely was some mark becomes full-width even where it may have \
                  been another: which one, the rule misread-mark asks. A round bracket goes with the blank outside it, by which an engine's reading of a \
                  full-width one is known.",
        corrects: "聚焦项目建设[,→，]夯实发展硬实力。",
        leaves: "全村共有3,000人，see a,b.",
    }
    /// Straight quotation marks.
    StraightQuote {
        code: "straight-quote",
        stage: StageName::Punctuation,
        summary: "straight quotation marks become curly ones, by pairs",
        summary_zh: "直引号改为弯引号",
        details: "Marks pair within a paragraph by what stands beside them, and by the language model. A mark without a partner does \
                  not turn the ones after it around; where neither its place nor the model tells which way it faces, it is proposed \
                  only. So is a single mark but for round a term, inside a quotation or after a colon, and one for inches.",
        corrects: "争当[\"→“]领跑者[\"→”]企业",
        leaves: "He said \"yes\" again.",
    }
    /// A curly quotation mark that faces the wrong way.
    QuoteDirection {
        code: "quote-direction",
        stage: StageName::Punctuation,
        summary: "a curly quotation mark that faces the wrong way is turned",
        summary_zh: "纠正方向相反的引号",
        details: "Only where it makes pairs whole: a closing mark where an opening one must stand, with its partner in the same \
                  paragraph; in a paragraph with more marks, where the language model is sure of it too.",
        corrects: "开展[”→“]一线课堂”教育",
        leaves: "开展“一线课堂”教育",
    }
    /// An outer quotation mark inside a quotation.
    NestedQuote {
        code: "nested-quote",
        stage: StageName::Punctuation,
        summary: "a quotation inside another takes single marks",
        summary_zh: "引号内再用引号，改为单引号",
        details: "Engines read ‘ as “. Only where the inner pair and the outer one are both whole.",
        corrects: "他说：“这叫[“→‘]一线工作法[”→’]，管用。”",
        leaves: "他说：“这叫一线工作法。”又说：“管用。”",
    }
    /// A bracket of another shape than its partner.
    BracketShape {
        code: "bracket-shape",
        stage: StageName::Punctuation,
        summary: "a bracket of another shape than its partner takes its partner's",
        summary_zh: "括号配对，形状一致",
        details: "Engines read （ as 〈, < or 《. Where one of a pair is a round bracket and the other is not, the pair becomes round; \
                  book-title marks that pair stay, and ‹, < and > round a title become them. Of 《 with ) the language model tells \
                  whether a title was meant.",
        corrects: "[〈→（]总台记者 张三）",
        leaves: "《〈论语〉新解》",
    }
    /// Dots for an ellipsis.
    Ellipsis {
        code: "ellipsis",
        stage: StageName::Punctuation,
        summary: "three or more dots after Chinese become an ellipsis",
        summary_zh: "连续点号改为省略号",
        details: "Full stops, middle dots and single ellipsis characters in a row.",
        corrects: "效果明显[...→……]",
        leaves: "wait... 效果明显……",
    }
    /// Hyphens for a dash.
    Dash {
        code: "dash",
        stage: StageName::Punctuation,
        summary: "two or more hyphens between Chinese become a dash",
        summary_zh: "连字符改为破折号",
        details: "Also a dash of mixed strokes, and 一一 or 一— where the language model finds a dash far likelier. One hyphen stays: \
                  it may stand between numbers, stations or names.",
        corrects: "一个目标[--→——]全域提质",
        leaves: "青岛-济南",
    }
    /// Half a dash inside a word, where the number one was.
    DashForOne {
        code: "dash-for-one",
        stage: StageName::Punctuation,
        summary: "half a dash that stands for the number one becomes that",
        summary_zh: "误作短横的“一”改回“一”",
        details: "— alone, where the language model finds the text far likelier with 一: before a character, or where it ends a \
                  well-known word. In a chain, as in 上游—中游—下游, it stays.",
        corrects: "全村统[—→一]供水",
        leaves: "北京—上海",
    }
    /// A character that is no mark and looks like one.
    MarkLookAlike {
        code: "mark-look-alike",
        stage: StageName::Punctuation,
        summary: "a character that only looks like a mark becomes that mark",
        summary_zh: "形似标点的字符改为标点",
        details: "The stroke 丶 after Chinese, unless the paragraph speaks of strokes, and the half-width and small forms of Chinese \
                  marks, none of which running text uses.",
        corrects: "领导帮扶[丶→、]部门跟踪",
        leaves: "领导帮扶、部门跟踪",
    }
    /// Another mark for the colon of a credit.
    CreditColon {
        code: "credit-colon",
        stage: StageName::Punctuation,
        summary: "the mark between a credit and the name after it becomes a colon",
        summary_zh: "编辑、组版等署名后的标点改为冒号",
        details: "In a line that begins with a credit: a semicolon, comma or dot after 编辑, 美编, 组版, 校对 and the like.",
        corrects: "编辑：张三 美编[；→：]李四",
        leaves: "编辑部，记者节快乐；美编，也一样。",
    }
    /// A mark that was read twice.
    DoubledMark {
        code: "doubled-mark",
        stage: StageName::Punctuation,
        summary: "a mark that an engine read twice stands once",
        summary_zh: "重复识别的标点只留一个",
        details: "Two commas or two full stops side by side, and a straight quotation mark beside a curly one. The full-width one stays. Of two \
                  half-width commas none goes: they may be fields of a table.",
        corrects: "春灌时节[,→]，各村都忙",
        leaves: "“这就是\"春灌\"”，各村都忙",
    }
    /// A letter in a number.
    LetterInNumber {
        code: "letter-in-number",
        stage: StageName::Numerals,
        summary: "letters that engines read for digits become digits",
        summary_zh: "数字中的字母改为数字",
        details: "O and o for 0, l and I for 1, inside a number with a unit that only numbers have (年, 月, 日, %, …); Z for 2, S for 5, \
                  b for 6 and B for 8 before units of amounts (万, 元, 个, …). The same in telephone numbers and times of day; in other \
                  long numbers it is proposed. Codes and model names of letters and digits stay.",
        corrects: "2[O→0]24年",
        leaves: "O2O模式",
    }
    /// A full-width digit or letter among half-width ones.
    FullWidthDigit {
        code: "full-width-digit",
        stage: StageName::Numerals,
        summary: "a full-width digit or letter among half-width ones becomes half-width",
        summary_zh: "半角数字中的全角数字、字母改为半角",
        details: "A number, code or date that has both widths. The page decides: one with as many full-width digits as half-width ones \
                  sets them so, and stays. A full-width number that stands alone on a half-width page may be an article's own way, and \
                  is proposed only; an exponent, as in 3×10５, is left.",
        corrects: "收割机有[２→2]140台，[８→8]月5日到位。",
        leaves: "收割机有２１４０台，８月５日到位。",
    }
    /// A full-width mark in a number.
    NumberMark {
        code: "number-mark",
        stage: StageName::Numerals,
        summary: "a decimal point or separator inside a number is half-width",
        summary_zh: "数字中的小数点、分隔符改为半角",
        details: "3，000 with exactly three digits after the comma and a unit, 8．1%, and 13：22 after a day or an hour of the day, unless \
                  the page sets all of its times so. The result of a match, 21：17, reads like a time and stays.",
        corrects: "完成产值8[．→.]1亿元",
        leaves: "第3，第4，第5名",
    }
    /// A circle or letter for zero in a Chinese number.
    ChineseZero {
        code: "chinese-zero",
        stage: StageName::Numerals,
        summary: "a circle or letter between Chinese digits becomes 〇",
        summary_zh: "汉字数字中的零改为 〇",
        details: "○, O, o and 0 between the digits 一 to 九 of a year.",
        corrects: "二[○→〇]二四年",
        leaves: "十个○",
    }
    /// Traditional to simplified script, or the other way round.
    ScriptConversion {
        code: "script-conversion",
        stage: StageName::Script,
        summary: "script is converted as --script asks",
        summary_zh: "按 --script 转换繁简",
        details: "OpenCC does it, word by word. Off unless asked for.",
        corrects: "[國→国]家",
        leaves: "国家",
    }
    /// A place name that was misread.
    PlaceName {
        code: "place-name",
        stage: StageName::Places,
        summary: "a misread place name is put right",
        summary_zh: "纠正误识地名",
        details: "A string that is no known name or word, one character away from the name of a town or village of a county that the \
                  page is about. Scope decides, shape ranks; the whole nation only ever suggests. A name that the text speaks of (误排为“刀镇”), \
                  that is counted (7个断路村) or of a former age is proposed and stays.",
        corrects: "章丘区[刀镇街道→刁镇街道]举办活动，刁镇全镇参加。",
        leaves: "章丘区城镇街道整洁。",
    }
    /// A misreading that the user's dictionary lists.
    KnownMisreading {
        code: "known-misreading",
        stage: StageName::Places,
        summary: "a misreading that the user's dictionary lists is put right",
        summary_zh: "按用户词典纠正已知误识",
        details: "Exactly as listed, unless it stands inside a longer known name or word, or a word is cut by it. The example is of a \
                  dictionary that lists 习镇 as a misreading of 刁镇.",
        corrects: "[习镇→刁镇]街道举办活动。",
        leaves: "学习镇上的经验。",
    }
    /// A character that an engine took for another.
    MisreadCharacter {
        code: "misread-character",
        stage: StageName::Confusables,
        summary: "a character that an engine took for another is put right",
        summary_zh: "纠正形近误识字",
        details: "What is improbable as text is compared with what engines read in this way; a change is made when text, shapes, \
                  counts of confusions, words and the rest of the page together leave hardly a doubt. Names of the user's \
                  dictionaries stay.",
        corrects: "我市旅游业取得新[容→突]破。",
        leaves: "记者支倩倩报道。",
    }
    /// A mark that an engine took for another.
    MisreadMark {
        code: "misread-mark",
        stage: StageName::Confusables,
        summary: "a mark that an engine took for another is put right",
        summary_zh: "纠正误识的标点",
        details: "What is improbable where it stands is compared with every mark that may stand there; text, counts of \
                  confusions and the rest of the page decide. Most are proposed only: whether a comma or a full stop was \
                  meant, text alone seldom tells. Quotation marks, brackets and dashes are left to the rules of punctuation.",
        corrects: "村里的老人都说，日子比过去好过多了[·→。]如今，村村通了公路，家家用上了自来水。",
        leaves: "书架上有列夫·托尔斯泰的《战争与和平》。",
    }
    /// A speck that an engine took for a mark.
    StrayMark {
        code: "stray-mark",
        stage: StageName::Confusables,
        summary: "a mark where none is meant, such as a speck, goes",
        summary_zh: "删除污点误识成的标点",
        details: "Where a mark breaks what belongs together, and the text without it is much likelier than with any other \
                  mark. What stands inside numbers, Latin words and names of the user's dictionaries stays.",
        corrects: "会议指出，要加强基层组织建[，→]设，推动各项工作落实到位。",
        leaves: "天干地支中，戊、戌、戍、戎四字易混。",
    }
}
