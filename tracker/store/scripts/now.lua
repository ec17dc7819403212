-- The present moment in microseconds, by the one clock that all workers share.
local time = redis.call('TIME')
return time[1] * 1000000 + time[2]
