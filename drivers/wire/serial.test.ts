import { execFile } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SerialPortMock } from 'serialport';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ByteWire } from '../contract.ts';
import { openWire } from './open.ts';
import { type FarEnd, openPty, PTY_AVAILABLE } from './pty-for-tests.ts';
import { openError, openSerial } from './serial.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const soon = { timeout: 5000, interval: 5 };

async function openBytes(address: string): Promise<ByteWire> {
  const wire = await openWire(address);
  if (wire.kind !== 'bytes') throw new Error(`${address} is no byte wire`);
  return wire;
}

describe('on the mock binding', () => {
  const settings = { baudRate: 9600, dataBits: 8, stopBits: 1, parity: 'none' } as const;
  afterEach(() => SerialPortMock.binding.reset());

  test('bytes go both ways and closing is told once', async () => {
    SerialPortMock.binding.createPort('/dev/scale', { echo: true, record: true });
    const wire = await openSerial('serial:/dev/scale', '/dev/scale', settings, (path, line) => {
      return new SerialPortMock({ path, ...line, autoOpen: false });
    });
    const heard: number[] = [];
    const reasons: string[] = [];
    wire.onBytes((bytes) => heard.push(...bytes));
    wire.onClose((reason) => reasons.push(reason));
    await wire.write(text('ENQ'));
    await vi.waitFor(() => expect(heard).toEqual([...text('ENQ')]), soon);
    await wire.close();
    await wire.close();
    expect(reasons).toEqual(['closed']);
    await expect(wire.write(text('late'))).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test.each([
    ['No such file or directory, cannot open /dev/x', 'PORT_MISSING'],
    ['Resource temporarily unavailable Cannot lock port', 'PORT_BUSY'],
    ['Permission denied, cannot open /dev/x', 'PORT_DENIED'],
  ])('"%s" is told as %s, with the path', (said, code) => {
    const error = openError('/dev/x', new Error(said));
    expect(error).toMatchObject({ code, retry: true });
    expect(error.message).toContain('/dev/x');
  });
});

describe.skipIf(!PTY_AVAILABLE)('on a real pseudo-terminal', () => {
  const ends: FarEnd[] = [];
  const wires: ByteWire[] = [];
  const plug = (): FarEnd => {
    const end = openPty();
    ends.push(end);
    return end;
  };
  const connect = async (address: string): Promise<ByteWire> => {
    const wire = await openBytes(address);
    wires.push(wire);
    return wire;
  };
  afterEach(async () => {
    for (const wire of wires.splice(0)) await wire.close();
    for (const end of ends.splice(0)) end.unplug();
  });

  test('every byte value passes both ways', async () => {
    const end = plug();
    const wire = await connect(`pty:${end.path}`);
    const all = Uint8Array.from({ length: 256 }, (_unused, byte) => byte);
    const heard: number[] = [];
    wire.onBytes((bytes) => heard.push(...bytes));
    await wire.write(all);
    await end.say(all);
    await vi.waitFor(() => expect(heard).toEqual([...all]), soon);
    await vi.waitFor(() => expect([...end.heard()]).toEqual([...all]), soon);
  });

  test('a 7E1 line travels as 8N1 with the parity checked here', async () => {
    const end = plug();
    const wire = await connect(`serial:${end.path}?baud=9600&bits=7&parity=even`);
    const heard: number[] = [];
    wire.onBytes((bytes) => heard.push(...bytes));
    await wire.write(Uint8Array.of(0x02, 0x30, 0x31));
    await vi.waitFor(() => expect([...end.heard()]).toEqual([0x82, 0x30, 0xb1]), soon);
    await end.say(Uint8Array.of(0x82, 0x30, 0x31));
    await vi.waitFor(() => expect(heard).toEqual([0x02, 0x30, 0xff]), soon);
  });

  test('a pulled cable is noticed and what was waiting never reaches the next device', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'yike-serial-'));
    const first = plug();
    const link = join(folder, 'lock-1');
    symlinkSync(first.path, link);
    const wire = await connect(`serial:${link}`);
    const reasons: string[] = [];
    wire.onClose((reason) => reasons.push(reason));
    first.unplug();
    const stale = wire.write(text('OPEN-DOOR')).catch((error) => error.code);
    await vi.waitFor(() => expect(reasons).toHaveLength(1), soon);
    expect([undefined, 'CLOSED', 'WRITE_TIMEOUT']).toContain(await stale);
    await expect(wire.write(text('OPEN-DOOR'))).rejects.toMatchObject({ code: 'CLOSED' });
    await rm(link);

    const second = plug();
    symlinkSync(second.path, link);
    const again = await connect(`serial:${link}`);
    await again.write(text('HELLO'));
    await vi.waitFor(() => expect(second.heard().toString()).toBe('HELLO'), soon);
    await rm(folder, { recursive: true });
  });

  test('a device that hangs fills no memory: writes are refused, then the wire is given up', async () => {
    const end = plug();
    const wire = await connect(`pty:${end.path}`);
    end.freeze();
    let closed = '';
    wire.onClose((reason) => {
      closed = reason;
    });
    const codes = new Set<string>();
    const writes: Promise<void>[] = [];
    for (let count = 0; count < 400; count++) {
      writes.push(
        wire.write(new Uint8Array(1024), 300).catch((error) => void codes.add(error.code)),
      );
    }
    await Promise.all(writes);
    expect(codes).toContain('QUEUE_FULL');
    for (let count = 0; count < 100 && closed === ''; count++) {
      await wire.write(new Uint8Array(4096), 300).catch((error) => void codes.add(error.code));
    }
    expect(codes).toContain('WRITE_TIMEOUT');
    expect(closed).toBe('write timeout');
  });

  test('a port that is not there is said in words and the process goes on', async () => {
    const missing = openWire('serial:/dev/yike-not-there');
    await expect(missing).rejects.toMatchObject({ code: 'PORT_MISSING', retry: true });
    await expect(missing).rejects.toThrow('/dev/yike-not-there');
  });

  test('a port somebody else holds is said to be busy', async () => {
    const end = plug();
    await connect(`serial:${end.path}`);
    await expect(openWire(`serial:${end.path}`)).rejects.toMatchObject({ code: 'PORT_BUSY' });
  });
});

describe('in a process of its own', () => {
  const built = join(import.meta.dirname, '../../dist/drivers/wire/open.js');
  const isBuilt = existsSync(built);
  if (!isBuilt) console.warn(`${built} is not built: the process test is skipped`);

  test.skipIf(!isBuilt)('a missing port ends no process', async () => {
    const script = `
      const { openWire } = await import(${JSON.stringify(built)});
      await openWire('serial:/dev/yike-not-there').catch((error) => console.log(error.code));
      setTimeout(() => console.log('still here'), 50);`;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout.trim().split('\n')).toEqual(['PORT_MISSING', 'still here']);
  });
});
