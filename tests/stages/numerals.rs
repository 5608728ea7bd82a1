use kanwu::correction::StageName;

use crate::support;

#[track_caller]
fn check(marked: &str) {
    support::check(support::stage(StageName::Numerals).as_ref(), marked);
}

#[test]
fn letters_in_dates_are_digits() {
    check("2[O→0]24年5月1[O→0]日");
    check("[l→1]0月3[l→1]日，2[O→0][l→1]9年1[I→1]月");
}

#[test]
fn letters_in_quantities_are_digits() {
    check("投入78[O→0][O→0]元，改造旱田6[o→0][O→0]亩，惠及[l→1]3个村");
}

#[test]
fn names_of_letters_and_digits_stay() {
    check("O2O模式，B2B平台，H7N9病毒，PM2.5，IO口，5G基站，3D打印，G20峰会，CO2排放");
    check("A01版，B02版，4K电视，1Kg，5Kl，24O号文件");
}

#[test]
#[ignore = "O2O年会 becomes 020年会, and I5处理器 15处理器: the unit is the head of a word"]
fn a_code_before_a_word_that_begins_like_a_unit_stays() {
    check("O2O年会，O2O家装，I5处理器");
}

#[test]
fn a_letter_that_makes_no_date_stays() {
    check("l3月，4O月，32日，9O日");
    check("O年，O月，lO日");
}

#[test]
fn a_number_s_marks_are_half_width() {
    check("完成产值8[．→.]1亿元，同比增长41[．→.]3%，收购3[，→,]870吨");
}

#[test]
fn marks_between_listed_numbers_stay() {
    check("第3，第4，第5名");
    check("一共3，4，5，6个班");
    check("名列第3，100人参加");
    check("今年是2024年，300人参加；去年2023，200人。");
}

#[test]
fn a_time_keeps_its_colon_and_a_label_its_own() {
    check("比赛在13:22开始");
    check("电话：82345678，比分3：1");
}

#[test]
fn zeros_of_written_years_are_circles() {
    check("二[○→〇]二四年，二[O→〇]一九年，一九[0→〇]八年，二[○→〇]二[○→〇]年");
}

#[test]
fn circles_elsewhere_stay() {
    check("十个○，二〇二四年，○年，三○班，一○一医院");
}

#[test]
fn a_page_without_numbers_stays() {
    check("");
    check("全村都来了。OK，Oh，I am Ill.\n");
}
