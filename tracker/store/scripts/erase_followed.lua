-- Delete the followed parcels of some orders. Their turns find nothing, and are not planned again.
-- KEYS: the indexes of the orders' parcels. All keys that they name carry the same hash tag, so they live on the same
-- node of a Cluster.
-- Gives how many keys that were; -1 where an index is not ours, so that nobody knows what belongs to it.
local erased = 0
for _, index in ipairs(KEYS) do
  local tag = string.match(index, '^{.-}:')
  local parcels = redis.pcall('SMEMBERS', index)
  if parcels.err then
    return -1
  end
  for _, parcel in ipairs(parcels) do
    if string.sub(parcel, 1, #tag) ~= tag then
      return -1
    end
  end
  for _, parcel in ipairs(parcels) do
    erased = erased + redis.call('DEL', parcel)
  end
  redis.call('DEL', index)
end
return erased
