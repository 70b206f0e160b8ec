#!/bin/sh
# A program whose own package has an override in a profile is not stripped, although the profile says `strip = "symbols"`.
#
# Seen with cargo 1.95.0 (rustup's toolchain of that version, which is installed if it is not there) on a program that prints a line:
#   [profile.release] strip = "symbols"                                    rustc gets `-C strip=symbols`, and `nm` finds no symbols.
#   the same, and [profile.release.package.NAME] opt-level = "s"           rustc gets `-C strip=debuginfo`, and the symbols stay: cargo's own
#                                                                          default for a profile without debug information comes back.
# No warning anywhere; an override of another package changes nothing. A larger program grew by a fifth that way.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"
echo 'fn main() { println!("light curve"); }' >"$folder/src/main.rs"

# What rustc is told to strip, of this profile.
stripped() {
    printf '[package]\nname = "program"\nversion = "0.1.0"\nedition = "2024"\n\n[profile.release]\nstrip = "symbols"\n%s' "$1" >"$folder/Cargo.toml"
    rm -rf "$folder/target"
    cargo +1.95.0 build --release --verbose --manifest-path "$folder/Cargo.toml" 2>&1 | grep -o 'strip=[a-z]*'
}

alone=$(stripped '')
overridden=$(stripped '
[profile.release.package.program]
opt-level = "s"
')
echo "the profile alone: $alone"
echo "with an override of the package: $overridden"
[ "$alone" = "strip=symbols" ] && [ "$overridden" = "strip=debuginfo" ]
