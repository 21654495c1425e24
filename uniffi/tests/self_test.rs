//! What is to run on a phone runs here.
#![expect(unsafe_code, reason = "the function is called as C does")]

use std::ffi::{CStr, CString};

#[test]
fn the_library_passes_its_own_test() {
    let folder = tempfile::tempdir().unwrap();
    let path = CString::new(folder.path().to_str().unwrap()).unwrap();
    // What the first leaves behind does not disturb the second.
    for _ in 0..2 {
        // SAFETY: the path is a string that ends with a zero, and so is what comes back.
        let report = unsafe { CStr::from_ptr(telltale::telltale_self_test(path.as_ptr())) };
        let report = report.to_str().unwrap();
        assert!(report.ends_with("\nRESULT ok"), "{report}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let path = c"/proc/nothing/here";
    // SAFETY: as above.
    let report = unsafe { CStr::from_ptr(telltale::telltale_self_test(path.as_ptr())) };
    assert!(report.to_str().unwrap().contains("RESULT failed: "), "{report:?}");
}
