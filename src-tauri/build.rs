//! Build script of the desktop app.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With a list of their own, commands that are not on it are denied.
    let commands = tauri_build::AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*");
    let attributes = tauri_build::Attributes::new()
        .app_manifest(commands)
        .capabilities_path_pattern("./src-tauri/capabilities/**/*");
    tauri_build::try_build(attributes)?;
    Ok(())
}
