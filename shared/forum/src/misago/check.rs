//! Trying out an account without posting.

use serde_json::Value;

use super::Misago;
use crate::discourse::loose::Loose;
use crate::{Finding, Transport};

impl Misago {
    /// Whether the forum knows the key and lets it post in the category, and what the forum takes. Posts nothing.
    pub async fn check<T: Transport>(&self, t: &T) -> Vec<Finding> {
        let mut findings = vec![match self.user_name(t).await {
            Ok(Some(name)) => self.speaks_for(&name),
            Ok(None) => bad("The forum does not know the key: it takes us for a guest.".to_owned()),
            Err(why) => bad(format!("The forum does not say whom the key speaks for: {why}")),
        }];
        findings.push(match self.api().read(t, "/api/threads/editor/").await {
            Ok(categories) => self.postable(&categories),
            Err(unread) => bad(format!("The key may not post in any category: {}", unread.why)),
        });
        findings.push(self.limits(t).await);
        findings
    }

    fn speaks_for(&self, name: &str) -> Finding {
        match &self.0.user {
            Some(user) if !user.eq_ignore_ascii_case(name) => {
                bad(format!("The key speaks for {name}, and not for {user}."))
            }
            _ => good(format!("The key speaks for {name}.")),
        }
    }

    fn postable(&self, categories: &Value) -> Finding {
        let Some(wanted) = self.0.category.as_deref() else {
            return bad("No category is named: Misago needs the number at the end of its address.".to_owned());
        };
        let known = categories.as_array().map(Vec::as_slice).unwrap_or_default();
        let Some(category) = known.iter().find(|known| known.id("id").as_deref() == Some(wanted)) else {
            let open: Vec<String> = known.iter().filter(|known| is_open(known)).filter_map(label).collect();
            return bad(format!(
                "The key may not start threads in category {wanted}, but in {}.",
                if open.is_empty() { "none".to_owned() } else { open.join(", ") }
            ));
        };
        let label = label(category).unwrap_or_else(|| wanted.to_owned());
        match is_open(category) {
            true => good(format!("Threads can be started in category {label}.")),
            false => bad(format!("Category {label} only holds others: no threads are started in it.")),
        }
    }

    /// Misago tells its limits to browsers only, among the settings in its first page.
    async fn limits<T: Transport>(&self, t: &T) -> Finding {
        let page = match t.send(self.api().get("/")).await {
            Ok(response) => String::from_utf8_lossy(&response.body).into_owned(),
            Err(_) => String::new(),
        };
        let [title_min, title_max, post_min, post_max] =
            ["thread_title_length_min", "thread_title_length_max", "post_length_min", "post_length_max"]
                .map(|name| setting(&page, name));
        match (title_min, title_max, post_min, post_max) {
            (Some(title_min), Some(title_max), Some(post_min), Some(post_max)) => good(format!(
                "The forum takes titles of {title_min} to {title_max} characters and bodies of {post_min} to {post_max}."
            )),
            _ => good("The forum keeps its limits to itself.".to_owned()),
        }
    }
}

/// The number behind a name in quotes and a colon.
fn setting(page: &str, name: &str) -> Option<u64> {
    let (_, rest) = page.split_once(&format!("\"{name}\""))?;
    let number = rest.trim_start().strip_prefix(':')?.trim_start();
    let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    number.get(..end)?.parse().ok()
}

/// Misago lists a category in which nobody posts where one below it is open: `"post": false`.
fn is_open(category: &Value) -> bool {
    category.get("post").is_some_and(Value::is_object)
}

fn label(category: &Value) -> Option<String> {
    Some(format!("{} ({})", category.id("id")?, category.text("name").unwrap_or("without a name")))
}

fn good(what: String) -> Finding {
    Finding { ok: true, what }
}

fn bad(what: String) -> Finding {
    Finding { ok: false, what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Account;
    use crate::fake::{Fake, now};

    const BOT: &str = r#"{"id":1,"username":"HelpBot"}"#;
    const CATEGORIES: &str =
        r#"[{"id":3,"name":"Help","post":{"pin":0}},{"id":4,"name":"All","post":false}]"#;
    const PAGE: &str = r#"<script>window.x = {"post_length_max": 60000, "post_length_min": 5,
        "thread_title_length_max": 90, "thread_title_length_min": 5}</script>"#;

    fn check(category: Option<&str>, user: Option<&str>, fake: &Fake) -> Vec<(bool, String)> {
        let account = Account {
            url: "https://m.example".into(),
            category: category.map(str::to_owned),
            user: user.map(str::to_owned),
            key: "k".into(),
        };
        now(Misago(account).check(fake)).into_iter().map(|finding| (finding.ok, finding.what)).collect()
    }

    fn known() -> Fake {
        Fake::new().get("/api/auth/", 200, BOT).get("/api/threads/editor/", 200, CATEGORIES).get(
            "https://m.example/",
            200,
            PAGE,
        )
    }

    #[test]
    fn all_is_well() {
        let wanted = [
            "The key speaks for HelpBot.",
            "Threads can be started in category 3 (Help).",
            "The forum takes titles of 5 to 90 characters and bodies of 5 to 60000.",
        ];
        assert_eq!(check(Some("3"), Some("helpbot"), &known()), wanted.map(|what| (true, what.to_owned())));
    }

    #[test]
    fn the_wrong_key() {
        let guest = Fake::new()
            .get("/api/auth/", 200, r#"{"id":null,"is_anonymous":true}"#)
            .get("/editor/", 403, r#"{"detail":"You need to be signed in to start threads."}"#)
            .get("/", 200, "");
        let findings = check(Some("3"), None, &guest);
        let ok: Vec<bool> = findings.iter().map(|(ok, _)| *ok).collect();
        assert_eq!(ok, [false, false, true], "{findings:?}");
        assert!(findings[1].1.contains("You need to be signed in"));
        assert!(!check(Some("3"), Some("Ann"), &known())[0].0);
    }

    #[test]
    fn the_wrong_category() {
        let says = |category| {
            let findings = check(category, None, &known());
            assert!(findings[0].0 && !findings[1].0, "{findings:?}");
            findings[1].1.clone()
        };
        assert_eq!(says(Some("9")), "The key may not start threads in category 9, but in 3 (Help).");
        assert_eq!(says(Some("4")), "Category 4 (All) only holds others: no threads are started in it.");
        assert!(says(None).contains("No category is named"));
    }
}
