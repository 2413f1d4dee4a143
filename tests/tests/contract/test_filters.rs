//! Scripts and documents run some tests by their names. A name that no test has runs nothing and reports success, so each of these
//! names must be one of a module or the beginning of a function's name.

use std::{collections::BTreeSet, fs};

use crate::links::all;

/// Options of `cargo test` that are followed by a value.
const WITH_VALUE: [&str; 5] = ["-p", "--package", "--test", "--bin", "--features"];

/// Returns the filters in the commands `cargo test` of a text: all words of a command that are no options.
fn filters(text: &str) -> Vec<String> {
    let commands = text.split("cargo test").skip(1).filter_map(|rest| rest.lines().next());
    commands
        .flat_map(|command| {
            let command = command.split(['`', '>', '|', '#', ';']).next().unwrap_or_default();
            let words: Vec<&str> = command.split_whitespace().collect();
            let is_filter = |at: usize| {
                let word = words[at].trim_matches('"');
                let is_value = at > 0 && WITH_VALUE.contains(&words[at - 1]);
                !is_value
                    && !word.is_empty()
                    && word.chars().all(|letter| letter.is_alphanumeric() || "_:".contains(letter))
            };
            (0..words.len()).filter(|at| is_filter(*at)).map(|at| words[at].to_owned()).collect::<Vec<_>>()
        })
        .collect()
}

/// Returns the word after each `keyword` in a source, such as the names of its functions.
fn names<'text>(text: &'text str, keyword: &'text str) -> impl Iterator<Item = &'text str> {
    let ends = |letter: char| !(letter.is_alphanumeric() || letter == '_');
    text.split(keyword).skip(1).filter_map(move |rest| rest.split(ends).next())
}

#[test]
fn tests_that_scripts_and_documents_run_by_name_exist() {
    let (mut modules, mut functions, mut asked) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for source in all("rs") {
        let text = fs::read_to_string(&source).unwrap();
        modules.extend(names(&text, "mod ").map(str::to_owned));
        functions.extend(names(&text, "fn ").map(str::to_owned));
        let documented: Vec<&str> = text.lines().filter(|line| line.starts_with("//")).collect();
        asked.extend(filters(&documented.join("\n")).into_iter().map(|filter| (source.clone(), filter)));
    }
    for source in ["sh", "py", "md"].into_iter().flat_map(all) {
        let text = fs::read_to_string(&source).unwrap();
        asked.extend(filters(&text).into_iter().map(|filter| (source.clone(), filter)));
    }
    let exists = |name: &str| modules.contains(name) || functions.iter().any(|function| function.starts_with(name));
    let wrong: Vec<String> = asked
        .iter()
        .filter(|(_, filter)| !filter.split("::").filter(|name| !name.is_empty()).all(exists))
        .map(|(source, filter)| format!("{}: {filter}", source.display()))
        .collect();
    assert!(asked.iter().any(|(_, filter)| filter == "reports::forms"), "no filter found, among {asked:?}");
    assert!(wrong.is_empty(), "no test has these names:\n{}", wrong.join("\n"));
}
