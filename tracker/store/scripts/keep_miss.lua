-- Keep that there is no such order, and for whom, so that it can be found again; unless an order of the shop
-- changed since the read began, which may be this one, or may have changed: who emptied this Redis emptied it of
-- that too. In any case the lease ends.
-- KEYS: the entry, its lease, since when this Redis knows what changes at the shop, the index of the person's misses,
-- that of the shop's, when an order changed last.
-- ARGV: who holds the lease, the sealed entry, its life in milliseconds, when the read began.
-- An index holds what stands behind the tag that all its keys share.
local began = tonumber(ARGV[4])
local entry = string.match(KEYS[1], '^{.-}:(.*)$')
if ending_text_at(KEYS[2]) == ARGV[1] then
  redis.call('DEL', KEYS[2])
end
local since, there = number_at(KEYS[3]), redis.call('EXISTS', KEYS[6]) == 1
local changed = number_at(KEYS[6])
if since and there and not changed then  -- not ours: it may have been now, as whatever is being read has to know
  changed = moment()
  redis.call('SET', KEYS[6], changed, 'PX', math.max(1, redis.call('PTTL', KEYS[3])))
end
if not since or since > began or changed and tonumber(changed) >= began then
  return 0
end
mend_index(KEYS[4], 'hash')
mend_index(KEYS[5], 'set')
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('HSET', KEYS[4], entry, '')
redis.call('PEXPIRE', KEYS[4], ARGV[3])
redis.call('SADD', KEYS[5], entry)
redis.call('PEXPIRE', KEYS[5], ARGV[3])
return 1
