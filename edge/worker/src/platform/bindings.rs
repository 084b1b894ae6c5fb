use std::rc::Rc;

use worker::Env;

use crate::config::Config;
use crate::sites::Sites;

thread_local! {
    /// What this isolate serves: it outlives requests.
    static SITES: Rc<Sites> = Rc::new(Sites::default());
}

/// What this isolate serves.
pub fn sites() -> Rc<Sites> {
    SITES.with(Rc::clone)
}

/// The Worker's bindings: all ports.
pub struct Bindings {
    pub(super) env: Env,
}

impl std::fmt::Debug for Bindings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Bindings")
    }
}

impl Bindings {
    /// The ports of a request.
    pub fn new(env: Env) -> Self {
        Self { env }
    }
}

/// The Worker's variables.
pub fn config(env: &Env) -> Config {
    Config::read(|name| env.var(name).ok().map(|value| value.to_string()))
}
