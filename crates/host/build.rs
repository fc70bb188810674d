//! Packs the guest page, as the page's build has left it in `ui/dist-guest`, into the host. Without it, browsers get a page
//! in words: a host can be built with nothing but Rust.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;

fn main() -> io::Result<()> {
    let folder = PathBuf::from(var("CARGO_MANIFEST_DIR")?).join("../../ui/dist-guest");
    let out = PathBuf::from(var("OUT_DIR")?);
    write(&format!("cargo::rerun-if-changed={}\n", folder.display()))?;
    let mut files = Vec::new();
    if folder.is_dir() {
        collect(&folder, &mut files)?;
    }
    files.sort();
    let mut table = "&[\n".to_owned();
    for (n, file) in files.iter().enumerate() {
        let relative = file.strip_prefix(&folder).map_err(io::Error::other)?;
        let path = format!("/{}", relative.to_string_lossy().replace('\\', "/"));
        let path = if path == "/index.html" { "/" } else { &path };
        let plain = fs::read(file)?;
        let packed = out.join(format!("{n}.gz"));
        fs::write(&packed, gzip(&plain)?)?;
        let _ = writeln!(
            table,
            "    File {{ path: {path:?}, kind: {:?}, tag: {:?}, gzip: include_bytes!({:?}) }},",
            kind(relative),
            tag(&plain),
            packed.to_string_lossy(),
        );
    }
    table.push_str("]\n");
    fs::write(out.join("guest_page.rs"), table)
}

fn var(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}

fn write(line: &str) -> io::Result<()> {
    io::stdout().write_all(line.as_bytes())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn gzip(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    encoder.finish()
}

/// What tells one version of a file from another (RFC 9110, section 8.8.3).
fn tag(content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}
