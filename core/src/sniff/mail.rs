//! SMTP, IMAP and POP3, recognised by their first lines, and the TLS that a client may turn to (STARTTLS, STLS).
//!
//! <https://www.rfc-editor.org/rfc/rfc5321>, <https://www.rfc-editor.org/rfc/rfc9051>,
//! <https://www.rfc-editor.org/rfc/rfc1939>

use super::hunt::Hunt;
use super::pending::Pending;
use super::{Direction, Progress, Sighting, Sniffer};
use crate::event::Application;

/// RFC 5321 section 4.5.3.1.4 allows 512 bytes to a line; greetings of IMAP that list capabilities are about as long.
const MAX_LINE: usize = 1024;

/// Reads the first line of each side; either alone may do.
#[derive(Default)]
pub(super) struct MailSniffer {
    up: Line,
    down: Line,
    is_recognised: bool,
    is_over: bool,
    hunt: Hunt,
    pending: Pending,
}

/// A first line.
#[derive(Default)]
struct Line {
    text: Vec<u8>,
    verdict: Option<Verdict>,
}

/// What a first line says of the protocol.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Is(Application),
    /// It may be mail; the other side's line may tell.
    Perhaps,
    IsNot,
}

impl Sniffer for MailSniffer {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        if !self.is_recognised && !self.is_over {
            self.judge(direction, bytes);
        }
        if !self.is_over {
            self.search(direction, bytes);
        }
        self.pending.progress(self.is_over)
    }

    fn finish(&mut self) -> Option<Sighting> {
        self.hunt.finish()
    }
}

impl MailSniffer {
    fn judge(&mut self, direction: Direction, bytes: &[u8]) {
        let (line, judge): (_, fn(&[u8]) -> Verdict) = match direction {
            Direction::Up => (&mut self.up, judge_command),
            Direction::Down => (&mut self.down, judge_greeting),
        };
        line.take(bytes, judge);
        match line.verdict {
            Some(Verdict::Is(application)) => {
                self.is_recognised = true;
                self.pending.push(Sighting::Application(application));
            }
            Some(Verdict::IsNot) => self.is_over = true,
            Some(Verdict::Perhaps) | None => {}
        }
    }

    fn search(&mut self, direction: Direction, bytes: &[u8]) {
        match self.hunt.push(direction, bytes) {
            Progress::NeedMore => {}
            Progress::Seen(sighting) => self.pending.push(sighting),
            Progress::Found(sighting) => {
                self.pending.push(sighting);
                self.is_over = true;
            }
            Progress::NotMine => self.is_over = true,
        }
    }
}

impl Line {
    fn take(&mut self, bytes: &[u8], judge: fn(&[u8]) -> Verdict) {
        if self.verdict.is_some() {
            return;
        }
        let end = bytes.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |last| last + 1);
        let end = end.min(MAX_LINE - self.text.len());
        self.text.extend_from_slice(&bytes[..end]);
        let is_text =
            self.text.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n' | 0x80..));
        if !is_text || self.text.len() == MAX_LINE {
            self.verdict = Some(Verdict::IsNot);
        } else if self.text.ends_with(b"\n") {
            self.verdict = Some(judge(self.text.trim_ascii_end()));
        }
        if self.verdict.is_some() {
            self.text = Vec::new();
        }
    }
}

/// The first line of a server. FTP greets as SMTP does, but for the word.
fn judge_greeting(line: &[u8]) -> Verdict {
    let is_like = |start: &[u8]| line.get(..start.len()).is_some_and(|line| line.eq_ignore_ascii_case(start));
    if is_like(b"220 ") || is_like(b"220-") {
        let is_smtp = line.to_ascii_uppercase().windows(4).any(|word| word == b"SMTP");
        return if is_smtp { Verdict::Is(Application::Smtp) } else { Verdict::Perhaps };
    }
    if is_like(b"* OK ") || is_like(b"* PREAUTH ") {
        return Verdict::Is(Application::Imap);
    }
    match line {
        // Redis says just that, to a command.
        b"+OK" => Verdict::Perhaps,
        [b'+', b'O', b'K', b' ', ..] => Verdict::Is(Application::Pop3),
        _ => Verdict::IsNot,
    }
}

/// The first line of a client, by words that only one protocol has.
fn judge_command(line: &[u8]) -> Verdict {
    let mut words = line.split(|&byte| byte == b' ').map(<[u8]>::to_ascii_uppercase);
    let (first, second) = (words.next().unwrap_or_default(), words.next());
    match (first.as_slice(), second.as_deref()) {
        (b"EHLO" | b"HELO" | b"LHLO", Some(_)) => Verdict::Is(Application::Smtp),
        (b"CAPA" | b"STLS", None) | (b"APOP", Some(_)) => Verdict::Is(Application::Pop3),
        (tag, Some(b"CAPABILITY" | b"STARTTLS" | b"LOGIN" | b"AUTHENTICATE" | b"ID" | b"NOOP"))
            if is_tag(tag) =>
        {
            Verdict::Is(Application::Imap)
        }
        // Before a greeting that tells it apart from FTP's.
        (b"USER" | b"AUTH", Some(_)) => Verdict::Perhaps,
        _ => Verdict::IsNot,
    }
}

/// Clients number their commands: `a1`, `A0001`, `1`.
fn is_tag(text: &[u8]) -> bool {
    text.len() <= 16 && text.iter().all(u8::is_ascii_alphanumeric) && text.iter().any(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sniff::testing::{ClientHello, words as read};
    use Direction::{Down, Up};

    #[test]
    fn a_conversation_turns_to_tls() {
        let mut sniffer = MailSniffer::default();
        assert!(read(&mut sniffer, Down, b"220 mx.example ready\r\n").is_empty());
        assert_eq!(read(&mut sniffer, Up, b"EHLO me\r\n"), ["smtp"]);
        read(&mut sniffer, Down, b"250-mx.example\r\n250 STARTTLS\r\n");
        read(&mut sniffer, Up, b"STARTTLS\r\n");
        read(&mut sniffer, Down, b"220 go ahead\r\n");
        assert_eq!(read(&mut sniffer, Up, &ClientHello::of("mx.example").records()), ["mx.example"]);
    }

    #[test]
    fn either_side_alone_tells() {
        for (direction, line, word) in [
            (Down, "220 mx.example ESMTP Postfix\r\n", "smtp"),
            (Down, "220-mx.example Microsoft smtp\r\n", "smtp"),
            (Up, "ehlo [192.0.2.1]\r\n", "smtp"),
            (Down, "* OK [CAPABILITY IMAP4rev1] ready\r\n", "imap"),
            (Up, "a1 CAPABILITY\r\n", "imap"),
            (Up, "1 login me secret\n", "imap"),
            (Down, "+OK POP3 ready\r\n", "pop3"),
            (Up, "CAPA\r\n", "pop3"),
        ] {
            assert_eq!(read(&mut MailSniffer::default(), direction, line.as_bytes()), [word], "{line}");
            let one_way = [line.as_bytes(), &ClientHello::of("a.example").records()].concat();
            if direction == Up {
                assert_eq!(read(&mut MailSniffer::default(), Up, &one_way), [word, "a.example"]);
            }
        }
    }

    #[test]
    fn neighbours_are_declined() {
        for (direction, line) in [
            (Down, "SSH-2.0-OpenSSH\r\n"),
            (Down, "RFB 003.008\n"),
            (Down, "\x05\x01"),
            (Up, "NICK me\r\n"),
            (Up, "GET / HTTP/1.1\r\n"),
        ] {
            let mut sniffer = MailSniffer::default();
            assert_eq!(sniffer.push(direction, line.as_bytes()), Progress::NotMine, "{line}");
        }
        let mut ftp = MailSniffer::default();
        assert_eq!(ftp.push(Down, b"220 ProFTPD\r\n"), Progress::NeedMore);
        assert_eq!(ftp.push(Up, b"AUTH TLS\r\n"), Progress::NeedMore);
    }

    #[test]
    fn an_endless_line_is_none() {
        assert_eq!(MailSniffer::default().push(Down, &[b'2'; MAX_LINE]), Progress::NotMine);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(up in "[ -~\r\n]{0,40}", down in "[ -~\r\n]{0,40}") {
            let mut sniffer = MailSniffer::default();
            read(&mut sniffer, Down, down.as_bytes());
            read(&mut sniffer, Up, up.as_bytes());
        }
    }
}
