-- Gives charges back: as far as they have not come back by themselves.
create or replace function ratelimit_v1.refund(
  namespaces uuid[], owners uuid[], counters uuid[],
  strategies text[], amounts numeric[], capacities numeric[], spans numeric[], costs numeric[],
  charged_at numeric[], charged_until numeric[], at_clock numeric
) returns void language plpgsql volatile as $$
declare
  clock numeric;
  s     ratelimit_v1.standing;
begin
  perform ratelimit_v1.lock(counters);
  clock := coalesce(at_clock, ratelimit_v1.clock());
  for i in 1 .. cardinality(counters) loop
    -- Of nothing, not even the part of a nanosecond is forgotten that a smaller amount has no name for.
    continue when costs[i] = 0;
    s := ratelimit_v1.look(namespaces[i], owners[i], counters[i],
      strategies[i], amounts[i], capacities[i], spans[i], 0, clock);
    continue when s.at = 0 and s.units = s.more; -- untouched
    s := ratelimit_v1.give_back(s, counters[i],
      strategies[i], amounts[i], spans[i], costs[i], charged_at[i], charged_until[i]);
    perform ratelimit_v1.keep(namespaces[i], owners[i], counters[i],
      s, ratelimit_v1.full_at(s, strategies[i], spans[i]), spans[i]);
  end loop;
end $$;

-- How a counter stands once a charge is given back.
create or replace function ratelimit_v1.give_back(
  s ratelimit_v1.standing, its_counter uuid,
  strategy text, amount numeric, span numeric, cost numeric, charged_at numeric, charged_until numeric
) returns ratelimit_v1.standing language plpgsql volatile as $$
declare
  debt numeric;
begin
  case strategy
    when 'fixed_window' then
      if charged_until = s.at and charged_at < charged_until then
        s.units := greatest(s.units - cost, 0);
        s.at    := case when s.units > 0 then s.at else 0 end;
      end if;
    when 'sliding_window' then
      if charged_at >= s.at then
        s.units := greatest(s.units - cost, 0);
      elsif charged_at >= s.at - span then
        s.more  := greatest(s.more - cost, 0);
      end if;
      s.at := case when s.units > 0 or s.more > 0 then s.at else 0 end;
    when 'moving_window' then
      s := ratelimit_v1.strike(s, its_counter, span, cost, charged_at);
    when 'token_bucket' then
      if amount > 0 then -- without a rate there is no telling how much is owed
        debt    := ratelimit_v1.debt(s, amount);
        debt    := greatest(debt - least(greatest(charged_until - s.moment, 0) * amount, cost * span), 0);
        s.at    := case when debt > 0 then s.moment + div(debt, amount) else 0 end;
        s.units := mod(debt, amount);
      end if;
  end case;
  return s;
end $$;

-- moving_window: takes up to `cost` out of the entry it was charged to, if that has not left.
create or replace function ratelimit_v1.strike(
  s ratelimit_v1.standing, its_counter uuid, span numeric, cost numeric, charged_at numeric
) returns ratelimit_v1.standing language plpgsql volatile as $$
declare
  up_to  numeric := (select h.total from ratelimit_v1.hits h where h.counter = its_counter and h.at = charged_at);
  before numeric;
  given  numeric;
begin
  if up_to is null or charged_at <= s.moment - span then
    return s;
  end if;
  before := coalesce((
    select h.total from ratelimit_v1.hits h
      where h.counter = its_counter and h.at < charged_at and h.at > s.moment - span order by h.at desc limit 1
  ), s.more);
  given := least(cost, up_to - before);
  if given = up_to - before then
    delete from ratelimit_v1.hits h where h.counter = its_counter and h.at = charged_at;
  end if;
  -- Refunds follow their charges closely, so there are few entries behind.
  update ratelimit_v1.hits h set total = h.total - given where h.counter = its_counter and h.at >= charged_at;
  s.units := s.units - given;
  s.at    := coalesce((
    select h.at from ratelimit_v1.hits h
      where h.counter = its_counter and h.at > s.moment - span order by h.at desc limit 1
  ), 0);
  return s;
end $$;
