-- What every script begins with. Under a key of ours may lie what is not ours: of another type, no number where one
-- belongs, or without an end. Whichever script comes by deletes that and goes on as if nothing had been there.

-- Whether there was something of another type than this.
local function cleared(key, kind)
  local found = redis.call('TYPE', key).ok
  if found == kind or found == 'none' then
    return false
  end
  redis.call('DEL', key)
  return true
end

-- A text; false for none.
local function text_at(key)
  local told = redis.pcall('GET', key)
  if type(told) == 'table' then
    redis.call('DEL', key)
    return false
  end
  return told
end

-- A text that ends; false for none. Whether there is one or not, the commands are the same.
local function ending_text_at(key)
  local told, left = text_at(key), redis.call('PTTL', key)
  if left == -1 then
    redis.call('DEL', key)
    return false
  end
  return told
end

-- Whether this is a number as we write them, counts and microseconds alike.
local function is_number(told)
  return told and #told <= 16 and string.match(told, '^%d+$') ~= nil
end

-- A number that ends; false for none.
local function number_at(key)
  local told = ending_text_at(key)
  if told and not is_number(told) then
    redis.call('DEL', key)
    return false
  end
  return told and tonumber(told)
end

-- The present moment in microseconds, by the one clock that all workers share.
local function moment()
  local time = redis.call('TIME')
  return string.format('%.0f', time[1] * 1000000 + time[2])
end

-- Have an index be of this type. One that was not begins anew with a mark: what it named may be there still, so
-- whoever has to know all of that finds here what is not ours, and takes all that is the shop's (see purge.py).
local function mend_index(key, kind)
  if cleared(key, kind) then
    if kind == 'set' then
      redis.call('SADD', key, 'lost')
    else
      redis.call('HSET', key, 'lost', '')
    end
  end
end

-- When the order of this index was dropped last, false for never. Where that is not ours it may have been just now:
-- then the index begins anew with such a mark, for so many milliseconds.
local function dropped_at(index, life)
  local now = moment()
  if not cleared(index, 'hash') then
    local told = redis.call('HGET', index, 'generation')
    if not told then
      return false
    elseif is_number(told) and tonumber(told) <= tonumber(now) then
      return tonumber(told)
    end
    redis.call('DEL', index)
  end
  redis.call('HSET', index, 'lost', '', 'generation', now)
  redis.call('PEXPIRE', index, life)
  return tonumber(now)
end

