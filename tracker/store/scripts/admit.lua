-- Is there room in a shop's budget for a question of this kind? If so, what it may cost is taken until the shop
-- tells what it did cost. Nothing known of the budget means that it is full.
-- KEYS: the budget, the index of the person's entries.
-- ARGV: the share of the budget that is kept for others, the points, the entry that makes this person known as
-- their index names it.
-- Gives the milliseconds until there is room, 0 where there is.
cleared(KEYS[1], 'hash')
local told = redis.call('HMGET', KEYS[1], 'available', 'maximum', 'restore', 'at')
if not told[1] then
  return 0
end
local available, maximum = tonumber(told[1]), tonumber(told[2])
local restore, at = tonumber(told[3]), tonumber(told[4])
if not (available and maximum and restore and at) or restore <= 0 or redis.call('PTTL', KEYS[1]) < 0 then
  redis.call('DEL', KEYS[1])  -- not ours
  return 0
end
local share, points = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local level = math.min(maximum, available + restore * math.max(0, now - at))
local known = redis.pcall('HEXISTS', KEYS[2], ARGV[3])  -- an index that is not ours is mended by keep.lua
if share > 0 and known ~= 1 then
  local missing = maximum * share + points - level
  if missing > 0 then
    return math.ceil(missing / restore * 1000)
  end
end
redis.call('HSET', KEYS[1], 'available', math.max(0, level - points), 'at', string.format('%.6f', now))
return 0
