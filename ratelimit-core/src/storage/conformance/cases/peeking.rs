//! Looking is free, and shows what a hit would get.

use super::super::{
    Outcome, Subject,
    scene::{Scene, same},
};
use crate::{Key, Strategy};

pub(super) async fn peek_changes_nothing(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in Strategy::ALL {
        let (policy, key) = (scene.policy(strategy, 5)?, Key::from("alice"));
        for cost in [0, 1, 5, 6] {
            let _ = scene.peek(&policy, &key, cost).await?;
        }
        // Nor does it start a window.
        scene.pass(scene.window() / 2).await;
        let decision = scene.taken(&policy, &key, 1).await?;
        same(strategy.name(), decision.remaining(), 4)?;
        if strategy == Strategy::FixedWindow {
            scene.near("the window's rest", decision.reset_after(), scene.window())?;
        }
        for _ in 0..10 {
            let _ = scene.peek(&policy, &key, 4).await?;
        }
        scene.take(&policy, &key, 4).await?;
    }
    Ok(())
}

pub(super) async fn peek_answers_as_a_hit_would(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in Strategy::ALL {
        let (policy, key) = (scene.policy(strategy, 5)?, Key::from("alice"));
        for cost in [0, 2, 6, 3, 1, 0, 5] {
            let peeked = scene.peek(&policy, &key, cost).await?;
            let hit = scene.hit(&policy, &key, cost).await?;
            let what = format!("{strategy} for {cost}");
            same(&what, peeked.is_allowed(), hit.is_allowed())?;
            same(&what, (peeked.limit(), peeked.remaining()), (hit.limit(), hit.remaining()))?;
            same(&what, peeked.retry_after().is_some(), hit.retry_after().is_some())?;
            scene.near(&what, peeked.reset_after(), hit.reset_after())?;
            let waits = (peeked.retry_after(), hit.retry_after());
            scene.near(&what, waits.0.unwrap_or_default(), waits.1.unwrap_or_default())?;
        }
    }
    Ok(())
}
