-- Keep which parcels of an order are under way, unless the order was dropped since it was read, or may have been
-- (see keep.lua); without any, nothing is kept of it.
-- KEYS: since when this Redis knows what changes at the shop, the order's index, the shop's records.
-- ARGV: the sealed parcels ('' for none), how long to keep them in milliseconds, when the read began, when the order
-- was read in seconds, and how many records a shop may have.
-- A record stands under what is behind the tag in its order's name.
local began, most = tonumber(ARGV[3]), tonumber(ARGV[5])
local named = string.sub(KEYS[2], #string.match(KEYS[2], '^{.-}:') + 1)
local since, dropped = number_at(KEYS[1]), dropped_at(KEYS[2], ARGV[2])
if not since or since > began or dropped and dropped >= began then
  return 0
end
cleared(KEYS[3], 'hash')
if ARGV[1] == '' then
  redis.call('HDEL', KEYS[3], named)
  return 0
end
redis.call('HSET', KEYS[3], named, ARGV[4] .. ':' .. ARGV[1])
while redis.call('HLEN', KEYS[3]) > most do
  -- The oldest of some: who has so many does not miss this one rather than another.
  local some, oldest, place = redis.call('HRANDFIELD', KEYS[3], 20, 'WITHVALUES'), math.huge, nil
  for i = 1, #some, 2 do
    local at = tonumber(string.match(some[i + 1], '^(%d+):')) or 0
    if at < oldest then
      oldest, place = at, some[i]
    end
  end
  redis.call('HDEL', KEYS[3], place)
end
redis.call('PEXPIRE', KEYS[3], ARGV[2])
return 1
