-- Keep that there is no such order, and for whom, so that it can be found again; unless an order of the shop
-- changed since the read began, which may be this one, or may have changed: who emptied this Redis emptied it of
-- that too. In any case the lease ends.
-- KEYS: the entry, its lease, since when this Redis knows what changes at the shop, the index of the person's misses,
-- that of the shop's, when an order changed last.
-- ARGV: who holds the lease, the sealed entry, its life in milliseconds, when the read began.
-- An index holds what stands behind the tag that all its keys share.
local began = tonumber(ARGV[4])
local entry = string.match(KEYS[1], '^{.-}:(.*)$')
if redis.call('GET', KEYS[2]) == ARGV[1] then
  redis.call('DEL', KEYS[2])
end
local since, changed = redis.call('GET', KEYS[3]), redis.call('GET', KEYS[6])
if not since or tonumber(since) > began or changed and tonumber(changed) >= began then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('HSET', KEYS[4], entry, '')
redis.call('PEXPIRE', KEYS[4], ARGV[3])
redis.call('SADD', KEYS[5], entry)
redis.call('PEXPIRE', KEYS[5], ARGV[3])
return 1
