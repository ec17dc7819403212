-- For how many milliseconds it has been known that Redis was emptied since an account of the shop was saved; -1 where it
-- was not. Who finds no note of a saved account is the first to know.  KEYS: the note.  ARGV: its life in milliseconds.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local note = text_at(KEYS[1])
-- One that is none, or of a moment to come, would never grow old.
if note ~= 'whole' and not (is_number(note) and tonumber(note) <= now) then
  note = string.format('%.0f', now)
  redis.call('SET', KEYS[1], note)
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return note == 'whole' and -1 or now - tonumber(note)
