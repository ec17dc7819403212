-- Delete all that is kept of a person under one claim.
-- KEYS: the index of their entries, the index of their misses, then what else is theirs alone.
-- All keys that the indexes name carry the same hash tag, so they live on the same node of a Cluster.
local erased = 0
for i = 1, 2 do
  local fields = redis.call('HGETALL', KEYS[i])
  for j = 1, #fields, 2 do
    local entry, order = fields[j], fields[j + 1]
    erased = erased + redis.call('DEL', entry)
    redis.call('DEL', entry .. ':lease')
    if order ~= '' then
      redis.call('HDEL', order, entry)
    end
  end
end
return erased + redis.call('DEL', unpack(KEYS))
