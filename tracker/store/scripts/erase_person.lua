-- Delete all that is kept of a person under one claim.
-- KEYS: the index of their entries, the index of their misses, then what else is theirs alone.
-- All keys that the indexes name carry the same hash tag, so they live on the same node of a Cluster.
-- Gives how many keys that were; -1 where an index is not ours, so that nobody knows what belongs to it.
local erased = 0
for i = 1, 2 do
  local tag = string.match(KEYS[i], '^{.-}:')
  local fields = redis.pcall('HGETALL', KEYS[i])
  if fields.err then
    return -1
  end
  for j = 1, #fields, 2 do
    if string.sub(fields[j], 1, #tag) ~= tag then
      return -1
    end
  end
  for j = 1, #fields, 2 do
    local entry, order = fields[j], fields[j + 1]
    erased = erased + redis.call('DEL', entry)
    redis.call('DEL', entry .. ':lease')
    if order ~= '' then
      redis.pcall('HDEL', order, entry)  -- may have been spoilt
    end
  end
end
return erased + redis.call('DEL', unpack(KEYS))
