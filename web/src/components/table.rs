//! Tables that become cards on a phone.

use leptos::prelude::*;

/// A column: its heading, and whether its figures stand on the right.
#[derive(Clone)]
pub(crate) struct Column {
    /// The heading; on a phone, the label of each cell.
    pub(crate) title: String,
    /// Whether it holds figures.
    pub(crate) figures: bool,
}

/// A cell.
pub(crate) type Cell = AnyView;

/// Shows rows under columns; `caption` is for assistive technology.
pub(crate) fn table(
    caption: impl Into<String>,
    testid: &'static str,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
) -> AnyView {
    let caption: String = caption.into();
    let class = |column: &Column| if column.figures { "end num" } else { "" };
    let heads: Vec<AnyView> = columns
        .iter()
        .map(|column| {
            view! { <th scope="col" class=class(column)>{column.title.clone()}</th> }.into_any()
        })
        .collect();
    let rows: Vec<AnyView> = rows
        .into_iter()
        .map(|cells| {
            let cells: Vec<AnyView> = cells
                .into_iter()
                .zip(&columns)
                .map(|(cell, column)| {
                    let label = column.title.clone();
                    view! { <td class=class(column) data-label=label>{cell}</td> }.into_any()
                })
                .collect();
            view! { <tr>{cells}</tr> }.into_any()
        })
        .collect();
    view! {
        <table class="table" data-testid=testid>
            <caption class="visually-hidden">{caption}</caption>
            <thead><tr>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
