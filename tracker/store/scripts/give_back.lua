-- End the lease, or leave there for a while that it was held in vain; and give one guess back to every counter that
-- has one.
-- KEYS: the lease, then the counters.  ARGV: who holds the lease, how long to leave that, in milliseconds, or 0.
if ending_text_at(KEYS[1]) == ARGV[1] then
  if tonumber(ARGV[2]) > 0 then
    redis.call('SET', KEYS[1], 'in vain', 'PX', ARGV[2])
  else
    redis.call('DEL', KEYS[1])
  end
end
for i = 2, #KEYS do
  if (number_at(KEYS[i]) or 0) > 0 then
    redis.call('DECR', KEYS[i])
  end
end
return 0
