-- The kept entry; else one guess is taken from every counter, or none where one of them is spent.
-- KEYS: the entry, then the counters.  ARGV: limit and window in milliseconds for each counter.
-- Gives {entry or false, number of the spent counter or 0, milliseconds until it has room}.
local function counted(counter)
  local told, left = redis.pcall('GET', counter), redis.call('PTTL', counter)
  local ours = type(told) == 'string' and string.match(told, '^%d+$') and #told < 16 and left > 0
  if told and not ours then  -- of another type, no number, or without an end
    redis.call('DEL', counter)
  end
  return ours and tonumber(told) or 0
end

local entry = redis.call('GET', KEYS[1])
if entry then
  return {entry, 0, 0}
end
for i = 2, #KEYS do
  local limit = tonumber(ARGV[2 * i - 3])
  if counted(KEYS[i]) >= limit then
    return {false, i - 1, redis.call('PTTL', KEYS[i])}
  end
end
for i = 2, #KEYS do
  if redis.call('INCR', KEYS[i]) == 1 then
    redis.call('PEXPIRE', KEYS[i], ARGV[2 * i - 2])
  end
end
return {false, 0, 0}
