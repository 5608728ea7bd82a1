//! Short pages in which one name is misread, and near twins in which nothing is wrong.

use kanwu::knowledge::{FormKind, Gazetteer, Knowledge, Level, PlaceId};
use kanwu::text::is_han;
use rustc_hash::FxHashSet;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// A town, with its suffix.
    Town,
    /// A village, with its suffix.
    Village,
    /// A stem of three characters and more.
    Stem,
    /// A stem of two characters of a place that is named in full elsewhere on the page.
    Bare,
    /// A county, where its city is named.
    County,
    /// A name as it should be.
    Valid,
    /// A name of another county of the province.
    Elsewhere,
    /// A natural village that no list has, a person, or a word.
    Unlisted,
}

impl Kind {
    pub(crate) const ALL: [Self; 8] =
        [Self::Town, Self::Village, Self::Stem, Self::Bare, Self::County, Self::Valid, Self::Elsewhere, Self::Unlisted];

    pub(crate) fn is_misread(self) -> bool {
        !matches!(self, Self::Valid | Self::Elsewhere | Self::Unlisted)
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Town => "towns with suffix",
            Self::Village => "villages with suffix",
            Self::Stem => "stems of three and more",
            Self::Bare => "stems of two, named elsewhere",
            Self::County => "counties, with their city",
            Self::Valid => "valid names",
            Self::Elsewhere => "names of other counties",
            Self::Unlisted => "unlisted villages, people, words",
        }
    }
}

/// A page, and what it should be.
pub(crate) struct Case {
    pub(crate) kind: Kind,
    pub(crate) page: String,
    pub(crate) truth: String,
    /// The name as it should be and as it was misread.
    pub(crate) changed: (String, String),
}

/// Which places are drawn, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sample {
    /// Places with even numbers, of which the trees were fitted on some.
    Fitted,
    /// Places with odd numbers, by the seed, in the sentences of [`Sample::Fitted`].
    Odd(u64),
    /// The same in sentences that no other sample has, and no name that one of the samples before it drew.
    Fresh(u64),
}

impl Sample {
    fn seed(self) -> u64 {
        match self {
            Self::Fitted => 0,
            Self::Odd(seed) => seed * 2 + 1,
            Self::Fresh(seed) => 1_000 + seed,
        }
    }

    fn sentences(self) -> (&'static [&'static str], &'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Fitted | Self::Odd(_) => (OPENINGS, SENTENCES, FILLERS),
            Self::Fresh(_) => (FRESH_OPENINGS, FRESH_SENTENCES, FRESH_FILLERS),
        }
    }
}

/// Draws cases of one kind.
pub(crate) struct Generator {
    known: Knowledge,
    kind: Kind,
    sample: Sample,
    random: fastrand::Rng,
    counties: Vec<PlaceId>,
    /// Names that other samples drew.
    taken: FxHashSet<String>,
}

const OPENINGS: &[&str] = &[
    "本报讯　近日，{county}召开乡村振兴现场推进会，各乡镇和有关部门负责人参加。",
    "初夏时节，走进{county}，田野里一派繁忙景象。",
    "记者从{county}农业农村局获悉，今年全县将新建高标准农田5万亩。",
    "12月3日，{county}融媒体中心组织采访活动，记录群众身边的新变化。",
    "今年以来，{county}把改善人居环境作为民生工程来抓，城镇面貌焕然一新。",
    "本报讯（记者 王晓明）春节前夕，{county}的志愿者们走村入户，为群众送去春联。",
    "“往年这个时候最怕下雨，现在不怕了。”在{county}采访时，一位老农告诉记者。",
    "{county}近年来依托山水资源发展旅游，农家乐开到了家门口。",
];

const SENTENCES: &[&str] = &[
    "在{name}，连片的蔬菜大棚一眼望不到边。",
    "{name}引进企业十二家，带动就业八百余人。",
    "昨天下午，工作队来到{county}{name}，走访群众三百余户。",
    "{county}{name}地处山区，过去交通十分不便。",
    "{name}的群众说，路修好了，出门方便多了。",
    "据{name}负责人介绍，今年计划改造老旧管网四处。",
    "活动在{name}举行，两百多名党员参加。",
    "家住{name}的李大爷今年七十二岁，身体硬朗。",
    "目前，{name}、开发区等地的工程已全部完工。",
    "随后，与会人员到{name}实地察看了项目进展情况。",
    "从{name}出发，沿着新修的公路走十分钟，就到了产业园。",
    "（{name}供稿）",
    "{name}：小菜园变成大产业",
];

const FILLERS: &[&str] = &[
    "项目总投资2.3亿元，建成后年产值可达5亿元。",
    "全镇上下一心，该村和周边各村的路灯全部亮了起来。",
    "大家纷纷表示，要把会议精神落到实处，推动各项工作再上新台阶。",
    "下一步，当地将继续完善基础设施，让城镇居民和村民共享发展成果。",
    "截至目前，全县共有一百二十六个村完成了厕所改造，群众满意度不断提高。",
    "为确保工程质量，有关部门派出技术人员驻点指导，随时解决施工中的困难。",
    "村里的党支部书记带着大伙儿种苹果、养肉牛，日子一天比一天好。",
    "小镇的夜晚格外热闹，乡镇干部和群众一起扭起了秧歌。",
];

const FRESH_OPENINGS: &[&str] = &[
    "秋收时节的{county}，稻浪翻滚，机声隆隆。",
    "本报讯　{county}日前出台办法，对农村公路实行分段包干养护。",
    "入冬以来，{county}组织干部下沉一线，帮助群众备足取暖物资。",
    "日前，一场别开生面的比赛在{county}落下帷幕，吸引众多选手参加。",
    "（通讯员 周立）十年前，从{county}县城回一趟老家要走半天。",
    "{county}人大常委会近日对饮水安全工作开展专题询问。",
    "“家门口就能看上专家号。”说起变化，{county}的居民深有感触。",
    "据{county}气象台发布的消息，未来三天以多云天气为主。",
];

const FRESH_SENTENCES: &[&str] = &[
    "记者来到{name}时，村口的老槐树下正坐着几位老人。",
    "走进{county}{name}，干净的柏油路直通家家户户。",
    "为了这条渠，{name}前后开了七次会。",
    "{county}{name}党委书记带头认领了三个难点问题。",
    "去年秋天，{name}遭遇了多年未见的大风。",
    "这支宣讲队先后走过{name}等十几个点。",
    "张师傅是{name}人，做木匠已有四十年。",
    "他们把培训班办到了{name}，一讲就是三天。",
    "如今的{name}，家家有活干，户户有收入。",
    "本月中旬，{name}将举办第五届采摘节。",
    "受灾较重的{name}已安置群众一百九十人。",
    "位于{name}的加工厂每天可处理鲜果六十吨。",
    "图为{name}的居民在广场上跳舞。",
];

const FRESH_FILLERS: &[&str] = &[
    "据了解，该工程分三期建设，首期已于上月竣工验收。",
    "“镇上给我们修了水塔，浇地再也不用排队。”一位种粮户说。",
    "县里拿出专项资金，对乡村教师给予交通补助。",
    "从村头到村尾，一盏盏太阳能路灯照亮了回家的路。",
    "当天共发放宣传单三千余份，接受咨询四百多人次。",
    "区里的民警挨家挨户上门登记，还为老人送去了药品。",
    "合作社统一供苗、统一技术、统一销售，农户只管种好地。",
    "有关负责人表示，将对发现的问题列出清单，逐项销号。",
];

const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许";

impl Generator {
    /// Draws names that are not among `taken`.
    pub(crate) fn new(known: Knowledge, kind: Kind, sample: Sample, taken: FxHashSet<String>) -> Self {
        let counties = known.gazetteer.all(Level::County).collect();
        let random = fastrand::Rng::with_seed(kind as u64 * 2 + sample.seed());
        Self { known, kind, sample, random, counties, taken }
    }

    fn of<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.random.usize(0..from.len())]
    }

    fn gazetteer(&self) -> &'static Gazetteer {
        self.known.gazetteer
    }

    fn is_of_half(&self, place: PlaceId) -> bool {
        (self.gazetteer().number(place) % 2 == 1) == (self.sample != Sample::Fitted)
    }

    /// One case, if this draw gives any.
    fn draw(&mut self) -> Option<Case> {
        let county = self.counties[self.random.usize(0..self.counties.len())];
        if self.gazetteer().now(county).is_some() {
            return None;
        }
        let named = self.county_name(county)?;
        let (right, form) = match self.kind {
            Kind::Unlisted => (None, self.unlisted()),
            Kind::Elsewhere => {
                let province = self.gazetteer().parents(county).last()?;
                let counties: Vec<PlaceId> =
                    self.counties.iter().copied().filter(|c| self.gazetteer().is_within(*c, province)).collect();
                let other = counties[self.random.usize(0..counties.len())];
                (None, self.below(other)?.1)
            }
            Kind::County => {
                if !self.is_of_half(county) {
                    return None;
                }
                let forms = self.gazetteer().forms(county);
                (
                    None,
                    forms.into_iter().find(|(text, form)| form.kind == FormKind::Full && text.chars().count() > 2)?.0,
                )
            }
            _ => {
                let (place, form) = self.below(county)?;
                (Some(place), form)
            }
        };
        if self.taken.contains(&form) && self.kind != Kind::Unlisted {
            return None;
        }
        let (openings, sentences, fillers) = self.sample.sentences();
        let mut truth = String::new();
        // A county that is misread itself cannot name itself.
        let (opening, inside) = if self.kind == Kind::County {
            let city = self.gazetteer().parent(county)?;
            (self.gazetteer().name(city), String::new())
        } else {
            (named.0, named.1)
        };
        let mut lines: Vec<(bool, String)> = vec![(false, self.of(openings).replace("{county}", &opening))];
        let sentence = self.of(sentences).replace("{county}", &inside);
        lines.push((true, sentence));
        if self.kind == Kind::Bare {
            let full = self.gazetteer().forms(right?);
            let full = full.into_iter().find(|(text, form)| form.kind == FormKind::Full && text.chars().count() > 2)?.0;
            let sentence = self.of(sentences).replace("{county}", &inside).replace("{name}", &full);
            lines.push((false, sentence));
        } else if self.random.u32(0..4) == 0 && self.kind.is_misread() {
            let sentence = self.of(sentences).replace("{county}", &inside).replace("{name}", &form);
            lines.push((false, sentence));
        }
        for _ in 0..self.random.usize(1..5) {
            let filler = self.of(fillers).to_owned();
            let at = self.random.usize(1..=lines.len());
            lines.insert(at, (false, filler));
        }
        let read = if self.kind.is_misread() { self.misread(&form, county)? } else { form.clone() };
        let mut page = String::new();
        for (is_name, line) in lines {
            for (text, name) in [(&mut truth, &form), (&mut page, &read)] {
                text.push_str(&if is_name { line.replace("{name}", name) } else { line.clone() });
            }
            let end = if self.random.bool() { "\n" } else { "" };
            truth.push_str(end);
            page.push_str(end);
        }
        Some(Case { kind: self.kind, page, truth, changed: (form, read) })
    }

    /// How the page names the county at first, and how a sentence does that names it again: in full or by its short form.
    #[expect(clippy::unnecessary_wraps, reason = "like its neighbours, which may find none")]
    fn county_name(&mut self, county: PlaceId) -> Option<(String, String)> {
        let gazetteer = self.gazetteer();
        let city = gazetteer.parent(county).map(|city| gazetteer.name(city)).unwrap_or_default();
        let full = gazetteer.name(county);
        let forms = gazetteer.forms(county);
        let short = forms.into_iter().find(|(_, form)| form.kind == FormKind::Stem && !form.common);
        let short = short.map_or(full.clone(), |(text, _)| text);
        // Of counties that share their name, papers say where they are.
        let is_alone =
            |name: &str| gazetteer.find(name).iter().filter(|(p, _)| gazetteer.level(*p) <= Level::County).count() == 1;
        let names: Vec<(String, String)> = [&full, &short]
            .into_iter()
            .filter(|name| is_alone(name))
            .map(|name| (name.clone(), name.clone()))
            .chain([(format!("{city}{full}"), full.clone())])
            .collect();
        Some(names[self.random.usize(0..names.len())].clone())
    }

    /// A town or village of `county` and a form of it, as the kind asks.
    fn below(&mut self, county: PlaceId) -> Option<(PlaceId, String)> {
        let gazetteer = self.gazetteer();
        let towns: Vec<PlaceId> = gazetteer.children(county).collect();
        let town = *towns.get(self.random.usize(0..towns.len().max(1)))?;
        let villages: Vec<PlaceId> = gazetteer.children(town).collect();
        let is_town = match self.kind {
            Kind::Town => true,
            Kind::Village => false,
            _ => self.random.bool(),
        };
        let place = if is_town { town } else { *villages.get(self.random.usize(0..villages.len().max(1)))? };
        if !self.is_of_half(place) {
            return None;
        }
        let mut forms = gazetteer.forms(place);
        forms.retain(|(text, form)| {
            let length = text.chars().count();
            let fits = match self.kind {
                Kind::Stem => form.kind == FormKind::Stem && length > 2,
                Kind::Bare => form.kind == FormKind::Stem && length == 2,
                Kind::Valid | Kind::Elsewhere => form.kind != FormKind::Period,
                _ => {
                    matches!(form.kind, FormKind::Full | FormKind::Former)
                        && text.ends_with(['镇', '乡', '道', '村', '区'])
                }
            };
            fits && !form.common && length <= 6 && text.chars().all(is_han) && !text.contains("委会")
        });
        (!forms.is_empty()).then(|| (place, forms.swap_remove(self.random.usize(0..forms.len())).0))
    }

    fn unlisted(&mut self) -> String {
        const BEFORE: &[&str] = &["小", "大", "东", "西", "上", "下", "前", "后", ""];
        const AFTER: &[&str] = &["庄", "家庄", "村", "家沟", "家湾", "家屯", "家坪", "家塘", "家寨"];
        // 宝村 and 立镇 look as if they ended in a suffix.
        const GIVEN_NAMES: &[&str] = &["建国", "秀英", "志强", "海燕", "文斌", "玉兰", "庆东", "宝村", "立镇"];
        const WORDS: &[&str] = &[
            "城镇",
            "全镇",
            "该村",
            "各村",
            "乡镇",
            "集镇",
            "小镇",
            "农村",
            "本村",
            "外村",
            "老城区",
            "示范村",
            "敬老院",
        ];
        let surnames: Vec<String> = SURNAMES.chars().map(String::from).collect();
        let surname = surnames[self.random.usize(0..surnames.len())].clone();
        match self.random.u32(0..3) {
            0 => format!("{}{surname}{}", self.of(BEFORE), self.of(AFTER)),
            1 => format!("{surname}{}", self.of(GIVEN_NAMES)),
            _ => self.of(WORDS).to_owned(),
        }
    }

    /// `name` with one character misread; `None` where that makes another name of the county, which nobody could tell.
    fn misread(&mut self, name: &str, county: PlaceId) -> Option<String> {
        let characters: Vec<char> = name.chars().collect();
        let at = self.random.usize(0..characters.len());
        let right = characters[at];
        let by_count = self.known.confusions.read_as(right).map(|(read, count)| (read, f64::from(count)));
        let mut weighed: Vec<(char, f64)> = by_count.filter(|(read, _)| is_han(*read)).collect();
        if weighed.is_empty() {
            let alike = self.known.shapes.look_alikes(right);
            weighed = alike.map(|(read, likeness)| (read, (20.0 * likeness).exp())).collect();
        }
        let mut left = self.random.f64() * weighed.iter().map(|(_, weight)| weight).sum::<f64>();
        let read = weighed.iter().find(|(_, weight)| {
            left -= weight;
            left < 0.0
        })?;
        let mut misread = characters.clone();
        misread[at] = read.0;
        let misread: String = misread.into_iter().collect();
        let city = self.gazetteer().parent(county)?;
        let is_near = |place: PlaceId| self.gazetteer().is_within(place, city);
        let is_town = self.gazetteer().find(&misread).iter().any(|(place, _)| is_near(*place));
        let is_name = is_town || !self.gazetteer().find_villages_in(&misread, county).is_empty();
        (!is_name && read.0.len_utf8() == right.len_utf8()).then_some(misread)
    }
}

impl Iterator for Generator {
    type Item = Case;

    fn next(&mut self) -> Option<Case> {
        loop {
            if let Some(case) = self.draw() {
                return Some(case);
            }
        }
    }
}
