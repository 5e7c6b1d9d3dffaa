-- Number one event of a job, keep it, and merge it into the job's snapshot: all of it or nothing.
--
-- The texts are JSON already, and only joined here: to decode and encode them took 0.2 ms an event.
--
-- KEYS  1 state: hash {epoch, seq, at, attempt, final, run, expires_at, milestones (one a line)},
--         and of the snapshot each field as JSON, under its name after a "="
--       2 events: stream, its ids are "<seq>-0", so that a number can't be given twice
-- ARGV  1 the event's members, to follow others: ,"name":JSON…}   2 its attempt
--       3 the epoch to begin if there is none   4 time to live in s   5 how many events are kept
--       6 "1" if the event is final
--       7 the milestone's members like the event's, or ""   8 how many milestones are kept
--       9… the event's fields: "=name", JSON
-- Returns {"ok", epoch, seq, at}, {"ended"} after a final event, or {"fenced"} for an older attempt.
local state = redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'attempt', 'final', 'run', 'expires_at')
if state[4] then
  return {'ended'}
end
if state[3] and tonumber(ARGV[2]) < tonumber(state[3]) then
  return {'fenced'}
end

-- A server that was started again may have come back with older data than it told readers of.
local server = redis.call('INFO', 'server')
local run = string.match(server, 'run_id:(%x+)')
-- Redis's clock, so that every event of a job is dated by the same one.
local now = math.floor(tonumber(string.match(server, 'server_time_usec:(%d+)')) / 1000)
local goes_on = state[5] == run
local epoch = goes_on and state[1] or ARGV[3]
local seq = (goes_on and tonumber(state[2]) or 0) + 1
local at = string.format('%.0f', now)
if not goes_on then
  -- The numbers of another epoch would be in the way.
  redis.call('DEL', KEYS[1], KEYS[2])
end

local fields = {'epoch', epoch, 'seq', seq, 'at', at, 'attempt', ARGV[2], 'run', run}
local function set(name, value)
  fields[#fields + 1] = name
  fields[#fields + 1] = value
end
if ARGV[6] == '1' then
  set('final', '1')
end
if ARGV[7] ~= '' then
  local kept = goes_on and redis.call('HGET', KEYS[1], 'milestones')
  local milestone = '{"seq":' .. seq .. ',"at":' .. at .. ARGV[7]
  local lines = kept and kept .. '\n' .. milestone or milestone
  local _, breaks = string.gsub(lines, '\n', '\n')
  if breaks >= tonumber(ARGV[8]) then
    lines = string.sub(lines, string.find(lines, '\n', 1, true) + 1)
  end
  set('milestones', lines)
end
-- Extending it by each event would be two commands of eight.
local ttl = tonumber(ARGV[4])
local extend = ARGV[6] == '1' or not goes_on or now > tonumber(state[6]) - 900 * ttl
if extend then
  set('expires_at', string.format('%.0f', now + 1000 * ttl))
end
for index = 9, #ARGV do
  fields[#fields + 1] = ARGV[index]
end
redis.call('HSET', KEYS[1], unpack(fields))
local envelope = '{"epoch":"' .. epoch .. '","seq":' .. seq .. ',"at":' .. at .. ARGV[1]
redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[5], seq .. '-0', 'envelope', envelope)
if extend then
  redis.call('EXPIRE', KEYS[1], ttl)
  redis.call('EXPIRE', KEYS[2], ttl)
end
return {'ok', epoch, seq, at}
