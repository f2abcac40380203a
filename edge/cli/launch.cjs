#!/usr/bin/env node
/**
 * Runs the bundled command. Its chunks are scripts beside this file, each with the code that V8 made
 * of it when the store was built (`.code`): a starting box reads that instead of compiling 2 MB.
 *
 * V8 refuses code of another version or other flags but does not see a damaged byte, so each file
 * ends with the CRC-32 of script and code together. What does not fit is compiled as if it were not
 * there; a store that runs long then leaves what it compiled, where it may write here.
 */
'use strict';

const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { Script } = require('node:vm');
const { crc32 } = require('node:zlib');

const KEEPS = /^(start|demo)$/;
const CRC_BYTES = 4;
const modules = new Map();
/** Scripts whose code is to be left for the next start, by file. */
const compiled = new Map();
const leaves = process.argv.slice(2).some((word) => KEEPS.test(word));

function codeOf(file, source) {
  try {
    const bytes = readFileSync(`${file}.code`);
    const code = bytes.subarray(0, -CRC_BYTES);
    const whole = bytes.readUInt32LE(code.length) === crc32(code, crc32(source));
    return whole ? code : undefined;
  } catch {
    return undefined;
  }
}

function load(name) {
  const known = modules.get(name);
  if (known) return known.exports;
  const module = { exports: {} };
  modules.set(name, module);
  const filename = `${__dirname}/${name}`;
  // Built in ASCII, so that a character costs one byte here and in memory.
  const source = readFileSync(filename, 'latin1');
  const cachedData = codeOf(filename, source);
  const script = new Script(source, { filename, cachedData });
  if (leaves && (!cachedData || script.cachedDataRejected))
    compiled.set(filename, { script, source });
  const run = script.runInThisContext();
  run(module.exports, requireFrom, importFrom, module, filename, __dirname);
  return module.exports;
}

const requireFrom = (id) => (id.startsWith('./') ? load(id.slice(2)) : require(id));
const importFrom = (id) => import(id);

/** Leaves each script's code beside it; a folder that may not be written stays as it is. */
function leave() {
  try {
    for (const [file, { script, source }] of compiled) {
      const code = script.createCachedData();
      const crc = Buffer.alloc(CRC_BYTES);
      crc.writeUInt32LE(crc32(code, crc32(source)));
      writeFileSync(`${file}.new`, Buffer.concat([code, crc]));
      renameSync(`${file}.new`, `${file}.code`);
    }
  } catch {}
}

process.once('exit', leave);
load('yike.js');
