//! A model that misbehaves in every way we know of, and what becomes of the question: what the client sees, what is
//! charged and stored, how often the model is asked, how long it takes.

mod breaker;
mod cancel;
mod case;
mod cases;
mod cell;
mod fallback;
mod rig;
mod rounds;
mod table;

use futures_util::future::join_all;

use case::Adapter;
use cell::Outcome;
use rig::Rig;

/// Servers for each adapter, so that the pauses and time limits of the cells pass side by side.
const RIGS: usize = 4;

#[tokio::test]
async fn every_fault_of_a_model_ends_as_the_table_says() {
    let cases = cases::all();
    let mut rigs = Vec::new();
    for adapter in Adapter::BOTH {
        for share in 0..RIGS {
            let alone = cases.iter().skip(share).step_by(RIGS).any(|case| case.no_server);
            rigs.push((adapter, share, Rig::start(adapter, alone).await));
        }
    }
    let runs = rigs.iter().map(|(adapter, share, rig)| {
        // Neighbours are alike and take equally long: they are dealt out.
        let of_share = cases.iter().enumerate().skip(*share).step_by(RIGS);
        async move {
            let mut cells = Vec::new();
            for (at, case) in of_share {
                cells.push((at, *adapter, rig.ask(*adapter, case).await));
            }
            cells
        }
    });
    let cells: Vec<(usize, Adapter, Outcome)> = join_all(runs).await.into_iter().flatten().collect();
    let mut wrong: Vec<String> = cells
        .iter()
        .filter_map(|(at, adapter, outcome)| {
            let case = cases.get(*at)?;
            let wrong = outcome.against(case, *adapter);
            (!wrong.is_empty()).then(|| {
                format!("{} {} [{}]: {}", case.fault, case.when.word(), adapter.word(), wrong.join("; "))
            })
        })
        .collect();
    wrong.extend(rigs.iter().flat_map(|(_, _, rig)| rig.told_too_much()));
    wrong.extend(table::differs(&table::written(&cases, &cells)));
    assert!(wrong.is_empty(), "{} of {} cells:\n{}", wrong.len(), cells.len(), wrong.join("\n"));
}
