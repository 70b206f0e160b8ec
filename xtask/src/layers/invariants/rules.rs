//! The table of what crates must not name.

/// What some crates must not name.
pub(super) struct Rule {
    /// Its number in `docs/ARCHITECTURE.md`.
    pub(super) number: u8,
    pub(super) crates: Crates,
    /// The files below `src` that it is about; all, if empty. A name without ending is a module with all that is below it.
    pub(super) only: &'static [&'static str],
    /// Modules that may, with the crate before them; the plan says why.
    pub(super) except: &'static [&'static str],
    pub(super) forbidden: Forbidden,
    pub(super) instead: &'static str,
}

pub(super) enum Crates {
    Of(&'static [&'static str]),
    /// The libraries of the workspace, all but these.
    LibrariesBut(&'static [&'static str]),
}

pub(super) enum Forbidden {
    /// Paths that contain these components in a row, and macros.
    Paths(&'static [&'static str]),
    /// Words in identifiers and texts.
    Words(&'static [&'static str]),
    /// Statics that can change after they were first read.
    MutableStatics,
}

const PRINTING: Forbidden = Forbidden::Paths(&[
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
    "dbg!",
    "io::stdout",
    "io::stderr",
]);

/// All of them.
pub(super) const RULES: &[Rule] = &[
    Rule {
        number: 1,
        crates: Crates::Of(&["lks-cache"]),
        only: &[],
        except: &[],
        forbidden: Forbidden::Words(&[
            "mastdownload",
            "tess",
            "tesscut",
            "tic",
            "kepler",
            "k2",
            "obs",
            "cutout",
            "cadence",
            "sector",
            "astronomy",
        ]),
        instead: "the store keeps any file under the key it is given",
    },
    Rule {
        number: 1,
        crates: Crates::Of(&["lks-cache"]),
        only: &[],
        // The prefix of what is hashed to name a record belongs to the format on disk.
        except: &["lks-cache/key"],
        forbidden: Forbidden::Words(&["mast"]),
        instead: "the store keeps any file under the key it is given",
    },
    Rule {
        number: 1,
        crates: Crates::Of(&["lks-cache"]),
        only: &[],
        except: &[],
        forbidden: Forbidden::Words(&["async", "await"]),
        instead: "callers with a runtime use `spawn_blocking`",
    },
    Rule {
        number: 1,
        crates: Crates::Of(&["lks-cache"]),
        only: &[],
        except: &[],
        forbidden: Forbidden::Paths(&["SystemTime::now", "Utc::now", "Local::now"]),
        instead: "dates are parameters",
    },
    Rule {
        number: 2,
        crates: Crates::Of(&["lks-mast", "lks-catalog", "lks-table"]),
        only: &[],
        except: &[],
        forbidden: Forbidden::Paths(&["std::fs", "tokio::fs", "rustix::fs", "tempfile"]),
        instead: "take bytes, `io::Read` or `io::Write`",
    },
    Rule {
        number: 2,
        crates: Crates::Of(&["lks-http"]),
        only: &[],
        except: &["lks-http/cross_process", "lks-http/certificates"],
        forbidden: Forbidden::Paths(&["std::fs", "tokio::fs", "rustix::fs", "tempfile"]),
        instead: "only `cross_process` and `certificates` touch files",
    },
    Rule {
        number: 3,
        crates: Crates::LibrariesBut(&["lks-http", "lks-sandbox"]),
        only: &[],
        except: &[],
        forbidden: Forbidden::Paths(&[
            "TcpStream",
            "TcpListener",
            "TcpSocket",
            "UdpSocket",
            "UnixStream",
            "UnixListener",
            "UnixDatagram",
            "tokio::net",
        ]),
        instead: "ask an `HttpClient`",
    },
    Rule {
        number: 3,
        crates: Crates::Of(&["lks-http"]),
        only: &[],
        // Which parameters of an address are harmless to show is known of the archive only.
        except: &["lks-http/redact"],
        forbidden: Forbidden::Words(&[
            "mast",
            "stsci",
            "stpubdata",
            "tess",
            "tesscut",
            "kepler",
            "k2",
            "cutout",
            "fits",
        ]),
        instead: "what a host bears is data of a request: its `Lane`",
    },
    Rule {
        number: 4,
        crates: Crates::LibrariesBut(&["lks-config"]),
        only: &[],
        except: &[],
        forbidden: Forbidden::Paths(&["std::env"]),
        instead: "take it as an option, which the wiring fills from `lks_config::Sources`",
    },
    Rule {
        number: 4,
        crates: Crates::Of(&["lks-config"]),
        only: &[],
        except: &["lks-config/sources"],
        forbidden: Forbidden::Paths(&["std::env"]),
        instead: "`Sources::from_process` is the only place that looks at the process",
    },
    Rule {
        number: 4,
        crates: Crates::LibrariesBut(&[]),
        only: &[],
        // A flag of the thread, by which the panic hook of a program learns that a panic is caught.
        except: &["lks-table/read/columnar"],
        forbidden: Forbidden::MutableStatics,
        instead: "hand state on as a value",
    },
    Rule {
        number: 5,
        crates: Crates::Of(&["lksearch"]),
        only: &[],
        except: &["lksearch/wiring"],
        forbidden: Forbidden::Paths(&[
            "lks_config::Cache",
            "lks_config::EndpointUrls",
            "lks_config::Fetch",
            "lks_config::Network",
            "lks_config::Verify",
        ]),
        instead: "`wiring` is the only translation of settings",
    },
    Rule {
        number: 6,
        crates: Crates::Of(&["lks-fetch"]),
        only: &["plan"],
        except: &[],
        forbidden: Forbidden::Paths(&[
            "async",
            "await",
            "std::fs",
            "tokio",
            "HttpClient",
            "Store",
            "Instant::now",
            "SystemTime::now",
        ]),
        instead: "the plan is a pure function; what it needs to know is looked up before",
    },
    Rule {
        number: 10,
        crates: Crates::LibrariesBut(&[]),
        only: &[],
        except: &[],
        forbidden: PRINTING,
        instead: "give back a value, tell an event, or log with `tracing`",
    },
    Rule {
        number: 10,
        crates: Crates::Of(&["lks-cli"]),
        only: &[],
        except: &["lks-cli/sink"],
        forbidden: PRINTING,
        instead: "`sink.rs` writes, and filters what people are shown",
    },
];
