//! Writes the bindings: `uniffi-bindgen generate --library libtelltale.so --language kotlin --out-dir DIR`.

fn main() {
    uniffi::uniffi_bindgen_main();
}
