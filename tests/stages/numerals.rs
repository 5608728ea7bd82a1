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
    check("总产量[l→1]9.3万吨，同比增长2[l→1].5%。系统升级到l2.3版，自l9.3年起算。");
}

#[test]
fn letters_before_units_of_amounts_are_digits() {
    check("栽了12[O→0]余棵树，卖出6[O→0][O→0]粒种子，8[O→0]多双鞋，[l→1].2万亩，增长1.[l→1]%");
    check("来了3[B→8]名学员，投入3[B→8].7亿元，[Z→2]3个村，[b→6]7天，2[S→5]吨");
    check("C类、2B类、2B座，S3线，B2B百强榜，Z230次列车，015B万吨，S31天宁高速，150g天然气，B1层");
}

#[test]
fn names_of_letters_and_digits_stay() {
    check("O2O模式，B2B平台，H7N9病毒，PM2.5，IO口，5G基站，3D打印，G20峰会，CO2排放");
    check("A01版，B02版，4K电视，1Kg，5Kl，24O号文件");
}

#[test]
fn a_code_before_a_word_that_begins_like_a_unit_stays() {
    check("O2O年会，O2O家装，I5处理器");
    check("o2o年会，O2个人版，I7台式机，I5月度报告，I5日常使用");
}

#[test]
fn a_capital_that_begins_a_number_is_a_digit() {
    check("[I→1]0月[I→1]2日，5月[I→1]5日，[I→1]30元，[I→1]2[O→0]00个村");
}

#[test]
fn a_letter_that_makes_no_date_stays() {
    check("l3月，4O月，32日，9O日");
    check("共有20l月的数据，1O0日，l20月");
    check("O年，O月，l日");
}

#[test]
fn years_that_are_counted_are_told_from_dates() {
    check("5[l→1]年来，[l→1]5[O→0]年的历史，1[O→0]0年");
    check("2Ol年，19l年，2O241年");
}

#[test]
fn what_is_longer_than_a_number_stays() {
    check(&format!("今年投资{}万元。", "1O".repeat(40)));
    check(&format!("今年{}", "11１".repeat(40)));
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
fn groups_and_a_decimal_point_make_one_number() {
    check("收入3[，→,]870元，支出6[，→,]215[．→.]5元，结余1[，→,]234[，→,]567元");
    check("1．2023年全县修渠；2．500户受益");
}

#[test]
fn a_time_of_a_day_has_a_half_width_colon() {
    check("10月8日13[：→:]22，记者来到镇上");
    check("上午8[：→:]30—11[：→:]00");
    check("比赛在13:22开始");
}

#[test]
fn results_labels_and_the_times_of_a_page_that_sets_all_so_keep_their_colons() {
    check("以21：17获胜，电话：82345678，比分3：1");
    check("上午8：30开门，中午12：00休息，下午5：30关门");
}

#[test]
fn a_full_width_digit_among_half_width_ones_is_half_width() {
    check("全区有收割机[２→2]140台，查了3[７→7]家，共[４→4].1万人，去年58.7万亩");
    check("[８→8]月5日，2024年[１→1][２→2]月，[Ａ→A]01版");
}

#[test]
fn full_width_numbers_of_their_own_stay() {
    check("本月１８日至２０日访问，去年2月5日也来过，２年前、2003年还来过");
    check("收割机有２１４０台，８月5日到位，查了３7家");
    check("全长3×10５米，2024年5月测得，Ｘ波段雷达，Ｔ恤");
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

#[test]
fn letters_in_telephone_numbers_are_digits() {
    check("热线0531-82[O→0]17[l→1]5，手机138-00[l→1]3-8000，139001[O→0]1234，订阅4[O→0]0-123-4567");
    check("咨询电话：8213[O→0]77，传真82[I→1]5566");
    check("型号0531-B821O775，单号A8213O77，图号8213O77，编号4OO-12-B");
}

#[test]
fn letters_in_times_of_day_are_digits() {
    check("每天[l→1]4:00开门，8:3[O→0]-[l→1]7:00营业");
    check("8:[O→0][O→0]—17:00开放，7:3[O→0]发车");
    check("比分l4:0，音量l4:80，文件O:1");
}

#[test]
fn a_letter_for_a_digit_seldom_read_so_is_one_in_a_year() {
    check("202[S→5]年3月，19[B→8]6年5月，亩产1[O→0]20斤");
    check("B202S年度，20S年");
}

#[test]
fn a_number_whose_misprint_the_text_tells_of_stays() {
    check("更正：昨日把“亩产450斤”误排为“亩产4S0斤”，特此说明。");
    check("今年的亩产4[S→5]0斤，大家都高兴。");
}

#[test]
fn letters_are_digits_where_a_date_or_a_time_goes_on() {
    check("5月2[S→5]日，4分[O→0]3秒，8时[l→1]0分");
    check("S日，O3秒，2S型");
}

#[test]
fn letters_alone_are_a_number_where_no_word_has_them() {
    check("邮路长[l→1][l→1][O→0]公里，[l→1][O→0]月3日");
    check("IO口，lol，OL，Oil公司，LLO");
}

#[test]
fn letters_between_commas_that_part_thousands_are_digits() {
    check("产值1,[O→0]40万元，卖了[l→1],100杯，合计12,3[O→0]5.[O→0]元");
    check("1,O4元，O,100，Al,200");
}

#[test]
fn letters_in_decimals_are_digits_without_a_unit() {
    check("财政收入　6[l→1].48　4.0%");
    check("v6l.48，l6.48，6l48");
}
