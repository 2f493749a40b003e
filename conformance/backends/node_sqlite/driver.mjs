#!/usr/bin/env node
// A keyed store on node:sqlite: one database a namespace, WAL, synchronous=FULL. Every change is one
// transaction that holds the write lock from its first statement on, and consume one DELETE …
// RETURNING. `driver.mjs naive` looks and then acts, with no transaction.

import path from 'node:path';
import process from 'node:process';
import {DatabaseSync} from 'node:sqlite';
import {Refusal, expiry, serve} from '../../sdk/driver.mjs';

const DEFAULT_LOCK_TIMEOUT_MS = 5000;
const [BUSY, LOCKED, READONLY, CORRUPT, NOTADB] = [5, 6, 8, 11, 26];
const LIVE = '(expires_at IS NULL OR expires_at > ?)';

class Store {
  constructor({dir, namespace, maxEntries, lockTimeoutMs}) {
    Object.assign(this, {
      file: path.join(dir, `${namespace}.sqlite3`), maxEntries,
      timeout: lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS,
    });
    this.connect();
  }

  connect() {
    this.db = new DatabaseSync(this.file, {timeout: this.timeout});
    try {
      this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      this.db.exec(`CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY, record TEXT NOT NULL,
          created_at INTEGER NOT NULL, expires_at INTEGER)`);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close() {
    this.db?.close();
    this.db = null;
  }

  run(sql, ...values) { return this.db.prepare(sql).run(...values); }
  get(sql, ...values) { return this.db.prepare(sql).get(...values); }

  // The time is read once the lock is held, and the first act drops the expired.
  begin(now) {
    if (this.db === null) this.connect();
    this.db.exec('BEGIN IMMEDIATE');
    return this.dropExpired(now());
  }

  dropExpired(at) {
    this.run(`DELETE FROM entry WHERE NOT ${LIVE}`, at);
    return at;
  }

  commit() { this.db.exec('COMMIT'); }

  begun(now) {
    try {
      return this.begin(now);
    } catch (error) {
      if ((error.errcode & 0xff) !== READONLY) throw error;
      // SQLite takes a file that it could not open for writing, for whatever reason, for one that may
      // only be read, and stays with that.
      this.close();
      return this.begin(now);
    }
  }

  writing(now, change) {
    let isCommitting = false;
    try {
      const answer = change(this.begun(now));
      isCommitting = true;
      this.commit();
      return answer;
    } catch (error) {
      if (this.db?.isTransaction) this.db.exec('ROLLBACK');
      throw isCommitting ? refusalOf(error, 'unknown') : error;
    }
  }

  put({key, record, ttlMs}, now, onlyIfAbsent) {
    return this.writing(now, (at) => {
      const expiresAt = expiry(at, ttlMs);
      if (onlyIfAbsent && this.get('SELECT 1 FROM entry WHERE id = ?', key)) return false;
      const {newest} = this.get('SELECT max(created_at) AS newest FROM entry');
      if (ttlMs === 0) {
        this.run('DELETE FROM entry WHERE id = ?', key);
      } else {
        this.run('INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)', key, JSON.stringify(record),
            Math.max(at, newest ?? at), expiresAt);
      }
      this.run(`DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE id <> ?
          ORDER BY created_at, id LIMIT max(0, (SELECT count(*) FROM entry) - ?))`,
          key, this.maxEntries);
      return true;
    });
  }

  register(args, now) { this.put(args, now, false); }
  claim(args, now) { return this.put(args, now, true); }

  lookup({key}, now) {
    return parsed(this.get(`SELECT record FROM entry WHERE id = ? AND ${LIVE}`, key, now()));
  }

  consume({key}, now) {
    return this.writing(now, () =>
        parsed(this.get('DELETE FROM entry WHERE id = ? RETURNING record', key)));
  }

  delete({key}, now) {
    return this.writing(now, () => this.run('DELETE FROM entry WHERE id = ?', key).changes > 0);
  }

  entries(now) {
    const rows = this.db.prepare(`SELECT id, record, created_at AS createdAt, expires_at AS expiresAt
        FROM entry WHERE ${LIVE} ORDER BY created_at, id`).all(now());
    return rows.map((row) => ({
      ...row, id: held(row.id, 'string'), record: parsed(row), createdAt: held(row.createdAt, 'number'),
    }));
  }

  clear(now) { this.writing(now, () => this.run('DELETE FROM entry')); }
}

// Each statement commits by itself: another client may come between any two.
class NaiveStore extends Store {
  begin(now) {
    if (this.db === null) this.connect();
    return this.dropExpired(now());
  }

  commit() {}

  // An error leaves open which of the statements took effect.
  writing(now, change) {
    try {
      return super.writing(now, change);
    } catch (error) {
      throw refusalOf(error, 'unknown');
    }
  }

  // Of two consumers both may see the record before either deletes it.
  consume({key}, now) {
    return this.writing(now, () => {
      const record = this.lookup({key}, now);
      this.run('DELETE FROM entry WHERE id = ?', key);
      return record;
    });
  }

  delete({key}, now) { return this.consume({key}, now) !== undefined; }
}

// A damaged file may have anything in a column: a SyntaxError, as where a record is no JSON.
function held(value, type) {
  if (typeof value !== type) throw new SyntaxError(`the database has no ${type} where one was put`);
  return value;
}

function parsed(row) { return row === undefined ? undefined : JSON.parse(held(row.record, 'string')); }

// What SQLite's error means to the contract. Only a commit under way leaves the effect open.
function refusalOf(error, effect = 'none') {
  const {message} = error;
  if (error instanceof SyntaxError) return new Refusal('corrupt', {message});  // a stored record
  if (error.code !== 'ERR_SQLITE_ERROR') return error;
  const code = error.errcode & 0xff;
  if (code === BUSY || code === LOCKED) return new Refusal('busy', {message});
  if (code === CORRUPT || code === NOTADB) return new Refusal('corrupt', {message});
  return new Refusal('io', {message, effect});
}

const isNaive = process.argv[2] === 'naive';
process.umask(0o077);
serve({
  open: (options) => new (isNaive ? NaiveStore : Store)(options),
  refusalOf: (error) => error.code === 'ERR_SQLITE_ERROR' || error instanceof SyntaxError ?
      refusalOf(error) : undefined,
  driver: [isNaive ? 'node-sqlite-naive' : 'node-sqlite', '1'],
  backend: ['node:sqlite', process.versions.sqlite],
  capabilities: {
    ttl: true, max_entries: true, order: 'created-id', created_at: true, persistence: 'power',
    multi_process: true, instances: 8, claim: true, delete: true,
  },
});
