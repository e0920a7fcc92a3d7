-- Forgets these counters; answers how many of them still told something.
create or replace function ratelimit_v1.forget(owners uuid[], doomed uuid[], its_namespace uuid, at_clock numeric)
returns bigint language plpgsql volatile as $$
declare
  clock  numeric;
  living boolean;
  number bigint := 0;
begin
  perform ratelimit_v1.lock(doomed);
  clock := coalesce(at_clock, ratelimit_v1.clock());
  for i in 1 .. cardinality(doomed) loop -- one by one: a join's plan could be to read the whole table
    delete from ratelimit_v1.counters c
      where c.namespace = its_namespace and c.owner = owners[i] and c.counter = doomed[i]
      returning c.full_at > greatest(clock + c.skew, c.seen) into living;
    if found then
      delete from ratelimit_v1.hits h where h.counter = doomed[i];
      number := number + living::integer;
    end if;
  end loop;
  return number;
end $$;

-- Forgets up to `step` counters of a namespace, from the owner and counter named first up to the owner named last.
-- Answers where to go on, or nulls at the end. One that counts meanwhile is forgotten or not.
create or replace function ratelimit_v1.forget_some(
  its_namespace uuid, first_owner uuid, first_counter uuid, last_owner uuid, step integer, at_clock numeric,
  out forgotten bigint, out next_owner uuid, out next_counter uuid
) language plpgsql volatile as $$
declare
  owners uuid[];
  doomed uuid[];
begin
  select array_agg(d.owner), array_agg(d.counter) into owners, doomed from (
    select c.owner, c.counter from ratelimit_v1.counters c
      where c.namespace = its_namespace
        and (c.owner, c.counter) >= (first_owner, first_counter) and c.owner <= last_owner
      order by c.owner, c.counter limit step
  ) d;
  forgotten := 0;
  if doomed is not null then
    forgotten := ratelimit_v1.forget(owners, doomed, its_namespace, at_clock);
    if cardinality(doomed) = step then
      next_owner := owners[step]; next_counter := doomed[step];
    end if;
  end if;
end $$;

-- Frees up to `step` counters that have expired, leaving out those that somebody is asking; answers how many.
create or replace function ratelimit_v1.sweep(step integer, at_clock numeric)
returns integer language plpgsql volatile as $$
declare
  clock numeric := coalesce(at_clock, ratelimit_v1.clock());
  most  constant integer := 64; -- hits of one counter to free at a time
  dead  record;
  hits  integer;
  freed integer := 0;
begin
  for dead in
    select c.namespace, c.owner, c.counter from ratelimit_v1.counters c
      where c.expires_at <= clock order by c.expires_at limit step
  loop
    continue when not pg_try_advisory_xact_lock(uuid_hash_extended(dead.counter, 0));
    perform from ratelimit_v1.counters c
      where c.namespace = dead.namespace and c.owner = dead.owner and c.counter = dead.counter
        and c.expires_at <= clock;
    continue when not found;
    delete from ratelimit_v1.hits where ctid = any (array(
      select h.ctid from ratelimit_v1.hits h where h.counter = dead.counter order by h.at limit most
    ));
    get diagnostics hits = row_count;
    if hits < most then
      delete from ratelimit_v1.counters c
        where c.namespace = dead.namespace and c.owner = dead.owner and c.counter = dead.counter;
    end if;
    freed := freed + 1;
  end loop;
  return freed;
end $$;

comment on schema ratelimit_v1 is 'ratelimit, revision 1';
