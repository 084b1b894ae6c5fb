//! x
use e2e::{Result, Stage, scenarios};
scenarios!(a);
async fn a(_: &mut Stage<'_>) -> Result<()> {
    Ok(())
}
