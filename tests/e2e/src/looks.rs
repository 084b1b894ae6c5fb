//! The conditions under which a scene is looked at: colours, direction, size and zoom, switched without loading anything
//! again. Chromium's own emulation, over its debugging protocol.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use thirtyfour::WebDriver;

use crate::widget::Widget;

/// How the page is shown.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// What its files are called.
    pub name: &'static str,
    /// Width and height in CSS pixels.
    size: (u32, u32),
    /// Device pixels a CSS pixel.
    scale: f64,
    /// With a finger instead of a mouse.
    phone: bool,
    dark: bool,
    forced_colours: bool,
    right_to_left: bool,
}

/// What most people have.
pub const DESKTOP: Look = Look {
    name: "light",
    size: (1280, 800),
    scale: 1.0,
    phone: false,
    dark: false,
    forced_colours: false,
    right_to_left: false,
};

/// Where texts run from right to left.
pub const RIGHT_TO_LEFT: Look = Look { name: "right to left", right_to_left: true, ..DESKTOP };

const PHONE: Look = Look { name: "light-phone", size: (390, 844), scale: 2.0, phone: true, ..DESKTOP };

/// Where nothing may keep anybody from using the widget.
pub const JUDGED: &[Look] = &[
    DESKTOP,
    Look { name: "dark", dark: true, ..DESKTOP },
    RIGHT_TO_LEFT,
    Look { name: "forced colours", forced_colours: true, ..DESKTOP },
    Look { name: "320 px", size: (320, 568), scale: 2.0, phone: true, ..DESKTOP },
    // Zooming to 200 % halves the pixels that a page has and doubles the device's for each.
    Look { name: "200 % zoom", size: (640, 400), scale: 2.0, ..DESKTOP },
];

/// What is photographed.
pub const PHOTOGRAPHED: &[Look] = &[
    Look { name: "light-desktop", ..DESKTOP },
    Look { name: "dark-desktop", dark: true, ..DESKTOP },
    PHONE,
    Look { name: "dark-phone", dark: true, ..PHONE },
    Look { name: "forced-colours", forced_colours: true, dark: true, ..DESKTOP },
    // Last, since another language draws everything again.
    Look { name: "right-to-left", right_to_left: true, ..PHONE },
];

impl Look {
    /// Shows the page like this from now on. Motion is reduced: what moves is another thing at every look.
    pub async fn put_on(&self, widget: &Widget) -> Result<()> {
        let browser = widget.browser();
        let (width, height) = self.size;
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": self.scale, "mobile": self.phone});
        protocol(browser, "Emulation.setDeviceMetricsOverride", metrics).await?;
        protocol(browser, "Emulation.setTouchEmulationEnabled", json!({"enabled": self.phone})).await?;
        let feature = |name, value| json!({"name": name, "value": value});
        let features = [
            feature("prefers-color-scheme", if self.dark { "dark" } else { "light" }),
            feature("forced-colors", if self.forced_colours { "active" } else { "none" }),
            feature("prefers-reduced-motion", "reduce"),
        ];
        protocol(browser, "Emulation.setEmulatedMedia", json!({"features": features})).await?;
        let direction = if self.right_to_left { "rtl" } else { "ltr" };
        let script = "document.querySelector('edgewise-help').dir = arguments[0]; return null;";
        widget.run(script, vec![json!(direction)]).await?;
        Ok(())
    }

    /// Whether texts run from right to left.
    pub fn is_right_to_left(&self) -> bool {
        self.right_to_left
    }

    /// Whether the page is shown in colours of its own choice.
    pub fn has_own_colours(&self) -> bool {
        !self.forced_colours
    }

    /// Whether fingers, and not a pointer, have to hit what is shown.
    pub fn is_phone(&self) -> bool {
        self.phone
    }
}

/// Sends a command of Chromium's debugging protocol.
pub async fn protocol(browser: &WebDriver, command: &str, parameters: Value) -> Result<Value> {
    browser
        .cdp()
        .send_raw(command, parameters)
        .await
        .with_context(|| format!("asking Chromium for {command}"))
}

/// Shows the page as it would be printed.
pub async fn print(widget: &Widget) -> Result<()> {
    protocol(widget.browser(), "Emulation.setEmulatedMedia", json!({"media": "print"})).await.map(drop)
}
