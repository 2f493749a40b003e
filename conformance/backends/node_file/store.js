'use strict';
// A keyed store in one file of the format envelope/1, on plain fs.promises.
//
// Every change writes the whole file anew: to a temporary file nobody can guess, synced, renamed
// over the old one, and then the directory is synced. Node has no flock(), so the store is for one
// process at a time and says so.

const crypto = require('crypto');
const fs = require('fs/promises');
const path = require('path');
const {constants} = require('fs');
const envelope = require('./envelope.js');

const MAX_RECORD_BYTES = 1 << 20;
const FILE = 'store.json';
const TEMPORARY = /^store\.json\.[0-9a-f]{32}\.tmp$/;
const NEW_FILE =
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const READ_FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

// Until nothing more comes: readFile() takes a read that came short for the end of the file.
async function readToEnd(handle) {
  const pieces = [];
  for (;;) {
    const {bytesRead, buffer} = await handle.read(Buffer.alloc(65536), 0, 65536, null);
    if (bytesRead === 0) return Buffer.concat(pieces);
    pieces.push(buffer.subarray(0, bytesRead));
  }
}

// An error of the contract.
class Refusal extends Error {
  constructor(code, {field, message, effect = 'none'} = {}) {
    super(message ?? code);
    this.err = {code, effect, message: message ?? code};
    if (field) this.err.field = field;
  }
}

function io(error, effect = 'none') {
  return error instanceof Refusal ? error : new Refusal('io', {message: error.message, effect});
}

function depthOf(record) {
  let deepest = 0;
  const todo = [[record, 0]];
  while (todo.length > 0) {
    const [value, depth] = todo.pop();
    deepest = Math.max(deepest, depth);
    if (value === null || typeof value !== 'object') continue;
    deepest = Math.max(deepest, depth + 1);
    for (const child of Object.values(value)) todo.push([child, depth + 1]);
  }
  return deepest;
}

function hasWellFormedText(record) {
  const todo = [record];
  while (todo.length > 0) {
    const value = todo.pop();
    if (typeof value === 'string' && !envelope.isWellFormed(value)) return false;
    if (value === null || typeof value !== 'object') continue;
    for (const [name, child] of Object.entries(value)) todo.push(name, child);
  }
  return true;
}

function checkedId(raw) {
  if (typeof raw !== 'string')
    throw new Refusal('invalid-argument', {field: 'key', message: 'must be a string'});
  const id = raw.trim();
  if (id === '') throw new Refusal('invalid-argument', {field: 'key', message: 'is empty'});
  if (!envelope.isWellFormed(id))
    throw new Refusal('invalid-argument', {field: 'key', message: 'is not well-formed Unicode'});
  if (Buffer.byteLength(id) > envelope.MAX_ID_BYTES)
    throw new Refusal('too-large', {field: 'key', message: 'is too long'});
  return id;
}

function checkedRecord(args) {
  if (!('record' in args))
    throw new Refusal('invalid-argument', {field: 'record', message: 'is missing'});
  if (depthOf(args.record) > envelope.MAX_DEPTH)
    throw new Refusal('too-large', {field: 'record', message: 'is too deep'});
  if (!hasWellFormedText(args.record))
    throw new Refusal('invalid-argument', {field: 'record', message: 'is not well-formed Unicode'});
  if (Buffer.byteLength(JSON.stringify(args.record)) > MAX_RECORD_BYTES)
    throw new Refusal('too-large', {field: 'record', message: 'is too large'});
  return args.record;
}

function integer(args, name, least) {
  const value = args[name] ?? null;
  if (value !== null && (!Number.isSafeInteger(value) || value < least))
    throw new Refusal('invalid-argument', {field: name, message: `must be an integer from ${least}`});
  return value;
}

function isLive(entry, now) {
  return (entry.expiresAt ?? null) === null || now < entry.expiresAt;
}

// By creation, then by the bytes of the id.
function inOrder([leftId, left], [rightId, right]) {
  return left.createdAt - right.createdAt || Buffer.compare(Buffer.from(leftId), Buffer.from(rightId));
}

async function syncDirectory(directory) {
  const handle = await fs.open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

class Store {
  constructor(args, onQuarantine) {
    const name = typeof args.namespace === 'string' ? args.namespace.trim() : '';
    if (name.length > 128 || !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
      throw new Refusal('invalid-argument', {field: 'namespace', message: 'breaks the syntax'});
    if (typeof args.dir !== 'string')
      throw new Refusal('invalid-argument', {field: 'dir', message: 'must be a string'});
    this.maxEntries = integer(args, 'max_entries', 1);
    if (this.maxEntries === null)
      throw new Refusal('invalid-argument', {field: 'max_entries', message: 'is missing'});
    this.defaultTtl = integer(args, 'default_ttl_ms', 0);
    integer(args, 'lock_timeout_ms', 0);
    this.parents = [args.dir, path.join(args.dir, 'lifecycle')];
    this.directory = path.join(args.dir, 'lifecycle', name);
    this.file = path.join(this.directory, FILE);
    this.onQuarantine = onQuarantine;
    this.isPrepared = false;
  }

  // The file's bytes, or null where there is none.
  async bytes() {
    let handle;
    try {
      const seen = await fs.lstat(this.file);
      if (!seen.isFile()) throw new Refusal('unsafe-path', {message: `${this.file} is no regular file`});
      handle = await fs.open(this.file, READ_FILE);
      return await readToEnd(handle);
    } catch (error) {
      if (error.code === 'ENOENT' && handle === undefined) return null;
      if (error.code === 'ENOTDIR' || error.code === 'ELOOP')
        throw new Refusal('unsafe-path', {message: error.message});
      throw io(error);
    } finally {
      await handle?.close();
    }
  }

  async load(now) {
    const bytes = await this.bytes();
    if (bytes === null) return new Map();
    const found = envelope.read(bytes);
    if (found.wrong === null) return found.entries;
    await this.quarantine(found.version, now);
    return new Map();
  }

  async quarantine(version, now) {
    const label = version === null ? 'unknown' : String(version);
    for (let ms = now; ; ms += 1) {
      const aside = path.join(this.directory, `store.v${label}.corrupt-${ms}.json`);
      const isTaken = await fs.lstat(aside).then(() => true, (error) => {
        if (error.code === 'ENOENT') return false;
        throw io(error);
      });
      if (isTaken) continue;
      try {
        await fs.rename(this.file, aside);
        await syncDirectory(this.directory);
      } catch (error) {
        throw io(error, 'unknown');
      }
      const reason = version !== null && version > 1 ? 'version-mismatch' : 'corrupt';
      this.onQuarantine({path: aside, reason, ...(version === null ? {} : {version})});
      return;
    }
  }

  // Directories that are missing, each durable before anything stands in it; and what a killed
  // writer has left goes.
  async prepare() {
    if (this.isPrepared) return;
    for (const [index, directory] of [this.parents[1], this.directory].entries()) {
      await fs.mkdir(directory, 0o700).catch(async (error) => {
        if (error.code !== 'EEXIST') throw error;
        if (!(await fs.lstat(directory)).isDirectory())
          throw new Refusal('unsafe-path', {message: `${directory} is no directory`});
      });
      await syncDirectory(this.parents[index]);
    }
    for (const name of await fs.readdir(this.directory)) {
      if (TEMPORARY.test(name)) await fs.unlink(path.join(this.directory, name));
    }
    this.isPrepared = true;
  }

  async replace(entries) {
    const temporary = `${this.file}.${crypto.randomBytes(16).toString('hex')}.tmp`;
    let isWritten = false;
    try {
      await this.prepare();
      const handle = await fs.open(temporary, NEW_FILE, 0o600);
      try {
        await handle.writeFile(envelope.write(entries));
        await handle.sync();
      } finally {
        await handle.close();
      }
      isWritten = true;
      await fs.rename(temporary, this.file);
    } catch (error) {
      this.isPrepared = false;  // the next writer sweeps
      await fs.unlink(temporary).catch(() => {});
      // A rename that failed with EIO may have happened all the same.
      throw io(error, isWritten && error.code === 'EIO' ? 'unknown' : 'none');
    }
    await syncDirectory(this.directory).catch((error) => {
      throw new Refusal('durability', {message: error.message, effect: 'unknown'});
    });
  }

  async put(args, given, onlyIfAbsent) {
    const id = checkedId(args.key);
    const record = checkedRecord(args);
    const ttl = integer(args, 'ttl_ms', 0) ?? this.defaultTtl;
    const now = given ?? Date.now();
    const expiresAt = ttl === null ? null : now + ttl;
    if (expiresAt !== null && !Number.isSafeInteger(expiresAt))
      throw new Refusal('invalid-argument', {field: 'ttl_ms', message: 'expires too late'});
    const held = await this.load(now);
    const live = new Map([...held].filter(([, entry]) => isLive(entry, now)));
    if (onlyIfAbsent && live.has(id)) return false;
    let createdAt = now;
    for (const entry of live.values()) createdAt = Math.max(createdAt, entry.createdAt);
    live.delete(id);
    if (ttl !== 0) live.set(id, {record, createdAt, ...(expiresAt === null ? {} : {expiresAt})});
    const oldest = [...live].filter(([other]) => other !== id).sort(inOrder);
    for (let over = live.size - this.maxEntries, at = 0; over > 0; --over, ++at)
      live.delete(oldest[at][0]);
    if (ttl !== 0 || held.size > 0) await this.replace(live);
    return true;
  }

  async register(args, now) {
    await this.put(args, now, false);
    return {};
  }

  async claim(args, now) { return {claimed: await this.put(args, now, true)}; }

  async lookup(args, given) {
    const id = checkedId(args.key);
    const now = given ?? Date.now();
    const entry = (await this.load(now)).get(id);
    return entry && isLive(entry, now) ? {found: true, record: entry.record} : {found: false};
  }

  // Takes a live entry out, and returns it.
  async take(args, given) {
    const id = checkedId(args.key);
    const now = given ?? Date.now();
    const held = await this.load(now);
    const entry = held.get(id);
    if (!entry || !isLive(entry, now)) return null;
    held.delete(id);
    await this.replace(new Map([...held].filter(([, other]) => isLive(other, now))));
    return entry;
  }

  async consume(args, now) {
    const entry = await this.take(args, now);
    return entry ? {found: true, record: entry.record} : {found: false};
  }

  async delete(args, now) { return {existed: await this.take(args, now) !== null}; }

  async entries(args, given) {
    const now = given ?? Date.now();
    const live = [...await this.load(now)].filter(([, entry]) => isLive(entry, now)).sort(inOrder);
    return {
      entries: live.map(([id, {record, createdAt, expiresAt}]) => (
        {id, record, created_at: createdAt, ...((expiresAt ?? null) === null ? {} : {expires_at: expiresAt})})),
    };
  }

  async clear(args, given) {
    const held = await this.load(given ?? Date.now());
    if (held.size > 0) await this.replace(new Map());
    return {};
  }
}

module.exports = {Store, Refusal, MAX_RECORD_BYTES, integer};
