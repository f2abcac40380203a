/** Alerts on the operator's page: what is told, to whom, what is muted, and what arrived. */
import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import {
  ALERT_CHANNELS,
  type AlertChannel,
  type AlertRule,
  type AlertsView,
  SEVERITIES,
} from '../core/views/alert-views.ts';

export interface AlertsOptions {
  view(): AlertsView;
  setRules(rules: AlertRule[]): void;
  /** `minutes` of 0 ends a mute. */
  mute(what: string, minutes: number, by: string): void;
  setChannels(channels: {
    webhook?: { on: boolean; url: string; secret?: string };
    mqtt?: { on: boolean };
  }): void;
  test(channel: AlertChannel): void;
}

const closed = { additionalProperties: false };
const oneOf = <T extends string>(values: readonly T[]) =>
  Type.Union(values.map((value) => Type.Literal(value)));
const code = Type.String({ pattern: '^[A-Z0-9_]{1,40}$' });

const Rule = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }),
    name: Type.String({ maxLength: 60 }),
    on: Type.Boolean(),
    codes: Type.Array(code, { maxItems: 60 }),
    least: oneOf(SEVERITIES),
    holdSeconds: Type.Integer({ minimum: 0, maximum: 3600 }),
    repeatMinutes: Type.Integer({ minimum: 0, maximum: 1440 }),
    channels: Type.Array(oneOf(ALERT_CHANNELS), { maxItems: 3 }),
  },
  closed,
);
const Rules = Type.Object({ rules: Type.Array(Rule, { maxItems: 20 }) }, closed);
const Muting = Type.Object(
  {
    what: Type.String({ pattern: '^[\\w:.* -]{1,120}$' }),
    minutes: Type.Integer({ minimum: 0, maximum: 10_080 }),
  },
  closed,
);
const Channels = Type.Partial(
  Type.Object({
    webhook: Type.Object(
      {
        on: Type.Boolean(),
        url: Type.String({ pattern: '^(https?://[^\\s]{1,500})?$' }),
        secret: Type.Optional(Type.String({ minLength: 16, maxLength: 128 })),
      },
      closed,
    ),
    mqtt: Type.Object({ on: Type.Boolean() }, closed),
  }),
  closed,
);
const Test = Type.Object({ channel: oneOf(ALERT_CHANNELS) }, closed);

export async function alerts(server: FastifyInstance, options: AlertsOptions): Promise<void> {
  const operator = (summary: string) => ({ audience: 'operator' as const, summary });
  const change = (summary: string) => ({ ...operator(summary), may: 'settings' as const });
  const looking = { ...operator('Alerts, rules, and what was sent'), passive: true };
  server.get('/api/alerts', { config: looking }, () => options.view());
  server.post<{ Body: Static<typeof Rules> }>(
    '/api/alerts/rules',
    { schema: { body: Rules }, config: change('What becomes an alert, and who hears') },
    ({ body }) => {
      options.setRules(body.rules as AlertRule[]);
      return { ok: true };
    },
  );
  server.post<{ Body: Static<typeof Muting> }>(
    '/api/alerts/mute',
    {
      schema: { body: Muting },
      config: { ...operator('No word of it for so long'), may: 'assist' },
    },
    ({ body: { what, minutes }, signedIn }) => {
      options.mute(what, minutes, signedIn?.person.name ?? '');
      return { ok: true };
    },
  );
  server.post<{ Body: Static<typeof Channels> }>(
    '/api/alerts/channels',
    { schema: { body: Channels }, config: { ...change('Where messages go'), fresh: true } },
    ({ body }) => {
      options.setChannels(body);
      return { ok: true };
    },
  );
  server.post<{ Body: Static<typeof Test> }>(
    '/api/alerts/test',
    { schema: { body: Test }, config: change('A message to try a way') },
    ({ body }) => {
      options.test(body.channel as AlertChannel);
      return { ok: true };
    },
  );
}
