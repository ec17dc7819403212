-- Keep parcels of one order that are to be followed at some sources; those that are kept already stay as they are.
-- KEYS: the index of the order's parcels, then the parcels.
-- ARGV: their life in milliseconds, how many sources there are, the fields of their states, then for each parcel
-- the sealed shop and the sealed parcel.
-- Gives for each parcel and source 2 where it is new, 1 where it is followed already, 0 where its way came to its end.
local life, sources = ARGV[1], tonumber(ARGV[2])
local told = {}
mend_index(KEYS[1], 'set')
for i = 2, #KEYS do
  local place = 2 + sources + 2 * (i - 2)
  cleared(KEYS[i], 'hash')
  if redis.call('HEXISTS', KEYS[i], 'parcel') == 0 then
    redis.call('DEL', KEYS[i])
    redis.call('HSET', KEYS[i], 'shop', ARGV[place + 1], 'parcel', ARGV[place + 2])
  end
  if redis.call('PTTL', KEYS[i]) < 0 then
    redis.call('PEXPIRE', KEYS[i], life)
  end
  for j = 1, sources do
    local new = redis.call('HSETNX', KEYS[i], ARGV[2 + j], 'new')
    local over = redis.call('HGET', KEYS[i], ARGV[2 + j]) == 'over'
    table.insert(told, over and 0 or 1 + new)
  end
  redis.call('SADD', KEYS[1], KEYS[i])
end
redis.call('PEXPIRE', KEYS[1], life)
return told
