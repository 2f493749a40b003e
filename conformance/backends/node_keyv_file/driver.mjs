#!/usr/bin/env node
// A keyed store on Keyv with the storage adapter keyv-file: one file a namespace.

import path from 'node:path';
import Keyv from 'keyv';
import {KeyvFile} from 'keyv-file';
import {expiry, serve} from '../../sdk/driver.mjs';

class Store {
  constructor({dir, namespace}) {
    this.keyv = new Keyv({
      store: new KeyvFile({filename: path.join(dir, `${namespace}.json`), writeDelay: 0}),
      throwOnErrors: true,
    });
    // Without a listener an event "error" ends the process; what it tells is thrown as well.
    this.keyv.on('error', () => {});
  }

  async register({key, record, ttlMs}, now) {
    expiry(now(), ttlMs);  // refused where it would lie beyond the safe integers
    await this.keyv.set(key, record, ttlMs ?? undefined);
  }

  lookup({key}) { return this.keyv.get(key); }

  async consume({key}) {
    const record = await this.keyv.get(key);
    if (record !== undefined) await this.keyv.delete(key);
    return record;
  }

  async delete({key}) {
    return await this.keyv.get(key) !== undefined && this.keyv.delete(key);
  }

  async entries() {
    const found = [];
    for await (const [id, record] of this.keyv.iterator()) found.push({id, record});
    return found;
  }

  async clear() { await this.keyv.clear(); }

  close() { return this.keyv.disconnect(); }
}

serve({
  open: (options) => new Store(options),
  driver: ['node-keyv-file', '1'], backend: ['keyv-file', '5.3.5'],
  capabilities: {clock: 'wall', ttl: true, ttl_zero: 'rejected', persistence: 'process', delete: true},
});
