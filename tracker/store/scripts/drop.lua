-- Drop every entry of one order and note when, so that a read which began before is not kept either. With them go
-- the shop's kept misses: what changed may be the very order that was not found.
-- KEYS: the order's index, the index of the shop's misses, when an order of the shop changed last, the shop's records
-- of parcels under way.
-- ARGV: how long such a read may take, in milliseconds; then only where news of a carrier drops it: the record of its
-- parcels as it was, and what takes its place ('' for nothing).
-- Gives how many entries there were; -1 where an index is not ours, so that nobody knows which they are.
-- Its parts stay, and the index with them: the order is still theirs. An index holds what stands behind the tag that
-- all its keys share, so what it names lives on the same node of a Cluster.
local now = moment()
local dropped, parts = 0, false
local tag = string.match(KEYS[1], '^{.-}:')
local fields = redis.pcall('HGETALL', KEYS[1])
if fields.err then
  return -1
end
for i = 1, #fields, 2 do
  local ours = fields[i] == 'generation' and is_number(fields[i + 1])
  if not ours and not string.match(fields[i], '^[lx]:') then
    return -1
  end
end
local misses = redis.pcall('SMEMBERS', KEYS[2])
if misses.err then
  return -1
end
for _, miss in ipairs(misses) do
  if not string.match(miss, '^l:') then
    return -1
  end
end
for i = 1, #fields, 2 do
  local kind = string.sub(fields[i], 1, 2)
  if kind == 'x:' then
    parts = true
  elseif kind == 'l:' then
    dropped = dropped + redis.call('DEL', tag .. fields[i])
    redis.call('HDEL', KEYS[1], fields[i])
  end
end
redis.call('HSET', KEYS[1], 'generation', now)
if not parts or redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
local record = string.sub(KEYS[1], #tag + 1)  -- its hash may have been spoilt
if not ARGV[3] or ARGV[3] == '' and redis.pcall('HGET', KEYS[4], record) == ARGV[2] then
  redis.pcall('HDEL', KEYS[4], record)
elseif redis.pcall('HGET', KEYS[4], record) == ARGV[2] then  -- else a later read kept another
  redis.pcall('HSET', KEYS[4], record, ARGV[3])
end
for _, miss in ipairs(misses) do
  redis.call('DEL', tag .. miss)
end
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[3], now, 'PX', ARGV[1])
return dropped
