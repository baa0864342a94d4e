//! The program `anchorwatch`: parse, run, exit code; nothing else.

fn main() -> std::process::ExitCode {
    anchorwatch::agent::cli::main()
}
