-- Keep which parcels of an order are under way, unless the order was dropped since it was read, or may have been
-- (see keep.lua); without any, nothing is kept of it.
-- KEYS: the record, since when this Redis knows what changes at the shop, the order's index, the shop's index of records.
-- ARGV: the sealed parcels ('' for none), how long to keep them in milliseconds, when the read began, when the order
-- was read (the shop's index is sorted by it), and how many records a shop may have.
-- Both indexes hold what stands behind the tag that all these keys share.
local life, began = tonumber(ARGV[2]), tonumber(ARGV[3])
local named = string.sub(KEYS[1], #string.match(KEYS[1], '^{.-}:') + 1)
local since = redis.call('GET', KEYS[2])
local dropped = redis.call('HGET', KEYS[3], 'generation')
if not since or tonumber(since) > began or dropped and tonumber(dropped) >= began then
  return 0
end
if redis.call('TYPE', KEYS[4]).ok ~= 'zset' then  -- none yet, or spoilt
  redis.call('DEL', KEYS[4])
end
if ARGV[1] == '' then
  redis.call('DEL', KEYS[1])
  redis.call('HDEL', KEYS[3], named)
  redis.call('ZREM', KEYS[4], named)
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', life)
redis.call('HSET', KEYS[3], named, '')
if redis.call('PTTL', KEYS[3]) < life then
  redis.call('PEXPIRE', KEYS[3], life)
end
redis.call('ZADD', KEYS[4], ARGV[4], named)
redis.call('ZREMRANGEBYRANK', KEYS[4], 0, -1 - tonumber(ARGV[5]))
redis.call('PEXPIRE', KEYS[4], life)
return 1
