//! Forgetting counters, and only those asked for.

use super::super::{
    Failure, Outcome, Subject,
    scene::{Scene, same},
};
use crate::{Key, Policy, Reset, Strategy};

/// Two policies in "shop", one in "shop2", one in "".
fn policies(scene: &Scene<'_, impl Subject>) -> Result<[Policy; 4], Failure> {
    Ok([
        scene.policy_at(Strategy::FixedWindow, 5, "shop", "buy")?,
        scene.policy_at(Strategy::MovingWindow, 5, "shop", "sell")?,
        scene.policy_at(Strategy::FixedWindow, 5, "shop2", "buy")?,
        scene.policy_at(Strategy::FixedWindow, 5, "", "buy")?,
    ])
}

/// Takes one of every policy for alice and bob, resets, and compares what is left of alice's and bob's.
async fn after(
    scene: &Scene<'_, impl Subject>,
    target: Reset<'_>,
    forgotten: u64,
    left: [[u64; 4]; 2],
) -> Outcome {
    let policies = policies(scene)?;
    let keys = [Key::from("alice"), Key::from("bob")];
    for key in &keys {
        for policy in &policies {
            scene.take(policy, key, 1).await?;
        }
    }
    same("how many were forgotten", scene.limiter.reset(target).await?, forgotten)?;
    for (key, left) in keys.iter().zip(left) {
        for (policy, left) in policies.iter().zip(left) {
            let what = format!("what is left in `{}`", policy.namespace());
            same(&what, scene.left(policy, key).await?, left)?;
        }
    }
    Ok(())
}

pub(super) async fn a_counter(scene: Scene<'_, impl Subject>) -> Outcome {
    let alice = Key::from("alice");
    let [policy, ..] = &policies(&scene)?;
    after(&scene, Reset::Counter { policy, key: &alice }, 1, [[5, 4, 4, 4], [4; 4]]).await
}

pub(super) async fn a_key_in_its_namespace(scene: Scene<'_, impl Subject>) -> Outcome {
    let alice = Key::from("alice");
    after(&scene, Reset::Key { namespace: "shop", key: &alice }, 2, [[5, 5, 4, 4], [4; 4]]).await
}

pub(super) async fn a_namespace_and_no_other(scene: Scene<'_, impl Subject>) -> Outcome {
    after(&scene, Reset::Namespace("shop"), 4, [[5, 5, 4, 4], [5, 5, 4, 4]]).await
}

pub(super) async fn of_nothing_forgets_nothing(scene: Scene<'_, impl Subject>) -> Outcome {
    after(&scene, Reset::Namespace("sho"), 0, [[4; 4], [4; 4]]).await
}

/// A counter that tells nothing any more is not one that was forgotten.
pub(super) async fn expired_counters_do_not_count(scene: Scene<'_, impl Subject>) -> Outcome {
    let (policy, key) = (scene.policy_at(Strategy::FixedWindow, 5, "shop", "buy")?, Key::from("alice"));
    scene.take(&policy, &key, 1).await?;
    scene.pass(scene.window()).await;
    scene.take(&policy, &Key::from("bob"), 1).await?;
    same("how many were forgotten", scene.limiter.reset(Reset::Namespace("shop")).await?, 1)
}
