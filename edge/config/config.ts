/**
 * The controller's one configuration schema: validation, defaults, types and help text. A store's
 * file is JSON; an unknown key is an error that names it, never silently dropped.
 */
import { existsSync, readFileSync } from 'node:fs';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { checkPriceBook } from '../core/catalogue/price-book.ts';
import type { Outcome } from '../core/ports.ts';
import { cabinetSchema } from './cabinet.ts';
import { LanePolicySchema } from './lane-policy.ts';
import { lossesSchema } from './losses.ts';
import { mqttSchema } from './mqtt.ts';
import { panelSchema } from './panel.ts';
import { problemOf, USUAL_ZONE } from './problems.ts';
import { RecognitionSchema } from './recognition.ts';
import { stockSchema } from './stock.ts';

const closed = { additionalProperties: false };
const id = Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' });
const text = Type.Object({ zh: Type.String(), en: Type.String() }, closed);
const port = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 0, maximum: 65_535, description });

const operatorDoor = Type.Object(
  {
    host: Type.String({ default: '0.0.0.0', description: 'Address of the network door' }),
    port: port(8443, 'Operator page over TLS'),
    certFile: Type.Optional(
      Type.String({ description: 'Certificate (PEM); made here if left out' }),
    ),
    keyFile: Type.Optional(Type.String({ description: 'Its private key (PEM)' })),
    hosts: Type.Array(Type.String(), {
      default: [],
      description: 'Host names besides IP addresses by which the page may be asked for',
    }),
  },
  {
    ...closed,
    description: 'Operator page on the network, over TLS only; left out: loopback only',
  },
);

const device = Type.Object(
  {
    id,
    driver: Type.String({ description: 'A name of `yike driver list`' }),
    address: Type.String({
      description: 'serial:/dev/serial/by-id/…?baud=9600, tcp:host:port or http://host/path',
    }),
    options: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'Driver options' }),
    ),
    plate: Type.Optional(
      Type.Object(
        {
          minGrams: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
          maxGrams: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
          divisionGrams: Type.Integer({ minimum: 1, maximum: 1000 }),
        },
        { ...closed, description: 'Type plate of a scale: Min, Max and d in grams' },
      ),
    ),
  },
  closed,
);

const lane = Type.Object(
  {
    id,
    scanner: Type.Optional(id),
    scale: Type.Optional(id),
    bagging: Type.Optional(id),
    camera: Type.Optional(id),
    printer: Type.Optional(id),
    payment: Type.Optional(id),
    card: Type.Optional(id),
    policy: Type.Optional(LanePolicySchema),
    panel: Type.Optional(panelSchema),
  },
  closed,
);

const counter = Type.Object(
  {
    id,
    scale: id,
    camera: Type.Optional(id),
    printer: Type.Optional(id),
    panel: Type.Optional(panelSchema),
  },
  closed,
);

export const ConfigSchema = Type.Object(
  {
    store: Type.Object(
      {
        id: Type.String({ pattern: '^[A-Za-z0-9-]{1,32}$' }),
        name: text,
        timeZone: Type.String({ default: USUAL_ZONE }),
        phone: Type.String({
          default: '',
          description: 'Shown when a call for help is not answered',
        }),
      },
      closed,
    ),
    devices: Type.Array(device, { default: [] }),
    lanes: Type.Array(lane, { default: [] }),
    counters: Type.Array(counter, { default: [] }),
    cabinets: Type.Array(cabinetSchema, { default: [] }),
    mqtt: Type.Optional(mqttSchema),
    listen: Type.Object(
      {
        host: Type.String({ default: '127.0.0.1', description: 'Address of the shopper pages' }),
        kioskPort: port(8080, 'Kiosk, counter and cabinet pages'),
        adminPort: port(8090, 'Operator page, loopback only'),
        operator: Type.Optional(operatorDoor),
        publicUrl: Type.Optional(
          Type.String({
            pattern: '^https?://[^/]+$',
            description: 'Address by which phones reach the shopper pages (e-receipts)',
          }),
        ),
      },
      { ...closed, default: {} },
    ),
    headOffice: Type.Optional(
      Type.Object(
        {
          url: Type.String({ pattern: '^https?://' }),
          token: Type.String({ minLength: 16 }),
        },
        { ...closed, description: 'Left out: the store works alone' },
      ),
    ),
    stock: stockSchema,
    losses: lossesSchema,
    catalogueFile: Type.Optional(
      Type.String({ description: 'Price book as JSON, read at start where it is newer' }),
    ),
    picturesFolder: Type.Optional(
      Type.String({ description: 'Folder of item pictures served to the screens' }),
    ),
    voiceFolder: Type.Optional(
      Type.String({
        description: "Folder of the store's own spoken clips: zh/KEY.mp3 and en/KEY.mp3",
      }),
    ),
    recognition: Type.Optional(RecognitionSchema),
    recognitionPack: Type.Optional(
      Type.String({ description: 'Folder of another recognition pack' }),
    ),
  },
  closed,
);

export { type LanePolicy, USUAL_POLICY } from './lane-policy.ts';
export { millimetresPerPixel } from './panel.ts';

export type Config = Static<typeof ConfigSchema>;
export type ColdWatchConfig = Config['stock']['coldChain'][number];
export type LaneConfig = Static<typeof lane>;
export type CounterConfig = Static<typeof counter>;
export type { CabinetConfig } from './cabinet.ts';
export type DeviceConfig = Static<typeof device>;

function refused(file: string, zh: string, en: string): Outcome<never> {
  return {
    ok: false,
    refusal: {
      code: 'CONFIG_INVALID',
      message: { zh: `配置文件 ${file}：${zh}`, en: `Configuration ${file}: ${en}` },
      next: { zh: '改正后再启动', en: 'Correct it and start again' },
    },
  };
}

/** Checks a parsed configuration and fills in defaults. `file` is only for the sentence. */
export function checkConfig(value: unknown, file: string): Outcome<Config> {
  const filled = Value.Default(ConfigSchema, Value.Clone(value));
  const errors = Value.Errors(ConfigSchema, filled);
  // A key written wrong is also a key that is missing; the one that is there says more.
  const error = errors.find(isUnknownKey) ?? errors[0];
  if (error) {
    const where = whereIn(filled, error.instancePath);
    if (isUnknownKey(error))
      return refused(file, `没有「${where}」这个选项`, `there is no option "${where}"`);
    const en = where ? `"${where}" ${error.message}` : error.message;
    return refused(file, `${where && `「${where}」`}${inChinese(error)}`, en);
  }
  const config = filled as Config;
  const problem = problemOf(config);
  return problem ? refused(file, problem.zh, problem.en) : { ok: true, value: config };
}

type SchemaError = ReturnType<typeof Value.Errors>[number];

const isUnknownKey = ({ keyword, schemaPath }: SchemaError): boolean =>
  keyword === 'boolean' && schemaPath.endsWith('/additionalProperties');

/** `/devices/0/adress` as `devices.0.adress (scale-1)`, so that nobody has to count. */
function whereIn(config: unknown, instancePath: string): string {
  const where = instancePath.replaceAll('/', '.').slice(1);
  const [, list, at] = /^(devices|lanes|counters|cabinets)\.(\d+)/.exec(where) ?? [];
  if (!list) return where;
  const named: unknown = Value.Pointer.Get(config, `/${list}/${at}/id`);
  return typeof named === 'string' ? `${where} (${named})` : where;
}

function inChinese(error: SchemaError): string {
  switch (error.keyword) {
    case 'required':
      return `缺少 ${error.params.requiredProperties.join('、')}`;
    case 'type':
      return `必须是 ${[error.params.type].flat().join(' 或 ')}`;
    case 'minimum':
    case 'maximum':
      return `必须 ${error.params.comparison} ${error.params.limit}`;
    case 'minLength':
      return `至少 ${error.params.limit} 个字符`;
    case 'pattern':
      return `必须符合 ${error.params.pattern}`;
    default:
      return `不对：${error.message}`;
  }
}

/** Reads and checks a configuration file, and the price book it names. */
export function readConfig(file: string): Outcome<Config> {
  const read = readJson(file);
  if (!read.ok) return refused(file, `读不了（${read.why}）`, `cannot be read (${read.why})`);
  const checked = checkConfig(read.value, file);
  const book = checked.ok ? checked.value.catalogueFile : undefined;
  // A price book that is not there is no failure: the ledger keeps the one in use.
  if (book === undefined || !existsSync(book)) return checked;
  const why = mistakeIn(book);
  if (why === undefined) return checked;
  const [zh, en] = [`catalogueFile ${book} 有错`, `catalogueFile ${book} has a mistake`];
  return refused(file, `${zh}（${why}）`, `${en} (${why})`);
}

/** `items[3].gtin bad check digit`; undefined where the price book is sound. */
function mistakeIn(book: string): string | undefined {
  const read = readJson(book);
  if (!read.ok) return read.why;
  const checked = checkPriceBook(read.value);
  return checked.ok
    ? undefined
    : Object.values(checked.refusal.detail ?? {})
        .join(' ')
        .trim();
}

function readJson(file: string): { ok: true; value: unknown } | { ok: false; why: string } {
  try {
    return { ok: true, value: JSON.parse(readFileSync(file, 'utf8')) };
  } catch (error) {
    return { ok: false, why: (error as Error).message };
  }
}
