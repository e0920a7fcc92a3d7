-- Keeps everybody else from changing these counters until the transaction ends. Everybody locks in ascending order,
-- so nobody waits for someone who waits for them.
create or replace function ratelimit_v1.lock(counters uuid[]) returns void language plpgsql volatile as $$
declare
  which bigint;
begin
  if cardinality(counters) = 1 then
    perform pg_advisory_xact_lock(uuid_hash_extended(counters[1], 0));
    return;
  end if;
  for which in select distinct uuid_hash_extended(c, 0) from unnest(counters) c order by 1 loop
    perform pg_advisory_xact_lock(which);
  end loop;
end $$;

-- Keeps a counter that its lock is held for. True if it is a new one.
create or replace function ratelimit_v1.keep(
  its_namespace uuid, its_owner uuid, its_counter uuid, s ratelimit_v1.standing, until numeric, span numeric
) returns boolean language plpgsql volatile as $$
declare
  -- Far enough on that the next updates needn't move it.
  expiry numeric := until + least(span, 3600000000000);
begin
  update ratelimit_v1.counters c
    set at = s.at, units = s.units, more = s.more, seen = s.moment, skew = s.skew, full_at = until,
        expires_at = case when c.expires_at >= until then c.expires_at else expiry end
    where c.namespace = its_namespace and c.owner = its_owner and c.counter = its_counter;
  if found then
    return false;
  end if;
  insert into ratelimit_v1.counters values (
    its_namespace, its_owner, its_counter, s.at, s.units, s.more, s.moment, s.skew, until, expiry
  );
  return true;
end $$;

-- From when on a counter equals an untouched one.
create or replace function ratelimit_v1.full_at(s ratelimit_v1.standing, strategy text, span numeric)
returns numeric language plpgsql immutable as $$
begin
  case strategy
    when 'fixed_window'   then return s.at;
    when 'sliding_window' then
      return case when s.units > 0 then s.at + 2 * span when s.more > 0 then s.at + span else 0 end;
    when 'moving_window'  then return case when s.units > s.more then s.at + span else 0 end;
    when 'token_bucket'   then return case when s.units > 0 then s.at + 1 else s.at end;
  end case;
end $$;

-- Takes what `look` let pass. True if the counter is a new one.
create or replace function ratelimit_v1.charge(
  its_namespace uuid, its_owner uuid, its_counter uuid,
  strategy text, amount numeric, span numeric, cost numeric, s ratelimit_v1.standing
) returns boolean language plpgsql volatile as $$
declare
  debt numeric;
  is_new boolean;
begin
  case strategy
    when 'fixed_window' then
      s.at    := case when s.units = 0 then s.moment + span else s.at end;
      s.units := s.units + cost;
    when 'sliding_window' then
      s.at    := case when s.units = 0 and s.more = 0 then s.moment else s.at end;
      s.units := s.units + cost;
    when 'moving_window' then
      s.at    := greatest(s.at, s.moment);
      s.units := s.units + cost;
    when 'token_bucket' then
      debt    := ratelimit_v1.debt(s, amount) + cost * span;
      s.at    := s.moment + div(debt, amount);
      s.units := mod(debt, amount);
  end case;
  is_new := ratelimit_v1.keep(
    its_namespace, its_owner, its_counter, s, ratelimit_v1.full_at(s, strategy, span), span
  );
  if strategy = 'moving_window' then
    perform ratelimit_v1.log(its_counter, s, span);
  end if;
  return is_new;
end $$;

-- moving_window: enters the newest hit, and clears away some that have left: more than come in.
create or replace function ratelimit_v1.log(its_counter uuid, s ratelimit_v1.standing, span numeric)
returns void language plpgsql volatile as $$
begin
  insert into ratelimit_v1.hits as h values (its_counter, s.at, s.units)
    on conflict (counter, at) do update set total = excluded.total;
  delete from ratelimit_v1.hits where ctid = any (array(
    select h.ctid from ratelimit_v1.hits h
      where h.counter = its_counter and h.at <= s.moment - span order by h.at limit 8
  ));
end $$;

-- Charges everything, or nothing if one refuses. Answers how each counter stood before.
create or replace function ratelimit_v1.acquire(
  namespaces uuid[], owners uuid[], counters uuid[],
  strategies text[], amounts numeric[], capacities numeric[], spans numeric[], costs numeric[], at_clock numeric
) returns setof ratelimit_v1.standing language plpgsql volatile as $$
declare
  clock     numeric;
  s         ratelimit_v1.standing;
  standings ratelimit_v1.standing[];
  passes    boolean := true;
  additions integer := 0;
begin
  perform ratelimit_v1.lock(counters);
  clock := coalesce(at_clock, ratelimit_v1.clock()); -- once nobody can come between
  for i in 1 .. cardinality(counters) loop
    s := ratelimit_v1.look(namespaces[i], owners[i], counters[i],
      strategies[i], amounts[i], capacities[i], spans[i], costs[i], clock);
    standings[i] := s;
    passes := passes and s.passes;
    if s.skew > 0 then -- noted even if nothing is charged, or time would stand still
      update ratelimit_v1.counters c set skew = s.skew
        where c.namespace = namespaces[i] and c.owner = owners[i] and c.counter = counters[i] and c.skew < s.skew;
    end if;
    return next s;
  end loop;
  if passes then
    for i in 1 .. cardinality(counters) loop
      if costs[i] > 0 and ratelimit_v1.charge(namespaces[i], owners[i], counters[i],
        strategies[i], amounts[i], spans[i], costs[i], standings[i])
      then
        additions := additions + 1;
      end if;
    end loop;
  end if;
  if additions > 0 then
    perform ratelimit_v1.sweep(4 * additions, clock);
  end if;
end $$;

-- What `acquire` would answer; takes no lock, and sees all counters at one moment.
create or replace function ratelimit_v1.peek(
  namespaces uuid[], owners uuid[], counters uuid[],
  strategies text[], amounts numeric[], capacities numeric[], spans numeric[], costs numeric[], at_clock numeric
) returns setof ratelimit_v1.standing language plpgsql stable as $$
declare
  clock numeric := coalesce(at_clock, ratelimit_v1.clock());
begin
  for i in 1 .. cardinality(counters) loop
    return next ratelimit_v1.look(namespaces[i], owners[i], counters[i],
      strategies[i], amounts[i], capacities[i], spans[i], costs[i], clock);
  end loop;
end $$;
