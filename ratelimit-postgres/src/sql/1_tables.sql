-- ratelimit, revision 1: the counters of a rate limiter and the functions that ask them.
-- Run it once, as a role that may create schemas; running it again does no harm.

create schema if not exists ratelimit_v1;

-- One row a counter: a policy's, for a key. Who reads a row to change it holds the counter's lock, see `lock`,
-- so rows are never waited for.
--
-- What `at`, `units` and `more` are, by strategy; times are nanoseconds since 1970:
--   fixed_window    at: the window's end           units: taken in it              more: 0
--   sliding_window  at: the window's start         units: taken in it              more: taken in the one before
--   moving_window   at: the newest hit             units: ever taken               more: so much of it has left
--   token_bucket    at: when the bucket is full    units: 1/amount-ths of a ns on  more: 0
create unlogged table if not exists ratelimit_v1.counters (
  namespace uuid    not null, -- digests all three
  owner     uuid    not null, -- of the key
  counter   uuid    not null, -- of namespace, policy and key together: unique by itself
  at        numeric not null,
  units     numeric not null,
  more      numeric not null,
  seen      numeric not null, -- the counter's own time when it was last changed
  skew      numeric not null, -- how far that is ahead of the clock: the clock was set back since
  full_at   numeric not null, -- from then on the counter equals an untouched one
  expires_at numeric not null, -- at least full_at. It is moved rarely, so that most updates touch no index.
  primary key (namespace, owner, counter)
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

create index if not exists counters_expires_at on ratelimit_v1.counters (expires_at);

-- The hits of moving windows: a row for each instant, with the sum of everything up to it.
create unlogged table if not exists ratelimit_v1.hits (
  counter uuid    not null,
  at      numeric not null,
  total   numeric not null,
  primary key (counter, at)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

create index if not exists hits_total on ratelimit_v1.hits (counter, total);

-- How a counter stands for one acquisition.
do $$ begin
  create type ratelimit_v1.standing as (
    passes boolean,
    moment numeric, -- the counter's own time
    skew   numeric,
    at     numeric, -- as in `counters`, brought up to `moment`
    units  numeric,
    more   numeric,
    first  numeric, -- moving_window: when the unit that has to leave before more is free came in,
    second numeric  -- and the one that has to leave before the cost is free, if it is not
  );
exception when duplicate_object then null;
end $$;
