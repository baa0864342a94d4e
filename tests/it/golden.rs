//! Files that hold what was said before. `UPDATE_GOLDEN=1 cargo test --test it` writes them anew; the
//! difference is then reviewed as any other change.

use std::fs;
use std::path::Path;

/// Compares `text` with the file of that name below `tests/it/golden/`.
pub fn is_as_before(name: &str, text: &str) {
    is_up_to_date(&format!("tests/it/golden/{name}"), text);
}

/// Compares `text` with a file of the package.
pub fn is_up_to_date(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        return;
    }
    let before = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        before == text,
        "{path} is stale: UPDATE_GOLDEN=1 cargo test --test it writes it anew. It would hold:\n{text}"
    );
}
