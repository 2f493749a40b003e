// Driver protocol 1 for stores in Node: one file without dependencies, to be copied beside a store.
//
// A store is an object with five methods, each of which may be async. `now` is a function that tells
// the time in milliseconds, to be called where the store has whatever keeps others out:
//
//   register({key, record, ttlMs}, now)  ttlMs: null for an entry without end
//   lookup({key}, now)                   the record; undefined where there is none
//   consume({key}, now)                  the same, and it is gone
//   entries(now)                         [{id, record, createdAt?, expiresAt?}], in order
//   clear(now)
//
//   serve({
//     open: (options, warn) => new Store(options),  // warn({path, reason, version?}): a quarantine
//     driver: ['my-driver', '1'], backend: ['my store', '3.2'],
//     capabilities: {persistence: 'process', order: 'created-id'},
//   });
//
// and, where the capabilities claim them, `claim` (arguments of register; true where it was free) and
// `delete` (of lookup; true where there was one). close() is called where there is one. `options` are
// {dir, namespace, maxEntries, defaultTtlMs, lockTimeoutMs}, null for what was not given.
//
// Arguments are checked before the store sees them: trimmed, well-formed, within the declared limits,
// in the order that the contract asks for (INP-1 to INP-6, REC-3, REC-4, TTL-3). A default ttl is
// filled in, and a ttl of 0 refused where `ttl_zero` says so. A store refuses with
// `throw new Refusal(code, {field, message, effect})`. An error with a system call's code is told as
// `io` and any other as `internal`, both with effect `unknown`: a store that knows better says so
// itself, or serve() is given refusalOf(error), which answers a Refusal or nothing.
//
// Node 18 or later.

const MAX_LINE = 16 << 20;
const MUST_HAVE = ['register', 'lookup', 'consume', 'entries', 'clear'];
const MAY_HAVE = ['claim', 'delete'];
// Claimed where the store's own capabilities do not say otherwise: what this file does. A store that
// reads no time but the machine's says `clock: 'wall'`.
const OF_THE_DRIVER = {
  clock: 'both', pipelining: 16, ill_formed_strings: true,
  max_id_bytes: 512, max_record_bytes: 1 << 20, max_depth: 100,
};

// An error of the contract; `field` is the argument's name on the wire.
export class Refusal extends Error {
  constructor(code, {field, message, effect = 'none'} = {}) {
    super(message ?? code);
    this.err = {code, effect, message: message ?? code, ...(field ? {field} : {})};
  }
}

// When an entry written at nowMs expires: null for never. Refused beyond the safe integers.
export function expiry(nowMs, ttlMs) {
  if (ttlMs === null) return null;
  if (!Number.isSafeInteger(nowMs + ttlMs)) {
    const message = 'expires beyond the safe integers';
    throw new Refusal('invalid-argument', {field: 'ttl_ms', message});
  }
  return nowMs + ttlMs;
}

// Answers standard input until it ends or says stop.
export async function serve({open, driver, backend, capabilities, refusalOf = () => undefined}) {
  const named = ([name, version]) => ({name, version});
  const hello = {
    protocol: 1, driver: named(driver), backend: named(backend),
    capabilities: {...OF_THE_DRIVER, ...capabilities},
  };
  const server = new Driver(open, hello, refusalOf);
  let pending = [];
  for await (const chunk of process.stdin) {
    let from = 0;
    for (let end; (end = chunk.indexOf(10, from)) >= 0; from = end + 1) {  // LF alone ends a line
      pending.push(chunk.subarray(from, end));
      const line = Buffer.concat(pending);
      pending = [];
      if (await server.serve(line)) process.exit(0);
    }
    pending.push(chunk.subarray(from));
  }
}

class Driver {
  constructor(open, hello, refusalOf) {
    Object.assign(this, {open, hello, refusalOf, claims: hello.capabilities, stores: new Map()});
  }

  // True where it was the last one.
  async serve(line) {
    let request;
    try {
      request = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(line));
      if (!Number.isSafeInteger(request.id)) throw new TypeError('id must be an integer');
    } catch (error) {
      const message = `cannot decode the line: ${error.message}`;
      await write({re: null, err: new Refusal('invalid-argument', {message}).err});
      return false;
    }
    try {
      const ok = await this.answer(request);
      if (!await write({re: request.id, ok})) throw new Refusal('too-large');
      return request.op === 'stop';
    } catch (error) {
      await write({re: request.id, err: this.told(error).err});
      return false;
    }
  }

  told(error) {
    if (error instanceof Refusal) return error;
    const code = typeof error?.syscall === 'string' ? 'io' : 'internal';
    return this.refusalOf(error) ??
        new Refusal(code, {message: String(error?.stack ?? error), effect: 'unknown'});
  }

  async answer({op, args, now}) {
    const given = args ?? {};
    if (typeof given !== 'object' || Array.isArray(given)) refuse('args', 'must be an object');
    if (op === 'hello') {
      const {min = 1, max = 1} = given.protocol ?? {};
      if (min > 1 || max < 1)
        throw new Refusal('unsupported', {field: 'protocol', message: 'this driver speaks protocol 1'});
      return this.hello;
    }
    const name = given.store ?? 'main';
    if (['open', 'close', 'stop'].includes(op)) {
      for (const closing of op === 'stop' ? [...this.stores.keys()] : [name]) await this.close(closing);
      if (op !== 'open') return {};
      const options = optionsIn(given);
      const warn = (event) => { void write({event: 'quarantine', ...event}); };
      const store = await this.open(options, warn);
      this.stores.set(name, {store, defaultTtlMs: options.defaultTtlMs});
      return {};
    }
    if (![...MUST_HAVE, ...MAY_HAVE].includes(op))
      throw new Refusal('unsupported', {message: 'unknown operation'});
    if (!this.stores.has(name)) throw new Refusal('closed', {message: 'no store is open'});
    if (MAY_HAVE.includes(op) && !this.claims[op])
      throw new Refusal('unsupported', {message: 'this store does not claim it'});
    const at = integer({now}, 'now', -Number.MAX_SAFE_INTEGER);
    return this.call(op, given, this.stores.get(name), () => at ?? Date.now());
  }

  async close(name) {
    const opened = this.stores.get(name);
    this.stores.delete(name);
    await opened?.store.close?.();
  }

  async call(op, args, {store, defaultTtlMs}, now) {
    if (op === 'clear') {
      await store.clear(now);
      return {};
    }
    if (op === 'entries') return {entries: (await store.entries(now)).map(shown)};
    const key = this.checkedId(args.key);
    if (op === 'delete') return {existed: Boolean(await store.delete({key}, now))};
    if (op === 'lookup' || op === 'consume') {
      const record = await store[op]({key}, now);
      return record === undefined ? {found: false} : {found: true, record};
    }
    const record = this.checkedRecord(args);
    const ttlMs = integer(args, 'ttl_ms', 0);
    if (ttlMs !== null && !this.claims.ttl)
      throw new Refusal('unsupported', {field: 'ttl_ms', message: 'this store does not claim ttl'});
    const lifetime = ttlMs ?? defaultTtlMs;
    if (lifetime === 0 && this.claims.ttl_zero === 'rejected')
      refuse('ttl_ms', 'this store takes no ttl of 0');
    const answer = await store[op]({key, record, ttlMs: lifetime}, now);
    return op === 'claim' ? {claimed: Boolean(answer)} : {};
  }

  isOver(size, limit) { return size > (this.claims[limit] ?? Infinity); }

  checkedId(raw) {
    if (typeof raw !== 'string') refuse('key', 'must be a string');
    const key = raw.trim();
    if (!isWellFormed(key)) refuse('key', 'is not well-formed Unicode');
    if (key === '') refuse('key', 'is empty');
    if (this.isOver(Buffer.byteLength(key), 'max_id_bytes'))
      throw new Refusal('too-large', {field: 'key', message: 'is too long'});
    return key;
  }

  checkedRecord(args) {
    if (!('record' in args)) refuse('record', 'is missing');
    const {depth, hasText} = surveyed(args.record);
    if (this.isOver(depth, 'max_depth'))
      throw new Refusal('too-large', {field: 'record', message: 'nests too deep'});
    if (!hasText) refuse('record', 'is not well-formed Unicode');
    if (this.isOver(Buffer.byteLength(JSON.stringify(args.record)), 'max_record_bytes'))
      throw new Refusal('too-large', {field: 'record', message: 'is too large'});
    return args.record;
  }
}

// Writes a line, and says whether it was short enough to. Through the stream, for a pipe that is full
// refuses a plain writeSync() once anything has made it one that does not block.
async function write(message) {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  if (bytes.length > MAX_LINE) return false;
  await new Promise((done, fail) => {
    process.stdout.write(bytes, (error) => { error ? fail(error) : done(); });
  });
  return true;
}

function refuse(field, message) { throw new Refusal('invalid-argument', {field, message}); }

function integer(args, name, least) {
  const value = args[name] ?? null;
  if (value !== null && (!Number.isSafeInteger(value) || value < least))
    refuse(name, `must be an integer from ${least}`);
  return value;
}

function optionsIn(args) {
  const namespace = typeof args.namespace === 'string' ? args.namespace.trim() : '';
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(namespace))
    refuse('namespace', 'breaks the syntax of namespaces');
  if (typeof args.dir !== 'string') refuse('dir', 'must be a string');
  if ((args.max_entries ?? null) === null) refuse('max_entries', 'is missing');
  return {
    dir: args.dir, namespace, maxEntries: integer(args, 'max_entries', 1),
    defaultTtlMs: integer(args, 'default_ttl_ms', 0),
    lockTimeoutMs: integer(args, 'lock_timeout_ms', 0),
  };
}

function isWellFormed(text) { return !/\p{Surrogate}/u.test(text); }

// How deep a value nests, and whether all text in it is well-formed; without recursion.
function surveyed(record) {
  let depth = 0;
  let hasText = true;
  const todo = [[record, 0]];
  while (todo.length > 0) {
    const [value, level] = todo.pop();
    if (typeof value === 'string') hasText &&= isWellFormed(value);
    if (value === null || typeof value !== 'object') continue;
    depth = Math.max(depth, level + 1);
    for (const [name, child] of Object.entries(value)) {
      hasText &&= isWellFormed(name);
      todo.push([child, level + 1]);
    }
  }
  return {depth, hasText};
}

function shown({id, record, createdAt, expiresAt}) {
  return {
    id, record,
    ...((createdAt ?? null) === null ? {} : {created_at: createdAt}),
    ...((expiresAt ?? null) === null ? {} : {expires_at: expiresAt}),
  };
}
