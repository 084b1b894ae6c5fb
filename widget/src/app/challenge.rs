//! The challenge that a site may have its askers pass, once for each time that a question is sent: a token counts once, and not
//! for long. What it looks like in the page is left to `embed/challenge.ts`.

use super::Place;
use crate::api::Failure;
use ::api::ProblemType;
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Has it passed and hands on the token, or why there is none.
pub(super) fn pass(place: &Place, site_key: &str, then: impl FnOnce(Result<String, Failure>) + 'static) {
    let passing = place.challenge.call1(&JsValue::NULL, &site_key.into());
    spawn_local(async move {
        let outcome = match passing {
            Ok(promise) => JsFuture::from(promise.unchecked_into::<Promise>()).await,
            Err(error) => Err(error),
        };
        then(match outcome.map(|token| token.as_string()) {
            Err(_) => Err(Failure::Offline),
            Ok(None) => Err(Failure::NoChallenge),
            Ok(Some(token)) if token.is_empty() => Err(Failure::Refused(ProblemType::ChallengeFailed, None)),
            Ok(Some(token)) => Ok(token),
        });
    });
}
