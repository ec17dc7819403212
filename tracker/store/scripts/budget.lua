-- What a shop says of its budget, noted while it is so low that it matters, and until it would be full again.
-- KEYS: the budget.  ARGV: points available, at most, and restored each second; the share that is plenty.
if tonumber(ARGV[1]) >= ARGV[2] * ARGV[4] then
  redis.call('DEL', KEYS[1])
  return 0
end
cleared(KEYS[1], 'hash')
local time = redis.call('TIME')
local now = string.format('%.6f', time[1] + time[2] / 1000000)
redis.call('HSET', KEYS[1], 'available', ARGV[1], 'maximum', ARGV[2], 'restore', ARGV[3], 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[2] / ARGV[3] * 1000))
return 1
