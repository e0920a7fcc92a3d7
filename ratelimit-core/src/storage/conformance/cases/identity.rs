//! Which counters are the same, and which are not.

use super::super::{
    Outcome, Subject,
    scene::{NAMESPACE, Scene, policy_of, same},
};
use crate::{Batch, Key, Policy, Strategy};

pub(super) async fn keys_cut_differently_do_not_meet(scene: Scene<'_, impl Subject>) -> Outcome {
    let composite = |parts: &[&str]| Key::composite(parts.iter().map(|part| Key::from(*part)));
    let keys =
        [&["a/b", "c"][..], &["a", "b/c"], &["a/b/c"], &["a", "b", "c"], &["a/bc"], &[]].map(composite);
    each_key_counts_alone(&scene, &keys).await
}

pub(super) async fn kinds_of_keys_do_not_meet(scene: Scene<'_, impl Subject>) -> Outcome {
    let text = [Key::from("1"), Key::from("49"), Key::from(""), Key::from("g"), Key::from("a:b\0\r\n{c}*")];
    each_key_counts_alone(&scene, &text).await?;
    each_key_counts_alone(&scene, &[Key::from(1), Key::from(49), Key::global()]).await
}

async fn each_key_counts_alone(scene: &Scene<'_, impl Subject>, keys: &[Key]) -> Outcome {
    let policy = scene.policy(Strategy::FixedWindow, 5)?;
    for key in keys {
        let decision = scene.taken(&policy, key, 1).await?;
        same(&format!("what is left of {key:?}"), decision.remaining(), 4)?;
    }
    Ok(())
}

pub(super) async fn paths_and_namespaces_do_not_meet(scene: Scene<'_, impl Subject>) -> Outcome {
    let quota = *scene.policy(Strategy::FixedWindow, 5)?.quota();
    let places: [(&str, &[&str]); 7] = [
        ("n", &["a/b", "c"]),
        ("n", &["a", "b/c"]),
        ("n", &["a", "bc"]),
        ("n", &["ab", "c"]),
        ("n", &[]),
        ("na", &["b", "c"]),
        ("", &["n", "a", "bc"]),
    ];
    for (namespace, path) in places {
        let policy = Policy::new(quota, namespace, path.iter().copied());
        let decision = scene.taken(&policy, &Key::global(), 1).await?;
        same(&format!("what is left in `{namespace}` at {path:?}"), decision.remaining(), 4)?;
    }
    Ok(())
}

/// One path, one key: every strategy and every window has a counter of its own.
pub(super) async fn strategies_and_windows_count_side_by_side(scene: Scene<'_, impl Subject>) -> Outcome {
    let key = Key::from("alice");
    let mut policies = Vec::new();
    for strategy in Strategy::ALL {
        for factor in 1..=2 {
            policies.push(policy_of(strategy, 5, scene.window() * factor, NAMESPACE, "counter")?);
        }
    }
    for left in [4, 3] {
        let mut batch = Batch::new();
        for policy in &policies {
            batch.push(policy, &key, 1);
        }
        for decision in scene.limiter.hit_all(&batch).await?.iter() {
            same("what is left of each", decision.remaining(), left)?;
        }
    }
    Ok(())
}

/// The amount is not part of who a counter is. (A token bucket keeps a time, not a count.)
pub(super) async fn a_changed_amount_keeps_the_count(scene: Scene<'_, impl Subject>) -> Outcome {
    let key = Key::from("alice");
    for strategy in [Strategy::FixedWindow, Strategy::SlidingWindow, Strategy::MovingWindow] {
        scene.take(&scene.policy(strategy, 5)?, &key, 3).await?;
        for (amount, left) in [(10, 7), (4, 1), (3, 0), (2, 0), (5, 2)] {
            let policy = scene.policy(strategy, amount)?;
            same(&format!("{strategy} of {amount}"), scene.left(&policy, &key).await?, left)?;
        }
        let smaller = scene.policy(strategy, 2)?;
        scene.refused(&smaller, &key, 1).await?;
    }
    Ok(())
}

pub(super) async fn a_counter_named_twice_counts_once(scene: Scene<'_, impl Subject>) -> Outcome {
    let key = Key::from("alice");
    let policy = scene.policy(Strategy::FixedWindow, 5)?;
    let again = scene.policy(Strategy::FixedWindow, 5)?.with_name("again");
    let mut batch = Batch::of(&policy, &key, 1);
    batch.push(&again, &key, 2);
    let decisions = scene.limiter.hit_all(&batch).await?;
    let left: Vec<u64> = decisions.iter().map(crate::Decision::remaining).collect();
    same("what is left, once with the greater cost", left, vec![3])
}
