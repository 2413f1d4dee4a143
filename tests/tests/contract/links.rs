//! Links between documents, and the documents that code refers to, exist in the repository.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use crate::repository;

/// Folders without the project's own sources.
const SKIPPED: [&str; 5] = ["target", ".git", ".rollcall", ".aws-sam", "node_modules"];

/// Collects all files with an extension below a folder.
fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !SKIPPED.contains(&name.as_str()) {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

/// Returns all files of the project with an extension.
pub(crate) fn all(extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&repository(""), extension, &mut found);
    assert!(!found.is_empty());
    found
}

/// Returns the anchors of a Markdown file, as GitHub generates them from its headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    headings
        .map(|heading| {
            let kept = heading.to_lowercase().replace(' ', "-");
            kept.chars().filter(|letter| letter.is_alphanumeric() || "-_".contains(*letter)).collect()
        })
        .collect()
}

/// Returns the error in a link to `target` from the folder `from`, if it has one.
fn fault(from: &Path, target: &str, known: &mut BTreeMap<PathBuf, BTreeSet<String>>) -> Option<String> {
    let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let file = from.join(path);
    let Ok(file) = file.canonicalize() else { return Some(format!("no file {path}")) };
    if !file.starts_with(repository("").canonicalize().unwrap()) {
        return Some(format!("{path} is outside the repository"));
    }
    let anchor = anchor.filter(|_| file.extension().is_some_and(|extension| extension == "md"))?;
    let has =
        known.entry(file.clone()).or_insert_with(|| anchors(&fs::read_to_string(&file).unwrap())).contains(anchor);
    (!has).then(|| format!("{path} has no heading #{anchor}"))
}

#[test]
fn links_between_documents_resolve() {
    let (mut known, mut wrong) = (BTreeMap::new(), Vec::new());
    for document in all("md") {
        let text = fs::read_to_string(&document).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
        for target in links.filter(|target| !target.contains("://") && !target.starts_with("mailto:")) {
            let own = target.strip_prefix('#').map(|anchor| format!("{}#{anchor}", document.display()));
            let fault = fault(document.parent().unwrap(), own.as_deref().unwrap_or(target), &mut known);
            wrong.extend(fault.map(|fault| format!("{}: {fault}", document.display())));
        }
    }
    assert!(wrong.is_empty(), "links that lead nowhere:\n{}", wrong.join("\n"));
}

#[test]
fn documents_that_code_cites_exist() {
    let (mut known, mut wrong) = (BTreeMap::new(), Vec::new());
    for source in ["rs", "py", "sh", "yaml"].into_iter().flat_map(all) {
        let text = fs::read_to_string(&source).unwrap();
        let cited = text.match_indices("docs/").filter_map(|(at, _)| {
            let rest = &text[at..];
            let end = rest.find(|letter: char| !(letter.is_alphanumeric() || "/-_.#".contains(letter)));
            let citation = rest[..end.unwrap_or(rest.len())].trim_end_matches('.');
            let path = Path::new(citation.split('#').next()?);
            path.extension().is_some_and(|extension| extension == "md").then_some(citation)
        });
        for citation in cited {
            let fault = fault(&repository(""), citation, &mut known);
            wrong.extend(fault.map(|fault| format!("{}: {fault}", source.display())));
        }
    }
    assert!(wrong.is_empty(), "citations that lead nowhere:\n{}", wrong.join("\n"));
}
