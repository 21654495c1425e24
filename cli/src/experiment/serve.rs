//! The process beside the program: opens in its network what it is told to, line by line on standard input.

use std::io::{self, BufRead, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;

use clap::Args;

use crate::output;

/// Name of the hidden subcommand.
pub(crate) const NAME: &str = "experiment-inside";

/// Arguments that `telltale experiment` gives to itself.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[arg(long)]
    open: Option<String>,
    #[arg(long)]
    background: Option<String>,
    #[arg(trailing_var_arg = true)]
    browser: Vec<String>,
}

/// What it is told to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Order {
    Open(String),
    Background,
}

/// Its answer to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Done,
    Failed(String),
}

/// Serves until standard input ends; then the program ends as well.
pub(crate) fn serve(args: &ServeArgs) -> ExitCode {
    let browser = args.browser.split_first().map(|(program, rest)| start(program, rest));
    let mut browser = match browser.transpose() {
        Ok(browser) => browser,
        Err(error) => {
            output::complain(&format!("cannot run '{}': {error}", args.browser.join(" ")));
            return ExitCode::FAILURE;
        }
    };
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        let answer = Order::parse(&line).map_or(Answer::Done, |order| args.obey(&order));
        if writeln!(io::stdout(), "{}", answer.line()).is_err() {
            break;
        }
    }
    if let Some(browser) = &mut browser {
        end(browser);
    }
    ExitCode::SUCCESS
}

impl ServeArgs {
    /// Does not wait for the command: a browser may go on for as long as it is open.
    fn obey(&self, order: &Order) -> Answer {
        let (command, url) = match order {
            Order::Open(url) => (&self.open, url.as_str()),
            Order::Background => (&self.background, ""),
        };
        let words = command.iter().flat_map(|command| command.split_whitespace());
        let words: Vec<String> = words.map(|word| word.replace("{url}", url)).collect();
        let Some((program, rest)) = words.split_first() else { return Answer::Done };
        match start(program, rest) {
            Ok(mut child) => {
                thread::spawn(move || child.wait());
                Answer::Done
            }
            Err(error) => Answer::Failed(format!("cannot run '{program}': {error}")),
        }
    }
}

/// Standard output is for answers: what programs print goes to standard error.
fn start(program: &str, arguments: &[String]) -> io::Result<Child> {
    Command::new(program).args(arguments).stdin(Stdio::null()).stdout(io::stderr()).spawn()
}

fn end(browser: &mut Child) {
    if let Err(error) = browser.kill().and_then(|()| browser.wait()) {
        log::debug!("the program was not ended: {error}");
    }
}

impl Order {
    pub(super) fn line(&self) -> String {
        match self {
            Self::Open(url) => format!("open {url}"),
            Self::Background => "background".to_owned(),
        }
    }

    fn parse(line: &str) -> Option<Self> {
        match line.split_once(' ') {
            Some(("open", url)) => Some(Self::Open(url.to_owned())),
            _ => (line == "background").then_some(Self::Background),
        }
    }
}

impl Answer {
    fn line(&self) -> String {
        match self {
            Self::Done => "done".to_owned(),
            Self::Failed(why) => format!("failed {}", why.replace('\n', " ")),
        }
    }

    pub(super) fn parse(line: &str) -> Self {
        line.strip_prefix("failed ").map_or(Self::Done, |why| Self::Failed(why.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_and_answers_survive_the_way() {
        for order in [Order::Open("http://a.example/b c".to_owned()), Order::Background] {
            assert_eq!(Order::parse(&order.line()), Some(order));
        }
        for answer in [Answer::Done, Answer::Failed("no such file".to_owned())] {
            assert_eq!(Answer::parse(&answer.line()), answer);
        }
    }

    #[test]
    fn a_command_that_cannot_be_run_is_said() {
        let args = ServeArgs {
            open: Some("/nowhere/at-all {url}".to_owned()),
            background: None,
            browser: Vec::new(),
        };
        assert!(matches!(args.obey(&Order::Open("x".to_owned())), Answer::Failed(_)));
        assert_eq!(args.obey(&Order::Background), Answer::Done);
    }
}
