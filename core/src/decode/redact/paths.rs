//! Paths of requests without what may be somebody's: a name, a number, words that were searched for.

use super::{replacement, words};
use crate::decode::message::split_scheme;

/// Parts of paths that collectors and their like are known by (docs/decoding.md), in lower case. What is not here is
/// taken for somebody's.
const KNOWN: &str = "ads ajax android android.conf api app app_logs appconf batch beacon check collect collector config \
    config_p csv3 d data detail device event events get getsplashscreenads health ios ios.conf json key_get list log logs \
    mistats o onetrack ping post push q query register report resolve sa sa.gif sdk service spock stat stats status \
    strategy sync token track tracks unify_logs update upload uploads visualized";

/// What may be told of a target: of its path what is known to be nobody's and, where it is a whole address, its host.
/// Neither query nor user.
pub fn told_path(target: &str, salt: &[u8]) -> String {
    rewritten(target, |part| replacement("path", part, salt))
}

/// The same with `replaced` in place of what is left out.
pub(in crate::decode) fn rewritten(target: &str, replaced: impl Fn(&str) -> String) -> String {
    let bare = target.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = split_scheme(bare) else { return path(bare, replaced) };
    let (authority, rest) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let user = authority.rfind('@').map_or(0, |at| at + 1);
    format!("{scheme}://{}{}", &authority[user..], path(rest, replaced))
}

fn path(path: &str, replaced: impl Fn(&str) -> String) -> String {
    let part = |part: &str| if is_known(part) { part.to_owned() } else { replaced(part) };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn is_known(part: &str) -> bool {
    part.is_empty() || part == "*" || is_version(part) || words::has(KNOWN, &part.to_ascii_lowercase())
}

/// `v1`, `v12`.
fn is_version(part: &str) -> bool {
    let number = part.strip_prefix(['v', 'V']).unwrap_or_default();
    (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(target: &str) -> String {
        rewritten(target, |part| format!("<{}>", part.len()))
    }

    #[test]
    fn known_paths_stay() {
        for path in
            ["/", "*", "/sa", "/sa.gif", "/track/v4/o", "/mistats/v2", "/app_logs", "/config/Android.conf"]
        {
            assert_eq!(told(&format!("{path}?a=b#c")), path);
        }
    }

    #[test]
    fn what_may_be_somebodys_goes() {
        for (target, left) in [
            ("/users/490154203237518/track", "/<5>/<15>/track"),
            ("/search/berlin", "/<6>/<6>"),
            ("/v123", "/<4>"),
            ("/a%2Fb/", "/<5>/"),
            ("http://me:pass@a.example/api/me?x", "http://a.example/api/<2>"),
            ("http://a.example?@", "http://a.example"),
        ] {
            assert_eq!(told(target), left);
        }
    }
}
