//! How the product is cut into workgroups, and its source for each way.

use serde::{Deserialize, Serialize};

use crate::plan::LEAST_SIDE;

const GEMM: &str = concat!(include_str!("shaders/params.wgsl"), include_str!("shaders/gemm.wgsl"));
/// Entries in one vector of the kernel.
const LANES: u32 = 4;
/// Bytes of one vector.
const VECTOR_BYTES: u32 = 16;
/// Vectors between two rows of a staged tile that nothing is kept in: with them, the invocations
/// that write one column use different banks of the memory.
const PADDING: u32 = 1;

/// One way of cutting the product: how many invocations make a workgroup, and how many entries
/// each computes. All give the same numbers; which is fastest, a device is asked by
/// [`tune`](crate::tune).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Tiling {
    /// Invocations along a side of the workgroup.
    side: u32,
    /// Vectors of four entries along a side of what an invocation computes.
    quads: u32,
    /// Words of each row that are staged at a time.
    depth: u32,
}

/// A tiling as it is written down, not known to be one of ours.
#[derive(Serialize, Deserialize)]
struct Parts(u32, u32, u32);

impl From<Tiling> for Parts {
    fn from(Tiling { side, quads, depth }: Tiling) -> Self {
        Self(side, quads, depth)
    }
}

impl TryFrom<Parts> for Tiling {
    type Error = &'static str;

    fn try_from(Parts(side, quads, depth): Parts) -> Result<Self, Self::Error> {
        let wanted = Self { side, quads, depth };
        Self::ALL.into_iter().find(|tiling| *tiling == wanted).ok_or("no tiling of the kernel")
    }
}

impl Default for Tiling {
    /// The one that every device of WebGPU has room for, whatever the work.
    fn default() -> Self {
        Self { side: 8, quads: 2, depth: 16 }
    }
}

impl Tiling {
    /// All that are tried: 64 or 128 entries a side, 16 or 64 of them an invocation.
    pub const ALL: [Self; 7] = [
        Self { side: 8, quads: 2, depth: 16 },
        Self { side: 8, quads: 2, depth: 8 },
        Self { side: 8, quads: 2, depth: 4 },
        Self { side: 16, quads: 1, depth: 8 },
        Self { side: 16, quads: 1, depth: 16 },
        Self { side: 16, quads: 2, depth: 8 },
        Self { side: 16, quads: 2, depth: 16 },
    ];

    /// Entries along a side of what a workgroup computes.
    #[must_use]
    pub const fn tile(self) -> u32 {
        self.side * self.quads * LANES
    }

    /// Invocations in a workgroup.
    #[must_use]
    pub const fn invocations(self) -> u32 {
        self.side * self.side
    }

    /// Bytes of workgroup memory.
    #[must_use]
    pub const fn workgroup_bytes(self) -> u32 {
        2 * self.depth * (self.side * self.quads + PADDING) * VECTOR_BYTES
    }

    /// Workgroups of one product of matrices of side `n`.
    pub(crate) const fn groups(self, n: u32) -> u32 {
        (n / self.tile()) * (n / self.tile())
    }

    /// Integer operations of one workgroup of such a product.
    // `as`: widening.
    pub(crate) const fn operations(self, n: u32) -> u64 {
        2 * self.tile() as u64 * self.tile() as u64 * n as u64
    }

    /// Tells whether a device has room for its workgroups.
    #[must_use]
    pub fn fits(self, limits: &wgpu::Limits) -> bool {
        self.invocations() <= limits.max_compute_invocations_per_workgroup
            && self.side <= limits.max_compute_workgroup_size_x
            && self.side <= limits.max_compute_workgroup_size_y
            && self.workgroup_bytes() <= limits.max_compute_workgroup_storage_size
    }

    /// Gives it, or the default where a matrix of side `n` is smaller than its tile or the device
    /// has no room for it.
    #[must_use]
    pub(crate) fn or_default(self, n: u32, limits: &wgpu::Limits) -> Self {
        if n >= self.tile() && self.fits(limits) { self } else { Self::default() }
    }

    /// Gives the kernel's source.
    #[must_use]
    pub fn source(self) -> String {
        let Self { side, quads, depth } = self;
        let entries = || (0..LANES * quads).flat_map(|row| (0..quads).map(move |c| (row, c)));
        let lines = |line: &dyn Fn((u32, u32)) -> String| entries().map(line).collect::<String>();
        let constants = format!(
            "const SIDE: u32 = {side}u;\nconst QUADS_EACH: u32 = {quads}u;\nconst DEPTH: u32 = {depth}u;\n\
             const PADDING: u32 = {PADDING}u;\n"
        );
        let loads: String = (0..quads)
            .map(|i| {
                format!(
                    "            let a{i} = w_tile[l][local.y + {i}u * SIDE];\n            \
                     let b{i} = x_tile[l][local.x + {i}u * SIDE];\n"
                )
            })
            .collect();
        GEMM.replace("//CONSTANTS\n", &constants)
            .replace("//BEGIN\n", &lines(&|(r, c)| format!("    var y{r}_{c} = vec4<u32>();\n")))
            .replace("//LOADS\n", &loads)
            .replace(
                "//STEP\n",
                &lines(&|(r, c)| {
                    let (quad, lane) = (r / LANES, ["x", "y", "z", "w"][(r % LANES) as usize]);
                    format!("            y{r}_{c} += a{quad}.{lane} * b{c};\n")
                }),
            )
            .replace(
                "//END\n",
                &lines(&|(r, c)| {
                    let row = (r / LANES) * LANES * side + r % LANES;
                    format!("    store(first + {row}u * stride + {c}u * SIDE, y{r}_{c});\n")
                }),
            )
    }
}

const _: () = assert!(LEAST_SIDE == 64, "the default's tile");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiling_that_no_kernel_has_is_not_read() {
        assert!(serde_json::from_str::<Tiling>("[8,3,16]").is_err());
        assert!(serde_json::from_str::<Tiling>("[0,0,0]").is_err());
        for tiling in Tiling::ALL {
            let text = serde_json::to_string(&tiling).unwrap();
            assert_eq!(serde_json::from_str::<Tiling>(&text).unwrap(), tiling);
        }
    }

    #[test]
    fn or_default_falls_back_where_the_tile_or_the_device_is_too_small() {
        let large = Tiling { side: 16, quads: 2, depth: 8 };
        let limits = wgpu::Limits::default();
        assert_eq!(large.or_default(64, &limits), Tiling::default(), "a tile of 128");
        assert_eq!(large.or_default(128, &limits), large);
        let small = wgpu::Limits { max_compute_invocations_per_workgroup: 128, ..limits.clone() };
        assert_eq!(large.or_default(128, &small), Tiling::default());
        let little = wgpu::Limits { max_compute_workgroup_storage_size: 8_000, ..limits };
        assert_eq!(large.or_default(128, &little), Tiling::default());
    }

    #[test]
    fn default_fits_every_device_and_every_work() {
        assert!(Tiling::default().fits(&wgpu::Limits::downlevel_defaults()));
        assert_eq!(Tiling::default().tile(), LEAST_SIDE);
        assert_eq!(Tiling::ALL[0], Tiling::default());
    }
}
