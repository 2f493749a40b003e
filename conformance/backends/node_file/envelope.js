'use strict';
// The file format envelope/1: text to entries and back (spec/envelope.md).
//
// JSON.parse cannot serve here: it takes members that stand twice, and it recurses. This reader
// notes what is wrong and reads on, since the version decides what a bad file is called.

const MAX_DEPTH = 100;
const MAX_ID_BYTES = 512;

function isWellFormed(text) { return !/\p{Surrogate}/u.test(text); }

// What ECMAScript trims is what the contract trims.
function isId(text) {
  return text !== '' && isWellFormed(text) && text.trim() === text &&
      Buffer.byteLength(text) <= MAX_ID_BYTES;
}

class NotJson extends Error {}

const BLANKS = /[ \t\n\r]*/y;
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.wrong = null;  // the first thing that makes the file invalid without making it no JSON
  }

  fail(what) { this.wrong ??= what; }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return null;
    this.at = pattern.lastIndex;
    return found[0];
  }

  next() {
    this.match(BLANKS);
    return this.text[this.at];
  }

  expect(character) {
    if (this.next() !== character) throw new NotJson(`expected ${character} at ${this.at}`);
    this.at += 1;
  }

  has(character) {
    if (this.next() !== character) return false;
    this.at += 1;
    return true;
  }

  string() {
    this.match(BLANKS);
    const token = this.match(STRING);
    if (token === null) throw new NotJson(`expected a string at ${this.at}`);
    return JSON.parse(token);
  }

  scalar() {
    if (this.next() === '"') return this.string();
    const number = this.match(NUMBER);
    if (number !== null) return Number(number);
    const word = this.match(WORD);
    if (word === null) throw new NotJson(`expected a value at ${this.at}`);
    return JSON.parse(word);
  }

  // Calls `member` with each name of an object, once what stands before its value is read.
  members(member) {
    this.expect('{');
    const names = new Set();
    if (this.has('}')) return;
    do {
      const name = this.string();
      if (names.has(name)) this.fail(`the member ${name} stands twice`);
      names.add(name);
      this.expect(':');
      member(name);
    } while (this.has(','));
    this.expect('}');
  }

  // A value that counts for nothing, however deep it is.
  skip() {
    const open = [];
    for (;;) {
      const first = this.next();
      if (first === '{' || first === '[') {
        this.at += 1;
        const end = first === '{' ? '}' : ']';
        if (!this.has(end)) {
          open.push(end);
          if (end === '}') this.name();
          continue;
        }
      } else {
        this.scalar();
      }
      while (open.length > 0 && this.has(open[open.length - 1])) open.pop();
      if (open.length === 0) return;
      this.expect(',');
      if (open[open.length - 1] === '}') this.name();
    }
  }

  name() {
    this.string();
    this.expect(':');
  }

  // A value of a record; `depth` is how many containers it stands in.
  value(depth) {
    const first = this.next();
    if (first !== '{' && first !== '[') return this.recordScalar();
    if (depth === MAX_DEPTH) {
      this.fail('a record is too deep');
      this.skip();
      return null;
    }
    if (first === '{') {
      const found = [];
      this.members((name) => {
        if (!isWellFormed(name)) this.fail('a name is not well-formed Unicode');
        found.push([name, this.value(depth + 1)]);
      });
      return Object.fromEntries(found);  // defines members, __proto__ among them
    }
    const items = [];
    this.expect('[');
    if (this.has(']')) return items;
    do items.push(this.value(depth + 1)); while (this.has(','));
    this.expect(']');
    return items;
  }

  recordScalar() {
    const scalar = this.scalar();
    if (typeof scalar === 'string' && !isWellFormed(scalar))
      this.fail('a string is not well-formed Unicode');
    if (typeof scalar === 'number' && !Number.isFinite(scalar)) this.fail('a number is too large');
    return scalar;
  }

  // A value that should be a number; undefined where it is something else.
  number() {
    const first = this.next();
    if (first === '{' || first === '[') {
      this.skip();
      return undefined;
    }
    const scalar = this.scalar();
    return typeof scalar === 'number' || scalar === null ? scalar : undefined;
  }

  entry() {
    if (this.next() !== '{') {
      this.fail('an entry is no object');
      this.skip();
      return null;
    }
    const entry = {};
    this.members((name) => {
      if (name === 'record') entry.record = this.value(0);
      else if (name === 'createdAt' || name === 'expiresAt') entry[name] = this.number();
      else this.skip();
    });
    if (!('record' in entry)) this.fail('an entry has no record');
    if (!Number.isFinite(entry.createdAt)) this.fail('createdAt is no finite number');
    if ('expiresAt' in entry && entry.expiresAt !== null && !Number.isFinite(entry.expiresAt))
      this.fail('expiresAt is no finite number');
    return entry;
  }

  entries() {
    const entries = new Map();
    if (this.next() !== '{') {
      this.fail('entries is no object');
      this.skip();
      return entries;
    }
    this.members((id) => {
      if (!isId(id)) this.fail('an id is none');
      entries.set(id, this.entry());
    });
    return entries;
  }

  envelope() {
    let versions = [];
    let entries = null;
    if (this.next() !== '{') {
      this.fail('the file is no object');
      this.skip();
    } else {
      this.members((name) => {
        if (name === 'version') versions.push(this.number());
        else if (name === 'entries') entries = this.entries();
        else this.skip();
      });
    }
    if (this.next() !== undefined) throw new NotJson(`something follows at ${this.at}`);
    const version = versions.length === 1 && Number.isSafeInteger(versions[0]) ? versions[0] : null;
    if (version !== 1) this.fail('the version is not 1');
    if (entries === null) this.fail('entries is missing');
    return {version: version === null ? null : version + 0, entries, wrong: this.wrong};
  }
}

// {entries} of a valid file, by id; {wrong, version} of one that is not, version null where there
// is no single safe integer.
function read(bytes) {
  try {
    const text = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
    return new Reader(text).envelope();
  } catch (error) {
    if (error instanceof NotJson || error instanceof TypeError)
      return {version: null, entries: null, wrong: error.message};
    throw error;
  }
}

function write(entries) {
  const members = [...entries].map(([id, entry]) => `${JSON.stringify(id)}:${JSON.stringify(entry)}`);
  return `{"version":1,"entries":{${members.join(',')}}}\n`;
}

module.exports = {MAX_DEPTH, MAX_ID_BYTES, isWellFormed, read, write};
