-- The kept answer, and all that is counted on the way to it, in one round trip: the look-up at the door; and
-- where nothing is kept a guess, taken from every counter, or from none where one of them is spent.
-- KEYS: the entry, the door's counter if there is one, then the counters of guesses.
-- ARGV: how many counters of the door there are (1 or 0), then limit and window of each counter: seconds at the
-- door, where the window is the limits library's own, milliseconds for guesses.
-- Gives {entry or false, number of the spent counter or 0, milliseconds until it has room, what the door counted}.
local entry = redis.pcall('GET', KEYS[1])
if type(entry) == 'table' then  -- of another type, so not ours
  redis.pcall('DEL', KEYS[1])
  entry = false
end
local door, counted = tonumber(ARGV[1]), 0
if door == 1 then
  -- A Redis that takes no writes (full, or a replica) still has answers to give: 0 says that nothing was counted.
  local told = redis.pcall('INCR', KEYS[2])
  if type(told) == 'number' then
    counted = told
    if counted == 1 then
      redis.call('EXPIRE', KEYS[2], ARGV[3])
    end
    if counted > tonumber(ARGV[2]) then
      return {false, 1, redis.call('PTTL', KEYS[2]), counted}
    end
  end
end
if entry then
  return {entry, 0, 0, counted}
end
for i = 2 + door, #KEYS do
  if tonumber(redis.call('GET', KEYS[i]) or '0') >= tonumber(ARGV[2 * i - 2]) then
    return {false, i - 1, redis.call('PTTL', KEYS[i]), counted}
  end
end
for i = 2 + door, #KEYS do
  if redis.call('INCR', KEYS[i]) == 1 then
    redis.call('PEXPIRE', KEYS[i], ARGV[2 * i - 1])
  end
end
return {false, 0, 0, counted}
