-- Keep that there is no such order, and for whom, so that it can be found again.
-- KEYS: the entry, the index of the person's misses.  ARGV: the sealed entry, its life in milliseconds.
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('HSET', KEYS[2], KEYS[1], '')
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 1
