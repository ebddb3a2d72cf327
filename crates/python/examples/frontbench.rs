//! Scratch.
#[path = "../tests/support/programs.rs"]
mod programs;
fn main() {
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap();
        print!("{}", programs::run("bench.py", &text, None));
    }
}
