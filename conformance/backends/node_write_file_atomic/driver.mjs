#!/usr/bin/env node
// A keyed store in one JSON file a namespace: write-file-atomic replaces it, proper-lockfile keeps
// other processes out from the read to the rename. `driver.mjs naive` leaves the lock out.

import fs from 'node:fs/promises';
import path from 'node:path';
import lockfile from 'proper-lockfile';
import writeFileAtomic from 'write-file-atomic';
import {Refusal, expiry, serve} from '../../sdk/driver.mjs';

const DEFAULT_LOCK_TIMEOUT_MS = 5000;
const RETRY_MS = 20;

class Store {
  constructor({dir, namespace, maxEntries, lockTimeoutMs}) {
    const retries = Math.ceil((lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS) / RETRY_MS);
    Object.assign(this, {
      file: path.join(dir, `${namespace}.json`), maxEntries,
      retries: {retries, minTimeout: RETRY_MS, maxTimeout: RETRY_MS},
    });
  }

  // Runs what changes the live entries while the file is locked, and writes them where it says so.
  async locked(now, change) {
    const release = await this.lock();
    let failure;
    try {
      const live = livingAt(now(), await this.read());
      const {answer, isChanged} = change(live);
      if (isChanged) await writeFileAtomic(this.file, JSON.stringify([...live]), {mode: 0o600});
      return answer;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      await release().catch((error) => {
        if (failure === undefined) throw error;
      });
    }
  }

  // The file need not be there yet, so its path is not resolved by realpath().
  async lock() { return lockfile.lock(this.file, {realpath: false, retries: this.retries}); }

  async read() {
    const seen = await fs.lstat(this.file).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (seen === undefined) return [];
    if (!seen.isFile()) throw new Refusal('unsafe-path', {message: `${this.file} is no regular file`});
    const text = await fs.readFile(this.file, 'utf8').catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
    return text === undefined ? [] : JSON.parse(text);
  }

  put({key, record, ttlMs}, now, onlyIfAbsent) {
    let at;
    return this.locked(() => at = now(), (live) => {
      const expiresAt = expiry(at, ttlMs);
      if (onlyIfAbsent && live.has(key)) return {answer: false, isChanged: false};
      const createdAt = Math.max(at, ...[...live.values()].map((entry) => entry.createdAt));
      live.delete(key);
      if (ttlMs !== 0) {
        while (live.size >= this.maxEntries) live.delete(inOrder(live)[0].id);
        live.set(key, {record, createdAt, expiresAt});
      }
      return {answer: true, isChanged: true};
    });
  }

  register(args, now) { return this.put(args, now, false); }

  claim(args, now) { return this.put(args, now, true); }

  take({key}, now) {
    return this.locked(now, (live) => {
      const answer = live.get(key);
      return {answer, isChanged: live.delete(key)};
    });
  }

  async consume(args, now) { return (await this.take(args, now))?.record; }

  async delete(args, now) { return await this.take(args, now) !== undefined; }

  // The file is replaced as a whole, so that reading takes no lock.
  async lookup({key}, now) { return livingAt(now(), await this.read()).get(key)?.record; }

  async entries(now) { return inOrder(livingAt(now(), await this.read())); }

  clear(now) {
    return this.locked(now, (live) => {
      live.clear();
      return {isChanged: true};
    });
  }
}

class NaiveStore extends Store {
  async lock() { return async () => {}; }
}

function livingAt(now, entries) {
  return new Map(entries.filter(([, {expiresAt}]) => expiresAt === null || expiresAt > now));
}

function inOrder(live) {
  const bytes = Buffer.from;
  return [...live].map(([id, entry]) => ({id, ...entry})).sort(
      (a, b) => a.createdAt - b.createdAt || Buffer.compare(bytes(a.id), bytes(b.id)));
}

function refusalOf(error) {
  if (error.code === 'ELOCKED') return new Refusal('busy', {message: error.message});
  if (error instanceof SyntaxError) return new Refusal('corrupt', {message: error.message});
  return undefined;
}

const isNaive = process.argv[2] === 'naive';
serve({
  open: (options) => new (isNaive ? NaiveStore : Store)(options), refusalOf,
  driver: [isNaive ? 'node-write-file-atomic-naive' : 'node-write-file-atomic', '1'],
  backend: ['write-file-atomic', '6.0.0'],
  capabilities: {
    ttl: true, max_entries: true, order: 'created-id', created_at: true, persistence: 'process',
    multi_process: true, claim: true, delete: true,
  },
});
