-- Give turns to a holder: first those that a dead one left behind, then those of parcels that have become due. Who
-- has its turn is planned for much later, in case the stream is lost, so that no parcel is in two turns.
-- KEYS: when each is due, the stream of turns.
-- ARGV: the group, the holder, how many at most, now in milliseconds, after how many milliseconds a holder counts as
-- dead, for how many a turn is planned again at the latest, the queue's life in milliseconds, whether it is this
-- holder's first time (1 or 0).
-- Gives id and parcel of each turn, one after the other.
local due, turns, group, holder = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local most, now, dead, later = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[4]) + tonumber(ARGV[6])
cleared(due, 'zset')
cleared(turns, 'stream')
local told = {}
local function tell(entries)
  for _, entry in ipairs(entries) do
    if entry and entry[2] then
      redis.call('ZADD', due, 'XX', later, entry[2][2])
      table.insert(told, entry[1])
      table.insert(told, entry[2][2])
    end
  end
end

local claimed = redis.pcall('XAUTOCLAIM', turns, group, holder, dead, '0-0', 'COUNT', most)
if claimed.err then  -- there is no such group yet
  redis.call('XGROUP', 'CREATE', turns, group, '0', 'MKSTREAM')
else
  tell(claimed[2])
end
local room = most - #told / 2
if room > 0 then
  for _, parcel in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, room)) do
    redis.call('ZADD', due, later, parcel)
    redis.call('XADD', turns, '*', 'parcel', parcel)
  end
  local read = redis.call('XREADGROUP', 'GROUP', group, holder, 'COUNT', room, 'STREAMS', turns, '>')
  if read then
    tell(read[1][2])
  end
end
if ARGV[8] == '1' then  -- tidy up after those that were killed between two turns
  for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', turns, group)) do
    local known = {}
    for i = 1, #consumer, 2 do
      known[consumer[i]] = consumer[i + 1]
    end
    if known.pending == 0 and known.idle > tonumber(ARGV[6]) then
      redis.call('XGROUP', 'DELCONSUMER', turns, group, known.name)
    end
  end
end
redis.call('PEXPIRE', due, ARGV[7])
redis.call('PEXPIRE', turns, ARGV[7])
return told
