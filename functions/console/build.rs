//! Embeds `assets/` in the binary: each file with its compressed forms, in a folder that is named after a hash of the content.
//!
//! All style sheets are joined into one file. `index.html`, `sw.js` and `manifest.webmanifest` keep their paths between
//! releases. In these three files, `{{hash}}` is replaced with the folder's name, and `{{preload}}` with links to all modules
//! that the first page imports.
#![expect(clippy::expect_used, reason = "the build must fail if it can't embed the assets")]

use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// Files that are served at the same path in every release.
const STABLE: [&str; 3] = ["index.html", "sw.js", "manifest.webmanifest"];

/// Modules whose imports are preloaded, because every first visit needs them.
const FIRST: [&str; 2] = ["app.js", "pages/today.js"];

/// Files, keyed by their path below `assets/`.
type Files = BTreeMap<String, Vec<u8>>;

fn main() {
    println!("cargo::rerun-if-changed=assets");
    let mut files = Files::new();
    collect(Path::new("assets"), "", &mut files);
    join_styles(&mut files);
    let hash = content_hash(&files);
    let preload = preload(&files, &hash);
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo names OUT_DIR"));
    let (mut stable, mut versioned) = (String::new(), String::new());
    for (number, (path, content)) in files.iter().enumerate() {
        if STABLE.contains(&path.as_str()) {
            let text = std::str::from_utf8(content).expect("stable files are text");
            let text = text.replace("{{hash}}", &hash).replace("{{preload}}", &preload);
            entry(&mut stable, &out, number, path, text.as_bytes());
        } else {
            entry(&mut versioned, &out, number, &format!("{hash}/{path}"), content);
        }
    }
    let code = format!(
        "/// Files that keep their paths between releases, by path.\npub(crate) static STABLE: &[File] = &[\n{stable}];\n\
         /// Files below the folder of this release, by path.\npub(crate) static VERSIONED: &[File] = &[\n{versioned}];\n"
    );
    fs::write(out.join("files.rs"), code).expect("OUT_DIR can be written");
}

/// Reads all files that are served.
fn collect(folder: &Path, prefix: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).expect("the folder of assets can be read") {
        let path = entry.expect("the folder of assets can be read").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("assets have ASCII names").to_owned();
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files);
        } else if content_type(&name).is_some() {
            files.insert(format!("{prefix}{name}"), fs::read(&path).expect("assets can be read"));
        }
    }
}

/// Returns the media type of a served file; `None` for files that aren't served, such as type declarations and notes.
fn content_type(path: &str) -> Option<&'static str> {
    if path.ends_with(".d.ts") {
        return None;
    }
    match path.rsplit_once('.')?.1 {
        "html" => Some("text/html; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "webmanifest" => Some("application/manifest+json"),
        _ => None,
    }
}

/// Joins all style sheets into one, in the order of their paths, which saves one request for each.
fn join_styles(files: &mut Files) {
    let mut joined = Vec::new();
    files.retain(|path, content| {
        let is_style = Path::new(path).extension().is_some_and(|extension| extension == "css");
        if is_style {
            joined.append(content);
        }
        !is_style
    });
    files.insert("console.css".to_owned(), joined);
}

fn content_hash(files: &Files) -> String {
    let mut hash = Sha256::new();
    for (path, content) in files {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(content));
    }
    hash.finalize().iter().take(6).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Returns links to every module that [`FIRST`] imports, so that browsers load the modules in parallel instead of one after the
/// other.
fn preload(files: &Files, hash: &str) -> String {
    let mut found: Vec<String> = FIRST.map(str::to_owned).to_vec();
    let mut next = 0;
    while let Some(path) = found.get(next).cloned() {
        let source = files.get(&path).map(|content| String::from_utf8_lossy(content)).unwrap_or_default();
        for import in imports(&source) {
            let import = resolve(&path, import);
            assert!(files.contains_key(&import), "{path} imports {import}, which doesn't exist");
            if !found.contains(&import) {
                found.push(import);
            }
        }
        next += 1;
    }
    let links = found.iter().map(|path| format!("<link rel=\"modulepreload\" href=\"./{hash}/{path}\">"));
    links.collect::<Vec<_>>().join("\n    ")
}

/// Returns the relative specifiers of a module's static imports. An import statement ends in `from "…";`.
fn imports(source: &str) -> impl Iterator<Item = &str> {
    let statements =
        source.lines().filter(|line| ["import ", "export ", "} from "].iter().any(|it| line.starts_with(it)));
    statements
        .filter_map(|line| line.strip_suffix("\";")?.rsplit_once('"'))
        .map(|(_, path)| path)
        .filter(|path| path.starts_with('.'))
}

/// Returns the path below `assets/` that a specifier in the module at `from` refers to.
fn resolve(from: &str, specifier: &str) -> String {
    let mut folders: Vec<&str> = from.split('/').collect();
    folders.pop();
    for part in specifier.split('/') {
        match part {
            "." => {}
            ".." => drop(folders.pop()),
            name => folders.push(name),
        }
    }
    folders.join("/")
}

/// Writes the file in all its encodings to `out`, and its entry to `code`.
fn entry(code: &mut String, out: &Path, number: usize, path: &str, content: &[u8]) {
    let content_type = content_type(path).expect("only served files are collected");
    let is_compressed = content_type == "image/png";
    let form = |extension: &str, bytes: &[u8]| {
        let file = out.join(format!("{number}.{extension}"));
        fs::write(&file, bytes).expect("OUT_DIR can be written");
        format!("include_bytes!({:?})", file.display().to_string())
    };
    let identity = form("identity", content);
    let (brotli, gzip) = if is_compressed {
        ("None".to_owned(), "None".to_owned())
    } else {
        (format!("Some({})", form("br", &brotli(content))), format!("Some({})", form("gz", &gzip(content))))
    };
    let _ = writeln!(
        code,
        "    File {{ path: {path:?}, content_type: {content_type:?}, identity: {identity}, brotli: {brotli}, gzip: {gzip} }},"
    );
}

fn brotli(content: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters).expect("compressing to memory works");
    compressed
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).and_then(|()| encoder.finish()).expect("compressing to memory works")
}
