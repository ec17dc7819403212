-- Count a request to an account for so many parcels, where there is room for it: it is not held off, the day's quota
-- is not spent, and the last request was long enough ago (so that no second sees more than it may, wherever it
-- begins).
-- KEYS: that it is held off, when it may be asked next, what was spent today.
-- ARGV: how many parcels, how many in a day, milliseconds from one request to the next, milliseconds until the day
-- is over.
-- Gives 0 where it was counted; else why not (1 held off, 2 not enough left, 3 too soon), the milliseconds until there
-- may be room, and for how many parcels the day's quota still suffices.
local held = redis.call('PTTL', KEYS[1])
if held == -1 then  -- without an end, so not ours
  redis.call('DEL', KEYS[1])
elseif held > 0 then
  return {1, held, 0}
end
local spent = number_at(KEYS[3]) or 0
local parcels = tonumber(ARGV[1])
if parcels > 0 and spent + parcels > tonumber(ARGV[2]) then
  return {2, tonumber(ARGV[4]), math.max(0, tonumber(ARGV[2]) - spent)}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local free = number_at(KEYS[2]) or 0
local apart = tonumber(ARGV[3])
if free > now and free <= now + apart then  -- later than that it is not ours, or by a clock that was put back
  return {3, free - now, 0}
end
redis.call('SET', KEYS[2], string.format('%.0f', now + apart), 'PX', apart)
if parcels > 0 then
  redis.call('SET', KEYS[3], spent + parcels, 'PX', ARGV[4])
end
return {0, 0, 0}
