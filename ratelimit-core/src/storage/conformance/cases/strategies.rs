//! What each strategy allows, and when it allows it again.

use std::time::Duration;

use super::super::{
    Failure, Outcome, Subject,
    scene::{NAMESPACE, Scene, check, same},
};
use crate::{Key, Policy, Strategy};

pub(super) async fn every_strategy_allows_its_amount(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in Strategy::ALL {
        let (policy, key) = (scene.policy(strategy, 5)?, Key::from("alice"));
        for remaining in [4, 3, 2, 1, 0] {
            let decision = scene.taken(&policy, &key, 1).await?;
            same(strategy.name(), (decision.limit(), decision.remaining()), (5, remaining))?;
        }
        let wait = scene.refused(&policy, &key, 1).await?;
        check(wait <= scene.window() * 2, || format!("{strategy} makes wait for {wait:?}"))?;
    }
    Ok(())
}

pub(super) async fn every_strategy_is_full_again_after_two_windows(
    scene: Scene<'_, impl Subject>,
) -> Outcome {
    let key = Key::from("alice");
    for strategy in Strategy::ALL {
        scene.take(&scene.policy(strategy, 5)?, &key, 5).await?;
    }
    scene.pass(scene.window() * 2).await;
    for strategy in Strategy::ALL {
        let full = scene.peek(&scene.policy(strategy, 5)?, &key, 0).await?;
        same(strategy.name(), (full.remaining(), full.reset_after()), (5, Duration::ZERO))?;
    }
    Ok(())
}

/// The window neither follows the wall clock nor moves with later hits.
pub(super) async fn fixed_window_starts_at_the_first_hit(scene: Scene<'_, impl Subject>) -> Outcome {
    let (policy, key) = (scene.policy(Strategy::FixedWindow, 5)?, Key::from("alice"));
    let half = scene.window() / 2;
    scene.pass(half / 2).await;
    let first = scene.taken(&policy, &key, 1).await?;
    scene.near("the window's rest", first.reset_after(), scene.window())?;
    scene.pass(half).await;
    let second = scene.taken(&policy, &key, 1).await?;
    scene.near("the window's rest", second.reset_after(), half)?;
    around(&scene, &policy, &key, half, [3, 5]).await
}

pub(super) async fn moving_window_forgets_each_hit_at_its_age(scene: Scene<'_, impl Subject>) -> Outcome {
    let (policy, key) = (scene.policy(Strategy::MovingWindow, 5)?, Key::from("alice"));
    let half = scene.window() / 2;
    scene.take(&policy, &key, 1).await?;
    scene.pass(half).await;
    let second = scene.taken(&policy, &key, 2).await?;
    scene.near("the time until the first hit leaves", second.reset_after(), half)?;
    around(&scene, &policy, &key, half, [2, 3]).await?;
    around(&scene, &policy, &key, half, [3, 5]).await
}

pub(super) async fn sliding_window_weighs_the_previous_window(scene: Scene<'_, impl Subject>) -> Outcome {
    let (policy, key) = (scene.policy(Strategy::SlidingWindow, 10)?, Key::from("alice"));
    scene.take(&policy, &key, 10).await?;
    scene.pass(scene.window()).await;
    let full = scene.left(&policy, &key).await?;
    scene.pass(scene.window() / 2).await;
    let half = scene.left(&policy, &key).await?;
    // Where time passes by itself, one more may have left.
    let slack = u64::from(scene.brink() > Duration::from_nanos(1));
    check(full <= slack, || format!("{full} are left although the whole previous window is in sight"))?;
    check((5..=5 + slack).contains(&half), || format!("{half} of 10 are left with half of it in sight"))
}

pub(super) async fn token_bucket_refills_evenly(scene: Scene<'_, impl Subject>) -> Outcome {
    let (policy, key) = (scene.policy(Strategy::TokenBucket, 5)?, Key::from("alice"));
    let token = scene.window() / 5;
    let decision = scene.taken(&policy, &key, 5).await?;
    scene.near("the time until the next token", decision.reset_after(), token)?;
    around(&scene, &policy, &key, token, [0, 1]).await?;
    around(&scene, &policy, &key, token * 4, [4, 5]).await
}

pub(super) async fn token_bucket_holds_its_burst(scene: Scene<'_, impl Subject>) -> Outcome {
    let quota = scene.policy(Strategy::TokenBucket, 5)?.quota().with_burst(2);
    let quota = quota.map_err(|error| Failure(error.to_string()))?;
    let (policy, key) = (Policy::new(quota, NAMESPACE, ["counter"]), Key::from("alice"));
    let decision = scene.taken(&policy, &key, 2).await?;
    same("the limit", decision.limit(), 2)?;
    let wait = scene.refused(&policy, &key, 1).await?;
    scene.near("the wait", wait, scene.window() / 5)
}

/// What is left just before `time` from now, and then.
async fn around(
    scene: &Scene<'_, impl Subject>,
    policy: &Policy,
    key: &Key,
    time: Duration,
    left: [u64; 2],
) -> Outcome {
    scene.pass_almost(time).await;
    same("what is left just before", scene.left(policy, key).await?, left[0])?;
    scene.pass_brink().await;
    same("what is left then", scene.left(policy, key).await?, left[1])
}
