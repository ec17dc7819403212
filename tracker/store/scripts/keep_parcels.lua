-- Keep which parcels of an order are under way, unless the order was dropped since it was read; without any,
-- nothing is kept of it.
-- KEYS: the record, the order's index, the shop's index of records.
-- ARGV: the sealed parcels ('' for none), how long to keep them in milliseconds, when the read began, when the order
-- was read (the shop's index is sorted by it), and how many records a shop may have.
local life, began = tonumber(ARGV[2]), tonumber(ARGV[3])
local dropped = redis.call('HGET', KEYS[2], 'generation')
if dropped and tonumber(dropped) >= began then
  return 0
end
if redis.call('TYPE', KEYS[3]).ok ~= 'zset' then  -- none yet, or spoilt
  redis.call('DEL', KEYS[3])
end
if ARGV[1] == '' then
  redis.call('DEL', KEYS[1])
  redis.call('HDEL', KEYS[2], KEYS[1])
  redis.call('ZREM', KEYS[3], KEYS[1])
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', life)
redis.call('HSET', KEYS[2], KEYS[1], 'parcels')
if redis.call('PTTL', KEYS[2]) < life then
  redis.call('PEXPIRE', KEYS[2], life)
end
redis.call('ZADD', KEYS[3], ARGV[4], KEYS[1])
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - tonumber(ARGV[5]))
redis.call('PEXPIRE', KEYS[3], life)
return 1
