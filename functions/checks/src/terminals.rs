//! Terminals that are silent in working hours: announces each silence to admins once. Runs along with `lateness`, every five
//! minutes. One Query for all terminals, and one BatchGetItem for each hundred.

use domain::{
    calendar::Zone,
    event::{Fact, KioskFact},
    id::KioskId,
    schedule::SiteBook,
    terminal::{MAX_TERMINALS, Terminal},
};
use store::StoreError;

use crate::run::{Outcome, Run};

/// Announces the terminals that have become silent.
pub(crate) async fn announce(run: &Run) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome::NOTHING_TO_DO;
    let records = run.store.terminals(None, MAX_TERMINALS).await?.items;
    if records.is_empty() {
        return Ok(outcome);
    }
    let ids: Vec<KioskId> = records.iter().map(|record| record.terminal.id).collect();
    let states = run.store.terminal_states(&ids).await?;
    let mut sites: Option<SiteBook> = None;
    outcome.looked_at = records.len();
    for Terminal { id, site_id, name, time_zone, watch, .. } in records.into_iter().map(|record| record.terminal) {
        let Some(state) = states.get(&id).filter(|state| state.silent_since.is_none()) else { continue };
        // A terminal that was never heard isn't installed yet.
        let Some(last_seen_at) = state.last_seen_at else { continue };
        let zone = if let Some(zone) = time_zone {
            zone
        } else {
            let book = match &sites {
                Some(book) => book,
                None => sites.insert(run.store.sites_of_terminals().await?),
            };
            book.zone(site_id).cloned().unwrap_or(Zone::UTC)
        };
        if !watch.is_silent(&zone, last_seen_at, run.now) {
            continue;
        }
        let fact = Fact::Kiosk(KioskFact::TerminalSilent { site_id, name, last_seen_at });
        let announced =
            run.store.announce_terminal(run.stamp(), id, fact, |commit| commit.announce_silence(id, state)).await?;
        outcome.changed += usize::from(announced);
    }
    Ok(outcome)
}
