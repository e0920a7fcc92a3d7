//! Many at once get exactly what one after another would.

use super::super::{
    Outcome, Subject, join,
    scene::{NAMESPACE, Scene, same},
};
use crate::{Batch, Key, Strategy};

pub(super) async fn a_hundred_at_once_admit_exactly_five(scene: Scene<'_, impl Subject>) -> Outcome {
    let key = Key::from("alice");
    for strategy in Strategy::ALL {
        let policy = scene.policy(strategy, 5)?;
        let answers = join::all((0..100).map(|_| scene.hit(&policy, &key, 1))).await;
        let mut admitted = 0;
        for answer in answers {
            admitted += u64::from(answer?.is_allowed());
        }
        same(strategy.name(), admitted, 5)?;
    }
    Ok(())
}

/// Two counters in both orders: what passes is charged to both, what does not to neither.
pub(super) async fn all_or_none_holds_among_many(scene: Scene<'_, impl Subject>) -> Outcome {
    let (alice, everyone) = (Key::from("alice"), Key::global());
    let each = scene.policy_at(Strategy::FixedWindow, 20, NAMESPACE, "each")?;
    let all = scene.policy_at(Strategy::FixedWindow, 10, NAMESPACE, "all")?;
    let mut there = Batch::of(&each, &alice, 1);
    there.push(&all, &everyone, 1);
    let mut back = Batch::of(&all, &everyone, 1);
    back.push(&each, &alice, 1);

    let batch = |index| if index % 2 == 0 { &there } else { &back };
    let answers = join::all((0..100).map(|index| scene.limiter.hit_all(batch(index)))).await;
    let mut admitted = 0;
    for answer in answers {
        admitted += u64::from(answer?.all_allowed());
    }
    same("how many passed", admitted, 10)?;
    same("what is left of the smaller", scene.left(&all, &everyone).await?, 0)?;
    same("what is left of the greater", scene.left(&each, &alice).await?, 10)
}
