-- Have parcels be due, unless they are planned or have their turn already.
-- KEYS: when each is due.  ARGV: when, in milliseconds; the queue's life in milliseconds; then the parcels.
cleared(KEYS[1], 'zset')
local planned = 0
for i = 3, #ARGV do
  planned = planned + redis.call('ZADD', KEYS[1], 'NX', ARGV[1], ARGV[i])
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return planned
