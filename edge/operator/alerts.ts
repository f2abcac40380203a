/**
 * Watches the store and tells people: what holds for ten seconds becomes an alert, and every message
 * about it is on the disk before it is sent, so one raised without a network is sent when it is back.
 * A message keeps its id however often it is tried: the far side drops what it already has.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../box/durable-file.ts';
import {
  type AlertInput,
  type AlertState,
  lookForAlerts,
  NO_ALERTS,
  nextLookMs,
} from '../core/alert-rules.ts';
import type { Clock, Ids, Random } from '../core/ports.ts';
import type {
  Alert,
  AlertChannel,
  AlertRule,
  Condition,
  Delivery,
  MessageKind,
  Mute,
} from '../core/views/alert-views.ts';
import type { Log } from '../log.ts';
import { bounded, createSender } from './alert-sender.ts';

export interface AlertSettings {
  rules: AlertRule[];
  mutes: Mute[];
  webhook: { on: boolean; url: string; secret: string };
  mqtt: { on: boolean };
}

export interface AlertsParts {
  dataDir: string;
  clock: Clock;
  ids: Ids;
  random: Random;
  log: Pick<Log, 'error'>;
  conditions(): Condition[];
  onChange(listener: () => void): void;
  /** Throws, or rejects, where the message did not arrive. */
  send: Record<
    Exclude<AlertChannel, 'browser'>,
    (delivery: Delivery, now: AlertSettings) => Promise<void>
  >;
}

export interface Alerts {
  settings(): AlertSettings;
  change(settings: Partial<AlertSettings>): void;
  open(): Alert[];
  history(): Alert[];
  deliveries(): Delivery[];
  test(channel: AlertChannel): void;
  onChange(listener: () => void): void;
  close(): void;
}

interface Kept {
  open: Alert[];
  history: Alert[];
  deliveries: Delivery[];
}

const KEPT_HISTORY = 200;

export const USUAL_RULES: AlertRule[] = [
  {
    ...{ id: 'serious', name: '', on: true, codes: [], least: 'bad' },
    ...{ holdSeconds: 10, repeatMinutes: 30, channels: ['browser', 'webhook', 'mqtt'] },
  },
  {
    ...{ id: 'notice', name: '', on: true, codes: [], least: 'warn' },
    ...{ holdSeconds: 60, repeatMinutes: 0, channels: ['browser'] },
  },
];
const USUAL: AlertSettings = {
  rules: USUAL_RULES,
  mutes: [],
  webhook: { on: false, url: '', secret: '' },
  mqtt: { on: true },
};

function read<T extends object>(file: string, otherwise: T): T {
  return existsSync(file) ? { ...otherwise, ...JSON.parse(readFileSync(file, 'utf8')) } : otherwise;
}

export function openAlerts(parts: AlertsParts): Alerts {
  const { clock } = parts;
  const { files, kept, settings: first } = openFolder(parts.dataDir);
  let settings = first;
  let state: AlertState = { ...NO_ALERTS, open: kept.open };
  const listeners: (() => void)[] = [];
  let cancelLook = () => {};
  let closed = false;

  const write = () => {
    kept.deliveries = bounded(kept.deliveries);
    writeState(parts, files.state, { ...kept, open: state.open });
    for (const listener of listeners) listener();
  };
  const sender = createSender(parts, kept, () => settings, write);

  function look(): void {
    if (closed) return;
    cancelLook();
    const { rules, mutes } = settings;
    const now = { monoMs: clock.monoMs(), wallMs: clock.wallMs() };
    const newId = () => parts.ids('alert');
    const input: AlertInput = { conditions: parts.conditions(), rules, mutes, ...now, newId };
    const before = JSON.stringify(state.open);
    const turn = lookForAlerts(state, input);
    state = turn.state;
    kept.history = [...turn.cleared.reverse(), ...kept.history].slice(0, KEPT_HISTORY);
    for (const message of turn.messages) put(parts, kept, settings, message);
    if (turn.messages.length > 0 || JSON.stringify(state.open) !== before) write();
    sender.wake();
    const waitMs = nextLookMs(state, input);
    if (waitMs !== undefined) cancelLook = clock.after(waitMs, look);
  }
  parts.onChange(look);
  look();

  return {
    ...{ settings: () => settings, open: () => state.open },
    ...{ history: () => kept.history, deliveries: () => kept.deliveries },
    change(next) {
      settings = { ...settings, ...next };
      replaceFile(files.settings, JSON.stringify(settings));
      write();
      look();
    },
    test(channel) {
      put(parts, kept, settings, { kind: 'test', alert: testAlert(parts), channels: [channel] });
      write();
      sender.wake();
    },
    onChange: (listener) => listeners.push(listener),
    close() {
      closed = true;
      cancelLook();
      sender.close();
    },
  };
}

function openFolder(dataDir: string) {
  const folder = join(dataDir, 'alerts');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = { settings: join(folder, 'settings.json'), state: join(folder, 'state.json') };
  const kept = read<Kept>(files.state, { open: [], history: [], deliveries: [] });
  return { files, kept, settings: read(files.settings, USUAL) };
}

/** A disk that takes nothing must not stop the store; it is itself a condition. */
function writeState({ log }: AlertsParts, file: string, kept: Kept): void {
  try {
    replaceFile(file, JSON.stringify(kept));
  } catch (error) {
    log.error({ error: String(error) }, 'alerts not on the disk');
  }
}

interface Told {
  kind: MessageKind;
  alert: Alert;
  channels: readonly AlertChannel[];
}

/** One delivery for each way that is on; a page open somewhere fetches its own. */
function put(
  { clock, ids }: AlertsParts,
  kept: Kept,
  settings: AlertSettings,
  { kind, alert, channels }: Told,
): void {
  for (const channel of channels.filter((each) => isOn(settings, each)))
    kept.deliveries.unshift({
      ...{ id: ids('message'), channel, kind, alert, atWallMs: clock.wallMs() },
      ...{ attempts: 0, ...(channel === 'browser' && { doneWallMs: clock.wallMs() }) },
    });
}

const isOn = ({ webhook, mqtt }: AlertSettings, channel: AlertChannel): boolean =>
  channel === 'webhook' ? webhook.on && webhook.url !== '' : channel === 'browser' || mqtt.on;

function testAlert({ clock, ids }: AlertsParts): Alert {
  const atWallMs = clock.wallMs();
  return {
    ...{ id: ids('alert'), key: 'test', code: 'TEST', severity: 'warn', subject: 'yike' },
    text: { zh: '这是一条测试通知', en: 'This is a test' },
    ...{ sinceWallMs: atWallMs, raisedWallMs: atWallMs, told: 1 },
  };
}
