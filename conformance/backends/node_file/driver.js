#!/usr/bin/env node
'use strict';
// Driver protocol 1 over standard input and output: one request after the other, in order.

const fs = require('fs');
const {Store, Refusal, MAX_RECORD_BYTES, integer} = require('./store.js');
const {MAX_DEPTH, MAX_ID_BYTES} = require('./envelope.js');

const MAX_LINE = 16 << 20;
const OPERATIONS = new Set(['register', 'lookup', 'consume', 'entries', 'clear', 'claim', 'delete']);
const HELLO = {
  protocol: 1,
  driver: {name: 'node-file', version: '1'},
  backend: {name: 'one file, fs.promises', version: '1'},
  capabilities: {
    clock: 'both', ttl: true, ttl_zero: 'expires', max_entries: true, overflow: 'evict-oldest',
    order: 'created-id', created_at: true, persistence: 'power', multi_process: false, claim: true,
    delete: true, pipelining: 8, ill_formed_strings: true, format: null, quarantine: true,
    instances: 1, max_id_bytes: MAX_ID_BYTES, max_record_bytes: MAX_RECORD_BYTES,
    max_depth: MAX_DEPTH, max_file_bytes: null, lock_file: null,
  },
};

// A line, whole, however many calls that takes.
function writeLine(message) {
  let bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  if (bytes.length > MAX_LINE)
    bytes = Buffer.from(`${JSON.stringify({re: message.re, err: new Refusal('too-large').err})}\n`);
  for (let at = 0; at < bytes.length;) at += fs.writeSync(1, bytes, at);
}

class Driver {
  constructor() { this.stores = new Map(); }

  async answer({op, args, ...request}) {
    const given = args ?? {};
    if (typeof given !== 'object' || Array.isArray(given))
      throw new Refusal('invalid-argument', {field: 'args', message: 'must be an object'});
    const name = given.store ?? 'main';
    switch (op) {
      case 'hello': {
        const {min = 1, max = 1} = given.protocol ?? {};
        if (min > 1 || max < 1)
          throw new Refusal('unsupported', {field: 'protocol', message: 'this driver speaks protocol 1'});
        return HELLO;
      }
      case 'open':
        this.stores.delete(name);
        this.stores.set(name, new Store(given, (event) => writeLine({event: 'quarantine', ...event})));
        return {};
      case 'close':
        this.stores.delete(name);
        return {};
      case 'stop':
        this.stores.clear();
        return {};
      default:
    }
    if (!OPERATIONS.has(op)) throw new Refusal('unsupported', {message: 'unknown operation'});
    if (!this.stores.has(name)) throw new Refusal('closed');
    return this.stores.get(name)[op](given, integer(request, 'now', -Number.MAX_SAFE_INTEGER));
  }

  // True where it was the last one.
  async serve(line) {
    let request;
    try {
      request = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(line));
      if (!Number.isSafeInteger(request.id)) throw new TypeError('id must be an integer');
    } catch (error) {
      const message = `cannot decode the line: ${error.message}`;
      writeLine({re: null, err: new Refusal('invalid-argument', {message}).err});
      return false;
    }
    try {
      writeLine({re: request.id, ok: await this.answer(request)});
      return request.op === 'stop';
    } catch (error) {
      const internal = {message: String(error?.stack ?? error), effect: 'unknown'};
      const refusal = error instanceof Refusal ? error : new Refusal('internal', internal);
      writeLine({re: request.id, err: refusal.err});
      return false;
    }
  }
}

async function main() {
  process.umask(0o077);
  const driver = new Driver();
  let pending = [];
  for await (const chunk of process.stdin) {
    let from = 0;
    for (let end; (end = chunk.indexOf(10, from)) >= 0; from = end + 1) {
      pending.push(chunk.subarray(from, end));
      const line = Buffer.concat(pending);
      pending = [];
      if (await driver.serve(line)) process.exit(0);
    }
    pending.push(chunk.subarray(from));
  }
}

main();
