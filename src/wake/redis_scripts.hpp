#pragma once

/// What Redis is asked to do in one step: nobody else does anything between its lines. Times are
/// microseconds, and Redis' clock is the only one that is asked, so that those of the machines may
/// differ. A remote's key is a hash:
///     turn    when the last turn is that was given
///     until   when its pause ends; 0: not paused; missing: nobody said, or it was forgotten
///     length  of that pause when it was said: none is longer, should the clock be set back
/// It expires a day after it was last of use. Redis 5 or later.
namespace oms::wake::lua {

/// Keeps a turn. KEYS: the remote. ARGV:
///     1 spacing    between two turns; 0: no limit
///     2 most       the longest wait for a turn; -1: only tell of the pause
///     3 unknown    the first turn, where Redis knows of none
///     4 mine       how far ahead the last turn is that the asking process was given, or 0
///     5 rejoined   1: it was away; what Redis knows may be older than `mine`
///     6 paused     how long the remote is paused as far as the asking process knows
///     7 ahead      no turn is ever further ahead: such a one is of before the clock was set back
/// Answers the time to wait, or -1 where that is too long and nothing is kept; and the pause's
/// rest.
inline constexpr const char* turn = R"lua(
local spacing, most, unknown = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local mine, rejoined = tonumber(ARGV[4]), ARGV[5] == '1'
local paused, ahead = tonumber(ARGV[6]), tonumber(ARGV[7])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local row = redis.call('HMGET', KEYS[1], 'turn', 'until', 'length')
local stored = tonumber(row[1] or '')
local ending, length = tonumber(row[2] or ''), tonumber(row[3] or '')

local function keep(...)
  redis.call('HSET', KEYS[1], ...)
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', 86400000 + paused / 1000))
end
local function text(number) return string.format('%.0f', number) end

if ending then
  paused = math.max(0, math.min(ending - now, length))
elseif paused > 0 then
  keep('until', text(now + paused), 'length', text(paused))
end
if spacing == 0 then
  return {paused <= most and paused or -1, paused}
end

local last = stored
if not last or last > now + ahead then
  last = math.max(now + unknown - spacing, now + mine)
elseif rejoined then
  last = math.max(last, now + mine)
end
local turn = math.max(now + paused, last + spacing)
local given = turn - now <= most
local kept = given and turn or last
if kept ~= stored and most >= 0 then keep('turn', text(kept)) end
return {given and turn - now or -1, paused}
)lua";

/// Pauses a remote. KEYS: the remote. ARGV: 1 length; 0: ends the pause. Answers nothing of use.
inline constexpr const char* pause = R"lua(
local wanted = tonumber(ARGV[1])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local row = redis.call('HMGET', KEYS[1], 'until', 'length')
local ending, length = tonumber(row[1] or '0'), tonumber(row[2] or '0')
if wanted > 0 then wanted = math.max(wanted, math.min(ending - now, length)) end
local function text(number) return string.format('%.0f', number) end
redis.call('HSET', KEYS[1], 'until', text(wanted > 0 and now + wanted or 0), 'length', text(wanted))
redis.call('PEXPIRE', KEYS[1], text(86400000 + wanted / 1000))
return 1
)lua";

}  // namespace oms::wake::lua
