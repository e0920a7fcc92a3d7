//! All acquisitions of a batch are charged, or none.

use super::super::{
    Outcome, Subject,
    scene::{NAMESPACE, Scene, check, same},
};
use crate::{Acquisition, Batch, Key, Refund, Reset, Strategy};

/// The second limit runs out first; what it refuses is not taken from the first.
pub(super) async fn all_or_none_over_limits(scene: Scene<'_, impl Subject>) -> Outcome {
    let key = Key::from("alice");
    for strategy in Strategy::ALL {
        let wide = scene.policy_at(strategy, 5, NAMESPACE, "wide")?;
        let narrow = scene.policy_at(strategy, 2, NAMESPACE, "narrow")?;
        let mut batch = Batch::of(&wide, &key, 1);
        batch.push(&narrow, &key, 1);
        for passes in [true, true, false, false] {
            let decisions = scene.limiter.hit_all(&batch).await?;
            same(strategy.name(), decisions.all_allowed(), passes)?;
        }
        same(strategy.name(), scene.left(&wide, &key).await?, 3)?;
        same(strategy.name(), scene.left(&narrow, &key).await?, 0)?;
    }
    Ok(())
}

/// One client has used up its share; what is refused to it is not taken from everyone's.
pub(super) async fn all_or_none_over_keys(scene: Scene<'_, impl Subject>) -> Outcome {
    let (alice, everyone) = (Key::from("alice"), Key::global());
    let each = scene.policy_at(Strategy::FixedWindow, 1, NAMESPACE, "each")?;
    let all = scene.policy_at(Strategy::FixedWindow, 5, NAMESPACE, "all")?;
    for passes in [true, false, false] {
        let mut batch = Batch::of(&all, &everyone, 1);
        batch.push(&each, &alice, 1);
        let decisions = scene.limiter.hit_all(&batch).await?;
        same("whether all pass", decisions.all_allowed(), passes)?;
    }
    same("everyone's rest", scene.left(&all, &everyone).await?, 4)
}

/// However often somebody knocks while refused, nothing is taken and nothing prolonged.
pub(super) async fn refused_takes_nothing(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in [Strategy::FixedWindow, Strategy::MovingWindow] {
        let (policy, key) = (scene.policy(strategy, 5)?, Key::from("alice"));
        scene.take(&policy, &key, 5).await?;
        scene.pass(scene.window() / 2).await;
        for _ in 0..20 {
            scene.refused(&policy, &key, 1).await?;
        }
        scene.pass(scene.window() / 2).await;
        same(strategy.name(), scene.left(&policy, &key).await?, 5)?;
    }
    Ok(())
}

/// Beside a refusal, the limits that would have let the request pass say so, and what is left.
pub(super) async fn the_others_tell_what_is_left(scene: Scene<'_, impl Subject>) -> Outcome {
    let key = Key::from("alice");
    let wide = scene.policy_at(Strategy::FixedWindow, 5, NAMESPACE, "wide")?;
    let spent = scene.policy_at(Strategy::FixedWindow, 1, NAMESPACE, "spent")?;
    scene.take(&wide, &key, 2).await?;
    scene.take(&spent, &key, 1).await?;
    let mut batch = Batch::of(&wide, &key, 2);
    batch.push(&spent, &key, 1);
    let decisions = scene.limiter.hit_all(&batch).await?;
    let told: Vec<_> = decisions.iter().map(|each| (each.is_allowed(), each.remaining())).collect();
    same("what the limits told", told, vec![(true, 3), (false, 0)])
}

/// A request without limits passes.
pub(super) async fn an_empty_batch_passes(scene: Scene<'_, impl Subject>) -> Outcome {
    let decisions = scene.limiter.hit_all(&Batch::new()).await?;
    same("whether nothing passes", decisions.all_allowed(), true)?;
    same("the number of decisions", decisions.len(), 0)
}

/// Whether a limit is asked alone or in a batch, it says and takes the same.
pub(super) async fn one_alone_is_charged_as_in_a_batch(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in Strategy::ALL {
        let policy = scene.policy(strategy, 3)?;
        let (alone, batched) = (Key::from("alone"), Key::from("batched"));
        for cost in [1, 2, 1, 0] {
            let one = scene.limiter.hit(&policy, &alone, cost).await?;
            let all = scene.limiter.hit_all(&Batch::of(&policy, &batched, cost)).await?;
            let all = all.only()?;
            same(strategy.name(), one.is_allowed(), all.is_allowed())?;
            same(strategy.name(), one.remaining(), all.remaining())?;
        }
        same(strategy.name(), scene.left(&policy, &alone).await?, scene.left(&policy, &batched).await?)?;
    }
    Ok(())
}

/// A promise to answer at once is kept by every method.
pub(super) async fn who_answers_at_once_does(scene: Scene<'_, impl Subject>) -> Outcome {
    let storage = scene.limiter.storage();
    if !storage.answers_at_once() {
        return Ok(());
    }
    let (policy, key) = (scene.policy(Strategy::FixedWindow, 3)?, Key::from("alice"));
    let (acquisition, batch) =
        (Acquisition { policy: &policy, key: &key, cost: 1 }, Batch::of(&policy, &key, 1));
    let Ok(one) = storage.acquire_one(&acquisition).now() else { return late("acquire_one") };
    if storage.acquire(&batch).now().is_err() {
        return late("acquire");
    }
    if storage.peek(&batch).now().is_err() {
        return late("peek");
    }
    let refunds = [Refund { acquisition, receipt: one?.receipt() }];
    if storage.refund(&refunds).now().is_err() {
        return late("refund");
    }
    let reset = storage.reset(Reset::Counter { policy: &policy, key: &key }).now();
    if reset.is_err() { late("reset") } else { Ok(()) }
}

fn late(method: &str) -> Outcome {
    check(false, || format!("{method} should have answered at once"))
}
