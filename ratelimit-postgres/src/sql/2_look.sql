-- The server's clock: nanoseconds since 1970, to the microsecond.
create or replace function ratelimit_v1.clock() returns numeric language sql volatile as $$
  select (extract(epoch from clock_timestamp()) * 1000000)::bigint::numeric * 1000
$$;

-- How a counter stands at `clock`, and whether `cost` passes; changes nothing. The rules are those of
-- ratelimit_core::strategy, where they are explained.
create or replace function ratelimit_v1.look(
  its_namespace uuid, its_owner uuid, its_counter uuid,
  strategy text, amount numeric, capacity numeric, span numeric, cost numeric, clock numeric
) returns ratelimit_v1.standing language plpgsql stable as $$
declare
  kept ratelimit_v1.counters;
  s    ratelimit_v1.standing;
  free numeric;
begin
  select * into kept from ratelimit_v1.counters c
    where c.namespace = its_namespace and c.owner = its_owner and c.counter = its_counter;

  -- A counter's time never goes back, even if the clock was set back.
  s.skew   := greatest(0, kept.skew, kept.seen - clock);
  s.moment := clock + s.skew;
  s.at := 0; s.units := 0; s.more := 0;
  if kept.full_at > s.moment then
    s.at := kept.at; s.units := kept.units; s.more := kept.more;
  end if;

  case strategy
    when 'fixed_window' then
      free := amount - s.units;
    when 'sliding_window' then
      s    := ratelimit_v1.slide(s, span);
      free := amount - s.units - div(s.more * least(greatest(span - (s.moment - s.at), 0), span), span);
    when 'moving_window' then
      if s.units = 0 then -- all hits have left, though some may still be in the table
        s.units := coalesce(kept.units, 0); s.more := s.units;
      end if;
      s    := ratelimit_v1.survey(s, its_counter, amount, span, cost);
      free := amount - (s.units - s.more);
    when 'token_bucket' then
      free := div(greatest(capacity * span - ratelimit_v1.debt(s, amount), 0), span);
  end case;
  s.passes := capacity > 0 and cost <= greatest(free, 0);
  return s;
end $$;

-- sliding_window: the windows as they lie at the counter's moment.
create or replace function ratelimit_v1.slide(s ratelimit_v1.standing, span numeric)
returns ratelimit_v1.standing language plpgsql immutable as $$
begin
  if s.moment - s.at >= 2 * span then
    s.at := 0; s.units := 0; s.more := 0;
  elsif s.moment - s.at >= span then
    s.at := case when s.units > 0 then s.at + span else 0 end;
    s.more := s.units; s.units := 0;
  end if;
  return s;
end $$;

-- token_bucket: what the bucket lacks, in units of 1/amount nanoseconds.
create or replace function ratelimit_v1.debt(s ratelimit_v1.standing, amount numeric)
returns numeric language plpgsql immutable as $$
begin
  if s.at < s.moment then
    return 0;
  end if;
  return (s.at - s.moment) * amount + least(s.units, greatest(amount - 1, 0));
end $$;

-- moving_window: what has left, and when what is in the way came in. Each is found by an index, however long the
-- log is.
create or replace function ratelimit_v1.survey(
  s ratelimit_v1.standing, its_counter uuid, amount numeric, span numeric, cost numeric
) returns ratelimit_v1.standing language plpgsql stable as $$
declare
  used numeric;
begin
  if s.units > s.more then
    s.more := coalesce((
      select h.total from ratelimit_v1.hits h
        where h.counter = its_counter and h.at <= s.moment - span order by h.at desc limit 1
    ), s.more);
  end if;
  used := s.units - s.more;
  if used > 0 then
    s.first := (
      select h.at from ratelimit_v1.hits h
        where h.counter = its_counter and h.total > s.more + greatest(used - amount, 0) order by h.total limit 1
    );
  end if;
  if used + cost > amount and cost <= amount then
    s.second := (
      select h.at from ratelimit_v1.hits h
        where h.counter = its_counter and h.total >= s.units + cost - amount order by h.total limit 1
    );
  end if;
  return s;
end $$;
