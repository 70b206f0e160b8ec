//! README's tour without a network, after it was made with one: the same is printed, no socket is opened, and what cannot be had says what that is and which
//! command would bring it.

use super::page::{Kind, Page};
use super::{read, shell, workspace};

/// What cannot be had from disk, with the code and what is said instead. The files of the first two are looked at on the cloud, where they stay; that of the third
/// was damaged by the command before, so that it is set aside and missed by the last.
const NOT_ON_DISK: [(&str, i32, &[&str]); 4] = [
    (
        "fits info s3://",
        4,
        &["`offline` is true", "hint: `lksearch --sandbox fits info s3://"],
    ),
    (
        "plot s3://",
        4,
        &["`offline` is true", "hint: `lksearch --sandbox plot s3://"],
    ),
    (
        "download k2",
        1,
        &["1000 bytes where 216000 were stored", "`offline` is true"],
    ),
    ("cache clear", 0, &["would remove 2 files"]),
];

/// What is counted is left out: a run without a network makes no request.
fn without_counts(output: &str) -> String {
    let lines = output.lines().map(|line| match line.split_once(" fetched in ") {
        Some((before, _)) => before,
        None => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn readmes_tour_offline_prints_the_same_and_opens_no_socket() {
    let readme = Page::parse(&read(&workspace().join("README.md"))).unwrap();
    let tour: Vec<String> = readme
        .commands(Kind::Run)
        .map(|command| match command.text.split_once("-- --sandbox") {
            Some((_, words)) => format!("lksearch --sandbox{words}"),
            None => command.text.clone(),
        })
        .collect();
    let has_strace = std::process::Command::new("strace").arg("-V").output().is_ok();
    let offline = tour.iter().flat_map(|command| {
        let is_ours = command.starts_with("lksearch --sandbox");
        let offline = command.replacen("lksearch --sandbox", "lksearch --sandbox --offline", 1);
        match is_ours && has_strace {
            true => [
                format!("strace -f -qq -e trace=socket,connect -o sockets {offline}"),
                "grep -c -e 'socket(' -e 'connect(' sockets".to_owned(),
            ],
            false => [offline, "echo 0".to_owned()],
        }
    });
    let script: Vec<String> = tour.iter().chain(&tour).cloned().chain(offline).collect();
    let answers = shell::answers_with(script.iter().map(String::as_str), &["strace"]).unwrap();
    let (online, offline) = answers.split_at(2 * tour.len());
    let mut num_same = 0;
    let mut is_damaged = false;
    for ((command, online), offline) in tour.iter().zip(&online[tour.len()..]).zip(offline.chunks(2)) {
        let [offline, sockets] = offline else {
            panic!("a command and the count of its sockets")
        };
        assert_eq!(sockets.output.trim(), "0", "{command}");
        is_damaged |= command.starts_with("truncate");
        let not_there = NOT_ON_DISK
            .iter()
            .find(|(words, ..)| command.contains(words) && (is_damaged || !words.starts_with("download")));
        match not_there {
            Some((_, code, parts)) => {
                assert_eq!(offline.code, *code, "{command}: {}", offline.output);
                for part in *parts {
                    assert!(offline.output.contains(part), "{command}: {}", offline.output);
                }
            }
            None => {
                assert_eq!(
                    without_counts(&offline.output),
                    without_counts(&online.output),
                    "{command}"
                );
                assert_eq!(offline.code, online.code, "{command}");
                num_same += 1;
            }
        }
    }
    println!(
        "{num_same} of {} commands the same; sockets were counted: {has_strace}",
        tour.len()
    );
    assert!(
        num_same >= tour.len() - NOT_ON_DISK.len(),
        "{num_same} of {}",
        tour.len()
    );
}
