-- Note how a turn of a parcel at a source came to its end, and that what changed by it was dealt with.
-- KEYS: the parcel.  ARGV: the field of its state, the state, the field that says that the story changed, the field
-- that says that the source has answered for it ('' where it did not now).
-- Gives 0 where the parcel is gone.
if cleared(KEYS[1], 'hash') or redis.call('HEXISTS', KEYS[1], 'parcel') == 0 then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HDEL', KEYS[1], ARGV[3])
if ARGV[4] ~= '' then
  redis.call('HSET', KEYS[1], ARGV[4], '1')
end
return 1
