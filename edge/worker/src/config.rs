//! The Worker's variables, read once a request.

/// How long a manifest is trusted when the variable does not say.
const MANIFEST_SECONDS: u64 = 10;

/// Where Turnstile's answers are checked.
const TURNSTILE: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";

/// What the operator sets on the Worker itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Admits to the publish and inbox routes; without it they do not exist.
    pub operator_token: Option<String>,
    /// How long a manifest is trusted before the bucket is asked again. Raising it saves reads and delays a
    /// publication by as much.
    pub manifest_ms: u64,
    /// What the forum's account is opened with.
    pub forum_key: Option<String>,
    /// What forums sign their webhooks with: one secret, or two with a comma between them while one replaces the other.
    pub webhook_secrets: Option<String>,
    /// What notices to the operator are signed with.
    pub alert_secret: Option<String>,
    /// Cloudflare's half of the Turnstile key.
    pub turnstile_secret: Option<String>,
    /// Whom to ask about a Turnstile challenge.
    pub turnstile_url: String,
    /// Whether the platform's own limit by address applies.
    pub limits_addresses: bool,
    /// What delivery's delays are multiplied with: below 1 in tests.
    pub delivery_scale: f64,
}

impl Config {
    /// Reads the variables. One that makes no sense counts as unset.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let seconds = variable("EDGEWISE_MANIFEST_SECONDS").and_then(|text| text.trim().parse().ok());
        let scale = variable("EDGEWISE_DELIVERY_SCALE").and_then(|text| text.trim().parse().ok());
        let set =
            |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Self {
            operator_token: set("EDGEWISE_OPERATOR_TOKEN"),
            forum_key: set("EDGEWISE_FORUM_KEY"),
            webhook_secrets: set("EDGEWISE_WEBHOOK_SECRET"),
            alert_secret: set("EDGEWISE_ALERT_SECRET"),
            turnstile_secret: set("EDGEWISE_TURNSTILE_SECRET"),
            turnstile_url: set("EDGEWISE_TURNSTILE_URL").unwrap_or_else(|| TURNSTILE.to_owned()),
            limits_addresses: set("EDGEWISE_ADDRESS_LIMIT").as_deref() != Some("off"),
            manifest_ms: seconds.unwrap_or(MANIFEST_SECONDS).saturating_mul(1_000),
            delivery_scale: scale.unwrap_or(1.0),
        }
    }

    /// `Cache-Control` of answers from the index and the settings: a page may keep an answer for as long as an
    /// isolate trusts its manifest, so that retyping and going back cost nothing and a publication is seen in at
    /// most twice that time. Private, because a shared cache has no business with what people search for.
    pub fn cache_control(&self) -> String {
        match self.manifest_ms / 1_000 {
            0 => "no-cache".to_owned(),
            seconds => format!("private, max-age={seconds}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_counts_as_unset() {
        let none = Config::read(|_| None);
        assert_eq!((none.operator_token.as_deref(), none.forum_key.as_deref()), (None, None));
        assert_eq!((none.manifest_ms, none.delivery_scale, none.limits_addresses), (10_000, 1.0, true));
        assert_eq!(Config::read(|_| Some(String::new())), none);
        assert_eq!(Config::read(|_| Some("ten".into())).manifest_ms, 10_000);
        let zero = Config::read(|_| Some("0".into()));
        assert_eq!((zero.manifest_ms, zero.cache_control().as_str()), (0, "no-cache"));
        assert_eq!(none.cache_control(), "private, max-age=10");
    }
}
