-- Take the lease on a question whose answer is kept, to ask the shop anew.
-- KEYS: the lease.  ARGV: who asks, the lease in milliseconds.
-- Gives 1 for whoever leads now, 0 where somebody else does, -1 where they waited for the shop in vain.
local holder = ending_text_at(KEYS[1])
if holder then
  return holder == 'in vain' and -1 or 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
