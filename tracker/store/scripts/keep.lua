-- Keep an answer, unless its order was dropped since the read began. In any case the guess is given back and the
-- lease ends.
-- KEYS: the entry, its lease, the order's index, the person's index, then the order's parts, then the counters.
-- ARGV: who holds the lease, the sealed entry, its life in milliseconds, when the read began, how many parts
-- there are, then the sealed order for each part.
local life, began, parts = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if redis.call('GET', KEYS[2]) == ARGV[1] then
  redis.call('DEL', KEYS[2])
end
for i = 5 + parts, #KEYS do
  if tonumber(redis.call('GET', KEYS[i]) or '0') > 0 then
    redis.call('DECR', KEYS[i])
  end
end
local dropped = redis.call('HGET', KEYS[3], 'generation')
if dropped and tonumber(dropped) >= began then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', life)
redis.call('HSET', KEYS[3], KEYS[1], KEYS[4])
redis.call('HSET', KEYS[4], KEYS[1], KEYS[3])
for i = 1, parts do
  redis.call('SET', KEYS[4 + i], ARGV[5 + i], 'PX', life)
  redis.call('HSET', KEYS[3], KEYS[4 + i], 'part')
end
for i = 3, 4 do
  if redis.call('PTTL', KEYS[i]) < life then
    redis.call('PEXPIRE', KEYS[i], life)
  end
end
return 1
