-- Delete all that is kept of some orders. What is left is a number under a keyed hash, as long as a read that is
-- under way could still be kept.
-- KEYS: the shop's records of parcels under way, then the orders' indexes.  ARGV: how long that is, in milliseconds.
-- An index holds what stands behind the tag that all its keys share, so what it names lives on the same node of a
-- Cluster.
-- Gives how many keys that were; -1 where an index is not ours, so that nobody knows what belongs to it.
local now = moment()
local erased = 0
for place = 2, #KEYS do
  local index = KEYS[place]
  local tag = string.match(index, '^{.-}:')
  local fields = redis.pcall('HGETALL', index)
  if fields.err then
    return -1
  end
  for i = 1, #fields, 2 do
    local ours = fields[i] == 'generation' and is_number(fields[i + 1])
    if not ours and not string.match(fields[i], '^[lx]:') then
      return -1
    end
  end
  for i = 1, #fields, 2 do
    local named, person = fields[i], fields[i + 1]
    if named ~= 'generation' then
      erased = erased + redis.call('DEL', tag .. named)
      redis.call('DEL', tag .. named .. ':lease')
      redis.call('HDEL', index, named)
      if person ~= '' then
        redis.pcall('HDEL', tag .. person, named)  -- may have been spoilt
      end
    end
  end
  local records = redis.pcall('HDEL', KEYS[1], string.sub(index, #tag + 1))
  if type(records) == 'table' then  -- spoilt
    records = redis.call('DEL', KEYS[1])
  end
  erased = erased + records
  redis.call('HSET', index, 'generation', now)
  redis.call('PEXPIRE', index, ARGV[1])
end
return erased
