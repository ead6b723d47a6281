// keccak-f[1600] with each 64-bit lane as two 32-bit words (low, high): WGSL has no u64.
// Every lane index is a constant, so that drivers keep the state in registers.

fn rotate(v: vec2<u32>, by: u32) -> vec2<u32> {
    return (v << vec2<u32>(by)) | (v.yx >> vec2<u32>(32u - by));
}

// A round constant has bits at 0, 1, 3, 7, 15, 31 and 63 only: bit r of the number below for a
// position is that bit of the constant of round r. A table would be spilled to memory.
fn round_constant(r: u32) -> vec2<u32> {
    let low = ((0x50f4f1u >> r) & 1u)
        | (((0x0db916u >> r) & 1u) << 1u)
        | (((0x8c7f94u >> r) & 1u) << 3u)
        | (((0x327356u >> r) & 1u) << 7u)
        | (((0xb5d4deu >> r) & 1u) << 15u)
        | (((0xd81c68u >> r) & 1u) << 31u);
    let high = ((0xbbe0ccu >> r) & 1u) << 31u;
    return vec2<u32>(low, high);
}

fn keccak_f(s: ptr<function, array<vec2<u32>, 25>>) {
    for (var r = 0u; r < 24u; r++) {
        // theta: each column takes in the parities of its neighbours
        let c0 = (*s)[0] ^ (*s)[5] ^ (*s)[10] ^ (*s)[15] ^ (*s)[20];
        let c1 = (*s)[1] ^ (*s)[6] ^ (*s)[11] ^ (*s)[16] ^ (*s)[21];
        let c2 = (*s)[2] ^ (*s)[7] ^ (*s)[12] ^ (*s)[17] ^ (*s)[22];
        let c3 = (*s)[3] ^ (*s)[8] ^ (*s)[13] ^ (*s)[18] ^ (*s)[23];
        let c4 = (*s)[4] ^ (*s)[9] ^ (*s)[14] ^ (*s)[19] ^ (*s)[24];
        let d0 = c4 ^ rotate(c1, 1u);
        let d1 = c0 ^ rotate(c2, 1u);
        let d2 = c1 ^ rotate(c3, 1u);
        let d3 = c2 ^ rotate(c4, 1u);
        let d4 = c3 ^ rotate(c0, 1u);
        // rho and pi: rotate each lane and move it
        let b0 = (*s)[0] ^ d0;
        let b1 = rotate(((*s)[6] ^ d1).yx, 12u);
        let b2 = rotate(((*s)[12] ^ d2).yx, 11u);
        let b3 = rotate((*s)[18] ^ d3, 21u);
        let b4 = rotate((*s)[24] ^ d4, 14u);
        let b5 = rotate((*s)[3] ^ d3, 28u);
        let b6 = rotate((*s)[9] ^ d4, 20u);
        let b7 = rotate((*s)[10] ^ d0, 3u);
        let b8 = rotate(((*s)[16] ^ d1).yx, 13u);
        let b9 = rotate(((*s)[22] ^ d2).yx, 29u);
        let b10 = rotate((*s)[1] ^ d1, 1u);
        let b11 = rotate((*s)[7] ^ d2, 6u);
        let b12 = rotate((*s)[13] ^ d3, 25u);
        let b13 = rotate((*s)[19] ^ d4, 8u);
        let b14 = rotate((*s)[20] ^ d0, 18u);
        let b15 = rotate((*s)[4] ^ d4, 27u);
        let b16 = rotate(((*s)[5] ^ d0).yx, 4u);
        let b17 = rotate((*s)[11] ^ d1, 10u);
        let b18 = rotate((*s)[17] ^ d2, 15u);
        let b19 = rotate(((*s)[23] ^ d3).yx, 24u);
        let b20 = rotate(((*s)[2] ^ d2).yx, 30u);
        let b21 = rotate(((*s)[8] ^ d3).yx, 23u);
        let b22 = rotate(((*s)[14] ^ d4).yx, 7u);
        let b23 = rotate(((*s)[15] ^ d0).yx, 9u);
        let b24 = rotate((*s)[21] ^ d1, 2u);
        // chi: the one nonlinear step; iota: the round constant breaks the symmetry
        (*s)[0] = b0 ^ (~b1 & b2) ^ round_constant(r);
        (*s)[1] = b1 ^ (~b2 & b3);
        (*s)[2] = b2 ^ (~b3 & b4);
        (*s)[3] = b3 ^ (~b4 & b0);
        (*s)[4] = b4 ^ (~b0 & b1);
        (*s)[5] = b5 ^ (~b6 & b7);
        (*s)[6] = b6 ^ (~b7 & b8);
        (*s)[7] = b7 ^ (~b8 & b9);
        (*s)[8] = b8 ^ (~b9 & b5);
        (*s)[9] = b9 ^ (~b5 & b6);
        (*s)[10] = b10 ^ (~b11 & b12);
        (*s)[11] = b11 ^ (~b12 & b13);
        (*s)[12] = b12 ^ (~b13 & b14);
        (*s)[13] = b13 ^ (~b14 & b10);
        (*s)[14] = b14 ^ (~b10 & b11);
        (*s)[15] = b15 ^ (~b16 & b17);
        (*s)[16] = b16 ^ (~b17 & b18);
        (*s)[17] = b17 ^ (~b18 & b19);
        (*s)[18] = b18 ^ (~b19 & b15);
        (*s)[19] = b19 ^ (~b15 & b16);
        (*s)[20] = b20 ^ (~b21 & b22);
        (*s)[21] = b21 ^ (~b22 & b23);
        (*s)[22] = b22 ^ (~b23 & b24);
        (*s)[23] = b23 ^ (~b24 & b20);
        (*s)[24] = b24 ^ (~b20 & b21);
    }
}
