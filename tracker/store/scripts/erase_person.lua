-- Delete all that is kept of a person under one claim.
-- KEYS: the index of their entries, the index of their misses, then what else is theirs alone.
-- An index holds what stands behind the tag that all its keys share, so what it names lives on the same node of a
-- Cluster.
-- Gives how many keys that were; -1 where an index is not ours, so that nobody knows what belongs to it.
local erased = 0
for i = 1, 2 do
  local tag = string.match(KEYS[i], '^{.-}:')
  local fields = redis.pcall('HGETALL', KEYS[i])
  if fields.err then
    return -1
  end
  for j = 1, #fields, 2 do
    if not string.match(fields[j], '^l:') then
      return -1
    end
  end
  for j = 1, #fields, 2 do
    local entry, order = fields[j], fields[j + 1]
    erased = erased + redis.call('DEL', tag .. entry)
    redis.call('DEL', tag .. entry .. ':lease')
    if order ~= '' then
      redis.pcall('HDEL', tag .. order, entry)  -- may have been spoilt
    end
  end
end
return erased + redis.call('DEL', unpack(KEYS))
