#![no_main]

#[expect(dead_code, reason = "each target calls one function of it")]
#[path = "../../src/fuzz/mod.rs"]
mod fuzz;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::quic(data));
