-- Keep what a source says of a parcel, unless the parcel was erased or other news came since what is kept was read.
-- KEYS: the parcel, the index of its order's parcels.
-- ARGV: the field of the news, what was read there ('' for nothing), the news, the field that says that the story
-- changed, whether it does (1 or 0), their life in milliseconds, the field that says that the source told this by
-- itself ('' where it was asked).
-- Gives -1 where the parcel is gone, 0 where other news came, 1 where this is kept and nobody has to do anything
-- about it, 2 where it changed the order's story, or what came before did and nobody did anything about that.
if cleared(KEYS[1], 'hash') or redis.call('HEXISTS', KEYS[1], 'parcel') == 0 then
  return -1
end
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
if ARGV[5] == '1' then
  redis.call('HSET', KEYS[1], ARGV[4], '1')
end
if ARGV[7] ~= '' then
  redis.call('HSET', KEYS[1], ARGV[7], '1')
end
redis.call('PEXPIRE', KEYS[1], ARGV[6])
mend_index(KEYS[2], 'set')
redis.call('SADD', KEYS[2], KEYS[1])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return redis.call('HEXISTS', KEYS[1], ARGV[4]) + 1
