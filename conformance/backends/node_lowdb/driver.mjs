#!/usr/bin/env node
// A keyed store on lowdb: one JSONFilePreset a namespace, whose data are an array as in its readme.

import path from 'node:path';
import {JSONFilePreset} from 'lowdb/node';
import {Refusal, serve} from '../../sdk/driver.mjs';

class Store {
  static async open({dir, namespace}) {
    const store = new Store();
    store.db = await JSONFilePreset(path.join(dir, `${namespace}.json`), {entries: []});
    return store;
  }

  find(key) { return this.db.data.entries.find(({id}) => id === key); }

  register({key, record}, now) {
    return this.db.update(({entries}) => {
      const createdAt = Math.max(now(), ...entries.map((entry) => entry.createdAt));
      const entry = this.find(key);
      if (entry) Object.assign(entry, {record, createdAt});
      else entries.push({id: key, record, createdAt});
    });
  }

  lookup({key}) { return this.find(key)?.record; }

  async consume({key}) {
    const entry = this.find(key);
    if (!entry) return undefined;
    await this.db.update(({entries}) => { entries.splice(entries.indexOf(entry), 1); });
    return entry.record;
  }

  async delete({key}) { return await this.consume({key}) !== undefined; }

  entries() {
    const bytes = Buffer.from;
    return [...this.db.data.entries].sort(
        (a, b) => a.createdAt - b.createdAt || Buffer.compare(bytes(a.id), bytes(b.id)));
  }

  clear() { return this.db.update(({entries}) => { entries.length = 0; }); }
}

serve({
  open: Store.open, driver: ['node-lowdb', '1'], backend: ['lowdb', '7.0.1'],
  capabilities: {order: 'created-id', created_at: true, persistence: 'process', delete: true},
  refusalOf: (error) => error instanceof SyntaxError ?
      new Refusal('corrupt', {message: error.message}) : undefined,
});
