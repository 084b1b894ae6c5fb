//! Shortens the names under which a wasm module imports functions from its glue.
//!
//! wasm-bindgen names each import after the function and a hash; names and hashes stand in the module and in the glue, and
//! neither compresses. The layout is that of the WebAssembly core specification, section 5.5.5.

use anyhow::{Context, Result, ensure};

/// Magic number and version.
const HEADER: usize = 8;

/// The import section's id.
const IMPORTS: u8 = 2;

/// The module and its glue with `$a`, `$b`, … in the place of every imported name that is a key of the glue's.
pub fn imports(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let mut rest = Bytes(wasm);
    let mut out = rest.take(HEADER)?.to_vec();
    let mut glue = glue.to_owned();
    while !rest.0.is_empty() {
        let id = rest.byte()?;
        let section = rest.sized()?;
        let section = if id == IMPORTS { shortened(section, &mut glue)? } else { section.to_vec() };
        out.push(id);
        write_sized(&mut out, &section);
    }
    Ok((out, glue))
}

/// The import section with short names.
fn shortened(section: &[u8], glue: &mut String) -> Result<Vec<u8>> {
    let mut rest = Bytes(section);
    let count = rest.number()?;
    let mut out = Vec::new();
    write_number(&mut out, count);
    for at in 0..count {
        write_sized(&mut out, rest.sized()?);
        let name = std::str::from_utf8(rest.sized()?).context("an import's name is not UTF-8")?;
        let key = format!("{name}:");
        if glue.matches(&key).count() == 1 {
            let short = short_name(at);
            *glue = glue.replace(&key, &format!("{short}:"));
            write_sized(&mut out, short.as_bytes());
        } else {
            write_sized(&mut out, name.as_bytes());
        }
        let kind = rest.byte()?;
        ensure!(kind == 0, "{name} is imported, and no function");
        out.push(kind);
        write_number(&mut out, rest.number()?);
    }
    Ok(out)
}

/// `$a` to `$z`, `$aa`, ….
fn short_name(at: u32) -> String {
    let digit = |at: u32| char::from(b'a' + (at % 26) as u8);
    let mut name = if at < 26 { "$".to_owned() } else { short_name(at / 26 - 1) };
    name.push(digit(at));
    name
}

/// What is still to be read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).context("the module is cut off")?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    /// An unsigned LEB128 of 32 bits.
    fn number(&mut self) -> Result<u32> {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(value).context("a number of more than 32 bits");
            }
        }
        anyhow::bail!("a number of more than 32 bits")
    }

    /// What follows its own length.
    fn sized(&mut self) -> Result<&'a [u8]> {
        let length = self.number()?;
        self.take(length as usize)
    }
}

fn write_number(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn write_sized(out: &mut Vec<u8>, bytes: &[u8]) {
    write_number(out, bytes.len() as u32);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module that imports `g.f` of type 0 and `g.kept`, and has a type section before.
    fn module(name: &str) -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0".to_vec();
        let mut section = vec![2];
        for name in [name, "kept"] {
            write_sized(&mut section, b"g");
            write_sized(&mut section, name.as_bytes());
            section.extend([0, 0]);
        }
        wasm.push(IMPORTS);
        write_sized(&mut wasm, &section);
        wasm
    }

    #[test]
    fn names_become_short_in_module_and_glue() {
        let long = "__wbg_abort_f8d1589eb0c65ee2".repeat(9);
        let glue = format!("const i = {{ {long}: () => 1 }};");
        let (wasm, glue) = imports(&module(&long), &glue).unwrap();
        assert_eq!(wasm, module("$a"));
        assert_eq!(glue, "const i = { $a: () => 1 };");
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let whole = module("f");
        for length in 0..whole.len() {
            // A cut between two sections leaves a module.
            let between = [HEADER, HEADER + 6].contains(&length);
            assert_eq!(imports(&whole[..length], "").is_ok(), between, "{length}");
        }
    }

    #[test]
    fn short_names_differ() {
        let names: std::collections::HashSet<_> = (0..2_000).map(short_name).collect();
        assert_eq!(names.len(), 2_000);
        assert_eq!([0, 25, 26, 27].map(short_name), ["$a", "$z", "$aa", "$ab"]);
    }
}
