//! The page of a verifier: anybody's, with any device.
//!
//! | file | what lives there |
//! |---|---|
//! | `file` | a file's verdict, replayed here |
//! | `evidence` | what evidence about a job shows |
//! | `look` | what published openings show |
//! | `watch` | the epochs as they go, and what anyone may do about them |

mod evidence;
mod file;
mod look;
mod watch;

use leptos::prelude::*;

use super::mine::publish;
use crate::{
    browser,
    components::page,
    contexts::{Desk, tr},
};

/// Builds the page.
pub(super) fn verify() -> AnyView {
    browser::adopt_style(include_str!("../../../styles/verify.css"));
    let desk = Desk::use_it();
    let content = view! { <div class="stack">{file::file(desk)} {watch::watch(desk)} {publish::publish()}</div> };
    page(tr!(verify.title), tr!(verify.lead), content.into_any())
}
