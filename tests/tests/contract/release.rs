//! The version of a release is the same everywhere.

use std::fs;

use crate::repository;

#[test]
fn the_changelog_and_the_openapi_document_have_the_codes_version() {
    let version = env!("CARGO_PKG_VERSION");
    let changelog = fs::read_to_string(repository("CHANGELOG.md")).unwrap();
    let released: Vec<&str> = changelog.lines().filter(|line| line.starts_with("## [")).collect();
    assert_eq!(released[0], "## [Unreleased]");
    assert!(released[1].starts_with(&format!("## [{version}] - 20")), "{}", released[1]);
    assert_eq!(local::openapi::merged().info.version, version);
}

#[test]
fn every_document_is_linked_from_the_readme() {
    let readme = fs::read_to_string(repository("README.md")).unwrap();
    for document in fs::read_dir(repository("docs")).unwrap() {
        let name = document.unwrap().file_name().into_string().unwrap();
        let is_document = std::path::Path::new(&name).extension().is_some_and(|extension| extension == "md");
        assert!(!is_document || readme.contains(&format!("(docs/{name})")), "README.md doesn't link docs/{name}");
    }
}
