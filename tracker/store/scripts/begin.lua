-- A read begins: the present moment in microseconds, by the one clock that all workers share. Beside it is noted
-- since when this Redis has known what changes at the shop, for as long as such a read may take. Who finds a later
-- moment there, or none, has to do with a Redis that was emptied meanwhile, and what was dropped with it.
-- KEYS: since when.  ARGV: how long a read may take, in milliseconds.
local now, since = moment(), number_at(KEYS[1])
if since and since <= tonumber(now) then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
else  -- none, or by a clock that was put back
  redis.call('SET', KEYS[1], now, 'PX', ARGV[1])
end
return now
