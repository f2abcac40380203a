/**
 * From an address to an open wire:
 *   serial:/dev/serial/by-id/x?baud=9600&bits=8&parity=none&stop=1   pty:/path   tcp:host:port
 *   http://host:port/base   mqtt://user:password@host:port   v4l2:/dev/video0?size=1280x720
 * 7E1 and 7O1 are opened as 8N1 with the parity kept by software (`check=none` switches the check
 * off for adapters that send plain seven-bit codes). `memory:` comes only through `openers`.
 */
import { randomBytes } from 'node:crypto';
import { type Driver, type Wire, WireError } from '../contract.ts';
import { say } from '../say.ts';
import { ioClock } from './io-clock.ts';
import { checkParity } from './parity.ts';

export type SerialLine = NonNullable<Driver['line']>;

/** Opens a wire; `line` is used where the address names no settings of its own. */
export type OpenWire = (address: string, line?: SerialLine) => Promise<Wire>;

const DEFAULT_LINE: SerialLine = { baudRate: 9600, dataBits: 8, parity: 'none' };
const KNOWN_KEYS = ['baud', 'bits', 'parity', 'stop', 'check'];

function bad(address: string, why: string): WireError {
  const forms = 'serial:/dev/… | pty:/… | tcp:host:port | http://… | mqtt://… | v4l2:/dev/…';
  return new WireError(
    'BAD_ADDRESS',
    say(
      `地址写错「${address}」：${why}（${forms}）`,
      `Bad address "${address}": ${why} (${forms})`,
    ),
    false,
  );
}

export interface SerialAddress {
  path: string;
  line: SerialLine;
  stopBits: 1 | 2;
  /** Whether seven-bit parity is checked; false only with `check=none`. */
  checked: boolean;
}

function oneOf<T extends string>(
  address: string,
  query: URLSearchParams,
  key: string,
  allowed: readonly T[],
  fallback: T,
): T {
  const given = query.get(key);
  if (given === null) return fallback;
  const found = allowed.find((one) => one === given);
  if (found === undefined) throw bad(address, `${key}=${given}, use ${allowed.join('|')}`);
  return found;
}

/** The parts of a `serial:` or `pty:` address; throws WireError BAD_ADDRESS, naming what is wrong. */
export function parseSerialAddress(address: string, line = DEFAULT_LINE): SerialAddress {
  const [path = '', queryText = ''] = address.slice(address.indexOf(':') + 1).split('?', 2);
  if (!path.startsWith('/')) throw bad(address, 'the path must begin with /');
  const query = new URLSearchParams(queryText);
  for (const key of query.keys()) {
    if (!KNOWN_KEYS.includes(key)) throw bad(address, `unknown setting "${key}"`);
  }
  const baud = query.get('baud') ?? String(line.baudRate);
  if (!/^\d{3,7}$/.test(baud)) throw bad(address, `baud=${baud} is no line speed`);
  const bits = oneOf(address, query, 'bits', ['7', '8'], line.dataBits === 7 ? '7' : '8');
  const parity = oneOf(address, query, 'parity', ['none', 'even', 'odd'], line.parity);
  return {
    path,
    line: { baudRate: Number(baud), dataBits: bits === '7' ? 7 : 8, parity },
    stopBits: oneOf(address, query, 'stop', ['1', '2'], '1') === '2' ? 2 : 1,
    checked: oneOf(address, query, 'check', ['driver', 'none'], 'driver') === 'driver',
  };
}

async function openSerialAddress(address: string, fallback?: SerialLine): Promise<Wire> {
  const { path, line, stopBits, checked } = parseSerialAddress(address, fallback);
  const { openSerial } = await import('./serial.ts');
  const bySoftware = line.dataBits === 7 && line.parity !== 'none';
  const wire = await openSerial(address, path, {
    baudRate: line.baudRate,
    dataBits: bySoftware ? 8 : line.dataBits,
    parity: bySoftware ? 'none' : line.parity,
    stopBits,
  });
  if (line.dataBits === 7 && line.parity !== 'none') return checkParity(wire, line.parity, checked);
  return wire;
}

async function openTcpAddress(address: string): Promise<Wire> {
  const match = /^tcp:(?:\/\/)?(\[[0-9a-f:]+\]|[^:/\s]+):(\d{1,5})$/i.exec(address);
  const port = Number(match?.[2]);
  if (!match?.[1] || port < 1 || port > 65535) throw bad(address, 'tcp needs host:port');
  const { openTcp } = await import('./tcp.ts');
  return openTcp(address, match[1].replace(/^\[|\]$/g, ''), port);
}

async function openHttpAddress(address: string): Promise<Wire> {
  if (!URL.canParse(address)) throw bad(address, 'not a URL');
  const { openHttpWire } = await import('./request.ts');
  return openHttpWire(address, ioClock);
}

async function openMqttAddress(address: string): Promise<Wire> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // Never the address itself in an error: it may hold a password.
  if (!url?.hostname) throw bad('mqtt://…', 'mqtt needs mqtt://user:password@host:port');
  const { openMqtt } = await import('./mqtt.ts');
  // Two wires of one account under one name would throw each other out for ever.
  const name = decodeURIComponent(url.username) || 'yike';
  return openMqtt(url, `${name.slice(0, 48)}-${randomBytes(6).toString('hex')}`);
}

async function openCameraAddress(address: string): Promise<Wire> {
  const [{ openV4l2, parseCameraAddress }, { findProgram, openUstreamer }] = await Promise.all([
    import('./v4l2.ts'),
    import('./ustreamer.ts'),
  ]);
  const { via } = parseCameraAddress(address);
  const ustreamer = via === 'ffmpeg' ? undefined : findProgram('ustreamer');
  if (ustreamer) return openUstreamer(address, ustreamer);
  if (via === 'ustreamer') {
    const text = say(
      `${address}: 没有 ustreamer，请安装：apt-get install ustreamer`,
      `${address}: Ustreamer is not installed: apt-get install ustreamer`,
    );
    throw new WireError('PROGRAM_MISSING', text);
  }
  return openV4l2(address);
}

const OPENERS: Record<string, OpenWire> = {
  serial: openSerialAddress,
  pty: openSerialAddress,
  tcp: openTcpAddress,
  http: openHttpAddress,
  https: openHttpAddress,
  mqtt: openMqttAddress,
  v4l2: openCameraAddress,
};

/**
 * Opens the wire an address names. Rejects with WireError: BAD_ADDRESS in words, or what the port
 * or the network said.
 * @param openers more schemes (`memory` in tests), or others in place of the real ones
 */
export async function openWire(
  address: string,
  line?: SerialLine,
  openers: Record<string, OpenWire> = {},
): Promise<Wire> {
  const scheme = address.slice(0, Math.max(0, address.indexOf(':')));
  const opener = openers[scheme] ?? OPENERS[scheme];
  if (opener === undefined) throw bad(address, `unknown kind of link "${scheme}"`);
  return opener(address, line);
}
