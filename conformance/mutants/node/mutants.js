#!/usr/bin/env node
'use strict';
// The driver in JavaScript with one fault each: mutants.js NAME; --list tells them, in JSON.

const fs = require('fs/promises');
const backend = '../../backends/node_file/';
const {Store} = require(`${backend}store.js`);
const envelope = require(`${backend}envelope.js`);
const sound = {...Object.fromEntries(
    Object.getOwnPropertyNames(Store.prototype).map((name) => [name, Store.prototype[name]]))};

const FAULTS = {
  'falsy-ttl-is-none': {clause: 'TTL-4', level: 'sequential', apply() {
    Store.prototype.put = function(args, now, onlyIfAbsent) {
      return sound.put.call(this, {...args, ttl_ms: args.ttl_ms || null}, now, onlyIfAbsent);
    };
  }},
  'ids-are-properties': {clause: 'OPS-4', level: 'sequential', apply() {
    Store.prototype.entries = async function(args, now) {
      const byId = {};
      for (const entry of (await sound.entries.call(this, args, now)).entries) byId[entry.id] = entry;
      return {entries: Object.keys(byId).map((id) => byId[id])};
    };
  }},
  'order-by-utf-16': {clause: 'OPS-4', level: 'sequential', apply() {
    Store.prototype.entries = async function(args, now) {
      const {entries} = await sound.entries.call(this, args, now);
      entries.sort((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1));
      return {entries};
    };
  }},
  'read-in-one-go': {clause: 'DUR-6', level: 'fault', apply() {
    Store.prototype.bytes = async function() {
      return fs.readFile(this.file).catch((error) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
    };
  }},
  'rewritten-in-place': {clause: 'DUR-2', level: 'crash', apply() {
    Store.prototype.replace = async function(entries) {
      await this.prepare();
      await fs.writeFile(this.file, envelope.write(entries));
    };
  }},
};

const name = process.argv[2];
if (name === '--list') {
  const list = Object.entries(FAULTS).map(([fault, {clause, level}]) => ({name: fault, clause, level}));
  console.log(JSON.stringify(list));
} else if (name in FAULTS) {
  FAULTS[name].apply();
  require(`${backend}driver.js`);
} else {
  console.error(`there is no fault ${name}; --list tells those there are`);
  process.exitCode = 64;
}
