//! A module of the user's own: WGSL, and its buffers and plan as JSON.

use pinfi_jobs::{
    library::{from_f32, from_u32},
    spec::{Buffer, Dispatch, Element, Module, Role},
};
use serde_json::Value;

/// An example: the squares of 16 numbers.
pub(super) const SOURCE: &str = "@group(0) @binding(0) var<storage, read> numbers: array<u32>;
@group(0) @binding(1) var<storage, read_write> squares: array<u32>;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u) {
    squares[id.x] = numbers[id.x] * numbers[id.x];
}
";

/// The example's buffers and plan.
pub(super) const PLAN: &str = r#"{
  "buffers": [
    { "binding": 0, "element": "u32", "words": 16, "role": "input",
      "values": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] },
    { "binding": 1, "element": "u32", "words": 16, "role": "output" }
  ],
  "plan": [{ "entry": "main", "groups": [1, 1, 1], "repeat": 1, "shows": [] }]
}"#;

/// Reads a module.
///
/// # Errors
/// What is wrong with the JSON, by its place.
pub(super) fn read(source: &str, json: &str) -> Result<Module, String> {
    let value: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let buffers = list(&value, "buffers")?;
    let plan = list(&value, "plan")?;
    let named = |place: &str, at: usize, why: String| format!("{place}[{at}]: {why}");
    let buffers = buffers.iter().enumerate();
    let buffers = buffers.map(|(at, it)| buffer(it).map_err(|why| named("buffers", at, why)));
    let plan = plan.iter().enumerate();
    let plan = plan.map(|(at, it)| dispatch(it).map_err(|why| named("plan", at, why)));
    Ok(Module {
        source: source.to_owned(),
        buffers: buffers.collect::<Result<_, _>>()?,
        plan: plan.collect::<Result<_, _>>()?,
    })
}

fn buffer(value: &Value) -> Result<Buffer, String> {
    let element = match value["element"].as_str() {
        Some("u32") => Element::U32,
        Some("i32") => Element::I32,
        Some("f32") => Element::F32,
        Some("mixed") => Element::Mixed,
        _ => return Err("element: u32, i32, f32, mixed".to_owned()),
    };
    let role = match value["role"].as_str() {
        Some("input") => Role::Input,
        Some("output") => Role::Output,
        Some("scratch") => Role::Scratch,
        Some("uniform") => Role::Uniform,
        _ => return Err("role: input, output, scratch, uniform".to_owned()),
    };
    let contents = match value.get("values") {
        None => Vec::new(),
        Some(values) => contents(element, values)?,
    };
    let (binding, words) =
        (number(&value["binding"], "binding")?, number(&value["words"], "words")?);
    Ok(Buffer { binding, element, words, role, contents })
}

fn contents(element: Element, values: &Value) -> Result<Vec<u8>, String> {
    let values = values.as_array().ok_or("values: […]")?;
    let wrong = |at: usize| format!("values[{at}]");
    let words = values.iter().enumerate().map(|(at, value)| {
        let word = match element {
            Element::U32 | Element::Mixed => value.as_u64().and_then(|it| u32::try_from(it).ok()),
            Element::I32 => {
                value.as_i64().and_then(|it| i32::try_from(it).ok()).map(i32::cast_unsigned)
            }
            #[allow(clippy::cast_possible_truncation, reason = "rounded")]
            Element::F32 => value.as_f64().map(|it| (it as f32).to_bits()),
        };
        word.ok_or_else(|| wrong(at))
    });
    Ok(from_u32(&words.collect::<Result<Vec<_>, _>>()?))
}

fn dispatch(value: &Value) -> Result<Dispatch, String> {
    let entry = value["entry"].as_str().ok_or("entry")?.to_owned();
    let groups = list(value, "groups")?;
    let [x, y, z] = groups.as_slice() else { return Err("groups: [x, y, z]".to_owned()) };
    let groups = [number(x, "groups")?, number(y, "groups")?, number(z, "groups")?];
    let repeat = value.get("repeat").map_or(Ok(1), |it| number(it, "repeat"))?;
    let shows = match value.get("shows") {
        None => Vec::new(),
        Some(_) => {
            let shows = list(value, "shows")?;
            shows.iter().map(|it| number(it, "shows")).collect::<Result<_, _>>()?
        }
    };
    Ok(Dispatch { entry, groups, repeat, shows })
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>, String> {
    value[name].as_array().ok_or_else(|| format!("{name}: […]"))
}

fn number(value: &Value, name: &str) -> Result<u32, String> {
    let number = value.as_u64().and_then(|it| u32::try_from(it).ok());
    number.ok_or_else(|| format!("{name}: 0 … {}", u32::MAX))
}

/// Draws floats from −1 to 1 that depend on the seed alone.
pub(super) fn floats(seed: u32, count: usize) -> Vec<u8> {
    let mut state = u64::from(seed);
    let mut next = || {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        // 24 bits, which a float holds.
        #[allow(clippy::cast_precision_loss)]
        let unit = ((z ^ (z >> 31)) >> 40) as f32 / 8_388_608.0;
        unit - 1.0
    };
    from_f32(&(0..count).map(|_| next()).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_rejects_what_is_no_plan_by_its_place() {
        for (json, place) in [
            ("{", "EOF"),
            ("{}", "buffers"),
            (r#"{"buffers": [{"element": "u8"}], "plan": []}"#, "buffers[0]: element"),
            (r#"{"buffers": [], "plan": [{"entry": "main", "groups": [1]}]}"#, "plan[0]: groups"),
            (
                r#"{"buffers": [{"element": "u32", "role": "input", "binding": 0, "words": 1, "values": [-1]}], "plan": []}"#,
                "values[0]",
            ),
        ] {
            let error = read("", json).unwrap_err();
            assert!(error.contains(place), "{json}: {error}");
        }
    }

    #[test]
    fn read_takes_the_example() {
        let module = read(SOURCE, PLAN).unwrap();
        assert_eq!((module.buffers.len(), module.plan.len()), (2, 1));
        assert_eq!(module.buffers[0].contents.len(), 64);
        assert_eq!(module.plan[0].groups, [1, 1, 1]);
    }

    #[test]
    fn floats_are_those_of_their_seed_and_within_one() {
        assert_eq!(floats(1, 9), floats(1, 9));
        assert_ne!(floats(1, 9), floats(2, 9));
        let drawn = pinfi_jobs::library::to_f32(&floats(7, 1_000));
        assert!(drawn.iter().all(|it| (-1.0..1.0).contains(it)));
    }
}
