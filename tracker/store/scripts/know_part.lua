-- Remember which order a part belongs to, and that it does.
-- KEYS: the part, the order's index.  ARGV: the sealed order, how long, in milliseconds.
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
mend_index(KEYS[2], 'hash')
redis.call('HSET', KEYS[2], string.match(KEYS[1], '^{.-}:(.*)$'), '')
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[2]) then
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
end
return 1
