-- Count in a fixed window that begins with the first count, as the limits library does it.
-- KEYS: the counter.  ARGV: seconds of the window, the amount.  Gives the count.
number_at(KEYS[1])  -- one that is not ours goes
local count = redis.call('INCRBY', KEYS[1], ARGV[2])
if count == tonumber(ARGV[2]) then
  redis.call('EXPIRE', KEYS[1], ARGV[1])
end
return count
