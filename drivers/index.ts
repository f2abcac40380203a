/** Every driver there is, by name. A new one is one import and one line here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mqttCabinet } from './cabinet/mqtt-cabinet.ts';
import { mjpeg } from './camera/mjpeg.ts';
import { snapshot } from './camera/snapshot.ts';
import { v4l2 } from './camera/v4l2.ts';
import { type DecodedItem, type Driver, DriverError } from './contract.ts';
import { modbusCooler } from './cooler/modbus-cooler.ts';
import { parseGolden } from './golden.ts';
import { kerongCu } from './lock/kerong-cu.ts';
import { lock8a } from './lock/lock-8a.ts';
import { checkOptions } from './options.ts';
import { codePay } from './payment/code-pay.ts';
import { mdbBridge } from './payment/mdb-bridge.ts';
import { zvt } from './payment/zvt.ts';
import { escpos } from './printer/escpos.ts';
import { tspl } from './printer/tspl.ts';
import { say } from './say.ts';
import { cas22 } from './scale/cas-22.ts';
import { dialog0204 } from './scale/dialog-02-04.ts';
import { dialog06 } from './scale/dialog-06.ts';
import { enqDc1 } from './scale/enq-dc1.ts';
import { mtSics } from './scale/mt-sics.ts';
import { nci } from './scale/nci.ts';
import { toledo8217 } from './scale/toledo-8217.ts';
import { toledoContinuous } from './scale/toledo-continuous.ts';
import { yaohua } from './scale/yaohua.ts';
import { serialScanner } from './scanner/serial-scanner.ts';
import { zebraSsi } from './scanner/zebra-ssi.ts';
import { modbusShelf } from './shelf/modbus-shelf.ts';
import { dex } from './vending/dex.ts';

export const DRIVERS: readonly Driver[] = [
  enqDc1,
  serialScanner,
  zebraSsi,
  escpos,
  tspl,
  codePay,
  zvt,
  mdbBridge,
  mjpeg,
  snapshot,
  v4l2,
  lock8a,
  kerongCu,
  modbusShelf,
  modbusCooler,
  mqttCabinet,
  dex,
  mtSics,
  toledo8217,
  toledoContinuous,
  yaohua,
  nci,
  cas22,
  dialog06,
  dialog0204,
];

/** The driver of that name, or undefined. */
export function findDriver(name: string): Driver | undefined {
  return DRIVERS.find((driver) => driver.name === name);
}

/** Folder of a driver's golden files: beside the sources, also when run from `dist/`. */
function goldenFolder(driver: Driver): string | undefined {
  const folder = join(driver.kind, 'golden');
  return [import.meta.dirname, join(import.meta.dirname, '../../drivers')]
    .map((base) => join(base, folder))
    .find((path) => existsSync(path));
}

/** Paths of a driver's golden files: `<name>.txt` and one `<name>-….txt` for each dialect. */
export function goldenFiles(driver: Driver): string[] {
  const folder = goldenFolder(driver);
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((file) => file === `${driver.name}.txt` || file.startsWith(`${driver.name}-`))
    .sort()
    .map((file) => join(folder, file));
}

export interface DriverListing {
  name: string;
  kind: Driver['kind'];
  links: string[];
  title: { zh: string; en: string };
  /** What it can be asked; empty for a device that only speaks. */
  abilities: readonly string[];
  /** The documents its golden file names. */
  sources: string[];
  /** Number of golden lines the driver is held to. */
  vectors: number;
}

/** All drivers as `yike driver list` shows them. */
export function driverList(): DriverListing[] {
  return DRIVERS.map((driver) => {
    const { name, kind, links, title, can: abilities = [] } = driver;
    const golden = goldenFiles(driver).map((path) => parseGolden(readFileSync(path, 'utf8')));
    const named = golden.flatMap((file) => file.sources);
    const said = golden.flatMap(({ lines }) => lines.map(({ source }) => source));
    const sources = [...new Set(named.length > 0 ? named : said.slice(0, 3))];
    const vectors = golden.reduce((sum, { lines }) => sum + lines.length, 0);
    return { name, kind, links, title, abilities, sources, vectors };
  });
}

/**
 * Everything `bytes` say to one driver, the rest as `discarded` items. Throws DriverError
 * BAD_OPTIONS, in words, for a driver or an option there is none of.
 */
export function decodeHex(
  driverName: string,
  bytes: Uint8Array,
  options: Record<string, unknown> = {},
): DecodedItem[] {
  const driver = findDriver(driverName);
  if (driver === undefined) {
    const known = DRIVERS.map((one) => one.name).join(', ');
    const text = say(
      `没有驱动「${driverName}」（${known}）`,
      `No driver "${driverName}" (${known})`,
    );
    throw new DriverError('BAD_OPTIONS', text, false);
  }
  const checked = checkOptions(driver, options);
  if (!checked.ok) throw new DriverError('BAD_OPTIONS', checked.problem, false);
  const decoder = driver.decoder(checked.value);
  return [...decoder.push(bytes), ...decoder.end()];
}
