/** The configuration: seen, checked, changed and had back. The same for the operator and the box. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Outcome, Refusal } from '../core/ports.ts';
import type { SettingChange, SettingsVersion, SettingsView } from '../core/views/settings-views.ts';

type Values = Record<string, unknown>;

export interface SettingsOptions {
  audience: 'operator' | 'box';
  view(): SettingsView & { canRestart: boolean };
  check(values: Values): Outcome<SettingChange[]>;
  apply(values: Values, basedOn: string, by: string): Outcome<SettingsVersion>;
  earlier(version: number): Outcome<Values>;
  /** Ends the controller in order; whoever keeps it starts it again. */
  restart(): Outcome<true>;
}

const closed = { additionalProperties: false };
/** The configuration's own schema checks it whole, in words. */
const values = Type.Record(Type.String(), Type.Unknown());
const by = Type.Optional(Type.String({ minLength: 1, maxLength: 64 }));
const CheckBody = Type.Object({ values }, closed);
const ApplyBody = Type.Object(
  { values, basedOn: Type.String({ pattern: '^[0-9a-f]{64}$' }), by },
  closed,
);
const params = Type.Object({ version: Type.String({ pattern: '^\\d{1,9}$' }) }, closed);
const BODY_BYTES = 1024 * 1024;

const answer = <T>(outcome: Outcome<T>): { ok: true; value: T } | { ok: false; refusal: Refusal } =>
  outcome;
const whoOf = ({ signedIn }: FastifyRequest, given: string | undefined): string =>
  signedIn?.person.name ?? given ?? 'box';

export async function settings(server: FastifyInstance, options: SettingsOptions): Promise<void> {
  const { audience } = options;
  const config = (summary: string) => ({ audience, summary, may: 'settings' as const });
  const large = { bodyLimit: BODY_BYTES };
  server.get('/api/settings', { config: config('The configuration as a form') }, () =>
    options.view(),
  );
  server.post<{ Body: { values: Values } }>(
    '/api/settings/check',
    { ...large, schema: { body: CheckBody }, config: config('What a change would change') },
    ({ body }) => answer(options.check(body.values)),
  );
  server.post<{ Body: { values: Values; basedOn: string; by?: string } }>(
    '/api/settings',
    {
      ...large,
      schema: { body: ApplyBody },
      config: { ...config('Changes the configuration'), fresh: true },
    },
    (request) => {
      const { values: wanted, basedOn, by: given } = request.body;
      return answer(options.apply(wanted, basedOn, whoOf(request, given)));
    },
  );
  server.get<{ Params: { version: string } }>(
    '/api/settings/versions/:version',
    { schema: { params }, config: config('An earlier configuration') },
    ({ params: { version } }) => answer(options.earlier(Number(version))),
  );
  server.post(
    '/api/settings/restart',
    { config: { ...config('Ends the controller, to be started anew'), fresh: true } },
    () => answer(options.restart()),
  );
}
