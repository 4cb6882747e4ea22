//! What `completions` and `man` write for the shell.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::fs;

use program::Project;

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

/// The commands, those of `schema` included, as the help lists them.
fn commands(project: &Project) -> Vec<String> {
    let listed = |args: &[&str]| -> Vec<String> {
        let help = project.run(args).text().to_owned();
        let (_, list) = help.split_once("\nCommands:\n").unwrap();
        let list = list.split("\n\n").next().unwrap().lines();
        let names = list.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
        names.filter(|name| *name != "help").map(str::to_owned).collect()
    };
    let mut commands = listed(&["--help"]);
    assert!(commands.len() >= 7, "{commands:?}");
    let gated: &[&str] = if cfg!(feature = "net") { &["media", "migrate"] } else { &[] };
    for group in ["schema", "config"].iter().chain(gated) {
        commands.extend(listed(&[group, "--help"]).into_iter().map(|name| format!("{group} {name}")));
    }
    commands
}

/// The long options of a command, as its help lists them.
fn options(project: &Project, command: &str) -> Vec<String> {
    let args: Vec<&str> = command.split(' ').chain(["--help"]).collect();
    let help = project.run(&args).text().to_owned();
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let words = lines.flat_map(|line| line.split([' ', ',', '[']).filter(|word| word.starts_with("--")).take(1));
    words.map(str::to_owned).collect()
}

#[test]
fn completions_know_every_command_and_option() {
    let project = Project::new();
    for shell in SHELLS {
        let run = project.run(&["completions", shell]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        for command in commands(&project) {
            assert!(run.text().contains(command.split(' ').next_back().unwrap()), "{shell}: {command}");
            for option in options(&project, &command) {
                let name = if shell == "fish" { option.trim_start_matches('-') } else { &option };
                assert!(run.text().contains(name), "{shell}: {command} {option}");
            }
        }
    }
    for wrong in [&["completions"][..], &["completions", "lamp"]] {
        let run = project.run(wrong);
        assert!(
            run.code == 2
                && run.out.is_empty()
                && SHELLS.iter().all(|shell| run.err.contains(shell) || wrong.len() == 1)
        );
    }
}

#[cfg(unix)]
#[test]
fn a_shell_takes_the_completions() {
    let project = Project::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = project.run(&["completions", shell]).out;
        project.write("script", &script);
        // Those that are installed; bash is where these tests run.
        if shell == "bash" || std::process::Command::new(shell).arg("-c").arg("true").status().is_ok() {
            let run = program::finish(std::process::Command::new(shell).arg("-n").arg(project.path("script")), b"");
            assert_eq!((run.code, run.err.as_str()), (0, ""), "{shell}");
        }
    }
    let ask = "source ./script; COMP_WORDS=(waport check --fail); COMP_CWORD=2; _waport waport --fail check; echo ${COMPREPLY[@]}";
    project.write("script", project.run(&["completions", "bash"]).out);
    let run = program::finish(std::process::Command::new("bash").args(["-c", ask]).current_dir(project.path("")), b"");
    assert_eq!(run.text(), "--fail-on\n", "{}", run.err);
}

#[test]
fn the_manual_page_has_every_command_and_option() {
    let project = Project::new();
    let run = project.run(&["man"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let page = run.text().replace('\\', "");
    assert_eq!(page.matches("\n.TH waport 1").count(), 1, "one page");
    for command in commands(&project) {
        let (_, section) = page.split_once(&format!("\n.SH WAPORT {}\n", command.to_uppercase())).unwrap();
        let section = section.split("\n.SH ").next().unwrap();
        for option in options(&project, &command) {
            assert!(section.contains(&option), "{command} {option}");
        }
    }
}

#[test]
fn a_page_per_command_is_written_into_a_folder() {
    let project = Project::new();
    let run = project.run(&["man", "--out", "share/man1"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let mut expected: Vec<String> =
        commands(&project).iter().map(|name| format!("waport-{}.1", name.replace(' ', "-"))).collect();
    expected.push("waport.1".to_owned());
    let mut written: Vec<String> = fs::read_dir(project.path("share/man1"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    expected.sort_unstable();
    written.sort_unstable();
    assert_eq!(written, expected);
    assert_eq!(run.text().lines().count(), written.len(), "they are named");
    let page = fs::read_to_string(project.path("share/man1/waport-check.1")).unwrap();
    assert!(page.contains(".TH waport-check 1") && page.replace('\\', "").contains("--fail-on"), "{page}");
    // A file where the folder should be.
    project.write("taken", "");
    let run = project.run(&["man", "--out", "taken"]);
    assert!(run.code == 2 && run.err.contains("taken"), "{}", run.err);
}
