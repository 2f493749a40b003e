// The operations as Lua scripts: Redis runs each as a whole, and nothing else meanwhile.
//
// A namespace has three keys: a hash of the records by id, and two sorted sets of the ids, by
// createdAt and by expiresAt. "When multiple elements have the same score, they are ordered
// lexicographically", and that "is binary, it compares strings as array of bytes" (ZADD), which is
// the order of OPS-4. Scores are doubles; safe integers
// are exact in them.
#pragma once

namespace holdfast::conformance::redis {

// The time is read in the script, where there is none: nothing else runs while it does (CLK-1).
#define HOLDFAST_REDIS_NOW                                                  \
  "local function now(told) if told ~= '' then return tonumber(told) end\n" \
  "  local t = redis.call('TIME')\n"                                        \
  "  return t[1] * 1000 + math.floor(t[2] / 1000) end\n"                    \
  "local function text(n) return string.format('%.0f', n) end\n"            \
  "local function live(id, at)\n"                                           \
  "  local e = redis.call('ZSCORE', KEYS[3], id)\n"                         \
  "  return not e or at < tonumber(e) end\n"                                \
  "local function drop(id) redis.call('HDEL', KEYS[1], id)\n"               \
  "  redis.call('ZREM', KEYS[2], id) redis.call('ZREM', KEYS[3], id) end\n"

/// ARGV: id, record, ttl or nothing, now or nothing, cap, 1 for a claim. Answers 1, 0 where a live
/// entry kept it out, -1 where it would expire beyond the safe integers.
inline constexpr char kPut[] = HOLDFAST_REDIS_NOW R"(
local id, at = ARGV[1], now(ARGV[4])
local ttl, expires = tonumber(ARGV[3]), nil
if ttl then
  if at > 9007199254740991 - ttl then return -1 end
  expires = at + ttl
end
local newest = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2]
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', text(at))) do drop(gone) end
if ARGV[6] == '1' and redis.call('HEXISTS', KEYS[1], id) == 1 then return 0 end
drop(id)
if ttl ~= 0 then
  local created = at
  if newest and tonumber(newest) > at then created = tonumber(newest) end
  redis.call('HSET', KEYS[1], id, ARGV[2])
  redis.call('ZADD', KEYS[2], text(created), id)
  if expires then redis.call('ZADD', KEYS[3], text(expires), id) end
end
local over = redis.call('HLEN', KEYS[1]) - tonumber(ARGV[5])
if over > 0 then
  for _, oldest in ipairs(redis.call('ZRANGE', KEYS[2], 0, over)) do
    if oldest ~= id and over > 0 then
      drop(oldest)
      over = over - 1
    end
  end
end
return 1)";

/// ARGV: id, now or nothing. Answers the record, or nil.
inline constexpr char kPeek[] = HOLDFAST_REDIS_NOW R"(
if not live(ARGV[1], now(ARGV[2])) then return false end
return redis.call('HGET', KEYS[1], ARGV[1]))";

/// As kPeek; the entry is then gone.
inline constexpr char kTake[] = HOLDFAST_REDIS_NOW R"(
if not live(ARGV[1], now(ARGV[2])) then return false end
local record = redis.call('HGET', KEYS[1], ARGV[1])
if record then drop(ARGV[1]) end
return record)";

/// ARGV: id.
inline constexpr char kDrop[] = HOLDFAST_REDIS_NOW "drop(ARGV[1])";

/// ARGV: now or nothing. Answers id, record, createdAt and expiresAt of each live entry in its
/// order; an empty text for no expiresAt.
inline constexpr char kList[] = HOLDFAST_REDIS_NOW R"(
local at, list = now(ARGV[1]), {}
local aged = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
for i = 1, #aged, 2 do
  local id = aged[i]
  if live(id, at) then
    local e = redis.call('ZSCORE', KEYS[3], id)
    list[#list + 1] = id
    list[#list + 1] = redis.call('HGET', KEYS[1], id)
    list[#list + 1] = text(tonumber(aged[i + 1]))
    list[#list + 1] = e and text(tonumber(e)) or ''
  end
end
return list)";

/// Empties the namespace.
inline constexpr char kEmpty[] = "return redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])";

#undef HOLDFAST_REDIS_NOW

}  // namespace holdfast::conformance::redis
