/** A live view that stays where it is on a terminal. */
import { expect, test } from 'vitest';
import { inPlace, watchLines } from './watch.ts';

/** The few commands the view uses, on a screen of lines. */
function terminal() {
  const lines: string[] = [''];
  let row = 0;
  return {
    lines,
    write(text: string) {
      for (const part of text.split(/(\u001b\[\d+[AK]|\n)/)) {
        const up = /^\u001b\[(\d+)A$/.exec(part);
        if (up) row -= Number(up[1]);
        else if (part === '\u001b[2K') lines[row] = '';
        else if (part === '\n') lines[++row] ??= '';
        else lines[row] += part;
      }
    },
  };
}

test('each picture takes the place of the one before, longer or shorter', () => {
  const screen = terminal();
  const pictures = [['a', 'b'], ['c'], ['d', 'e', 'f'], ['g', 'h']];
  screen.write('$ yike device watch\n');
  let before = 0;
  for (const lines of pictures) {
    screen.write(inPlace(lines, before));
    before = lines.length;
    const [prompt, ...rest] = screen.lines;
    expect(prompt).toBe('$ yike device watch');
    expect(rest.join('\n').trimEnd()).toBe(lines.join('\n'));
  }
});

const device = (event: {
  kind?: string;
  grams?: number;
  text?: string;
}): Parameters<typeof watchLines>[0] => ({
  ...{ id: 'scale-1', driver: 'enq-dc1', state: 'warn', reason: 'SCALE_OVER' },
  ...{ statistics: { CommunicationErrorCount: 3 }, live: { ageMs: 0, event } },
});

test('it tells state, reason, every field and the errors, and no line can wrap', () => {
  const lines = watchLines(
    device({ kind: 'stable', grams: 865, text: 'x'.repeat(200) }),
    '12:00',
    40,
  );
  expect(lines[0]).toBe('scale-1  enq-dc1  12:00');
  expect(lines.slice(1, 4)).toEqual([
    '  state   warn  SCALE_OVER',
    '  kind    stable',
    '  grams   865',
  ]);
  expect(lines.at(-1)).toBe('  errors  3');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(40);
});

test('what a device says moves no cursor', () => {
  const [, , text] = watchLines(device({ text: '\u001b[2J' }), '12:00', 80);
  expect(text).toContain('\\u001b[2J');
});
