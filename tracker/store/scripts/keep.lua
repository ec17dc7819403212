-- Keep an answer, unless its order was dropped since the read began, or may have been: who emptied this Redis
-- emptied it of that too. In any case the guess is given back and the lease ends.
-- KEYS: the entry, its lease, since when this Redis knows what changes at the shop, the order's index, the person's
-- index, then the order's parts, then the counters.
-- ARGV: who holds the lease, the sealed entry, its life in milliseconds, when the read began, how many parts
-- there are, then the sealed order for each part.
-- An index holds what stands behind the tag that all its keys share.
local life, began, parts = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local tag = string.match(KEYS[1], '^{.-}:')
local function untagged(key)
  return string.sub(key, #tag + 1)
end

if ending_text_at(KEYS[2]) == ARGV[1] then
  redis.call('DEL', KEYS[2])
end
for i = 6 + parts, #KEYS do
  if (number_at(KEYS[i]) or 0) > 0 then
    redis.call('DECR', KEYS[i])
  end
end
local since, dropped = number_at(KEYS[3]), dropped_at(KEYS[4], life)
if not since or since > began or dropped and dropped >= began then
  return 0
end
mend_index(KEYS[5], 'hash')
redis.call('SET', KEYS[1], ARGV[2], 'PX', life)
redis.call('HSET', KEYS[4], untagged(KEYS[1]), untagged(KEYS[5]))
redis.call('HSET', KEYS[5], untagged(KEYS[1]), untagged(KEYS[4]))
for i = 1, parts do
  redis.call('SET', KEYS[5 + i], ARGV[5 + i], 'PX', life)
  redis.call('HSET', KEYS[4], untagged(KEYS[5 + i]), '')
end
for i = 4, 5 do
  if redis.call('PTTL', KEYS[i]) < life then
    redis.call('PEXPIRE', KEYS[i], life)
  end
end
return 1
