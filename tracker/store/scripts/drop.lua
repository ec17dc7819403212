-- Drop every entry of one order and raise its generation, so that a read under way is not kept either.
-- KEYS: the order's index.  ARGV: how long such a read may take, in milliseconds.
-- Gives how many entries there were; -1 where the index is not ours, so that nobody knows which they are.
-- Its parts stay, and the index with them: the order is still theirs. All keys that the index names carry the
-- same hash tag, so they live on the same node of a Cluster.
local dropped, parts = 0, false
local tag = string.match(KEYS[1], '^{.-}:')
local fields = redis.pcall('HGETALL', KEYS[1])
if fields.err then
  return -1
end
for i = 1, #fields, 2 do
  local ours = fields[i] == 'generation' and string.match(fields[i + 1], '^%d+$')
  if not ours and string.sub(fields[i], 1, #tag) ~= tag then
    return -1
  end
end
for i = 1, #fields, 2 do
  if fields[i + 1] == 'part' then
    parts = true
  elseif fields[i] ~= 'generation' then
    dropped = dropped + redis.call('DEL', fields[i])
    redis.call('HDEL', KEYS[1], fields[i])
  end
end
redis.call('HINCRBY', KEYS[1], 'generation', 1)
if not parts or redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return dropped
