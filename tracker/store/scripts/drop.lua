-- Drop every entry of one order and raise its generation, so that a read under way is not kept either.
-- KEYS: the order's index.  ARGV: how long the index is remembered, in milliseconds.
-- The entries named by the index carry the same hash tag, so they live on the same node of a Cluster.
local dropped = 0
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if field ~= 'generation' then
    dropped = dropped + redis.call('DEL', field)
    redis.call('HDEL', KEYS[1], field)
  end
end
redis.call('HINCRBY', KEYS[1], 'generation', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return dropped
