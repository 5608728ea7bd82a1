//! What people are called, and what they are, as it stands before their names.

/// Who reported, in a byline. A name follows, or what the reporter did: 记者获悉.
pub(super) const REPORTERS: &[&str] = &["记者", "通讯员", "記者", "通訊員"];

/// Who made the page, in a credit line: with a colon, nothing but a name follows.
pub(super) const EDITORS: &[&str] =
    &["编辑", "责编", "责任编辑", "美编", "组版", "校对", "版式", "审核", "审稿", "编审", "編輯", "總編", "校對"];

/// Who else is named beside a text or a picture.
pub(super) const AUTHORS: &[&str] = &["摄影", "作者", "供图", "供稿", "撰文", "文图", "翻译"];

/// All words that announce a person's name.
pub(super) fn announcing_names() -> impl Iterator<Item = &'static str> {
    [REPORTERS, EDITORS, AUTHORS].into_iter().flatten().copied()
}

const OFFICES: &[&str] = &[
    "书记",
    "主任",
    "主席",
    "会长",
    "校长",
    "馆长",
    "镇长",
    "乡长",
    "村长",
    "县长",
    "市长",
    "区长",
    "局长",
    "所长",
    "站长",
    "院长",
    "社长",
    "厂长",
    "队长",
    "组长",
    "园长",
    "处长",
    "科长",
    "部长",
    "台长",
    "行长",
    "董事长",
    "理事长",
    "经理",
    "总裁",
    "负责人",
    "带头人",
    "创始人",
    "传承人",
    "党员",
    "村民",
    "瓜农",
    "果农",
    "菜农",
    "茶农",
    "药农",
    "花农",
    "蜂农",
    "渔民",
    "牧民",
    "司机",
    "店主",
    "老板",
    "船长",
    "学生",
    "护士",
    "会计",
    "委员",
    "代表",
    "志愿者",
    "农民",
    "居民",
    "市民",
    "村医",
    "医生",
    "教师",
    "老师",
    "教授",
    "专家",
    "民警",
    "技术员",
    "员工",
    "工人",
    "老人",
];

/// Whether `text` ends in an office, an occupation or the like, which a name may follow: 馆长, 村民.
pub(super) fn ends_in_office(text: &str) -> bool {
    OFFICES.iter().any(|office| text.ends_with(office))
}

/// The hundred most common surnames, two thirds of all people.
const COMMON_SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟\
                               谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";

/// Surnames that are less common, and the traditional forms of common ones.
const OTHER_SURNAMES: &str = "温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗\
                              谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏\
                              席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁\
                              胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相\
                              初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利\
                              張劉陳楊黃趙吳孫馬羅鄭謝許鄧韓馮蕭葉蘇呂";

/// The fifty most frequent surnames, of seven in ten of all people (Ministry of Public Security, report on names 2020), and
/// their traditional forms. The trees of misread characters were fitted with these.
const FREQUENT_SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈張劉陳楊黃趙吳孫馬羅鄭謝許鄧韓馮蕭葉蘇呂";

/// Whether `c` is one of the fifty most frequent surnames.
pub(super) fn is_frequent_surname(c: char) -> bool {
    FREQUENT_SURNAMES.contains(c)
}

/// Whether `c` is one of the hundred most common surnames.
pub(super) fn is_common_surname(c: char) -> bool {
    COMMON_SURNAMES.contains(c)
}

/// Whether people are called `c`.
pub(super) fn is_surname(c: char) -> bool {
    is_common_surname(c) || OTHER_SURNAMES.contains(c)
}
