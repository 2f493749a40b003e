#!/usr/bin/env node
// One JSON file, for one process at a time. Copy it with driver.mjs, and put your store in its place.

import fs from 'node:fs/promises';
import path from 'node:path';
import {Refusal, serve} from './driver.mjs';

class Store {
  static async open({dir, namespace}) {
    const store = new Store();
    store.file = path.join(dir, `${namespace}.json`);
    store.held = new Map();  // id to [record, createdAt]
    const seen = await fs.lstat(store.file).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (seen === undefined) return store;
    if (!seen.isFile()) throw new Refusal('unsafe-path', {message: `${store.file} is no regular file`});
    const text = await fs.readFile(store.file, 'utf8');
    try {
      store.held = new Map(JSON.parse(text));
    } catch (error) {  // left where it is, for a person to look at
      throw new Refusal('corrupt', {message: error.message});
    }
    return store;
  }

  register({key, record}, now) {
    const createdAt = Math.max(now(), ...[...this.held.values()].map(([, at]) => at));
    return this.save([...this.held, [key, [record, createdAt]]]);
  }

  lookup({key}) { return this.held.get(key)?.[0]; }

  async consume({key}) {
    const record = this.lookup({key});
    await this.save([...this.held].filter(([id]) => id !== key));
    return record;
  }

  entries() {
    return [...this.held]
        .map(([id, [record, createdAt]]) => ({id, record, createdAt}))
        .sort((a, b) => a.createdAt - b.createdAt || Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)));
  }

  clear() { return this.save([]); }

  async save(held) {
    const next = new Map(held);
    await fs.writeFile(`${this.file}.new`, JSON.stringify([...next]));
    await fs.rename(`${this.file}.new`, this.file);  // the whole new file, or the whole old one
    this.held = next;
  }
}

serve({
  open: Store.open, driver: ['template', '1'], backend: ['one JSON file', '1'],
  capabilities: {order: 'created-id', created_at: true, persistence: 'process'},
});
