//! The cases, one file a theme.

mod atomicity;
mod concurrency;
mod costs;
mod extremes;
mod identity;
mod peeking;
mod refunds;
mod resets;
mod strategies;
mod waiting;

use std::{future::Future, pin::Pin};

use super::{Outcome, Subject, scene::Scene};

/// A case and the name it fails under.
pub(super) struct Case<'s, S> {
    pub(super) name: &'static str,
    pub(super) run: fn(Scene<'s, S>) -> Run<'s>,
}

/// A case under way.
type Run<'s> = Pin<Box<dyn Future<Output = Outcome> + 's>>;

/// Lists cases under the names of their functions.
macro_rules! cases {
    ($($theme:ident::$case:ident,)*) => {
        vec![$(Case {
            name: concat!(stringify!($theme), "::", stringify!($case)),
            run: |scene| Box::pin($theme::$case(scene)),
        }),*]
    };
}

/// Every case.
pub(super) fn all<'s, S: Subject>() -> Vec<Case<'s, S>> {
    cases![
        atomicity::all_or_none_over_limits,
        atomicity::all_or_none_over_keys,
        atomicity::refused_takes_nothing,
        atomicity::the_others_tell_what_is_left,
        atomicity::an_empty_batch_passes,
        atomicity::one_alone_is_charged_as_in_a_batch,
        atomicity::who_answers_at_once_does,
        strategies::every_strategy_allows_its_amount,
        strategies::every_strategy_is_full_again_after_two_windows,
        strategies::fixed_window_starts_at_the_first_hit,
        strategies::moving_window_forgets_each_hit_at_its_age,
        strategies::sliding_window_weighs_the_previous_window,
        strategies::token_bucket_refills_evenly,
        strategies::token_bucket_holds_its_burst,
        waiting::retry_after_is_exact_for_every_cost,
        waiting::waiting_after_spread_hits_is_exact,
        costs::nothing_is_free_to_ask_for,
        costs::more_than_fits_never_passes,
        costs::an_amount_of_0_refuses_always,
        costs::a_cost_is_taken_whole_or_not,
        peeking::peek_changes_nothing,
        peeking::peek_answers_as_a_hit_would,
        refunds::a_refund_undoes_its_hit,
        refunds::a_late_refund_gives_nothing,
        refunds::a_refund_of_tokens_gives_what_is_still_out,
        refunds::a_refund_leaves_the_next_window_alone,
        refunds::refunded_twice_is_never_more_than_full,
        refunds::a_refund_of_nothing_changes_nothing,
        resets::a_counter,
        resets::a_key_in_its_namespace,
        resets::a_namespace_and_no_other,
        resets::of_nothing_forgets_nothing,
        resets::expired_counters_do_not_count,
        identity::keys_cut_differently_do_not_meet,
        identity::kinds_of_keys_do_not_meet,
        identity::paths_and_namespaces_do_not_meet,
        identity::strategies_and_windows_count_side_by_side,
        identity::a_changed_amount_keeps_the_count,
        identity::a_counter_named_twice_counts_once,
        concurrency::a_hundred_at_once_admit_exactly_five,
        concurrency::all_or_none_holds_among_many,
        extremes::the_greatest_amounts_do_not_overflow,
        extremes::a_moving_window_of_a_million,
        extremes::the_longest_window,
    ]
}
