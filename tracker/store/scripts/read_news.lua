-- All that is kept of some parcels of a shop.  KEYS: the parcels.
local told = {}
for i, parcel in ipairs(KEYS) do
  local fields = redis.pcall('HGETALL', parcel)
  told[i] = fields.err and {} or fields
end
return told
