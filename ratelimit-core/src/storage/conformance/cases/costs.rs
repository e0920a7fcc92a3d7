//! Costs other than 1.

use super::super::{
    Outcome, Subject,
    scene::{Scene, same},
};
use crate::{Key, Strategy};

/// A cost of 0 passes, takes nothing and starts no window.
pub(super) async fn nothing_is_free_to_ask_for(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in Strategy::ALL {
        let (policy, key) = (scene.policy(strategy, 5)?, Key::from("alice"));
        let nothing = scene.taken(&policy, &key, 0).await?;
        same(strategy.name(), nothing.remaining(), 5)?;
        scene.pass(scene.window() / 2).await;
        let all = scene.taken(&policy, &key, 5).await?;
        if strategy != Strategy::TokenBucket && strategy != Strategy::SlidingWindow {
            scene.near("the window's rest", all.reset_after(), scene.window())?;
        }
        let nothing = scene.taken(&policy, &key, 0).await?;
        same(strategy.name(), nothing.remaining(), 0)?;
    }
    Ok(())
}

/// A cost above the amount is refused without a time to retry, and takes nothing.
pub(super) async fn more_than_fits_never_passes(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in Strategy::ALL {
        let (policy, key) = (scene.policy(strategy, 5)?, Key::from("alice"));
        for cost in [6, 1_000, u64::MAX] {
            let decision = scene.hit(&policy, &key, cost).await?;
            same(strategy.name(), (decision.is_allowed(), decision.retry_after()), (false, None))?;
            same(strategy.name(), decision.remaining(), 5)?;
        }
        scene.take(&policy, &key, 5).await?;
    }
    Ok(())
}

pub(super) async fn an_amount_of_0_refuses_always(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in Strategy::ALL {
        let (policy, key) = (scene.policy(strategy, 0)?, Key::from("alice"));
        for cost in [0, 1, u64::MAX] {
            let decision = scene.hit(&policy, &key, cost).await?;
            same(strategy.name(), (decision.is_allowed(), decision.retry_after()), (false, None))?;
            same(strategy.name(), (decision.limit(), decision.remaining()), (0, 0))?;
        }
    }
    Ok(())
}

pub(super) async fn a_cost_is_taken_whole_or_not(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in Strategy::ALL {
        let (policy, key) = (scene.policy(strategy, 5)?, Key::from("alice"));
        scene.take(&policy, &key, 3).await?;
        scene.refused(&policy, &key, 3).await?;
        same(strategy.name(), scene.left(&policy, &key).await?, 2)?;
        scene.take(&policy, &key, 2).await?;
    }
    Ok(())
}
