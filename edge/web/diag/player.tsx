/** A trace played back: at its own pace, faster, or frame by frame. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ReplayLine } from '../../core/views/diag-views.ts';
import { t } from '../shared/language.ts';
import { after } from '../shared/runtime.ts';
import './player.css';

const SPEEDS = [1, 10, Number.POSITIVE_INFINITY] as const;
/** A silence is not waited for in full. */
const LONGEST_WAIT_MS = 1500;
/** As fast as it goes is so many frames a picture. */
const AT_ONCE = 25;
const PICTURE_MS = 40;
const BEFORE = 7;
const SHOWN = 11;

interface Playing {
  at: Signal<number>;
  playing: Signal<boolean>;
  speed: Signal<number>;
}

/** How long until which frame comes next. */
export function nextFrame(lines: readonly ReplayLine[], at: number, speed: number) {
  const last = lines.length - 1;
  if (speed === Number.POSITIVE_INFINITY)
    return { to: Math.min(last, at + AT_ONCE), waitMs: PICTURE_MS };
  // Frames closer together than a picture come in one.
  let to = Math.min(last, at + 1);
  const fromUs = lines[at]?.tUs ?? 0;
  while (to < last && ((lines[to]?.tUs ?? 0) - fromUs) / 1000 / speed < PICTURE_MS / 4) to += 1;
  const waitMs = ((lines[to]?.tUs ?? 0) - fromUs) / 1000 / speed;
  return { to, waitMs: Math.min(LONGEST_WAIT_MS, Math.max(PICTURE_MS / 4, waitMs)) };
}

export function Player({ lines }: { lines: ReplayLine[] }) {
  const at = useSignal(0);
  const playing = useSignal(false);
  const speed = useSignal<number>(1);
  const last = lines.length - 1;
  useEffect(() => {
    if (!playing.value) return;
    if (at.value >= last) {
      playing.value = false;
      return;
    }
    const { to, waitMs } = nextFrame(lines, at.value, speed.value);
    return after(waitMs, () => {
      at.value = to;
    });
  }, [playing.value, at.value, speed.value]);
  return (
    <section class="player" aria-label={t('g.player')}>
      <Controls lines={lines} state={{ at, playing, speed }} />
      <Frames lines={lines} at={at.value} />
    </section>
  );
}

function Controls({ lines, state }: { lines: ReplayLine[]; state: Playing }) {
  const { at, playing, speed } = state;
  const last = lines.length - 1;
  const goTo = (frame: number) => {
    playing.value = false;
    at.value = Math.max(0, Math.min(last, frame));
  };
  const play = () => {
    if (at.value >= last) at.value = 0;
    playing.value = !playing.value;
  };
  return (
    <>
      <div class="row">
        <button type="button" class="primary" onClick={play}>
          {t(playing.value ? 'g.play_pause' : 'g.play')}
        </button>
        <button
          type="button"
          class="plain"
          disabled={at.value <= 0}
          onClick={() => goTo(at.value - 1)}
        >
          {t('g.step_back')}
        </button>
        <button
          type="button"
          class="plain"
          disabled={at.value >= last}
          onClick={() => goTo(at.value + 1)}
        >
          {t('g.step')}
        </button>
        <fieldset class="speeds">
          <legend>{t('g.speed')}</legend>
          {SPEEDS.map((each) => (
            <button
              type="button"
              class="plain"
              key={each}
              aria-pressed={speed.value === each}
              onClick={() => (speed.value = each)}
            >
              {each === Number.POSITIVE_INFINITY ? t('g.speed_max') : `${each}×`}
            </button>
          ))}
        </fieldset>
      </div>
      <Place lines={lines} at={at.value} goTo={goTo} />
    </>
  );
}

function Place(props: { lines: ReplayLine[]; at: number; goTo: (frame: number) => void }) {
  const { lines, at, goTo } = props;
  return (
    <label class="place">
      <input
        type="range"
        min={0}
        max={lines.length - 1}
        value={at}
        aria-label={t('g.player_place')}
        onInput={(event) => goTo(Number(event.currentTarget.value))}
      />
      <span class="whole">
        {t('g.frame_of', { n: at + 1, of: lines.length })} · {seconds(lines[at])}
      </span>
    </label>
  );
}

const seconds = (line: ReplayLine | undefined): string =>
  `${((line?.tUs ?? 0) / 1e6).toFixed(3)} s`;
const ARROW: Record<string, string> = { rx: '← rx', tx: '→ tx' };

/** The frame that is played, with those before and after it. */
function Frames({ lines, at }: { lines: ReplayLine[]; at: number }) {
  const from = Math.max(0, Math.min(at - BEFORE, lines.length - SHOWN));
  return (
    <ol class="frames">
      {lines.slice(from, from + SHOWN).map((line, offset) => {
        const frame = from + offset;
        return (
          <li
            key={frame}
            aria-current={frame === at ? 'step' : undefined}
            data-ahead={frame > at || null}
          >
            <time>{seconds(line)}</time>
            <i data-way={line.direction}>{ARROW[line.direction] ?? line.direction}</i>
            <span class="hex">{line.hex ?? ''}</span>
            <span>{line.text}</span>
          </li>
        );
      })}
    </ol>
  );
}
