//! A user's empty home, in which the program is run.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use lks_sandbox::Sandbox;
use serde_json::Value;
use tempfile::TempDir;

/// What the tests download most: three light curves that other groups made of K2-18, of which the first comes from the Everest pipeline.
pub(crate) const HLSPS_OF_K2_18: [&str; 6] = ["download", "k2", "K2-18", "--hlsps", "--kind", "timeseries"];

/// How a page of the documentation writes the home directory.
pub(crate) const HOME_ON_PAGES: &str = "/home/you";

/// An empty home directory.
pub(crate) struct Home(TempDir);

/// What a run left behind.
pub(crate) struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("because a temporary directory can be made"))
    }

    /// A home whose path is as long as the one on the pages, so that tables with paths are as wide as there.
    pub(crate) fn as_on_pages() -> Self {
        let digits = HOME_ON_PAGES.len() - "/tmp/".len();
        let short = tempfile::Builder::new()
            .prefix("")
            .rand_bytes(digits)
            .tempdir_in("/tmp");
        Self(short.expect("because a temporary directory can be made"))
    }

    /// The text with the path of this home as pages write it.
    pub(crate) fn as_written(&self, text: &str) -> String {
        let home = self.0.path().display().to_string();
        // A narrow table may cut the path in its midst.
        let cut = ("/tmp/".len()..home.len())
            .rev()
            .map(|end| (format!("{}…", &home[..end]), format!("{}…", &HOME_ON_PAGES[..end])));
        cut.fold(text.replace(&home, HOME_ON_PAGES), |text, (ours, theirs)| {
            text.replace(&ours, &theirs)
        })
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    /// Runs the program with nothing in its environment but this home.
    pub(crate) fn run(&self, words: &[&str]) -> Outcome {
        self.run_with(words, &[])
    }

    /// Runs the program against an archive that the test watches.
    pub(crate) fn run_against(&self, archive: &Sandbox, words: &[&str]) -> Outcome {
        let variables = Self::pointing_at(archive);
        self.run_with(
            words,
            &variables.each_ref().map(|(name, value)| (*name, value.as_str())),
        )
    }

    /// What the environment must say for an archive to be asked.
    pub(crate) fn pointing_at(archive: &Sandbox) -> [(&'static str, String); 6] {
        let names = [
            ("LKSEARCH_ENDPOINTS__MAST", ""),
            ("LKSEARCH_ENDPOINTS__RESOLVER", ""),
            ("LKSEARCH_ENDPOINTS__S3", ""),
            ("LKSEARCH_ENDPOINTS__TAP", "/TAPVizieR/tap"),
            ("LKSEARCH_ENDPOINTS__SIMBAD", "/simbad/sim-tap"),
            ("LKSEARCH_ENDPOINTS__GAIA", "/tap-server/tap"),
        ];
        names.map(|(name, path)| (name, archive.url() + path))
    }

    /// Starts the program against an archive that the test watches, and does not wait for it. What it says on stderr can be read.
    pub(crate) fn start_against(&self, archive: &Sandbox, words: &[&str]) -> Child {
        let variables = Self::pointing_at(archive);
        let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
        let mut command = self.command(words, &variables);
        let command = command.stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().expect("because the program was built for this test")
    }

    /// Starts the program and does not wait for it.
    pub(crate) fn start(&self, words: &[&str], variables: &[(&str, &str)], stdout: Stdio) -> Child {
        let mut command = self.command(words, variables);
        command
            .stdout(stdout)
            .stderr(Stdio::null())
            .spawn()
            .expect("because the program was built for this test")
    }

    pub(crate) fn run_with(&self, words: &[&str], variables: &[(&str, &str)]) -> Outcome {
        Outcome::of(self.command(words, variables).output())
    }

    /// Runs the program with a stdout that is closed at its other end; gives back the exit code.
    pub(crate) fn run_unread(&self, words: &[&str]) -> Option<i32> {
        let mut child = self.start(words, &[], Stdio::piped());
        drop(child.stdout.take());
        child.wait().expect("because the program ends").code()
    }

    /// The program with nothing in its environment but this home and these variables.
    pub(crate) fn command(&self, words: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lksearch"));
        command
            .args(words)
            .env_clear()
            // Where a program that counts its lines puts the counts.
            .envs(std::env::var_os("LLVM_PROFILE_FILE").map(|file| ("LLVM_PROFILE_FILE", file)))
            .env("HOME", self.0.path())
            .envs(variables.iter().copied())
            .current_dir(self.0.path());
        command
    }

    /// Runs the program with these variables and no home.
    pub(crate) fn run_homeless(&self, words: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let mut command = self.command(words, &[]);
        let output = command.env_remove("HOME").envs(variables.iter().copied()).output();
        Outcome::of(output)
    }

    /// Every file below the home, relative to it, in order.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![self.0.path().to_path_buf()];
        while let Some(directory) = open.pop() {
            for entry in std::fs::read_dir(&directory).expect("because it was listed") {
                let path = entry.expect("because it was listed").path();
                match path.is_dir() {
                    true => open.push(path),
                    false => found.push(
                        path.strip_prefix(self.0.path())
                            .expect("because it lies below")
                            .display()
                            .to_string(),
                    ),
                }
            }
        }
        found.sort();
        found
    }
}

impl Outcome {
    pub(crate) fn of(output: std::io::Result<std::process::Output>) -> Self {
        let output = output.expect("because the program was built for this test");
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("because the program prints UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("because the program prints UTF-8"),
        }
    }

    /// The rows of a `--format json` answer of a run that went well.
    #[track_caller]
    pub(crate) fn rows(&self) -> Vec<Value> {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {}", self.stdout))
    }

    /// The run ended with this code and said each of these on stderr.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "'{word}' is missing in: {}", self.stderr);
        }
    }
}

/// The words of a command line; what stands in single quotes is one word.
pub(crate) fn line(text: &str) -> Vec<&str> {
    let parts = text.split('\'').enumerate();
    let words = parts.flat_map(|(number, part)| match number % 2 {
        0 => part.split_whitespace().collect::<Vec<_>>(),
        _ => vec![part],
    });
    words.collect()
}

/// Tells a program to stop, as Ctrl-C does.
pub(crate) fn interrupt(child: &Child) {
    send(child, "INT");
}

/// Sends a signal to a program.
pub(crate) fn send(child: &Child, signal: &str) {
    let words = [format!("-{signal}"), child.id().to_string()];
    let told = Command::new("kill").args(words).status();
    assert!(told.expect("because every Unix has kill").success());
}

/// One column of the rows, as text.
pub(crate) fn column(rows: &[Value], name: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    rows.iter().map(|row| text(&row[name])).collect()
}
