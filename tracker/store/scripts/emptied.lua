-- For how many milliseconds it has been known that Redis was emptied since an account of the shop was saved; -1 where it
-- was not. Who finds no note of a saved account is the first to know.  KEYS: the note.  ARGV: its life in milliseconds.
cleared(KEYS[1], 'string')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('SET', KEYS[1], string.format('%d', now), 'PX', ARGV[1], 'NX')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
local note = redis.call('GET', KEYS[1])
if note == 'whole' then
  return -1
end
return math.max(0, now - (tonumber(note) or now))
