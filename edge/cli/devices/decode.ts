/** `yike decode`: bytes in, meaning out. Opens no port. */
import { readFileSync } from 'node:fs';
import { type Driver, DriverError } from '../../../drivers/contract.ts';
import { DRIVERS, decodeHex, findDriver } from '../../../drivers/index.ts';
import { type Answer, type Call, EXIT, failed, good, say, usage } from '../command.ts';

/** `01 02`, `0102`, `0x01,0x02`; undefined where it is not hex. */
export function bytesOf(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/0x|[\s,:]/gi, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) return undefined;
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

export async function decode(call: Call): Promise<Answer> {
  const [name] = call.words;
  const driver = name === undefined ? undefined : findDriver(name);
  if (!driver) return noDriver(name);
  const bytes = given(call, driver.name);
  if (!(bytes instanceof Uint8Array)) return bytes;
  const options = optionsOf(driver, call.flags.option);
  const wrong = (zh: string, en: string) => usage(zh, en, `yike decode ${driver.name} --help`);
  if (typeof options === 'string') return wrong(options, options);
  const items = decoded(driver.name, bytes, options);
  if (!Array.isArray(items)) return wrong(items.zh, items.en);
  return good(
    { items },
    items.map((item) => JSON.stringify(item)),
  );
}

function noDriver(name: string | undefined): Answer {
  const known = DRIVERS.map((each) => each.name).join(', ');
  const hint = say(`驱动：${known}`, `Drivers: ${known}`);
  if (name === undefined)
    return failed(EXIT.usage, {
      code: 'E_USAGE',
      message: say('用哪个驱动？', 'Which driver?'),
      hint,
    });
  const message = say(`没有驱动「${name}」`, `There is no driver "${name}"`);
  return failed(EXIT.noExist, { code: 'E_NOEXIST', message, hint });
}

/** The bytes of `--hex` or of `--file`; exactly one of them. */
function given({ flags: { hex, file } }: Call, name: string): Uint8Array | Answer {
  const example = `yike decode ${name} --hex "01 02"`;
  if ((hex === undefined) === (file === undefined))
    return usage('给出 --hex 或 --file 之一', 'Give either --hex or --file', example);
  if (typeof hex === 'string')
    return bytesOf(hex) ?? usage('这不是十六进制', 'That is not hex', example);
  try {
    return readFileSync(String(file));
  } catch (error) {
    const why = (error as Error).message;
    return usage(`读不了文件：${why}`, `The file cannot be read: ${why}`, example);
  }
}

/** The items, or in words what is wrong with an option. */
function decoded(name: string, bytes: Uint8Array, options: Record<string, unknown>) {
  try {
    return decodeHex(name, bytes, options);
  } catch (error) {
    if (error instanceof DriverError) return error.text;
    throw error;
  }
}

/** `--option dialect=os2`, each value as the driver's schema types it; else what is wrong. */
function optionsOf(driver: Driver, pairs: Call['flags'][string]) {
  const options: Record<string, unknown> = {};
  for (const pair of Array.isArray(pairs) ? pairs : []) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(String(pair)) ?? [];
    if (key === undefined || value === undefined) return `--option ${pair}: KEY=VALUE`;
    options[key] = typed(driver.options.properties[key] ?? {}, value);
  }
  return options;
}

/** A number or a truth value where the schema wants one and the text is one; else the text. */
function typed(schema: object, text: string): unknown {
  const wanted = 'type' in schema ? schema.type : 'string';
  const numeric = wanted === 'integer' || wanted === 'number';
  if (numeric && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (wanted === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}
