#!/usr/bin/env node
// A keyed store on conf: one config file a namespace, whose keys are the ids.

import Conf from 'conf';
import {Refusal, serve} from '../../sdk/driver.mjs';

class Store {
  constructor({dir, namespace}) {
    this.config = new Conf({cwd: dir, configName: namespace, accessPropertiesByDotNotation: false});
  }

  register({key, record}) { this.config.set(key, record); }

  lookup({key}) { return this.config.get(key); }

  consume({key}) {
    const record = this.config.get(key);
    if (record !== undefined) this.config.delete(key);
    return record;
  }

  delete({key}) {
    const existed = this.config.has(key);
    if (existed) this.config.delete(key);
    return existed;
  }

  entries() { return [...this.config].map(([id, record]) => ({id, record})); }

  clear() { this.config.clear(); }
}

serve({
  open: (options) => new Store(options), driver: ['node-conf', '1'], backend: ['conf', '13.1.0'],
  capabilities: {persistence: 'process', delete: true},
  refusalOf: (error) => error instanceof SyntaxError ?
      new Refusal('corrupt', {message: error.message}) : undefined,
});
