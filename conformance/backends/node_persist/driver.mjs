#!/usr/bin/env node
// A keyed store on node-persist: one storage folder a namespace.

import path from 'node:path';
import storage from 'node-persist';
import {expiry, serve} from '../../sdk/driver.mjs';

class Store {
  static async open({dir, namespace}) {
    const store = new Store();
    store.storage = storage.create({dir: path.join(dir, namespace)});
    await store.storage.init();
    return store;
  }

  async register({key, record, ttlMs}, now) {
    expiry(now(), ttlMs);  // refused where it would lie beyond the safe integers
    await this.storage.setItem(key, record, ttlMs === null ? {} : {ttl: ttlMs});
  }

  lookup({key}) { return this.storage.getItem(key); }

  async consume({key}) {
    const record = await this.storage.getItem(key);
    if (record !== undefined) await this.storage.removeItem(key);
    return record;
  }

  async delete({key}) { return await this.consume({key}) !== undefined; }

  // keys() tells of the expired as well, until they are swept; getItem() does not.
  async entries() {
    const found = [];
    for (const id of await this.storage.keys()) {
      const record = await this.storage.getItem(id);
      if (record !== undefined) found.push({id, record});
    }
    return found;
  }

  clear() { return this.storage.clear(); }

  close() {
    this.storage.stopWriteQueueInterval();
    this.storage.stopExpiredKeysInterval();
  }
}

serve({
  open: Store.open, driver: ['node-persist', '1'], backend: ['node-persist', '4.0.4'],
  capabilities: {clock: 'wall', ttl: true, ttl_zero: 'rejected', persistence: 'process', delete: true},
});
