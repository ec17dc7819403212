-- The records of a shop: each one's name and what is sealed in it. Those that are too old are deleted.
-- KEYS: the shop's records.  ARGV: of which second the oldest may be.
local found, oldest = {}, tonumber(ARGV[1])
cleared(KEYS[1], 'hash')
local records = redis.call('HGETALL', KEYS[1])
for i = 1, #records, 2 do
  local at, sealed = string.match(records[i + 1], '^(%d+):(.*)$')
  if not at or tonumber(at) < oldest then
    redis.call('HDEL', KEYS[1], records[i])
  else
    found[#found + 1] = records[i]
    found[#found + 1] = sealed
  end
end
return found
