/** `yike code`: what a scanned text means, as the lane would read it. */
import { templateNamed } from '../../core/codes/in-store-code.ts';
import { readCode } from '../../core/codes/label.ts';
import { type Answer, type Call, EXIT, good, usage } from '../command.ts';

/** `\x1d` and friends typed on a command line become the control characters they stand for. */
export const unescaped = (text: string): string =>
  text.replaceAll(/\\x([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

/** Exit 3 where a check digit, a date or the whole text is not sound. */
export async function code(call: Call): Promise<Answer> {
  const [typed] = call.words;
  const { role, template } = call.flags;
  if (typed === undefined) return usage('要看哪个码？', 'Which code?', 'yike code 6901234567892');
  if (role !== undefined && role !== 'item' && role !== 'pay')
    return usage(
      '--role 只能是 item 或 pay',
      '--role is item or pay',
      'yike code TEXT --role item',
    );
  const layout = typeof template === 'string' ? templateNamed(template) : undefined;
  if (template !== undefined && !layout)
    return usage(
      `没有版式「${template}」`,
      `There is no template "${template}"`,
      'yike code TEXT --template 20IIIIIPPPPPC',
    );
  const reading = readCode(unescaped(typed), {
    ...(role && { role }),
    ...(layout && { templates: [layout] }),
    thisYear: new Date().getFullYear(),
  });
  const lines = Object.entries(reading).map(
    ([key, value]) => `${key.padEnd(14)} ${JSON.stringify(value)}`,
  );
  const sound = reading.checkOk && reading.verifierOk !== false;
  return good(reading, lines, sound ? EXIT.ok : EXIT.warnings);
}
