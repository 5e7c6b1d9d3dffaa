-- Number one event of a job, keep it, and update the job's snapshot: all of it or nothing.
--
-- KEYS  1 head: hash {epoch, seq, attempt, final, snapshot, run}
--       2 events: stream, its ids are "<seq>-0", so that a number can't be given twice
-- ARGV  1 the event as JSON (with attempt)   2 the epoch to begin if there is none
--       3 time to live in s   4 how many events are kept   5 "1" if the event is final
--       6 how many milestones the snapshot keeps   7 names of the figures, as a JSON list
-- Returns {"ok", envelope}, {"ended"} after a final event, or {"fenced"} for an older attempt.
local head = redis.call('HMGET', KEYS[1], 'epoch', 'attempt', 'final', 'snapshot', 'seq', 'run')
local event = cjson.decode(ARGV[1])
if head[3] then
  return {'ended'}
end
if head[2] and event.attempt < tonumber(head[2]) then
  return {'fenced'}
end

-- Redis's clock, so that every event of a job is dated by the same one.
local time = redis.call('TIME')
event.at = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
-- A server that was started again may have come back with older data than it told readers of.
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local goes_on = head[6] == run
event.epoch = goes_on and head[1] or ARGV[2]
event.seq = (goes_on and tonumber(head[5]) or 0) + 1

local snapshot = head[4] and cjson.decode(head[4]) or {}
local milestones = snapshot.milestones or {}
-- A null is a value too, cjson.null: it takes the place of what was known before.
for name, value in pairs(event) do
  snapshot[name] = value
end
snapshot.milestone = nil
if event.milestone then
  local milestone = {
    seq = event.seq, at = event.at, status = event.status, status_i18n = event.status_i18n,
  }
  for _, figure in ipairs(cjson.decode(ARGV[7])) do
    milestone[figure] = event[figure]
  end
  milestones[#milestones + 1] = milestone
  if #milestones > tonumber(ARGV[6]) then
    table.remove(milestones, 1)
  end
end
-- An empty table would be encoded as {}: the list is only there once it has something in it.
snapshot.milestones = #milestones > 0 and milestones or nil

-- Encoded before anything is written: Redis takes nothing back from a script that fails.
local envelope, merged = cjson.encode(event), cjson.encode(snapshot)
if not goes_on then
  -- Redis may have lost the head alone; the numbers of another epoch would be in the way.
  redis.call('DEL', KEYS[2])
end
redis.call('HSET', KEYS[1], 'epoch', event.epoch, 'seq', event.seq, 'attempt', event.attempt,
  'snapshot', merged, 'run', run)
if ARGV[5] == '1' then
  redis.call('HSET', KEYS[1], 'final', '1')
end
redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[4], event.seq .. '-0', 'envelope', envelope)
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return {'ok', envelope}
