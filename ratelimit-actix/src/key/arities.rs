//! How many parts a composite key may have.

/// Calls `$implement!` with a list of type names for each arity.
macro_rules! for_each_arity {
    ($implement:ident) => {
        $implement! {
            A;
            A B;
            A B C;
            A B C D;
            A B C D E;
            A B C D E F;
            A B C D E F G;
            A B C D E F G H;
        }
    };
}

pub(super) use for_each_arity;
