/** What stands behind the operator's doors besides the store itself: settings, alerts, timelines. */
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { conditionsIn, STORE_CONDITIONS } from '../core/alert-conditions.ts';
import { timelineOf } from '../core/device-timeline.ts';
import type { AlertsView } from '../core/views/alert-views.ts';
import type { StatusView } from '../core/views/status-view.ts';
import { REASONS } from '../devices/reasons.ts';
import { systemIds, systemRandom } from '../runtime.ts';
import type { ServeOptions } from '../serve.ts';
import { type AlertsOptions, alerts as alertRoutes } from '../server/alerts.ts';
import { deviceTimelines } from '../server/devices.ts';
import { type SettingsOptions, settings as settingsRoutes } from '../server/settings.ts';
import { type DeviceMoments, keepDeviceMoments } from '../technician/device-moments.ts';
import { alertChannels, topicOf } from './alert-channels.ts';
import { type Alerts, openAlerts } from './alerts.ts';
import { inWords } from './outage-words.ts';
import { type Draft, openSettings, type Settings } from './settings.ts';
import { settingsRefusal } from './settings-refusals.ts';

export interface OperatorRooms {
  /** Puts them behind one of the operator's doors. */
  operator(server: FastifyInstance): Promise<void>;
  /** What of them the box's own command may ask. */
  box(server: FastifyInstance): Promise<void>;
  close(): void;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export function operatorRooms(options: ServeOptions, status: () => StatusView): OperatorRooms {
  const { controller, clock, dataDir } = options;
  const moments = keepDeviceMoments({ dataDir, clock, devices: controller.devices });
  const alerts = watchStore(options, status);
  const settings = storeSettings(options);
  return {
    async operator(server) {
      await server.register(settingsRoutes, settingsDoor(options, settings, 'operator'));
      await server.register(alertRoutes, alertsDoor(options, alerts));
      await server.register(deviceTimelines, { timeline: timelines(options, moments) });
    },
    async box(server) {
      await server.register(settingsRoutes, settingsDoor(options, settings, 'box'));
    },
    close() {
      alerts.close();
      moments.close();
    },
  };
}

function timelines({ controller, clock }: ServeOptions, moments: DeviceMoments) {
  return (id: string, hours: number) => {
    if (!controller.devices.find(id)) return undefined;
    const now = clock.wallMs();
    const from = now - hours * HOUR_MS;
    return inWords(timelineOf(moments.of(id, from), from, now));
  };
}

function storeSettings({ controller, dataDir, clock, configFile }: ServeOptions): Settings {
  return openSettings({
    dataDir,
    clock,
    ...(configFile && { file: configFile }),
    running: configFile
      ? (JSON.parse(readFileSync(configFile, 'utf8')) as Draft)
      : { ...controller.config },
    tell: (body) =>
      controller.ledger.append({ source: 'store', events: [{ type: 'SettingsChanged', body }] }),
  });
}

function settingsDoor(
  { restart }: ServeOptions,
  settings: Settings,
  audience: 'operator' | 'box',
): SettingsOptions {
  return {
    audience,
    ...settings,
    view: () => ({ ...settings.view(), canRestart: restart !== undefined }),
    restart() {
      if (!restart) return settingsRefusal('CANNOT_RESTART');
      restart();
      return { ok: true, value: true };
    },
  };
}

function watchStore({ controller, dataDir, clock, log }: ServeOptions, status: () => StatusView) {
  const { config, broker } = controller;
  return openAlerts({
    ...{ dataDir, clock, log, ids: systemIds, random: systemRandom },
    conditions: () => conditionsIn(status()),
    onChange: controller.onChange,
    send: alertChannels({
      ...{ storeId: config.store.id, clock, openWire: broker.open },
      root: config.mqtt?.root,
    }),
  });
}

function alertsDoor({ controller, clock }: ServeOptions, alerts: Alerts): AlertsOptions {
  const { mqtt } = controller.config;
  const codes = [
    ...Object.entries(STORE_CONDITIONS).map(([code, { title }]) => ({ code, text: title })),
    ...Object.entries(REASONS).map(([code, { why }]) => ({ code, text: why })),
  ];
  return {
    view(): AlertsView {
      const { rules, mutes, webhook, mqtt: topic } = alerts.settings();
      const { on, url, secret } = webhook;
      return {
        rules,
        mutes: mutes.filter(({ untilWallMs }) => untilWallMs > clock.wallMs()),
        channels: {
          webhook: { on, url, hasSecret: secret !== '' },
          mqtt: { ...topic, available: mqtt !== undefined, topic: mqtt ? topicOf(mqtt.root) : '' },
        },
        ...{ open: alerts.open(), history: alerts.history(), codes },
        deliveries: alerts.deliveries().slice(0, 100),
      };
    },
    setRules: (rules) => alerts.change({ rules }),
    mute(what, minutes, by) {
      const others = alerts.settings().mutes.filter((each) => each.what !== what);
      const untilWallMs = clock.wallMs() + minutes * MINUTE_MS;
      alerts.change({ mutes: minutes > 0 ? [...others, { what, untilWallMs, by }] : others });
    },
    setChannels({ webhook, mqtt: topic }) {
      const { secret } = alerts.settings().webhook;
      alerts.change({
        ...(webhook && { webhook: { ...webhook, secret: webhook.secret ?? secret } }),
        ...(topic && { mqtt: topic }),
      });
    },
    test: alerts.test,
  };
}
