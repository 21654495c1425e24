//! File descriptors that run out: said, refused visibly, and over when they return.

use super::{Desk, finish, line_with, resolver};

#[test]
fn without_descriptors_new_flows_are_refused_until_some_return() {
    let desk = Desk::new();
    // Programs that inherit the limit: each opens a few connections and keeps them while its input lasts.
    let opener = "for i in 1 2 3 4 5 6 7 8 9 10; do
            if { exec {fd}<>/dev/tcp/198.18.10.20/80; } 2>>errors; then echo open; else echo refused; fi
        done; read -r; exit 0";
    std::fs::write(desk.path("opener"), opener).unwrap();
    let script = "mkfifo hold
        for i in 1 2 3 4 5 6; do bash opener <hold >>first & done
        exec 3>hold
        while [ \"$(cat first 2>/dev/null | wc -l)\" -lt 60 ]; do sleep 0.1; done
        sleep 3
        echo idle ones make room
        curl -sS --max-time 10 http://198.18.10.20/ -H 'Host: example.org'
        exec 3>&-
        wait
        sleep 1
        echo all are back
        curl -sS --max-time 10 http://198.18.10.20/ -H 'Host: example.org'";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "ulimit -n 64; exec \"$@\"", "sh"]);
    let telltale = desk.telltale(&desk.db());
    command.arg(telltale.get_program()).args(telltale.get_args()).current_dir(desk.folder.path());
    command.arg("run").args(resolver()).args(["--", "sh", "-c", script]);
    let run = finish(command, "");
    assert_eq!(run.status, 0, "{run:?}");

    let first = std::fs::read_to_string(desk.path("first")).unwrap();
    let count = |word: &str| first.lines().filter(|line| *line == word).count();
    assert!(count("open") > 0 && count("refused") > 0 && count("open") + count("refused") == 60, "{first}");
    let errors = std::fs::read_to_string(desk.path("errors")).unwrap();
    assert!(errors.contains("Connection refused"), "{errors}");
    line_with(&run.stderr, &["telltale: no file descriptor left: ", " refused; raise the limit (ulimit -n)"]);
    line_with(&run.stderr, &["telltale: file descriptors are available again"]);

    let answer = "{\"host\":\"example.org\",\"method\":\"GET\",\"path\":\"/\",\"bytes\":0}\n";
    assert_eq!(run.stdout, format!("idle ones make room\n{answer}all are back\n{answer}"));
    let refused = desk.rows("gaps").iter().filter(|gap| gap["reason"] == "flows-refused").count();
    assert!(refused > 0, "the record knows of it: {:#?}", desk.rows("gaps"));
}
