-- Count a parcel on its routes, once however often it is told.
-- KEYS: that it was counted, then its routes.  ARGV: how long to remember that, and how long to keep a route, both
-- in milliseconds, then for each route the days and the weight.
ending_text_at(KEYS[1])  -- what is not ours goes
if not redis.call('SET', KEYS[1], '', 'NX', 'PX', ARGV[1]) then
  return 0
end
for i = 2, #KEYS do
  if redis.pcall('HINCRBYFLOAT', KEYS[i], ARGV[2 * i - 1], ARGV[2 * i]).err then  -- spoilt: it begins anew
    redis.call('DEL', KEYS[i])
    redis.call('HSET', KEYS[i], ARGV[2 * i - 1], ARGV[2 * i])
  end
  redis.call('PEXPIRE', KEYS[i], ARGV[2])
end
return 1
