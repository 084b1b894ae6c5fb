//! Published descriptions, and what can be held against them.
//!
//! [`Description`] is the edge API's own. It answers two questions: does a JSON value match a schema of the document, and
//! is a response one that an operation documents? For the forums' protocols, [`Served`] runs a forum that knows nothing
//! but its description, and [`Wire`] carries an adapter's requests there. Which requests are sent is left to the tests.

mod receiver;
mod served;
mod wire;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

pub use receiver::Receiver;
pub use served::Served;
pub use wire::{Wire, now};

/// The document as it is in the repository, and as it is served.
pub const DOCUMENT: &str = include_str!("../../../edge/worker/openapi.json");

/// A response as far as the description speaks of it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The status.
    pub status: u16,
    /// `Content-Type` without its parameters; empty where there is none.
    pub content_type: String,
    /// Names of the headers, in lower case.
    pub headers: Vec<String>,
    /// The body; `None` where there is none.
    pub body: Option<Value>,
}

/// An OpenAPI document.
#[derive(Debug, Clone)]
pub struct Description {
    document: Value,
}

impl Description {
    /// Reads a document.
    pub fn new(text: &str) -> Result<Self> {
        Ok(Self { document: serde_json::from_str(text).context("the document is not JSON")? })
    }

    /// The document.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// What a reference within the document points to.
    pub fn resolve(&self, reference: &str) -> Result<&Value> {
        let pointer =
            reference.strip_prefix('#').with_context(|| format!("{reference} leaves the document"))?;
        self.document.pointer(pointer).with_context(|| format!("{reference} points to nothing"))
    }

    /// Every reference in the document.
    pub fn references(&self) -> Vec<&str> {
        let mut found = Vec::new();
        collect_references(&self.document, &mut found);
        found
    }

    /// Every operation: method and path, as the document spells them.
    pub fn operations(&self) -> Result<Vec<(String, String)>> {
        const METHODS: [&str; 5] = ["get", "post", "put", "delete", "patch"];
        let paths = self.document["paths"].as_object().context("the document has no paths")?;
        let operations = paths.iter().flat_map(|(path, item)| {
            METHODS
                .iter()
                .filter(|method| item.get(**method).is_some())
                .map(|method| (method.to_string(), path.clone()))
        });
        Ok(operations.collect())
    }

    /// Whether a value matches a schema, such as `{"$ref": "#/components/schemas/Hit"}`.
    pub fn check(&self, schema: &Value, value: &Value) -> Result<()> {
        let mut whole: Map<String, Value> = schema.as_object().cloned().context("a schema is an object")?;
        whole.insert("components".to_owned(), self.document["components"].clone());
        let validator = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&Value::Object(whole))
            .map_err(|error| anyhow::anyhow!("the schema is none: {error}"))?;
        let errors: Vec<String> = validator
            .iter_errors(value)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        if errors.is_empty() { Ok(()) } else { bail!("{}\nin {value:#}", errors.join("\n")) }
    }

    /// Whether a value matches a named schema.
    pub fn check_named(&self, name: &str, value: &Value) -> Result<()> {
        let reference = format!("#/components/schemas/{name}");
        self.resolve(&reference)?;
        self.check(&json!({ "$ref": reference }), value)
    }

    /// Whether an operation documents a response: its status, its content type, its headers and its body.
    pub fn check_response(&self, method: &str, path: &str, seen: &Seen) -> Result<()> {
        let operation = &self.document["paths"][path][method];
        let documented = operation["responses"]
            .get(seen.status.to_string())
            .with_context(|| format!("{method} {path} does not document {}: {:?}", seen.status, seen.body))?;
        let documented = self.followed(documented)?;
        for name in documented["headers"].as_object().into_iter().flat_map(Map::keys) {
            if !seen.headers.contains(&name.to_lowercase()) {
                bail!("{method} {path} answered {} without the header {name}", seen.status);
            }
        }
        let Some(body) = &seen.body else { return Ok(()) };
        let media = documented["content"].get(&seen.content_type).with_context(|| {
            format!(
                "{method} {path} answered {} as {:?}, which is not documented",
                seen.status, seen.content_type
            )
        })?;
        self.check(&media["schema"], body).with_context(|| {
            format!("{method} {path} answered {} with another body than documented", seen.status)
        })
    }

    fn followed<'a>(&'a self, value: &'a Value) -> Result<&'a Value> {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.resolve(reference),
            None => Ok(value),
        }
    }
}

fn collect_references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str));
            map.values().for_each(|value| collect_references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| collect_references(value, found)),
        _ => {}
    }
}
