use std::io::Write as _;

use kanwu::knowledge::UserDictionary;

fn read(bytes: &[u8]) -> Result<UserDictionary, String> {
    let mut file = tempfile::Builder::new().prefix("mine").suffix(".tsv").tempfile().unwrap();
    file.write_all(bytes).unwrap();
    UserDictionary::read(&[file.path()]).map_err(|error| error.to_string())
}

/// What is wrong, after the file and line that say where.
#[track_caller]
fn refused(bytes: &[u8], line: usize, words: &str) {
    let error = read(bytes).unwrap_err();
    assert!(error.contains(&format!(".tsv:{line}: ")) && error.contains(words), "{error}");
}

#[test]
fn a_dictionary_has_names_parents_aliases_misreadings_and_notes() {
    let dictionary = read(
        "\u{feff}name\tparents\taliases\tmisreadings\tnote\r\n# 本报常用\r\n\r\n\
         刁镇\t济南市|章丘区\t刁镇镇\t刀镇 | 习镇\t2016年改街道\r\n小李庄\r\n"
            .as_bytes(),
    )
    .unwrap();
    let [town, village] = dictionary.entries() else { panic!("{:?}", dictionary.entries()) };
    assert_eq!((town.name.as_str(), town.note.as_str()), ("刁镇", "2016年改街道"));
    assert_eq!(town.parents, ["济南市", "章丘区"]);
    assert_eq!(town.aliases, ["刁镇镇"]);
    assert_eq!(town.misreadings, ["刀镇", "习镇"]);
    assert!(town.source.ends_with(".tsv:4"), "{}", town.source);
    assert_eq!(village.name, "小李庄");
    assert!(village.parents.is_empty() && village.misreadings.is_empty());
}

#[test]
fn an_empty_dictionary_is_one() {
    assert!(read(b"").unwrap().entries().is_empty());
    assert!(read(b"# nothing yet\n\n").unwrap().entries().is_empty());
}

#[test]
fn every_fault_is_told_with_file_and_line() {
    refused("刁镇\ta\tb\tc\td\te\n".as_bytes(), 1, "6 columns");
    refused("刁镇\n\t章丘区\n".as_bytes(), 2, "no name");
    refused("刁镇 章丘区 刀镇\n".as_bytes(), 1, "blanks for tabs");
    refused("刁镇\t\t\t刁镇\n".as_bytes(), 1, "both as a name and as its own misreading");
    refused("刁镇\t\t习镇\t习镇\n".as_bytes(), 1, "both as a name and as its own misreading");
    refused("刁镇\t\t\t刀\n".as_bytes(), 1, "one character");
    refused(b"\xb5\xf3\xd5\xf2\n", 1, "UTF-8");
    refused("刁镇\t\t\t习镇\n刀镇\t\t\t习镇\n".as_bytes(), 2, ".tsv:1");
    refused("刁镇\t\t\t习镇\n习镇\n".as_bytes(), 2, ".tsv:1");
}

#[test]
fn columns_are_parted_by_tabs_and_stand_in_their_order() {
    refused("name,parents,aliases\n刁镇,济南市,\n".as_bytes(), 1, "parted by tabs");
    refused("小李庄\n刁镇,济南市|章丘区,,习镇\n".as_bytes(), 2, "parted by tabs");
    refused("刁镇，习镇\n".as_bytes(), 1, "parted by tabs");
    refused(
        "misreadings\tname\n刀镇\t刁镇\n".as_bytes(),
        1,
        "names the columns misreadings, name; they are read as name<TAB>",
    );
    refused("# 本报\nname\tmisreadings\n刁镇\t刀镇\n".as_bytes(), 2, "put them in this order");
    refused("wrong\tright\n刀镇\t刁镇\n".as_bytes(), 1, "names the columns wrong, right;");
    refused("\"刁镇\"\t济南市\n".as_bytes(), 1, "a quotation mark in the name \"刁镇\"");
    refused("刁镇\t\t\"刁镇镇\"\n".as_bytes(), 1, "a quotation mark in the name");
}

#[test]
fn a_first_line_may_name_some_columns_or_be_a_name() {
    let entries = |text: &str| read(text.as_bytes()).unwrap().entries().len();
    assert_eq!(entries("name\n刁镇\n"), 1);
    assert_eq!(entries("# 本报\n\nName\tParents\n刁镇\t济南市\n"), 1);
    assert_eq!(entries("刁镇\t\t\t刀,镇\n"), 1);
    assert_eq!(entries("iPhone\n刁镇\n"), 2);
    assert_eq!(entries("kanwu\n刁镇\n"), 2);
}

#[test]
fn a_dictionary_that_is_not_there_is_named() {
    let error = UserDictionary::read(&["no/such/names.tsv"]).unwrap_err().to_string();
    assert!(error.contains("names.tsv"), "{error}");
}
