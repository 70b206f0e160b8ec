//! Prints a text made from the declaration of the settings: `reference` (default), `template` or `schema`.
#![allow(clippy::print_stdout)]

fn main() -> Result<(), String> {
    match std::env::args().nth(1).as_deref() {
        None | Some("reference") => print!("{}", lks_config::reference_markdown()),
        Some("template") => print!("{}", lks_config::template()),
        Some("schema") => println!("{:#}", lks_config::schema()),
        Some(other) => return Err(format!("unknown text {other}; known are reference, template, schema")),
    }
    Ok(())
}
