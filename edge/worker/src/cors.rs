//! Which pages may read the answers of a site.

/// What the `Origin` of a request means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// No page asks, or one of the Worker's own: nothing to allow.
    Own,
    /// A page of this origin, which the site allows.
    Allowed(String),
    /// A page of an origin that the site does not allow.
    Refused,
}

impl Access {
    /// Decides by the request's `Origin`, the Worker's own origin and what the site allows.
    pub fn decide(origin: Option<&str>, own: &str, allows: impl Fn(&str) -> bool) -> Self {
        match origin {
            None => Self::Own,
            Some(origin) if origin == own => Self::Own,
            Some(origin) if allows(origin) => Self::Allowed(origin.to_owned()),
            Some(_) => Self::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_decides_about_other_origins_only() {
        let decide =
            |origin| Access::decide(origin, "https://edge.example", |known| known == "https://a.example");
        assert_eq!(decide(None), Access::Own);
        assert_eq!(decide(Some("https://edge.example")), Access::Own);
        assert_eq!(decide(Some("https://a.example")), Access::Allowed("https://a.example".into()));
        for other in ["https://a.example.evil", "http://edge.example", "null", ""] {
            assert_eq!(decide(Some(other)), Access::Refused, "{other}");
        }
    }
}
