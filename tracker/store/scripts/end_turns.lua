-- End turns that are this holder's still; what went to another one meanwhile is left to them.
-- KEYS: when each is due, the stream of turns.
-- ARGV: the group, the holder, when the parcels are due again in milliseconds or '' for never, then id and parcel of
-- each turn.  Gives how many there were.
cleared(KEYS[1], 'zset')
local ended = 0
for i = 4, #ARGV, 2 do
  local id, parcel = ARGV[i], ARGV[i + 1]
  local pending = redis.pcall('XPENDING', KEYS[2], ARGV[1], id, id, 1, ARGV[2])
  if not pending.err and #pending == 1 then
    redis.call('XACK', KEYS[2], ARGV[1], id)
    redis.call('XDEL', KEYS[2], id)
    if ARGV[3] == '' then
      redis.call('ZREM', KEYS[1], parcel)
    else
      redis.call('ZADD', KEYS[1], ARGV[3], parcel)
    end
    ended = ended + 1
  end
end
return ended
