-- Keep an answer, unless its order's entries were dropped since it was read; give the guess back in any case.
-- KEYS: the entry, the order's index, the person's index, then the order's parts, then the counters.
-- ARGV: the sealed entry, its life in milliseconds, the generation it was read under, how many parts there are,
-- then the sealed order for each part.
local life, parts = tonumber(ARGV[2]), tonumber(ARGV[4])
for i = 4 + parts, #KEYS do
  if tonumber(redis.call('GET', KEYS[i]) or '0') > 0 then
    redis.call('DECR', KEYS[i])
  end
end
if (redis.call('HGET', KEYS[2], 'generation') or '0') ~= ARGV[3] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', life)
redis.call('HSET', KEYS[2], KEYS[1], KEYS[3])
redis.call('HSET', KEYS[3], KEYS[1], KEYS[2])
for i = 1, parts do
  redis.call('SET', KEYS[3 + i], ARGV[4 + i], 'PX', life)
  redis.call('HSET', KEYS[2], KEYS[3 + i], 'part')
end
for i = 2, 3 do
  if redis.call('PTTL', KEYS[i]) < life then
    redis.call('PEXPIRE', KEYS[i], life)
  end
end
return 1
