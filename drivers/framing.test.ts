import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  delimited,
  fixed,
  framer,
  framerOf,
  lengthInHead,
  type Piece,
  type Recognise,
  startingWith,
} from './framing.ts';
import { MAX_HELD_BYTES } from './held-bytes.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array): string => new TextDecoder().decode(value);
const shown = (pieces: Piece[]): string[] =>
  pieces.map((piece) => ('frame' in piece ? `+${text(piece.frame)}` : `-${text(piece.discarded)}`));

const line = (): Recognise => delimited(bytes('\r\n'), 8);
const block = (): Recognise =>
  startingWith({ 60: fixed(4, (frame) => frame[3] === 0x3e), 43: fixed(1) });
const sized = (): Recognise =>
  startingWith({
    35: lengthInHead((held, from, to) => (to - from < 2 ? 0 : held[from + 1]! - 0x30)),
  });

test.each([
  ['two codes in one chunk are two frames', line, 'ab\r\ncd\r\n', ['+ab\r\n', '+cd\r\n']],
  ['half an end is no end', line, 'ab\rc\r\n', ['+ab\rc\r\n']],
  [
    'a code too long is noise to its end',
    line,
    '0123456789abc\r\nok\r\n',
    ['-0123456789abc\r\n', '+ok\r\n'],
  ],
  ['noise before a frame costs no frame', block, 'zz<ab>', ['-zz', '+<ab>']],
  ['a broken frame does not hide the next', block, '<a<bc>+', ['-<a', '+<bc>', '++']],
  ['a length in the head is obeyed', sized, '#4ab#3c', ['+#4ab', '+#3c']],
  ['half a frame is held, not guessed', block, '<ab', []],
])('%s', (_name, recognise, input, expected) => {
  expect(shown(framer(recognise()).push(bytes(input)))).toEqual(expected);
});

test('the tail of a code that overran is never taken for a whole code', () => {
  const long = framer(delimited(bytes('\r'), 16));
  expect(long.push(bytes('x'.repeat(9000)))).toHaveLength(1);
  expect(shown(long.push(bytes('tail\rgood\r')))[1]).toBe('+good\r');
});

test('whatever is left at the end comes out as noise', () => {
  const waiting = framer(block());
  waiting.push(bytes('<a'));
  expect(shown(waiting.end())).toEqual(['-<a']);
  expect(waiting.held()).toBe(0);
});

test('frames behind a head that goes no further are found when it is searched', () => {
  const waiting = framer(sized());
  expect(shown(waiting.push(bytes('z#ax#4ab#')))).toEqual(['-z']);
  expect(shown(waiting.search())).toEqual(['-#ax', '+#4ab', '-#']);
  expect(waiting.held()).toBe(0);
  expect(shown(waiting.push(bytes('#3c')))).toEqual(['+#3c']);
});

test('any cutting of the stream gives the same frames and loses no byte', () => {
  const letters = fc.constantFrom('a', '<', '>', '+', '\r', '\n', '#', '4');
  const stream = fc.array(letters, { maxLength: 60 }).map((all) => all.join(''));
  const makers = [line, block, sized];
  fc.assert(
    fc.property(stream, fc.array(fc.nat(7)), fc.nat(2), (input, cuts, which) => {
      const whole = framer(makers[which]!());
      const expected = [...whole.push(bytes(input)), ...whole.end()];
      const pieces = framer(makers[which]!());
      const got: Piece[] = [];
      let at = 0;
      for (const cut of cuts) {
        got.push(...pieces.push(bytes(input.slice(at, at + cut))));
        at += cut;
      }
      got.push(...pieces.push(bytes(input.slice(at))), ...pieces.end());
      const frames = (all: Piece[]): string[] => shown(all).filter((one) => one[0] === '+');
      const everything = (all: Piece[]): string =>
        shown(all)
          .map((one) => one.slice(1))
          .join('');
      expect(frames(got)).toEqual(frames(expected));
      expect(everything(got)).toBe(input);
    }),
  );
});

test('the short way sees what the long way sees, however the bytes arrive', () => {
  const letters = fc.constantFrom('a', 'b', '\r', '\n');
  const stream = fc.array(letters, { maxLength: 80 }).map((all) => all.join(''));
  const longWay = (): Recognise => {
    const recognise = line();
    return (held, seen, losing) => recognise(held, seen, losing);
  };
  fc.assert(
    fc.property(stream, fc.array(fc.nat(9)), (input, cuts) => {
      const both = [framer(line()), framer(longWay())];
      let at = 0;
      for (const size of [...cuts, input.length]) {
        const chunk = bytes(input.slice(at, at + size));
        const [short, long] = both.map((each) => shown(each.push(chunk)));
        expect(short).toEqual(long);
        at += size;
      }
      const [short, long] = both.map((each) => shown(each.end()));
      expect(short).toEqual(long);
    }),
  );
});

test('what is read in place comes out in its turn among the pieces', () => {
  const lines = framerOf(
    line(),
    (discarded) => `-${text(discarded)}`,
    (held, from, to) => held.latin1(from, to - 2),
  );
  const told = ['ab\r\n0123456789', 'abc\r\nc', 'd\r\n'].flatMap((one) => lines.push(bytes(one)));
  expect(told.filter((one) => one[0] !== '-')).toEqual(['ab', 'cd']);
  expect(told[0]).toBe('ab');
  expect(told.at(-1)).toBe('cd');
});

test('a frame that never ends cannot fill the memory', () => {
  const endless = framer(() => 'wait');
  const noise = new Uint8Array(100_000).fill(0x61);
  const out = endless.push(noise);
  expect(endless.held()).toBeLessThanOrEqual(MAX_HELD_BYTES);
  expect(out.reduce((sum, one) => sum + ('discarded' in one ? one.discarded.length : 0), 0)).toBe(
    noise.length - endless.held(),
  );
});
