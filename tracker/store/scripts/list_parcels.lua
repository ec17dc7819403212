-- The records of a shop that are still there, newest first: each one's name and what is sealed in it. Names of those
-- that ended meanwhile are taken off the index.
-- KEYS: the shop's index of records.  ARGV: how many names are read at once.
-- The index holds what stands behind the tag that all its keys share.
local tag, most, found = string.match(KEYS[1], '^{.-}:'), tonumber(ARGV[1]), {}
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then
  return found
end
local names = redis.call('ZREVRANGE', KEYS[1], 0, -1)
for first = 1, #names, most do
  local some, ended = {}, {}
  for i = first, math.min(first + most - 1, #names) do
    some[#some + 1] = tag .. names[i]
  end
  local sealed = redis.call('MGET', unpack(some))
  for i, key in ipairs(some) do
    if sealed[i] then
      found[#found + 1] = key
      found[#found + 1] = sealed[i]
    else
      ended[#ended + 1] = names[first + i - 1]
    end
  end
  if #ended > 0 then
    redis.call('ZREM', KEYS[1], unpack(ended))
  end
end
return found
