//! Whoever waits as long as told gets in, and nobody sooner.

use super::super::{
    Outcome, Subject,
    scene::{Scene, same},
};
use crate::{Key, Policy, Strategy};

pub(super) async fn retry_after_is_exact_for_every_cost(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in Strategy::ALL {
        let policy = scene.policy(strategy, 5)?;
        for cost in [1, 3, 5] {
            let key = Key::from(cost);
            scene.take(&policy, &key, 5).await?;
            wait_as_told(&scene, &policy, &key, cost).await?;
        }
    }
    Ok(())
}

pub(super) async fn waiting_after_spread_hits_is_exact(scene: Scene<'_, impl Subject>) -> Outcome {
    for strategy in Strategy::ALL {
        let (policy, key) = (scene.policy(strategy, 5)?, Key::from("alice"));
        scene.take(&policy, &key, 2).await?;
        scene.pass(scene.window() / 2).await;
        scene.take(&policy, &key, 3).await?;
        wait_as_told(&scene, &policy, &key, 4).await?;
    }
    Ok(())
}

/// Is refused, waits almost as long as told, is refused, waits out the rest, and passes.
async fn wait_as_told(scene: &Scene<'_, impl Subject>, policy: &Policy, key: &Key, cost: u64) -> Outcome {
    let wait = scene.refused(policy, key, cost).await?;
    scene.pass_almost(wait).await;
    let what = || format!("{} for {cost}, told to wait {wait:?},", policy.quota().strategy());
    same(
        &format!("{} passing just before", what()),
        scene.hit(policy, key, cost).await?.is_allowed(),
        false,
    )?;
    scene.pass_brink().await;
    same(&format!("{} passing then", what()), scene.hit(policy, key, cost).await?.is_allowed(), true)
}
