//! Giving charges back.

use super::super::{
    Failure, Outcome, Subject,
    scene::{Scene, same},
};
use crate::{Decision, Key, Policy, Receipt, Strategy};

/// As if the hit had not been made, whatever came after it.
pub(super) async fn a_refund_undoes_its_hit(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in Strategy::ALL {
        let (policy, key) = (scene.policy(strategy, 5)?, Key::from("alice"));
        let first = scene.taken(&policy, &key, 2).await?;
        scene.take(&policy, &key, 3).await?;
        scene.refused(&policy, &key, 1).await?;
        give_back(&scene, &policy, &key, 2, first).await?;
        same(strategy.name(), scene.left(&policy, &key).await?, 2)?;
        scene.take(&policy, &key, 2).await?;
        scene.refused(&policy, &key, 1).await?;
    }
    Ok(())
}

/// What has come back by itself does not come back once more.
pub(super) async fn a_late_refund_gives_nothing(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in Strategy::ALL {
        let (policy, key) = (scene.policy(strategy, 5)?, Key::from("alice"));
        let first = scene.taken(&policy, &key, 2).await?;
        scene.pass(scene.window() * 2).await;
        scene.take(&policy, &key, 3).await?;
        give_back(&scene, &policy, &key, 2, first).await?;
        same(strategy.name(), scene.left(&policy, &key).await?, 2)?;
    }
    Ok(())
}

/// Of four tokens taken, two have dripped back: only two are still out.
pub(super) async fn a_refund_of_tokens_gives_what_is_still_out(scene: Scene<'_, impl Subject>) -> Outcome {
    let (policy, key) = (scene.policy(Strategy::TokenBucket, 5)?, Key::from("alice"));
    let first = scene.taken(&policy, &key, 4).await?;
    scene.pass(scene.window() * 2 / 5).await;
    scene.take(&policy, &key, 3).await?;
    same("what is left", scene.left(&policy, &key).await?, 0)?;
    give_back(&scene, &policy, &key, 4, first).await?;
    same("what is left", scene.left(&policy, &key).await?, 2)
}

/// A refund that comes when the next window has begun does not reduce that.
pub(super) async fn a_refund_leaves_the_next_window_alone(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in [Strategy::FixedWindow, Strategy::MovingWindow] {
        let (policy, key) = (scene.policy(strategy, 5)?, Key::from("alice"));
        let first = scene.taken(&policy, &key, 5).await?;
        scene.pass(scene.window()).await;
        scene.take(&policy, &key, 5).await?;
        give_back(&scene, &policy, &key, 5, first).await?;
        same(strategy.name(), scene.left(&policy, &key).await?, 0)?;
    }
    Ok(())
}

/// Mistakes of a caller don't make room beyond the amount.
pub(super) async fn refunded_twice_is_never_more_than_full(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in Strategy::ALL {
        let (policy, key) = (scene.policy(strategy, 5)?, Key::from("alice"));
        let first = scene.taken(&policy, &key, 2).await?;
        for _ in 0..2 {
            give_back(&scene, &policy, &key, 2, first).await?;
            same(strategy.name(), scene.left(&policy, &key).await?, 5)?;
        }
        scene.take(&policy, &key, 5).await?;
        scene.refused(&policy, &key, 1).await?;
    }
    Ok(())
}

/// Nor does a refund of what was never taken, or of 0.
pub(super) async fn a_refund_of_nothing_changes_nothing(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in Strategy::ALL {
        let (policy, key) = (scene.policy(strategy, 5)?, Key::from("alice"));
        scene.limiter.refund(&policy, &key, 3, Receipt::default()).await?;
        same(strategy.name(), scene.left(&policy, &key).await?, 5)?;
        let nothing = scene.taken(&policy, &key, 0).await?;
        scene.take(&policy, &key, 5).await?;
        give_back(&scene, &policy, &key, 0, nothing).await?;
        scene.refused(&policy, &key, 1).await?;
    }
    Ok(())
}

async fn give_back(
    scene: &Scene<'_, impl Subject>,
    policy: &Policy,
    key: &Key,
    cost: u64,
    decision: Decision,
) -> Result<(), Failure> {
    Ok(scene.limiter.refund(policy, key, cost, decision.receipt()).await?)
}
