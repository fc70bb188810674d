//! Build script of the desktop app.

use std::io::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Who adds a command to the list does not want to look for why it is denied.
    writeln!(std::io::stdout(), "cargo::rerun-if-changed=src-tauri/permissions")?;
    // With a list of their own, commands that are not on it are denied.
    let commands = tauri_build::AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*");
    let attributes = tauri_build::Attributes::new()
        .app_manifest(commands)
        .capabilities_path_pattern("./src-tauri/capabilities/**/*");
    tauri_build::try_build(attributes)?;
    Ok(())
}
