//! What went wrong, in words, with the way on.

use super::icon::{CLOUD, icon};
use crate::api::Failure;
use crate::locale::TEXT;
use leptos::prelude::*;

/// A failure with a button that tries again. Shown where the result would be.
pub fn failure_notice(failure: &Failure, retry: impl Fn() + 'static) -> AnyView {
    let (title, detail) = failure.words();
    view! {
        <div class="notice" role="alert" data-part="error">
            {icon(CLOUD)}
            <div>
                <p class="notice-title">{title}</p>
                <p>{detail}</p>
                <button type="button" class="button" data-part="retry" on:click=move |_| retry()>
                    {TEXT.try_again}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// Something is on its way: grey bars where it will be.
pub fn waiting() -> AnyView {
    let bars = (0..3).map(|_| view! { <li data-wait={TEXT.loading}></li> }).collect_view();
    view! { <ul class="bars" aria-hidden="true" data-part="loading">{bars}</ul> }.into_any()
}
