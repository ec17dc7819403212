-- Have an account be asked nothing for a while, which is twice as long as the last one if that was a moment ago.
-- While it counts as just changed that ends with it: somebody may have asked with what it was before.
-- KEYS: that it is held off, how often that was in a row, that it was changed a moment ago.
-- ARGV: the first while and the longest one, in milliseconds.  Gives the milliseconds that are left of it.
local left = redis.call('PTTL', KEYS[1])
if left > 0 then
  return left
end
local changed = redis.call('PTTL', KEYS[3])
if changed > 0 then
  local rest = math.max(1, math.floor(math.min(changed, tonumber(ARGV[1]))))
  redis.call('SET', KEYS[1], '1', 'PX', rest)
  return rest
end
local before = number_at(KEYS[2]) or 0
local pause = math.min(tonumber(ARGV[2]), tonumber(ARGV[1]) * 2 ^ math.min(before, 30))
pause = math.max(1, math.floor(pause))
redis.call('SET', KEYS[1], '1', 'PX', pause)
redis.call('SET', KEYS[2], before + 1, 'PX', 3 * pause)
return pause
