//! What opens doors is used, and stands nowhere: not on the terminal, not in a log, a list, a picture, a record.

use lks_sandbox::{Fault, Matcher, Sandbox, SandboxOptions};

use crate::home::{Home, Outcome};

/// Part of every secret here.
const MARK: &str = "S3CR3T";
const KEY: &str = "tess/public/tid/s0014/0000/0001/5832/4245/tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
const NAME: &str = "tess2019198215352-s0014-0000000158324245-0150-s_lc.fits";
const QUERY: &str = "X-Amz-Signature=S3CR3Ta&code=S3CR3Tb&jwt=S3CR3Tc&session=S3CR3Td&key=S3CR3Te&S3CR3Tf";
const DOWNLOAD: [&str; 7] = ["download", "tess", "TIC 158324245", "--sector", "14", "--limit", "1"];
const ACCESS_KEY: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "S3CR3Tid"),
    ("AWS_SECRET_ACCESS_KEY", "S3CR3Tkey"),
    ("AWS_SESSION_TOKEN", "S3CR3Ttoken"),
];

type Variables<'a> = &'a [(&'a str, &'a str)];

/// No secret is in what a run printed, nor in a file that it left.
#[track_caller]
fn check(home: &Home, run: &Outcome, words: &[&str]) {
    let printed = format!("{}{}", run.stdout, run.stderr);
    assert!(!printed.contains(MARK), "{words:?}: {printed}");
    for file in home.files() {
        let content = std::fs::read(home.path(&file)).unwrap();
        let is_in_it = String::from_utf8_lossy(&content).contains(MARK);
        assert!(!is_in_it && !file.contains(MARK), "{words:?}: {file}");
    }
}

fn run_against(home: &Home, archive: &Sandbox, words: &[&str], more: &[(&str, &str)]) -> Outcome {
    let variables = Home::pointing_at(archive);
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    home.run_with(words, &[&variables[..], more].concat())
}

fn was_sent(archive: &Sandbox) -> bool {
    archive
        .log()
        .iter()
        .any(|request| request.query.contains(MARK) || request.headers.iter().any(|(_, value)| value.contains(MARK)))
}

#[test]
fn a_signed_location_is_repeated_without_its_secrets() {
    let to = format!("/gone/x.fits?{QUERY}");
    let page = format!("{{\"access_token\": \"{MARK}\"}} <a href=\"/login?code={MARK}\">");
    let faults = [
        (None, "succeeds"),
        (
            Some(Fault {
                ignore_range: true,
                ..Fault::default()
            }),
            "comes whole",
        ),
        (
            Some(Fault {
                body: Some("no FITS ".repeat(400)),
                ..Fault::status(200)
            }),
            "is none",
        ),
        (
            Some(Fault {
                body: Some(page.clone()),
                ..Fault::status(404)
            }),
            "is not there",
        ),
        (
            Some(Fault {
                body: Some(page),
                ..Fault::status(403)
            }),
            "is refused",
        ),
        (Some(Fault::hang_up()), "breaks"),
        (Some(Fault::redirect(to.clone())), "has moved"),
        (
            Some(Fault::redirect(format!("https://u:{MARK}@elsewhere.example{to}"))),
            "has moved away",
        ),
    ];
    for (fault, what) in faults {
        let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
        if let Some(fault) = fault {
            archive.script(Matcher::path("/stpubdata/"), [fault.always()]);
        }
        let address = archive.url().replace("://", &format!("://me:{MARK} word@"));
        let location = format!("{address}/stpubdata/{KEY}?{QUERY}");
        for command in [
            &["fits", "info"][..],
            &["fits", "header"],
            &["fits", "table", "--rows", ":1"],
            &["fits", "image", "--hdu", "APERTURE"],
            &["fits", "verify"],
            &["plot", "-o", "p.svg"],
        ] {
            for verbosity in [&[][..], &["-vv"]] {
                let quick = ["--set", "network.retries=0"];
                let words = [&quick[..], verbosity, command, &[&location]].concat();
                let run = run_against(&home, &archive, &words, &[]);
                check(&home, &run, &words);
                let is_told = run.code == Some(0) || run.stderr.contains(NAME);
                assert!(is_told, "{what}, {command:?}: {}", run.stderr);
            }
        }
        assert!(was_sent(&archive), "{what}");
    }
}

#[test]
fn words_that_are_no_location_are_repeated_without_secrets() {
    let home = Home::new();
    for (name, text) in [
        ("a.toml", "endpoints.mast = \"https://u:S3CR3T@mast.stsci.edu\"\n"),
        (
            "b.toml",
            "[endpoints]\nmast = \"https://mast.stsci.edu?token=S3CR3T\"\n",
        ),
        ("c.cfg", "cloud_only = https://u:S3CR3T@h\n"),
    ] {
        std::fs::write(home.path(name), text).unwrap();
    }
    std::fs::write(home.path("credentials"), "[default]\naws_secret_access_key = S3CR3T\n").unwrap();
    std::fs::write(home.path("credentials.cfg"), "aws_secret_access_key: S3CR3T\n").unwrap();
    let words: [(&[&str], Variables<'_>, &str); 17] = [
        (
            &["fits", "info", "https://S3CR3T:p/w@host:x/y"],
            &[],
            "https://host:x/y",
        ),
        (&["fits", "info", "ftp://u:S3CR3T@h/x"], &[], "ftp://h/x"),
        (
            &["fits", "info", "a", "https://u:S3CR3T@h/x?k=S3CR3T"],
            &[],
            "https://h/x?k=***",
        ),
        (&["fit", "https://u:S3CR3T@h/x"], &[], "fit"),
        (&["https://u:S3CR3T@h/x?S3CR3T"], &[], "https://h/x?***"),
        (
            &["download", "--from", "https://u:S3CR3T@h/x.csv?k=S3CR3T"],
            &[],
            "https://h/x.csv?k=***",
        ),
        (
            &["config", "set", "endpoints.mast", "https://u:S3CR3T@mast.stsci.edu"],
            &[],
            "`https://mast.stsci.edu`",
        ),
        (
            &[
                "--set",
                "endpoints.mast=https://u:S3CR3T@h",
                "config",
                "show",
                "--origin",
            ],
            &[],
            "--set endpoints.mast=https://h",
        ),
        (
            &["--set", "endpoints.mast=u:S3CR3T@h", "config", "show"],
            &[],
            "`***@h`",
        ),
        (
            &["--set", "mast_token=S3CR3T", "config", "show"],
            &[],
            "`mast_token`: unknown key",
        ),
        (
            &["config", "show"],
            &[("LKSEARCH_ENDPOINTS__MAST", "https://u:S3CR3T@h")],
            "`https://h`",
        ),
        (&["--config", "a.toml", "config", "show"], &[], "a.toml:1"),
        (&["--config", "b.toml", "config", "show"], &[], "b.toml:2"),
        (&["--config", "c.cfg", "config", "show"], &[], "c.cfg:1"),
        (&["--config", "credentials", "config", "show"], &[], "credentials:2"),
        (
            &["--config", "credentials.cfg", "config", "show"],
            &[],
            "`aws_secret_access_key …`",
        ),
        (
            &["-vv", "search", "tess", "TIC 1"],
            &[("HTTPS_PROXY", "http://u:S3CR3T@:::")],
            "HTTPS_PROXY",
        ),
    ];
    for (words, variables, told) in words {
        let run = home.run_with(words, variables);
        let printed = format!("{}{}", run.stdout, run.stderr);
        assert!(!printed.contains(MARK), "{words:?}: {printed}");
        run.failed(run.code.filter(|code| *code != 0).unwrap_or(1), &[told]);
    }
}

#[test]
fn secrets_leave_no_trace_in_a_download() {
    let to = |archive: &Sandbox| format!("{}/stpubdata/{KEY}?{QUERY}#{MARK}", archive.url());
    let refusal = |body: &str| Fault {
        body: Some(body.to_owned()),
        ..Fault::status(403)
    };
    let of_bucket = refusal(
        "<Error><Message>S3CR3Tid is not known</Message><CanonicalRequest>x-amz-security-token:S3CR3Ttoken</CanonicalRequest></Error>",
    );
    let of_server = refusal("{\"token\": \"S3CR3T\"}: no <a href='/x.fits?code=S3CR3Tb&amp;key=S3CR3Te'>");
    for (is_cloud, fault, status) in [
        (true, None, "COMPLETE"),
        (true, Some(of_bucket), "ERROR"),
        (true, Some(Fault::hang_up()), "ERROR"),
        (false, None, "COMPLETE"),
        (false, Some(of_server), "ERROR"),
        (false, Some(Fault::status(503)), "ERROR"),
    ] {
        let (home, archive) = (Home::new(), Sandbox::start(SandboxOptions::default()).unwrap());
        let redirect = Fault::redirect(to(&archive)).always();
        archive.script(Matcher::contains("Download/file"), [redirect]);
        let fails = fault.is_some();
        if let Some(fault) = fault {
            archive.script(Matcher::path("/stpubdata/"), [fault.always()]);
        }
        let cloud = match is_cloud {
            true => &["--set", "endpoints.signed=true", "--set", "cloud_only=true"][..],
            false => &["--set", "prefer_cloud=false"],
        };
        let quick = ["-vv", "--set", "network.retries=0"];
        let kept = ["--progress", "json", "-o", "manifest.json"];
        let words = [&quick[..], cloud, &DOWNLOAD, &kept].concat();
        let run = run_against(&home, &archive, &words, &ACCESS_KEY);
        check(&home, &run, &words);
        assert!(was_sent(&archive), "{}", run.stderr);
        let manifest = std::fs::read_to_string(home.path("manifest.json")).unwrap();
        assert!(manifest.contains(status) && manifest.contains(NAME), "{manifest}");
        if !is_cloud && !fails {
            let url = format!("{NAME}?X-Amz-Signature=***&code=***&jwt=***&session=***&key=***&***#***");
            assert!(manifest.contains(&url), "{manifest}");
        }
        for words in [
            &["config", "show", "--origin"][..],
            &["cache", "ls", "--format", "json"],
        ] {
            let words = [&["--set", "endpoints.signed=true"], words].concat();
            check(&home, &run_against(&home, &archive, &words, &ACCESS_KEY), &words);
        }
    }
}
