-- What is known of some routes: for each its days and weights, one after the other.  KEYS: the routes.
local known = {}
for i, route in ipairs(KEYS) do
  local found = redis.pcall('HGETALL', route)
  known[i] = found.err and {} or found
end
return known
