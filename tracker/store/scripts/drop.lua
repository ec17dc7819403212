-- Drop every entry of one order and note when, so that a read which began before is not kept either. With them go
-- the shop's kept misses: what changed may be the very order that was not found.
-- KEYS: the order's index, the index of the shop's misses, when an order of the shop changed last.
-- ARGV: how long such a read may take, in milliseconds.
-- Its parts stay, and the index with them: the order is still theirs. All keys that the indexes name carry the
-- same hash tag, so they live on the same node of a Cluster.
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
local dropped, parts = 0, false
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  if fields[i + 1] == 'part' then
    parts = true
  elseif fields[i] ~= 'generation' then
    dropped = dropped + redis.call('DEL', fields[i])
    redis.call('HDEL', KEYS[1], fields[i])
  end
end
redis.call('HSET', KEYS[1], 'generation', now)
if not parts or redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
for _, miss in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  redis.call('DEL', miss)
end
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[3], now, 'PX', ARGV[1])
return dropped
