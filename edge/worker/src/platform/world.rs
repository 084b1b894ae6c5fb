use std::time::Duration;

use worker::{Date, Delay};

use super::bindings::Bindings;
use crate::ports::{Clock, Memory, PortError, Random};

/// Milliseconds since 1970.
pub(super) fn now_ms() -> u64 {
    Date::now().as_millis()
}

/// Fills `bytes` from the platform's source for keys.
pub(super) fn fill(bytes: &mut [u8]) -> Result<(), PortError> {
    getrandom::fill(bytes).map_err(|error| PortError::new("randomness", error))
}

impl Clock for Bindings {
    fn now_ms(&self) -> u64 {
        now_ms()
    }

    async fn sleep(&self, ms: u32) {
        Delay::from(Duration::from_millis(ms.into())).await;
    }
}

impl Random for Bindings {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), PortError> {
        fill(bytes)
    }
}

impl Memory for Bindings {
    #[cfg(target_arch = "wasm32")]
    fn wasm_bytes(&self) -> u64 {
        /// Bytes of a page of WebAssembly memory.
        const PAGE_BYTES: u64 = 65_536;
        core::arch::wasm32::memory_size(0) as u64 * PAGE_BYTES
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn wasm_bytes(&self) -> u64 {
        0
    }
}
