//! Numbers at the ends of their ranges.

use super::super::{
    Outcome, Subject,
    scene::{NAMESPACE, Scene, check, policy_of, same},
};
use crate::{Key, Limit, Strategy};

pub(super) async fn the_greatest_amounts_do_not_overflow(scene: Scene<'_, impl Subject>) -> Outcome {
    let key = Key::from("alice");
    for strategy in [Strategy::FixedWindow, Strategy::SlidingWindow, Strategy::MovingWindow] {
        let policy = scene.policy(strategy, u64::MAX)?;
        let decision = scene.taken(&policy, &key, u64::MAX - 1).await?;
        same(strategy.name(), decision.remaining(), 1)?;
        scene.take(&policy, &key, 1).await?;
        let wait = scene.refused(&policy, &key, 1).await?;
        check(wait <= scene.window() * 2, || format!("{strategy} makes wait for {wait:?}"))?;
    }
    // This bucket drips faster than time can be told.
    let policy = scene.policy(Strategy::TokenBucket, u64::MAX)?;
    let decision = scene.taken(&policy, &key, u64::MAX).await?;
    same("the limit of the bucket", decision.limit(), u64::MAX)?;
    scene.pass(scene.window()).await;
    same("what is left in the bucket", scene.left(&policy, &key).await?, u64::MAX)
}

/// As large as it may be, a log of hits answers, and its costs are exact.
pub(super) async fn a_moving_window_of_a_million(scene: Scene<'_, impl Subject>) -> Outcome {
    let (policy, key) = (scene.policy(Strategy::MovingWindow, 1_000_000)?, Key::from("alice"));
    let decision = scene.taken(&policy, &key, 999_999).await?;
    same("what is left", decision.remaining(), 1)?;
    scene.take(&policy, &key, 1).await?;
    let wait = scene.refused(&policy, &key, 2).await?;
    scene.near("the wait", wait, scene.window())?;
    scene.pass_almost(wait).await;
    same("what is left just before", scene.left(&policy, &key).await?, 0)?;
    scene.pass_brink().await;
    same("what is left then", scene.left(&policy, &key).await?, 1_000_000)
}

pub(super) async fn the_longest_window(scene: Scene<'_, impl Subject>) -> Outcome {
    let key = Key::from("alice");
    for strategy in Strategy::ALL {
        let policy = policy_of(strategy, 2, Limit::MAX_WINDOW, NAMESPACE, "counter")?;
        scene.take(&policy, &key, 2).await?;
        scene.pass(scene.window()).await;
        let wait = scene.refused(&policy, &key, 1).await?;
        check(wait <= Limit::MAX_WINDOW * 2, || format!("{strategy} makes wait for {wait:?}"))?;
        check(wait > Limit::MAX_WINDOW / 4, || format!("{strategy} makes wait only {wait:?}"))?;
    }
    Ok(())
}
