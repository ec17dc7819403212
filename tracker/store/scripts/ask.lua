-- The kept answer; and where there is none the lease and a guess, taken from every counter, or from none where one
-- of them is spent. Who took one leads: for as long as the lease lasts everybody else with this very question waits,
-- and takes none. Where the one who led waited for the shop in vain, so would they, and need not begin to.
-- KEYS: the entry, its lease, then the counters of guesses.
-- ARGV: who asks, the lease in milliseconds, then limit and window in milliseconds of each counter.
-- Gives {entry or false, number of the spent counter, 0 for none, -1 for somebody else's lease or -2 for one who
-- waited in vain, milliseconds until it has room}.
local entry = text_at(KEYS[1])
if entry then
  return {entry, 0, 0}
end
local holder = ending_text_at(KEYS[2])
if holder and holder ~= ARGV[1] then
  return {false, holder == 'in vain' and -2 or -1, 0}
end
for i = 3, #KEYS do
  if (number_at(KEYS[i]) or 0) >= tonumber(ARGV[2 * i - 3]) then
    return {false, i - 2, redis.call('PTTL', KEYS[i])}
  end
end
for i = 3, #KEYS do
  if redis.call('INCR', KEYS[i]) == 1 then
    redis.call('PEXPIRE', KEYS[i], ARGV[2 * i - 2])
  end
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return {false, 0, 0}
