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
import type { TraceRing } from '../../drivers/trace/ring.ts';
import type { OpenWire } from '../../drivers/wire/open.ts';
import type { DeviceConfig } from '../config/config.ts';
import type { Clock, Outcome, Random } from '../core/ports.ts';
import { isForTrade, isPossible, PLATE_FORM } from '../core/type-plate.ts';
import type { DeviceView, LaneView } from '../core/views/views.ts';
import type { Log } from '../log.ts';
import type { SendReply, SendRequest } from './direct-io.ts';
import { type DeviceFacts, type FactsFile, openFacts } from './facts.ts';
import { openDevice } from './open-device.ts';
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

/** The same for those who look after it. */
export interface KeptDevice extends StoreDevice {
  /** The options with their defaults. */
  options: Record<string, unknown>;
  /** Newest event of its kind, for a look at it. */
  lastEvent(): DeviceEvent | undefined;
  ring: TraceRing;
  facts(): DeviceFacts;
  disable(by: string, why: string): Promise<void>;
  enable(): void;
  /** Lets the port go for so long; it comes back by itself. */
  release(forMs: number, by: string): Promise<void>;
  claim(): void;
  /** The one that answers is the right one; false where there is nothing to confirm. */
  confirm(by: string): boolean;
  calibrated(calibration: NonNullable<DeviceFacts['calibration']>): void;
  resetStatistics(): void;
  /** Writes down what is known of it for longer than this process lives. */
  remember(change: (facts: DeviceFacts) => DeviceFacts): void;
  /** The same device by another configuration; whoever uses it keeps it. */
  moveTo(next: Prepared): Promise<void>;
  /** One request by hand, the driver standing aside. Rejects as the wire does. */
  exchange(request: SendRequest): Promise<SendReply>;
}

export interface DeviceTable {
  all(): StoreDevice[];
  find(id: string | undefined): StoreDevice | undefined;
  onStatus(listener: (device: StoreDevice) => void): void;
  close(): Promise<void>;
}

/** The same for those who look after it. */
export interface KeptTable extends DeviceTable {
  all(): KeptDevice[];
  find(id: string | undefined): KeptDevice | undefined;
  /** Takes one more in while the store runs. */
  add(config: DeviceConfig): Outcome<KeptDevice>;
  /** Lets one go for good; false where there is none of that name. */
  remove(id: string): Promise<boolean>;
  /** The same device by another name. */
  rename(from: string, to: string): Promise<Outcome<KeptDevice>>;
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
  /** Where identities and switches outlive the process. */
  facts?: FactsFile;
}

export interface Prepared {
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
    if (!options.ok)
      return refused('OPTIONS_INVALID', config, options.problem.zh, options.problem.en);
    const forTrade = isForTrade(options.value);
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
    if (config.plate && !isPossible(config.plate))
      return refused(
        'PLATE_IMPOSSIBLE',
        config,
        '铭牌数据 plate 不对：Min 要小于 Max，d 也要小于 Max',
        'its type plate cannot be: Min and d are both less than Max',
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
      next: code.startsWith('PLATE_')
        ? {
            zh: `看秤身铭牌上的 Min、Max、d（或 e）：--plate ${PLATE_FORM}，单位克，也可写 15kg；配置文件里是 plate`,
            en: `Read Min, Max and d (or e) off the plate on the scale: --plate ${PLATE_FORM}, in grams or as 15kg; in the file it is plate`,
          }
        : {
            zh: '改正配置；「yike driver list」列出所有驱动',
            en: 'Correct it; `yike driver list` lists the drivers',
          },
    },
  };
}

export function openDevices(options: DeviceOptions): Outcome<KeptTable> {
  const prepared = prepareDevices(options.devices);
  if (!prepared.ok) return prepared;
  const book = openFacts(options.facts);
  const statusListeners: ((device: StoreDevice) => void)[] = [];
  const changed = (device: StoreDevice) => {
    for (const listener of statusListeners) listener(device);
  };
  const take = (each: Prepared) => openDevice(each, options, book, changed);
  const table = prepared.value.map(take);
  const find = (id: string | undefined) => table.find((each) => each.id === id);
  const add = (config: DeviceConfig): Outcome<KeptDevice> => {
    if (find(config.id)) return idTaken(config);
    const checked = prepareDevices([config]);
    if (!checked.ok) return checked;
    const [device] = checked.value.map(take);
    if (!device) throw new Error('one device was prepared');
    table.push(device);
    changed(device);
    return { ok: true, value: device };
  };
  const letGo = async (id: string): Promise<KeptDevice | undefined> => {
    const device = find(id);
    if (device) table.splice(table.indexOf(device), 1);
    await device?.close();
    return device;
  };
  return {
    ok: true,
    value: {
      all: () => [...table],
      find,
      onStatus: (listener) => statusListeners.push(listener),
      add,
      async remove(id) {
        const gone = await letGo(id);
        if (gone) book.forget(id);
        if (gone) changed(gone);
        return gone !== undefined;
      },
      async rename(from, to) {
        const device = find(from);
        if (!device) return unknownDevice(from);
        if (find(to)) return idTaken({ ...device.config, id: to });
        await letGo(from);
        book.rename(from, to);
        return add({ ...device.config, id: to });
      },
      close: async () => {
        await Promise.all(table.map((each) => each.close()));
      },
    },
  };
}

const idTaken = (config: DeviceConfig): Outcome<never> =>
  refused('ID_TAKEN', config, '这个名字已经有了，换一个', 'this name is taken; choose another');

export const unknownDevice = (id: string): Outcome<never> => ({
  ok: false,
  refusal: {
    code: 'DEVICE_UNKNOWN',
    message: { zh: `没有设备「${id}」`, en: `There is no device "${id}"` },
    next: { zh: 'yike device list 列出所有设备', en: '`yike device list` lists them' },
  },
});

/** What a shopper's screen says of a device: whether it works, and in words why not. */
export function screenDevice({ id, kind, status }: StoreDevice): LaneView['devices'][number] {
  const { state, reason } = status();
  return { id, kind, state, ...(reason && { why: REASONS[reason].why }) };
}
