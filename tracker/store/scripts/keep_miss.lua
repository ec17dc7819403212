-- Keep that there is no such order, and for whom, so that it can be found again; unless an order of the shop
-- changed since the read began, which may be this one. In any case the lease ends.
-- KEYS: the entry, its lease, the index of the person's misses, that of the shop's, when an order changed last.
-- ARGV: who holds the lease, the sealed entry, its life in milliseconds, when the read began.
if redis.call('GET', KEYS[2]) == ARGV[1] then
  redis.call('DEL', KEYS[2])
end
local changed = redis.call('GET', KEYS[5])
if changed and tonumber(changed) >= tonumber(ARGV[4]) then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('HSET', KEYS[3], KEYS[1], '')
redis.call('PEXPIRE', KEYS[3], ARGV[3])
redis.call('SADD', KEYS[4], KEYS[1])
redis.call('PEXPIRE', KEYS[4], ARGV[3])
return 1
