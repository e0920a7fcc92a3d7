//! Settings from whatever serde reads.
//!
//! It takes any value for any name, and leaves the mistakes to `apply`: serde would stop at the first.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Config, Entry, value::Value};

impl<'de> Deserialize<'de> for Config {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Settings)
    }
}

struct Settings;

impl<'de> Visitor<'de> for Settings {
    type Value = Config;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of rate-limit settings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Config, A::Error> {
        let mut entries = Vec::new();
        while let Some((name, Read(value))) = map.next_entry()? {
            entries.extend(value.map(|value| Entry { name, value }));
        }
        Ok(Config { entries })
    }
}

/// A value; `None` for null, which sets nothing.
struct Read(Option<Value>);

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

/// Defines how values of a type that can be printed are read: as their text.
macro_rules! as_text {
    ($($visit:ident: $type:ty),+) => {$(
        fn $visit<E>(self, value: $type) -> Result<Read, E> {
            Ok(Read(Some(Value::One(value.to_string()))))
        }
    )+};
}

impl<'de> Visitor<'de> for AnyValue {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a setting's value")
    }

    as_text! {
        visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_i128: i128, visit_u128: u128, visit_f64: f64,
        visit_str: &str
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Read, E> {
        Ok(Read(Some(Value::Other("bytes"))))
    }

    fn visit_unit<E>(self) -> Result<Read, E> {
        Ok(Read(None))
    }

    fn visit_none<E>(self) -> Result<Read, E> {
        Ok(Read(None))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Read, A::Error> {
        let (mut texts, mut is_plain) = (Vec::new(), true);
        while let Some(Read(item)) = list.next_element()? {
            match item {
                Some(Value::One(text)) => texts.push(text),
                _ => is_plain = false,
            }
        }
        let nested = Value::Other("a list that holds more than plain values");
        Ok(Read(Some(if is_plain { Value::Many(texts) } else { nested })))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Read, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Read(Some(Value::Other("a table"))))
    }
}
