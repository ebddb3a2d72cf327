//! Says that the bytecode in the binary is made of `lib/`: the macro that
//! compiles it reads files that the compiler does not know of.

fn main() {
    println!("cargo:rerun-if-changed=lib");
}
