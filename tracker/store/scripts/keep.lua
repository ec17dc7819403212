-- Keep an answer, unless its order's entries were dropped since it was read; give the guess back in any case.
-- KEYS: the entry, the order's index, then the counters.
-- ARGV: the sealed entry, its life in milliseconds, the generation it was read under.
for i = 3, #KEYS do
  if tonumber(redis.call('GET', KEYS[i]) or '0') > 0 then
    redis.call('DECR', KEYS[i])
  end
end
if (redis.call('HGET', KEYS[2], 'generation') or '0') ~= ARGV[3] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('HSET', KEYS[2], KEYS[1], '')
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[2]) then
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
end
return 1
