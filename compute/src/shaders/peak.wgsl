// Multiplies and adds in registers alone: what an adapter can do of that at the very most.
//
// Each step needs the one before it, so no compiler can fold the loop; the chains are independent
// of each other, so that the device always has another to go on with. The host puts a line for
// each chain in place of each of the three marks.

@group(0) @binding(1) var<storage, read_write> sink: array<vec4<u32>>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let id = (params.first + group.x) * 64u + local;
    // Odd, and known only when it runs.
    let by = vec4<u32>(params.tag_or_round | 1u);
    let plus = vec4<u32>(id, id + 1u, id + 2u, id + 3u);
//BEGIN
    for (var step = 0u; step < params.rows; step++) {
//STEP
    }
    sink[local] = vec4<u32>(0u)
//END
    ;
}
