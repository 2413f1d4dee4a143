//! German texts address readers with "Sie": in the console, in notifications and e-mails, and in problems.

use std::{fs, path::PathBuf};

use crate::repository;

/// Forms of "du" and "ihr", the informal greeting, and the imperatives of the verbs that instructions use.
const FAMILIAR: &str = "du dir dich dein deine deinem deinen deiner deines euch euer eure eurem euren eurer eures hallo \
    aktiviere aktualisiere beantrage beginne bestätige erlaube erneuere erstelle fordere gib hole importiere korrigiere \
    lade lege lies melde nimm prüfe reiche richte sende stemple trage wähle wende wiederhole ändere öffne";

/// Returns all files with German texts.
fn files() -> Vec<PathBuf> {
    let fluent = fs::read_dir(repository("shared/texts/de")).unwrap().map(|entry| entry.unwrap().path());
    let console =
        ["de.js", "admin/de.js", "pay/de.js"].map(|file| repository("functions/console/assets/i18n").join(file));
    fluent.chain(console).collect()
}

/// Returns a line of a Fluent file or of a module without its key.
fn text(line: &str) -> &str {
    line.split_once(" = ").or_else(|| line.split_once("\": ")).map_or(line, |(_, text)| text)
}

#[test]
fn german_texts_address_readers_as_sie() {
    let familiar: Vec<&str> = FAMILIAR.split_whitespace().collect();
    let mut wrong = Vec::new();
    for file in files() {
        let source = fs::read_to_string(&file).unwrap();
        for line in source.lines().filter(|line| !line.starts_with(['#', '/'])) {
            let words = text(line).split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase);
            let found = words.filter(|word| familiar.contains(&word.as_str()));
            wrong.extend(found.map(|word| format!("{}: {word}: {line}", file.display())));
        }
    }
    assert!(wrong.is_empty(), "familiar German:\n{}", wrong.join("\n"));
}
