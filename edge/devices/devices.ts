/** The store's devices: every configured one supervised, its health in words, its events shared. */
import type {
  Device,
  DeviceEvent,
  DeviceKind,
  DeviceNotes,
  DeviceStatus,
  Driver,
} from '../../drivers/contract.ts';
import { findDriver } from '../../drivers/index.ts';
import { checkOptions } from '../../drivers/options.ts';
import { type Supervised, supervise } from '../../drivers/supervise.ts';
import { type OpenWire, openWire } from '../../drivers/wire/open.ts';
import type { DeviceConfig } from '../config.ts';
import type { Clock, Outcome, Random } from '../core/ports.ts';
import type { DeviceView, LaneView } from '../core/views.ts';
import type { Log } from '../log.ts';
import { REASONS } from './reasons.ts';

/** One supervised device with the listeners of the actors that use it. */
export interface StoreDevice {
  id: string;
  kind: DeviceKind;
  driver: string;
  config: DeviceConfig;
  status(): DeviceStatus;
  view(): DeviceView;
  onEvent(listener: (event: DeviceEvent) => void): void;
  onStatus(listener: () => void): void;
  /** The connected device, or undefined while it is offline. */
  current<D extends Device>(): D | undefined;
  restart(): void;
  close(): Promise<void>;
}

export interface DeviceTable {
  all(): StoreDevice[];
  find(id: string | undefined): StoreDevice | undefined;
  onStatus(listener: (device: StoreDevice) => void): void;
  close(): Promise<void>;
}

export interface DeviceOptions {
  devices: DeviceConfig[];
  clock: Clock;
  random: Random;
  log: Log;
  /** What a driver keeps over a restart of the box; left out, as long as this process. */
  notes?: (deviceId: string) => DeviceNotes;
  /** Opens wires; the simulator's memory links come in here. */
  open?: OpenWire;
}

interface Prepared {
  config: DeviceConfig;
  driver: Driver;
  options: Record<string, unknown>;
}

/** Finds every driver and checks every option before a single port is opened. */
export function prepareDevices(devices: DeviceConfig[]): Outcome<Prepared[]> {
  const prepared: Prepared[] = [];
  for (const config of devices) {
    const driver = findDriver(config.driver);
    if (!driver)
      return refused(
        'DRIVER_UNKNOWN',
        config,
        `没有叫「${config.driver}」的驱动`,
        `there is no driver "${config.driver}"`,
      );
    const options = checkOptions(driver, config.options ?? {});
    if (!options.ok) return refused('OPTIONS_INVALID', config, options.problem, options.problem);
    const forTrade = options.value.notForTrade !== true;
    if (config.plate && !forTrade)
      return refused(
        'NOT_FOR_TRADE',
        config,
        '这台秤不报稳定，不能用来卖货：删掉 plate，或换一台秤',
        'this scale reports no stability and may not sell: remove its plate, or use another scale',
      );
    if (driver.kind === 'scale' && forTrade && !config.plate)
      return refused(
        'PLATE_MISSING',
        config,
        '缺少铭牌数据 plate（Min、Max、d）',
        'its type plate (Min, Max, d) is missing',
      );
    prepared.push({ config, driver, options: options.value });
  }
  return { ok: true, value: prepared };
}

function refused(code: string, config: DeviceConfig, zh: string, en: string): Outcome<never> {
  return {
    ok: false,
    refusal: {
      code,
      message: { zh: `设备 ${config.id}：${zh}`, en: `Device ${config.id}: ${en}` },
      next: {
        zh: '改正配置；「yike driver list」列出所有驱动',
        en: 'Correct it; `yike driver list` lists the drivers',
      },
    },
  };
}

export function openDevices(options: DeviceOptions): Outcome<DeviceTable> {
  const prepared = prepareDevices(options.devices);
  if (!prepared.ok) return prepared;
  const statusListeners: ((device: StoreDevice) => void)[] = [];
  const changed = (device: StoreDevice) => {
    for (const listener of statusListeners) listener(device);
  };
  const table = prepared.value.map((each) => openDevice(each, options, changed));
  return {
    ok: true,
    value: {
      all: () => table,
      find: (id) => table.find((each) => each.id === id),
      onStatus: (listener) => statusListeners.push(listener),
      close: async () => {
        await Promise.all(table.map((each) => each.close()));
      },
    },
  };
}

function openDevice(
  { config, driver, options }: Prepared,
  { clock, random, log, notes, open = openWire }: DeviceOptions,
  changed: (device: StoreDevice) => void,
): StoreDevice {
  const eventListeners: ((event: DeviceEvent) => void)[] = [];
  const statusListeners: (() => void)[] = [];
  let loggedState: string | undefined;
  const toWall = wallOf(clock);
  const supervised: Supervised<Device> = supervise({
    driver,
    address: config.address,
    open: () => open(config.address, driver.line),
    options,
    clock,
    random,
    log: log.child({ device: config.id }),
    ...(notes && { notes: notes(config.id) }),
    onEvent: (event) => {
      for (const listener of eventListeners) listener(event);
    },
    onStatus: () => {
      const { state, reason, detail } = supervised.status();
      if (state !== loggedState) log.info({ device: config.id, state, reason, detail }, 'device');
      loggedState = state;
      for (const listener of statusListeners) listener();
      changed(device);
    },
  });
  const device: StoreDevice = {
    id: config.id,
    kind: driver.kind,
    driver: driver.name,
    config,
    status: () => supervised.status(),
    view: () => deviceView(device, toWall),
    onEvent: (listener) => eventListeners.push(listener),
    onStatus: (listener) => statusListeners.push(listener),
    current: <D extends Device>() => supervised.device() as D | undefined,
    restart: () => supervised.restart(),
    close: () => supervised.close(),
  };
  return device;
}

/** What a shopper's screen says of a device: whether it works, and in words why not. */
export function screenDevice({ id, kind, status }: StoreDevice): LaneView['devices'][number] {
  const { state, reason } = status();
  return { id, kind, state, ...(reason && { why: REASONS[reason].why }) };
}

/**
 * Monotonic instants as wall time, for people. The two clocks are compared anew only where they
 * moved apart, so that an instant does not shiver by a millisecond from look to look.
 */
function wallOf(clock: Clock): (monoMs: number) => number {
  const apart = () => clock.wallMs() - clock.monoMs();
  let known = apart();
  return (monoMs) => {
    if (Math.abs(apart() - known) > 1_000) known = apart();
    return monoMs + known;
  };
}

function deviceView(device: StoreDevice, toWall: (monoMs: number) => number): DeviceView {
  const status = device.status();
  const reason = status.reason ? REASONS[status.reason] : undefined;
  return {
    id: device.id,
    kind: device.kind,
    driver: device.driver,
    address: device.config.address,
    state: status.state,
    ...(status.reason && { reason: status.reason, why: reason?.why, next: reason?.next }),
    ...(status.detail && { detail: status.detail }),
    sinceWallMs: toWall(status.sinceMs),
    ...(status.lastSeenMs !== undefined && { lastSeenWallMs: toWall(status.lastSeenMs) }),
    statistics: status.statistics,
  };
}
