//! Imports that are interrupted, repeated or run twice.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use domain::job::JobStatus;
use imports::Progress;
use jiff::Timestamp;
use local::{AwsCall, Fault};
use rollcall_tests::Person;
use serde_json::json;

use super::{super::Team, Work, audited, import, many, stand_still};
use crate::long_work::{PLENTY, bring, renamed};

#[tokio::test]
async fn the_same_event_again_changes_nothing() {
    let team = Team::start().await;
    let mut bus = team.company.stack.listen();
    let sheet = "username,date,start,end\nmaria,2026-11-07,10:00,14:00\n";
    let id = import(&team.company, &team.manager, sheet).await.expect(202).str("id").to_owned();
    team.company.settle().await;
    let plan = json!({"shifts": [{"start": "12:00", "end": "15:00"}], "reason": "The fair opens at noon"});
    team.plan(&team.maria, "2026-11-07", plan).await.expect(200);
    let path = format!("/roster/import/{id}");
    let before = team.company.get(&path).by(&team.manager).send().await.expect(200).body;
    let event = std::iter::from_fn(|| bus.try_recv().ok()).find(|event| event["detail-type"] == KIND).unwrap();
    bring(&team.company, event.clone(), PLENTY).await;
    bring(&team.company, renamed(event), PLENTY).await;
    assert_eq!(team.company.get(&path).by(&team.manager).send().await.expect(200).body, before);
    assert_eq!(
        team.shifts(&team.maria, "2026-11-07", "2026-11-07").await,
        ["2026-11-07T12:00:00+03:00 2026-11-07T15:00:00+03:00"],
        "what was planned since stays"
    );
    assert_eq!(audited(&team.company, &team.maria.id).await, 1);
}

/// The kind of the fact that requests an import.
const KIND: &str = "roster_import_requested";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_killed_at_any_call_is_done_exactly_once() {
    let team = Team::start().await;
    team.company.settle().await;
    for call in 0..10 {
        let made = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&made);
        team.company.stack.faults().plan(move |aws: AwsCall<'_>| {
            let is_it = aws.by == "jobs" && counted.fetch_add(1, Ordering::Relaxed) == call;
            is_it.then_some(if call % 2 == 0 { Fault::DiesAfter } else { Fault::DiesBefore })
        });
        let date = format!("2026-11-{:02}", 10 + call);
        let sheet = format!("username,date,start,end\nmaria,{date},10:00,14:00\njohn,{date},10:00,14:00\n");
        let id = import(&team.company, &team.manager, &sheet).await.expect(202).str("id").to_owned();
        team.company.settle().await;
        assert!(made.load(Ordering::Relaxed) > call, "there is no call {call}");
        let seen = team.company.get(&format!("/roster/import/{id}")).by(&team.manager).send().await.expect(200);
        assert_eq!((&seen.body["status"], &seen.body["progress"]["done"]), (&json!("done"), &json!(2)), "call {call}");
        for person in [&team.maria, &team.john] {
            assert_eq!(team.shifts(person, &date, &date).await.len(), 1);
            assert_eq!(audited(&team.company, &person.id).await, call + 1, "after a death at call {call}");
        }
    }
    assert_eq!(team.company.stack.dead_letters()["queues"][0]["messages"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_at_the_end_of_its_time_is_handed_on() {
    let team = Team::start().await;
    let sheet = "username,date,start,end\nmaria,2026-11-07,10:00,14:00\n";
    let mut bus = team.company.stack.listen();
    stand_still(&team.company);
    let id = import(&team.company, &team.manager, sheet).await.expect(202).str("id").to_owned();
    team.company.settle().await;
    team.company.stack.faults().clear();
    let event = std::iter::from_fn(|| bus.try_recv().ok()).find(|event| event["detail-type"] == KIND).unwrap();
    bring(&team.company, event, Duration::ZERO).await;
    team.company.settle().await;
    let handed_on = std::iter::from_fn(|| bus.try_recv().ok()).find(|event| event["detail-type"] == "work_continues");
    assert_eq!(handed_on.unwrap()["detail"]["subject"], json!(format!("job:{id}")));
    let seen = team.company.get(&format!("/roster/import/{id}")).by(&team.manager).send().await.expect(200);
    assert_eq!(seen.body["status"], "done");
    assert_eq!(audited(&team.company, &team.maria.id).await, 1);
}

async fn all_have_it_once(team: &Team, people: &[Person]) {
    for person in people {
        assert_eq!(team.shifts(person, "2026-11-07", "2026-11-07").await.len(), 1);
        assert_eq!(audited(&team.company, &person.id).await, 1, "{}", person.username);
    }
}

#[tokio::test]
async fn an_import_stops_at_its_deadline_and_resumes_from_there() {
    let team = Team::start().await;
    stand_still(&team.company);
    let (people, sheet) = many(&team, 5).await;
    let id = import(&team.company, &team.manager, &sheet).await.expect(202).str("id").to_owned();
    let work = Work::of(&team.company);
    let Progress::Unfinished(job) = work.go_on(&id, work.clock.after(2)).await else { panic!("too far") };
    assert_eq!((job.status, job.done), (JobStatus::Running, 2));
    assert_eq!(work.finish(&id).await.status, JobStatus::Done);
    all_have_it_once(&team, &people).await;
    assert_eq!(work.go_on("01JBN2V7Q4W0M3T9K5ZXH8R6CD", Timestamp::MAX).await, Progress::Unknown);
}

/// Polls a run the given number of times and then drops it at any point, like a killed process.
async fn killed_after(polls: usize, run: impl Future<Output = Progress>) -> Option<Progress> {
    let mut run = pin!(run);
    let mut left = polls;
    std::future::poll_fn(move |context: &mut Context<'_>| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        run.as_mut().poll(context).map(Some)
    })
    .await
}

#[tokio::test]
async fn an_import_killed_repeatedly_does_each_step_once() {
    let team = Team::start().await;
    stand_still(&team.company);
    let (people, sheet) = many(&team, 6).await;
    let id = import(&team.company, &team.manager, &sheet).await.expect(202).str("id").to_owned();
    let work = Work::of(&team.company);
    let mut kills = 0;
    let job = loop {
        // The number of polls grows, so that the run is killed at many points and finally finishes.
        match Box::pin(killed_after(1 + kills / 3, work.go_on(&id, Timestamp::MAX))).await {
            Some(Progress::Finished(job)) => break job,
            Some(Progress::Unfinished(_) | Progress::Unknown) => panic!("neither late nor lost"),
            None => kills += 1,
        }
    };
    assert!(kills > 0, "nobody killed it");
    assert_eq!((job.status, job.failures.len()), (JobStatus::Done, 0));
    all_have_it_once(&team, &people).await;
}

#[tokio::test]
async fn two_runs_at_once_do_each_step_once() {
    let team = Team::start().await;
    stand_still(&team.company);
    let (people, sheet) = many(&team, 6).await;
    let id = import(&team.company, &team.manager, &sheet).await.expect(202).str("id").to_owned();
    let work = Work::of(&team.company);
    let runs = Box::pin(futures_util::future::join(work.finish(&id), work.finish(&id))).await;
    assert_eq!(runs.0, runs.1);
    all_have_it_once(&team, &people).await;
}
