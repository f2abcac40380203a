/** `yike decode`: bytes in, meaning out. Opens no port. */
import { readFileSync } from 'node:fs';
import { DriverError } from '../../drivers/contract.ts';
import { decodeHex, driverList } from '../../drivers/index.ts';
import { type Answer, type Call, EXIT, failed, good, say, usage } from './command.ts';

/** `01 02`, `0102`, `0x01,0x02`; undefined where it is not hex. */
export function bytesOf(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/0x|[\s,:]/gi, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) return undefined;
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

export async function decode(call: Call): Promise<Answer> {
  const name = call.words[0];
  const drivers = driverList();
  if (!name || !drivers.some((driver) => driver.name === name)) {
    const known = drivers.map((driver) => driver.name).join(', ');
    return failed(name ? EXIT.noExist : EXIT.usage, {
      code: name ? 'E_NOEXIST' : 'E_USAGE',
      message: say(`没有驱动「${name ?? ''}」`, `There is no driver "${name ?? ''}"`),
      hint: say(`驱动：${known}`, `Drivers: ${known}`),
    });
  }
  const { hex, file } = call.flags;
  let bytes: Uint8Array | undefined;
  try {
    bytes = typeof hex === 'string' ? bytesOf(hex) : readFileSync(String(file));
  } catch (error) {
    const why = (error as Error).message;
    return usage(
      `读不了文件：${why}`,
      `The file cannot be read: ${why}`,
      `yike decode ${name} --hex "…"`,
    );
  }
  if (!bytes)
    return usage('这不是十六进制', 'That is not hex', `yike decode ${name} --hex "01 02"`);
  const options = optionsOf(call.flags.option);
  const items = decoded(name, bytes, options);
  if (typeof items === 'string') return usage(items, items, `yike decode ${name} --hex "…"`);
  return good(
    { items },
    items.map((item) => JSON.stringify(item)),
  );
}

/** The items, or in words what is wrong with an option. */
function decoded(name: string, bytes: Uint8Array, options: Record<string, string>) {
  try {
    return decodeHex(name, bytes, options);
  } catch (error) {
    if (error instanceof DriverError) return error.message;
    throw error;
  }
}

/** `--option dialect=os2`. */
function optionsOf(pairs: Call['flags'][string]): Record<string, string> {
  const given = Array.isArray(pairs) ? pairs : [];
  return Object.fromEntries(given.map((pair) => pair.split('=', 2) as [string, string]));
}
