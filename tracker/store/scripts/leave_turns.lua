-- Forget a holder that has no turn. One that has some is left to be found dead.
-- KEYS: the stream of turns.  ARGV: the group, the holder.
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])
if not pending.err and #pending == 0 then
  redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
  return 1
end
return 0
