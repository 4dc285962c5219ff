//! Norwegian benefits as event rows, one file a benefit: a row that opens a spell, and a row of the
//! same first day that ends it. `TOMDATO` is the last day on; `AVGDATO` the first day off, or with
//! [`Mess::LastDayOn`] the last day on.

use super::{Cell, Mess, Row, Writing};
use crate::SynthError;
use crate::registers::benefits::{Benefit, graded};
use crate::registers::latent::Run;

/// The file of a benefit: where the first day, `AVGDATO`, `TOMDATO` and the rest of the cells go.
struct Layout {
    header: &'static [&'static str],
    code: Option<(usize, &'static str)>,
    start: usize,
    off: Option<usize>,
    to: Option<usize>,
    amount: Option<usize>,
}

fn layout(benefit: Benefit) -> Layout {
    match benefit {
        Benefit::Aap => Layout {
            header: &["lopenr", "KODE", "TILGDATO", "AVGDATO", "TOMDATO"],
            code: Some((1, "AAP")),
            start: 2,
            off: Some(3),
            to: Some(4),
            amount: None,
        },
        Benefit::Ufp => Layout {
            header: &["lopenr", "PNSJTILG", "PNSJAVG", "PNSJTOM", "UFG"],
            code: None,
            start: 1,
            off: Some(2),
            to: Some(3),
            amount: Some(4),
        },
        Benefit::Sp => Layout {
            header: &["lopenr", "SPTILG", "SPAVG", "SPGRAD"],
            code: None,
            start: 1,
            off: Some(2),
            to: None,
            amount: Some(3),
        },
        Benefit::Arbsok => Layout {
            header: &["lopenr", "ASOKTILG", "ASOKTOM", "HOVEDARBSTAT", "TILTAK"],
            code: Some((3, "1")),
            start: 1,
            off: None,
            to: Some(2),
            amount: None,
        },
        Benefit::Shj => Layout {
            header: &["lopenr", "SHJ_TILG", "SHJ_AVG", "MNDUTBET"],
            code: None,
            start: 1,
            off: Some(2),
            to: None,
            amount: Some(3),
        },
    }
}

pub(super) fn write(writing: &mut Writing<'_>) -> Result<(), SynthError> {
    for benefit in Benefit::ALL {
        let layout = layout(benefit);
        let mut table = writing.open(&format!("f_{}.csv", benefit.name()), layout.header)?;
        for person in writing.everybody() {
            let mut draws = writing.mess(&person);
            let mut rows: Vec<Vec<Cell<'_>>> = Vec::new();
            for (run, amount) in graded(benefit, &person, writing.settings()) {
                let ended =
                    !run.is_open(writing.settings()) && !writing.forgets_death(run, &person);
                rows.push(event(
                    writing,
                    &layout,
                    &person.id,
                    run,
                    amount,
                    Event::Start { ended },
                ));
                if ended {
                    rows.push(event(writing, &layout, &person.id, run, amount, Event::End));
                }
            }
            draws.shuffle(&mut rows);
            for cells in &rows {
                table.row(cells, Row::of(person.participant))?;
            }
        }
        writing.close(table)?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Event {
    /// Whether another row ends the spell.
    Start {
        ended: bool,
    },
    End,
}

fn event<'c>(
    writing: &Writing<'_>,
    layout: &Layout,
    id: &'c str,
    run: Run,
    amount: i64,
    event: Event,
) -> Vec<Cell<'c>> {
    let mut cells = vec![Cell::Missing; layout.header.len()];
    cells[0] = Cell::Text(id);
    cells[layout.start] = Cell::Day(run.first);
    if let Some((place, code)) = layout.code {
        cells[place] = Cell::Text(code);
    }
    if let Some(place) = layout.amount {
        cells[place] = Cell::Whole(amount);
    }
    match event {
        Event::Start { ended: true } => {}
        Event::Start { ended: false } => {
            if let Some(place) = layout.to.or(layout.off) {
                cells[place] = Cell::Open;
            }
        }
        Event::End => {
            let off = if writing.has(Mess::LastDayOn) {
                run.last
            } else {
                run.last + 1
            };
            if let Some(place) = layout.off {
                cells[place] = Cell::Day(off);
            }
            if let Some(place) = layout.to {
                cells[place] = Cell::Day(run.last);
            }
        }
    }
    cells
}
