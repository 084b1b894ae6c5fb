//! Addresses of links: which may be followed, and what a relative one means.

/// Characters of an address at most. Browsers and servers handle 2,000; what is longer is a payload, not a link.
const ADDRESS_CHARS: usize = 2_000;

/// The absolute address that `href` means on the page `base`: `http`, `https` or `mailto`. `None` for every other
/// scheme, for what is no address, and for a relative one without a base.
pub fn resolve(href: &str, base: Option<&str>) -> Option<String> {
    let href = clean(href)?;
    if let Some(scheme) = scheme(&href) {
        let rest = href.get(scheme.len() + 1..)?;
        return match scheme.to_ascii_lowercase().as_str() {
            "mailto" => rest.contains('@').then(|| format!("mailto:{rest}")),
            web @ ("http" | "https") => {
                let rest = rest.strip_prefix("//")?;
                has_host(rest).then(|| format!("{web}://{rest}"))
            }
            _ => None,
        };
    }
    let base = Base::parse(base?)?;
    Some(match href.as_bytes() {
        [] => return None,
        [b'/', b'/', ..] => {
            let rest = href.trim_start_matches('/');
            return has_host(rest).then(|| format!("{}://{rest}", base.scheme));
        }
        [b'#', ..] => format!("{}{}{}{href}", base.origin, base.path, base.query),
        [b'?', ..] => format!("{}{}{href}", base.origin, base.path),
        [b'/', ..] => format!("{}{}", base.origin, normal(&href)),
        _ => {
            let folder = base.path.rfind('/').and_then(|end| base.path.get(..=end)).unwrap_or("/");
            format!("{}{}", base.origin, normal(&format!("{folder}{href}")))
        }
    })
}

/// The last part of an address's path, decoded no further: what a picture without a description is called.
pub(crate) fn file_name(address: &str) -> Option<&str> {
    let path = address.split(['?', '#']).next()?;
    let path = match path.split_once(':') {
        Some((_, rest)) => rest.strip_prefix("//")?.split_once('/')?.1,
        None => path,
    };
    path.rsplit('/').next().filter(|name| !name.is_empty())
}

/// Drops what browsers drop (white space around, tabs and line feeds within) and escapes what would end the
/// address in text or in an attribute.
fn clean(href: &str) -> Option<String> {
    if href.chars().nth(ADDRESS_CHARS).is_some() {
        return None;
    }
    let mut out = String::with_capacity(href.len());
    for c in href.trim().chars() {
        match c {
            c if c.is_control() => {}
            ' ' => out.push_str("%20"),
            '"' => out.push_str("%22"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '`' => out.push_str("%60"),
            // Browsers read it as a slash, other readers do not: no two may disagree about the host.
            '\\' => return None,
            c if c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    Some(out)
}

fn scheme(href: &str) -> Option<&str> {
    let end = href.find([':', '/', '?', '#'])?;
    let scheme = href.get(..end)?;
    (href.as_bytes().get(end) == Some(&b':')).then_some(scheme)
}

fn has_host(rest: &str) -> bool {
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // Credentials in front of the host make one address look like another.
    !host.is_empty() && !host.contains('@') && !host.starts_with([':', '.'])
}

struct Base<'a> {
    scheme: &'a str,
    origin: &'a str,
    path: &'a str,
    query: &'a str,
}

impl<'a> Base<'a> {
    fn parse(base: &'a str) -> Option<Self> {
        let base = base.split('#').next()?;
        let scheme = ["https", "http"]
            .into_iter()
            .find(|scheme| base.strip_prefix(scheme).is_some_and(|rest| rest.starts_with("://")))?;
        let authority = scheme.len() + "://".len();
        let host_end = base.get(authority..)?.find(['/', '?']).map_or(base.len(), |at| authority + at);
        let (origin, rest) = base.split_at_checked(host_end)?;
        let (path, query) = rest.split_at_checked(rest.find('?').unwrap_or(rest.len()))?;
        let path = if path.is_empty() { "/" } else { path };
        has_host(origin.get(authority..)?).then_some(Self { scheme, origin, path, query })
    }
}

/// Resolves `.` and `..` in the path of `/path?query#fragment`.
fn normal(address: &str) -> String {
    let end = address.find(['?', '#']).unwrap_or(address.len());
    let (path, rest) = address.split_at_checked(end).unwrap_or((address, ""));
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').skip(1) {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    // A path that ends in a dot segment names a folder.
    if path.ends_with("/.") || path.ends_with("/..") {
        parts.push("");
    }
    format!("/{}{rest}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_can_be_followed_safely() {
        for bad in [
            "javascript:alert(1)",
            " java\nscript:alert(1)",
            "JAVASCRIPT:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "https:evil.example",
            "https:\\\\evil.example",
            "https://",
            "https://good.example@evil.example/",
            "mailto:nobody",
            "",
            "#",
            "/relative",
        ] {
            assert_eq!(resolve(bad, None), None, "{bad:?}");
        }
        assert_eq!(resolve(" HTTPS://a.example/x y\"z ", None).unwrap(), "https://a.example/x%20y%22z");
        assert_eq!(resolve("mailto:a@b.example", None).unwrap(), "mailto:a@b.example");
    }

    #[test]
    fn relative_addresses_follow_the_page() {
        let base = Some("https://docs.example/guide/install?x=1#top");
        for (href, want) in [
            ("/t/5", "https://docs.example/t/5"),
            ("../api/", "https://docs.example/api/"),
            ("../../../up", "https://docs.example/up"),
            ("pair", "https://docs.example/guide/pair"),
            (".", "https://docs.example/guide/"),
            ("?y", "https://docs.example/guide/install?y"),
            ("#step", "https://docs.example/guide/install?x=1#step"),
            ("//cdn.example/a.png", "https://cdn.example/a.png"),
        ] {
            assert_eq!(resolve(href, base).as_deref(), Some(want), "{href}");
        }
        assert_eq!(resolve("x", Some("no address")), None);
        assert_eq!(resolve("x", Some("https://a.example")).unwrap(), "https://a.example/x");
    }

    #[test]
    fn pictures_have_file_names() {
        assert_eq!(file_name("https://a.example/up/shot.png?x=/y"), Some("shot.png"));
        assert_eq!(file_name("https://a.example"), None);
        assert_eq!(file_name("shot.png"), Some("shot.png"));
        assert_eq!(file_name("data:image/png;base64,x"), None);
    }
}
